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

/** Limits how often callers may send requests. Counts live in the memory of one process, or of the primary that its workers share. */

/** Makes workers share one limit. The primary calls this once, before it starts workers. */
export function shareRateLimits(): void {
  new RateLimiterClusterMaster();
}

const seconds = 60;

/** The primary finds limiters by name. The limit is part of the name, so that a changed configuration counts anew. */
function createLimiter(name: string, points: number): RateLimiterAbstract {
  const options = { keyPrefix: `${name}-${points}`, points, duration: seconds };
  return cluster.isWorker ? new RateLimiterCluster({ ...options, timeoutMs: 1_000 }) : new RateLimiterMemory(options);
}

export interface RateLimits {
  /**
   * Refuses a wrong or missing credential with 429 instead of 401 after too many in a minute: more than a hundredth of
   * `requestsPerMinute` for one claimed credential, or a tenth for one address, where missing ones count too. Null: answer 401. Called only after a credential has
   * turned out to be wrong. A right one is always let in, because callers behind one proxy may share the address of a guesser.
   */
  readonly failed: (authorization: string | null, serverContext: object) => Promise<Refusal | null>;
  /**
   * Refuses a request after authentication: past `requestsPerMinute` of one caller, 429 says when to come back. Without authentication
   * an address counts as a caller. Pages, health and metrics are answered before this and do not count. Null: the request may go on.
   */
  readonly ofCaller: (actor: string | null, serverContext: object) => Promise<Refusal | null>;
}

/** Applies `ofCaller` to GraphQL requests. */
export function limitedCallers({ ofCaller }: RateLimits): Plugin {
  return {
    onRequest: async ({ serverContext, endResponse, fetchAPI }) => {
      const state = stateOf(serverContext);
      const refused = state.counted ? state.counted.refused : await ofCaller(callerOf(state).actor, serverContext);
      if (refused) endResponse(refusalResponse(refused, fetchAPI));
    },
  };
}

/** @param requestsPerMinute of one caller; 0 = no limits, for failures neither */
export function rateLimits(requestsPerMinute: number, addressOf: ClientAddress): RateLimits {
  if (requestsPerMinute === 0) return { failed: async () => null, ofCaller: async () => null };
  const ofClaim = createLimiter("claims", Math.ceil(requestsPerMinute / 100));
  const ofAddress = createLimiter("failures", Math.ceil(requestsPerMinute / 10));
  const requests = createLimiter("requests", requestsPerMinute);
  return {
    failed: async (authorization, serverContext) => {
      const address = addressOf(serverContext);
      // A client that repeats an expired key meets its own limit first, so it does not use up the limit of its whole proxy.
      // A page that is opened before signing in claims nothing.
      const claimed = authorization !== null && (await consume(ofClaim, `${address} ${claimOf(authorization)}`));
      const limited = claimed || (await consume(ofAddress, address));
      return limited && tooMany("Too many requests came without a valid credential.", limited);
    },
    ofCaller: async (actor, serverContext) => {
      const refused = await consume(requests, actor === null ? `address ${addressOf(serverContext)}` : `caller ${actor}`);
      return refused && tooMany(`More than ${requestsPerMinute} requests in a minute (limits.requestsPerMinute).`, refused);
    },
  };
}

/** A hash of the claimed identity: a token's subject, although unproven, or the key itself. The credential is not kept. */
function claimOf(authorization: string): string {
  const credential = /[^ ]*$/.exec(authorization)?.[0] ?? "";
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

/** Counts one request. Returns the limiter's result if the key is past its limit, else null; null too if the limiter itself fails. */
function consume(limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | null> {
  return limiter.consume(key).then(
    () => null,
    (reason: RateLimiterRes | Error) => (reason instanceof Error ? null : reason),
  );
}

function tooMany(message: string, { msBeforeNext }: RateLimiterRes): Refusal {
  // The limiter goes by the wall clock, which may have been set back since.
  const wait = Math.min(seconds, Math.max(1, Math.ceil(msBeforeNext / 1000)));
  const headers = { "retry-after": String(wait) };
  return { status: 429, code: "RATE_LIMITED", message: `${message} Try again in ${wait} s.`, headers };
}
