import { anybody, type Caller } from "../../model/caller.ts";
import { type KnownKey, withApiKeys } from "./api-keys.ts";
import { presentedCredential } from "./credential.ts";
import type { TokenSettings } from "./tokens.ts";

/**
 * Who a request's headers say is asking. Rejects with a BillingError: UNAUTHENTICATED for missing and wrong credentials,
 * UNAVAILABLE where the token issuer's keys cannot be had.
 */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** The section `auth` of the configuration. */
export interface AuthenticationSettings {
  readonly mode: "none" | "apiKeys" | "jwt";
  readonly apiKeys?: readonly KnownKey[] | undefined;
  readonly jwt?: TokenSettings | undefined;
}

/** auth.mode none. */
export const withoutCredentials: Authenticate = async () => anybody;

/** By auth.mode. Does no I/O; throws when the mode's own section is missing, which the configuration's check excludes. */
export function createAuthenticator({ mode, apiKeys, jwt }: AuthenticationSettings): Authenticate {
  if (mode === "none") return withoutCredentials;
  if (mode === "apiKeys" && apiKeys) {
    const callerByKey = withApiKeys(apiKeys);
    return async (headers) => callerByKey(presentedCredential(headers));
  }
  if (mode === "jwt" && jwt) {
    // The library costs some 30 ms to load, which only this mode pays.
    const callerByToken = import("./tokens.ts").then(({ withTokens }) => withTokens(jwt));
    return async (headers) => {
      const credential = presentedCredential(headers);
      return (await callerByToken)(credential);
    };
  }
  throw new Error(`auth.mode is ${mode}, but auth.${mode} is missing.`);
}
