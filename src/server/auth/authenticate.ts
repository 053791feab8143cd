import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Plugin } from "graphql-yoga";
import { anybody, type Caller, callerNamed, type Scope } from "../../model/caller.ts";
import { type Refusal, refusalResponse } from "../http/responses.ts";
import { stateOf } from "../state.ts";
import { authenticationRefusal, credentialHeaders, presentedCredential, unauthenticated } from "./credential.ts";
import type { TokenSettings } from "./tokens.ts";

/** API keys are made here and handed out once. The gateway keeps only their hash. */

interface KnownKey {
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
function withApiKeys(keys: readonly KnownKey[]): (key: string) => Caller {
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

/**
 * Finds the caller from a request's headers. Rejects with a BillingError: UNAUTHENTICATED for missing or wrong credentials,
 * UNAVAILABLE while the token issuer's keys cannot be fetched.
 */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** The section `auth` of the configuration. */
interface AuthenticationSettings {
  readonly mode: "none" | "apiKeys" | "jwt";
  readonly apiKeys?: readonly KnownKey[] | undefined;
  readonly jwt?: TokenSettings | undefined;
}

/** auth.mode none. */
export const withoutCredentials: Authenticate = async () => anybody;

/** Creates what `mode` asks for. Does no I/O; throws when the mode's own section is missing, which the configuration check rules out. */
export function createAuthenticator({ mode, apiKeys, jwt }: AuthenticationSettings): Authenticate {
  if (mode === "none") return withoutCredentials;
  if (mode === "apiKeys" && apiKeys) {
    const callerByKey = withApiKeys(apiKeys);
    return async (headers) => callerByKey(presentedCredential(headers));
  }
  if (mode === "jwt" && jwt) {
    // Loading the library takes about 30 ms, so it is loaded in this mode only.
    const callerByToken = import("./tokens.ts").then(({ withTokens }) => withTokens(jwt));
    return async (headers) => {
      const credential = presentedCredential(headers);
      return (await callerByToken)(credential);
    };
  }
  throw new Error(`auth.mode is ${mode}, but auth.${mode} is missing.`);
}

/**
 * Finds the caller before anything else of a request is read, and answers 401 and 503 itself. Preflights carry no credential
 * (Fetch, CORS protocol), so they have no caller and execute nothing.
 *
 * Plain node routes do the same without it:
 *
 *     const caller = await authenticate(credentialHeaders(request)).catch((error) => {
 *       sendRefusal(authenticationRefusal(error, { method: request.method, accept: request.headers.accept }), response);
 *     });
 *
 * @param failed returns the answer to a wrong credential that replaces the 401; null keeps the 401
 */
export function authentication(
  authenticate: Authenticate,
  failed: (authorization: string | null, serverContext: object) => Promise<Refusal | null> = async () => null,
): Plugin {
  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { method, headers } = request;
      if (method === "OPTIONS") return;
      const { req } = serverContext as { readonly req?: IncomingMessage };
      const state = stateOf(serverContext);
      if (state.caller) return;
      try {
        state.caller = await authenticate(req ? credentialHeaders(req) : headers);
      } catch (error) {
        const refusal = authenticationRefusal(error, { method, accept: headers.get("accept") });
        const limited = refusal.status === 401 ? await failed(headers.get("authorization"), serverContext) : null;
        endResponse(refusalResponse(limited ?? refusal, fetchAPI));
      }
    },
  };
}
