import cluster from "node:cluster";
import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { Plugin } from "graphql-yoga";
import {
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterClusterMaster,
  RateLimiterMemory,
  type RateLimiterRes,
} from "rate-limiter-flexible";
import { callerOf, stateOf } from "../state.ts";
import { type Refusal, refusalResponse } from "./responses.ts";

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
      // First, as each claim takes memory for a minute: an address that has to wait could claim millions.
      const waits = await usedUp(ofAddress, address);
      // A client that repeats an expired key meets its own limit first, so it does not use up the limit of its whole proxy.
      // A page that is opened before signing in claims nothing.
      const claimed = !waits && authorization !== null && (await consume(ofClaim, `${address} ${claimOf(authorization)}`));
      const limited = waits || claimed || (await consume(ofAddress, address));
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

/** Counts nothing. Returns the limiter's result if the key has reached its limit, else null; null too if the limiter itself fails. */
async function usedUp(limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | null> {
  const counted = await limiter.get(key).catch(() => null);
  return counted && counted.consumedPoints >= limiter.points ? counted : null;
}

function tooMany(message: string, { msBeforeNext }: RateLimiterRes): Refusal {
  // The limiter goes by the wall clock, which may have been set back since.
  const wait = Math.min(seconds, Math.max(1, Math.ceil(msBeforeNext / 1000)));
  const headers = { "retry-after": String(wait) };
  return { status: 429, code: "RATE_LIMITED", message: `${message} Try again in ${wait} s.`, headers };
}

/**
 * Returns the address by which a request is counted: an IPv4 address, the network of an IPv6 address, or "none" for requests made in
 * this process.
 */
export type ClientAddress = (serverContext: object) => string;

/**
 * Takes the address of the connection. If that is a trusted proxy, takes the last address in X-Forwarded-For that is not one: anybody
 * may have written what stands before it.
 * @param trustedProxies addresses, and networks such as 10.0.0.0/8
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  const proxies = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = "", bits] = proxy.split("/");
    if (bits === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(bits), familyOf(address));
  }
  const isProxy = (address: string): boolean => isIP(address) !== 0 && proxies.check(address, familyOf(address));
  const addressOf: ClientAddress = (serverContext) => {
    const { req } = serverContext as { readonly req?: IncomingMessage };
    const connection = plain(req?.socket.remoteAddress ?? "none");
    if (!req || !isProxy(connection)) return connection;
    const forwarded = (req.headersDistinct["x-forwarded-for"] ?? []).join(",").split(",").map(plain);
    let client = connection;
    for (const address of forwarded.toReversed()) {
      // A trusted proxy writes addresses only. Anything else was written by somebody else, so the last known address counts.
      if (isIP(address) === 0) return client;
      client = address;
      if (!isProxy(address)) return client;
    }
    return client;
  };
  return (serverContext) => networkOf(addressOf(serverContext));
}

/**
 * The first 64 bits of an IPv6 address; other addresses as they are. Whoever has such a network, as every home has (RFC 6177), may send
 * each request from another address of it, and would never reach a limit.
 */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const [before, after] = [head, tail ?? ""].map((part) => part.split(":").filter((group) => group !== "")) as [
    string[],
    string[],
  ];
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Removes a port, brackets and a zone; turns an IPv4-mapped IPv6 address into the IPv4 address. */
function plain(text: string): string {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? withPort ?? text.trim()).toLowerCase();
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
