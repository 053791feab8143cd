import cluster from "node:cluster";
import { hash } from "node:crypto";
import type { Plugin } from "graphql-yoga";
import {
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterClusterMaster,
  RateLimiterMemory,
  type RateLimiterRes,
} from "rate-limiter-flexible";
import { callerOf, stateOf } from "../state.ts";
import type { ClientAddress } from "./client-address.ts";
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

export interface RateLimits {
  /**
   * What a wrong or missing credential is answered instead of 401 where too many came: of what it claims to be, more than a
   * hundredth of `requestsPerMinute` in a minute, or of its address, a tenth. Null where it may be told. Asked when a credential has
   * turned out to be wrong: a right one is always let in, because callers behind one proxy may all have the address of a guesser.
   */
  readonly failed: (authorization: string | null, serverContext: object) => Promise<Refusal | null>;
  /**
   * After authentication. Past `requestsPerMinute` of one caller, 429 says when to come back. Without authentication callers are
   * told apart by their address only. Pages, health and metrics are answered before they are counted. Null where it may go on.
   */
  readonly ofCaller: (actor: string | null, serverContext: object) => Promise<Refusal | null>;
}

/** The same for GraphQL. */
export function limitedCallers({ ofCaller }: RateLimits): Plugin {
  return {
    onRequest: async ({ serverContext, endResponse, fetchAPI }) => {
      const refused = await ofCaller(callerOf(stateOf(serverContext)).actor, serverContext);
      if (refused) endResponse(refusalResponse(refused, fetchAPI));
    },
  };
}

/** @param requestsPerMinute of one caller; 0 = any number, and as many failures */
export function rateLimits(requestsPerMinute: number, addressOf: ClientAddress): RateLimits {
  if (requestsPerMinute === 0) return { failed: async () => null, ofCaller: async () => null };
  const ofClaim = createLimiter("claims", Math.ceil(requestsPerMinute / 100));
  const ofAddress = createLimiter("failures", Math.ceil(requestsPerMinute / 10));
  const requests = createLimiter("requests", requestsPerMinute);
  return {
    failed: async (authorization, serverContext) => {
      const address = addressOf(serverContext);
      // One client that goes on with an expired key is told so and does not use up what all behind its proxy have together.
      const limited = (await consume(ofClaim, `${address} ${claimOf(authorization)}`)) ?? (await consume(ofAddress, address));
      return limited && tooMany("Too many requests came without a valid credential.", limited);
    },
    ofCaller: async (actor, serverContext) => {
      const refused = await consume(requests, actor === null ? `address ${addressOf(serverContext)}` : `caller ${actor}`);
      return refused && tooMany(`More than ${requestsPerMinute} requests in a minute (limits.requestsPerMinute).`, refused);
    },
  };
}

/** Whose credential it claims to be: a token's subject, although nothing proves it, or the key itself. Nothing of it is kept. */
function claimOf(authorization: string | null): string {
  const credential = /[^ ]*$/.exec(authorization ?? "")?.[0] ?? "";
  return hash("sha256", subjectOf(credential) ?? credential);
}

function subjectOf(credential: string): string | null {
  const [, payload, signature] = credential.split(".");
  if (payload === undefined || signature === undefined) return null;
  try {
    const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { readonly sub?: unknown };
    return typeof sub === "string" ? sub : null;
  } catch {
    return null;
  }
}

/** Counts one; how far past its limit the key is, or null. A failure of the limiter, whose primary may be busy or gone, is nobody's. */
function consume(limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | null> {
  return limiter.consume(key).then(
    () => null,
    (reason: RateLimiterRes | Error) => (reason instanceof Error ? null : reason),
  );
}

function tooMany(message: string, { msBeforeNext }: RateLimiterRes): Refusal {
  const wait = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const headers = { "retry-after": String(wait) };
  return { status: 429, code: "RATE_LIMITED", message: `${message} Come back in ${wait} s.`, headers };
}
