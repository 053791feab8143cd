import type { IncomingMessage } from "node:http";
import type { Plugin } from "graphql-yoga";
import { anybody, type Caller } from "../../model/caller.ts";
import { type Refusal, refusalResponse } from "../http/refusal.ts";
import { stateOf } from "../state.ts";
import { type KnownKey, withApiKeys } from "./api-keys.ts";
import { authenticationRefusal, credentialHeaders, presentedCredential } from "./credential.ts";
import type { TokenSettings } from "./tokens.ts";

/**
 * Finds the caller from a request's headers. Rejects with a BillingError: UNAUTHENTICATED for missing or wrong credentials,
 * UNAVAILABLE while the token issuer's keys cannot be fetched.
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
