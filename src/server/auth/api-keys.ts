import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Caller, Scope } from "../../model/caller.ts";
import { callerNamed } from "../../model/caller.ts";
import { unauthenticated } from "./credential.ts";

/** API keys are made here and handed out once. The gateway keeps only their hash. */

export interface KnownKey {
  readonly name: string;
  /** 64 lower-case hexadecimal digits, of the whole key in UTF-8. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  readonly backends: readonly string[];
}

/**
 * Makes a new key: bgw_ and 43 characters of base64url. It has 256 random bits, so a plain hash is enough: no salt, no slow hash.
 * The prefix lets secret scanners find keys in places that must not hold any.
 */
export function mintApiKey(): string {
  return `bgw_${randomBytes(32).toString("base64url")}`;
}

/** The SHA-256 of a key, as the configuration holds it: 64 lower-case hexadecimal digits. */
export function digestOf(key: string): string {
  return hash("sha256", key);
}

/** Returns a function that finds the caller of a key. It throws UNAUTHENTICATED (BillingError) for an unknown key. */
export function withApiKeys(keys: readonly KnownKey[]): (key: string) => Caller {
  const known = keys.map(({ name, sha256, scopes, backends }) => ({
    digest: Buffer.from(sha256, "hex"),
    caller: callerNamed(name, scopes, backends, null),
  }));
  return (key) => {
    const presented = Buffer.from(digestOf(key), "hex");
    // Every key is compared, each in constant time: the time taken tells nothing about any key.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (!match) throw unauthenticated("The API key is not valid.");
    return match.caller;
  };
}
