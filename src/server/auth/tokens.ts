import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from "jose";
import { type Caller, callerNamed, scopes } from "../../model/caller.ts";
import { BillingError } from "../../model/errors.ts";
import { unauthenticated } from "./credential.ts";

/** Checks JSON Web Tokens (RFC 7519) of one issuer, with the keys that the issuer publishes. */

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  /** Names of claims, taken literally: "https://example.com/backends" and "realm.roles" are names, not paths. */
  readonly scopesClaim: string;
  readonly backendsClaim: string;
  readonly clockSkewSeconds: number;
}

/**
 * Asymmetric signatures only. With HS256, anybody could sign with the issuer's public key (RFC 8725, 2.1 and 3.1); "none" is no
 * signature at all.
 */
const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

/**
 * Returns a function that finds the caller of a token: its subject, scopes and backends. A missing claim grants none. The function
 * rejects with a BillingError: UNAUTHENTICATED for an invalid token, UNAVAILABLE without the issuer's keys.
 */
export function withTokens(settings: TokenSettings): (token: string) => Promise<Caller> {
  const { issuer, audience, scopesClaim, backendsClaim, clockSkewSeconds } = settings;
  const keys = publishedKeys(new URL(settings.jwksUri));
  const requirements = { issuer, audience, algorithms, requiredClaims: ["exp", "sub"], clockTolerance: clockSkewSeconds };
  return async (token) => {
    const { payload } = await verify(token, keys, requirements).catch((error: unknown) => {
      throw error instanceof BillingError ? error : unauthenticated(explain(error));
    });
    const granted = words(payload, scopesClaim);
    return callerNamed(
      subjectOf(payload),
      scopes.filter((scope) => granted.includes(scope)),
      words(payload, backendsClaim),
      expiryOf(payload, clockSkewSeconds),
    );
  };
}

/** The largest time value of a Date (ECMAScript, Time Values). */
const endOfTimeMs = 8.64e15;

/** When the gateway begins to refuse the token. `exp` is in seconds (RFC 7519, 4.1.4), of any size, and the clocks may differ. */
function expiryOf({ exp = 0 }: JWTPayload, clockSkewSeconds: number): Date {
  return new Date(Math.min((exp + clockSkewSeconds) * 1000, endOfTimeMs));
}

/**
 * Verifies a token. While an issuer changes its key, old and new key may both fit a token: because the token names no key, or
 * because both keys have the same name. So each is tried; if none fits, the keys are fetched again and tried once more.
 */
async function verify(token: string, keys: PublishedKeys, requirements: JWTVerifyOptions): Promise<JWTVerifyResult> {
  try {
    return await verifyByEach(token, keys.find, requirements);
  } catch (error) {
    if (!isWrongKey(error) || !(await keys.renew())) throw error;
    return verifyByEach(token, keys.find, requirements);
  }
}

async function verifyByEach(token: string, find: JWTVerifyGetKey, requirements: JWTVerifyOptions): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, requirements);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let last: unknown = error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, requirements);
      } catch (problem) {
        if (!isWrongKey(problem)) throw problem;
        last = problem;
      }
    }
    throw last;
  }
}

/** True if another key may fit: this one did not make the signature, or is none that can check one, such as RSA of 1024 bits. */
function isWrongKey(error: unknown): boolean {
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSInvalid) return true;
  return !(error instanceof errors.JOSEError || error instanceof BillingError);
}

interface PublishedKeys {
  /** Rejects with a BillingError UNAVAILABLE if the keys are needed and cannot be fetched. */
  readonly find: JWTVerifyGetKey;
  /** Fetches the keys again, unless that was done just now. True if it did. */
  readonly renew: () => Promise<boolean>;
}

/** After an issuer failed to give its keys, it is not asked again for this long. Tokens are answered UNAVAILABLE meanwhile. */
const pauseMs = 5_000;

/** The largest set of keys that is read: room for hundreds, with certificates. */
const mostKeyBytes = 2 ** 20;

/**
 * The issuer's keys, kept for 10 minutes. They are fetched again when a token names an unknown one, at most once in 30 seconds
 * (jose's defaults). So a new key works at once, and a withdrawn key for 10 minutes at most. A key that cannot be used fails only the
 * tokens that name it (RFC 7517, 5).
 */
function publishedKeys(address: URL): PublishedKeys {
  let failedAt = Number.NEGATIVE_INFINITY;
  const keys = createRemoteJWKSet(address, {
    [customFetch]: async (url, options) => {
      // The absolute difference: a clock that is set back does not prolong the pause.
      if (Math.abs(Date.now() - failedAt) < pauseMs) throw unfetched();
      try {
        const set = await readKeySet(await fetch(url, options));
        createLocalJWKSet(set);
        return Response.json(set);
      } catch {
        failedAt = Date.now();
        throw unfetched();
      }
    },
  });
  return {
    find: keys,
    renew: async () => {
      if (keys.coolingDown) return false;
      return keys.reload().then(
        () => true,
        () => false,
      );
    },
  };
}

function unfetched(): BillingError {
  return new BillingError("UNAVAILABLE", "Tokens cannot be checked now: the issuer's keys cannot be fetched.");
}

/** Reads no more than `mostKeyBytes`, after decompression: an answer without end would fill the memory in seconds. */
async function readKeySet({ status, body }: Response): Promise<JSONWebKeySet> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (status !== 200 || length > mostKeyBytes) throw new Error("The issuer's answer holds no keys.");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as JSONWebKeySet;
}

/** The fault of an issuer's key address, for the operator; null if it answers with status 200. Does not read the keys. */
export async function issuerProblem({ jwksUri }: Pick<TokenSettings, "jwksUri">): Promise<string | null> {
  const answer = await fetch(jwksUri, { redirect: "manual", signal: AbortSignal.timeout(pauseMs) }).catch(() => null);
  await answer?.body?.cancel();
  const consequence = "until then no token can be checked";
  if (!answer) return `auth.jwt.jwksUri does not answer; ${consequence}.`;
  if (answer.status >= 300 && answer.status < 400) {
    return `auth.jwt.jwksUri answers with a redirect (${answer.status}), which is not followed: name the address that it leads to; ${consequence}.`;
  }
  return answer.status === 200 ? null : `auth.jwt.jwksUri answers with status ${answer.status} instead of keys; ${consequence}.`;
}

/** Explains why a token is refused. It does not repeat the library's messages: they quote the token. */
function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf" && error.reason === "check_failed")
    return "The token is not valid yet: its claim nbf is later than this gateway's clock.";
  // Claims are checked after the signature, so only the token's owner learns this; the names are the gateway's own.
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token is not for this gateway: its claim ${error.claim} does not match.`;
  return "The token is not valid.";
}

/** The subject: at most 255 characters (OpenID Connect Core 1.0, 2), and no control characters or lone surrogates. */
function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === "string" && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(sub)) return sub;
  throw unauthenticated("The token is not for this gateway: its claim sub does not match.");
}

/** Reads a claim of words: one string, separated by spaces (RFC 8693, 4.2, for scope), or a list. Anything else counts as empty. */
function words(payload: JWTPayload, claim: string): readonly string[] {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (typeof value === "string") return value.split(" ").filter((word) => word !== "");
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
