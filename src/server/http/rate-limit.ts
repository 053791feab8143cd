import cluster from "node:cluster";
import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Plugin } from "graphql-yoga";
import {
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterClusterMaster,
  RateLimiterMemory,
  type RateLimiterRes,
} from "rate-limiter-flexible";
import { callerOf } from "../auth/plugin.ts";
import { type Refusal, refusalResponse } from "./refusal.ts";

/** How often callers may ask. Counts live in the memory of one process, or of the primary that its workers share. */

/** For the primary of several processes, once, before it starts workers: their limits are then one. */
export function shareRateLimits(): void {
  new RateLimiterClusterMaster();
}

const seconds = 60;

/** The primary knows limiters by name: the number is part of it, so that a changed configuration counts anew. */
function createLimiter(name: string, points: number): RateLimiterAbstract {
  const options = { keyPrefix: `${name}-${points}`, points, duration: seconds };
  return cluster.isWorker ? new RateLimiterCluster({ ...options, timeoutMs: 1_000 }) : new RateLimiterMemory(options);
}

/** Credentials that are remembered to have been right; the oldest are forgotten first. */
const rememberedCredentials = 10_000;

export interface RateLimits {
  /**
   * Before authentication. Makes guessing of credentials slow: an address that was refused a tenth of `requestsPerMinute` times in
   * a minute is not listened to until the minute is over. Callers behind one proxy share its address, so a credential that was
   * right before is still let through to be checked: one client with an expired key does not shut the others out.
   */
  readonly ofFailures: Plugin;
  /**
   * After authentication. Past `requestsPerMinute` of one caller, 429 says when to come back. Without authentication callers are
   * told apart by their address only. Pages, health and metrics are answered before they are counted.
   */
  readonly ofCallers: Plugin;
}

/** @param requestsPerMinute of one caller; 0 = any number, and as many failures */
export function rateLimits(requestsPerMinute: number): RateLimits {
  if (requestsPerMinute === 0) return { ofFailures: {}, ofCallers: {} };
  const allowedFailures = Math.ceil(requestsPerMinute / 10);
  const failures = createLimiter("failures", allowedFailures);
  const requests = createLimiter("requests", requestsPerMinute);
  const right = new Set<string>();
  const remember = (credential: string): void => {
    right.add(credential);
    const [oldest] = right;
    if (oldest !== undefined && right.size > rememberedCredentials) right.delete(oldest);
  };
  return {
    ofFailures: {
      onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
        if (right.has(digestOf(request))) return;
        const failed = await failures.get(addressOf(serverContext)).catch(() => null);
        if (failed === null || failed.consumedPoints < allowedFailures) return;
        endResponse(refusalResponse(tooMany("Too many requests came without a valid credential.", failed), fetchAPI));
      },
      onResponse: async ({ request, serverContext, response }) => {
        if (response.status !== 401) return;
        right.delete(digestOf(request));
        await failures.penalty(addressOf(serverContext)).catch(() => null);
      },
    },
    ofCallers: {
      onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
        const { actor } = callerOf(request);
        if (actor !== null) remember(digestOf(request));
        const key = actor === null ? `address ${addressOf(serverContext)}` : `caller ${actor}`;
        const refused = await requests.consume(key).then(() => null, onlyLimits);
        const message = `More than ${requestsPerMinute} requests in a minute (limits.requestsPerMinute).`;
        if (refused) endResponse(refusalResponse(tooMany(message, refused), fetchAPI));
      },
    },
  };
}

/** Nothing of the credential is kept. */
function digestOf({ headers }: Request): string {
  return hash("sha256", headers.get("authorization") ?? "");
}

/** An Error is a failure of the limiter, whose primary may be busy or gone; callers do not pay for that. */
function onlyLimits(reason: RateLimiterRes | Error): RateLimiterRes | null {
  return reason instanceof Error ? null : reason;
}

function tooMany(message: string, { msBeforeNext }: RateLimiterRes): Refusal {
  const wait = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const headers = { "retry-after": String(wait) };
  return { status: 429, code: "RATE_LIMITED", message: `${message} Come back in ${wait} s.`, headers };
}

/** Of the connection, not of a header that anybody can write. Requests made in this process have none. */
function addressOf(serverContext: object): string {
  const { req } = serverContext as { readonly req?: IncomingMessage };
  return req?.socket.remoteAddress ?? "none";
}
