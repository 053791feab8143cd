import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Caller, Scope } from "../../model/caller.ts";
import { callerNamed } from "../../model/caller.ts";
import { unauthenticated } from "./credential.ts";

/** API keys: made here, handed out once, known to the gateway by their hash only. */

export interface KnownKey {
  readonly name: string;
  /** 64 lower-case hexadecimal digits, of the whole key in UTF-8. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  readonly backends: readonly string[];
}

/**
 * A new key, e.g. bgw_ and 43 characters of base64url: 256 random bits, so that a plain hash of it needs no salt and no slowness.
 * The prefix lets secret scanners find keys in what must not hold any.
 */
export function mintApiKey(): string {
  return `bgw_${randomBytes(32).toString("base64url")}`;
}

/** What the configuration holds of a key: 64 lower-case hexadecimal digits. */
export function digestOf(key: string): string {
  return hash("sha256", key);
}

/** Finds the caller whose key it is; the function throws UNAUTHENTICATED (BillingError) for a key that is nobody's. */
export function withApiKeys(keys: readonly KnownKey[]): (key: string) => Caller {
  const known = keys.map(({ name, sha256, scopes, backends }) => ({
    digest: Buffer.from(sha256, "hex"),
    caller: callerNamed(name, scopes, backends, null),
  }));
  return (key) => {
    const presented = Buffer.from(digestOf(key), "hex");
    // All of them are compared, each in constant time: how long it takes tells nothing about any key.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (!match) throw unauthenticated("The API key is not valid.");
    return match.caller;
  };
}
