import type { IncomingMessage } from "node:http";
import type { Plugin } from "graphql-yoga";
import type { Caller } from "../../model/caller.ts";
import { type Refusal, refusalResponse } from "../http/refusal.ts";
import type { Authenticate } from "./authenticate.ts";
import { authenticationRefusal } from "./challenge.ts";
import { credentialHeaders } from "./credential.ts";

const callers = new WeakMap<Request, Caller>();

/** The caller of a request that `authentication` has let through. Throws for any other: there is no caller by default. */
export function callerOf(request: Request): Caller {
  const caller = knownCallerOf(request);
  if (!caller) throw new Error("A request has come past the authentication.");
  return caller;
}

/** For what sees refused requests too, and preflights: logs, metrics, limits. Undefined for those. */
export function knownCallerOf(request: Request): Caller | undefined {
  return callers.get(request);
}

/**
 * Finds out who is asking before anything else of a request is read, and answers 401 and 503 itself. Preflights carry no
 * credential (Fetch, CORS protocol) and have no caller: nothing is executed for them.
 *
 * Plain node routes do the same without it:
 *
 *     const caller = await authenticate(credentialHeaders(request)).catch((error) => {
 *       sendRefusal(authenticationRefusal(error, { method: request.method, accept: request.headers.accept }), response);
 *     });
 *
 * @param failed what a wrong credential is answered instead of 401; null = that
 */
export function authentication(
  authenticate: Authenticate,
  failed: (request: Request, serverContext: object) => Promise<Refusal | null> = async () => null,
): Plugin {
  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { method, headers } = request;
      if (method === "OPTIONS") return;
      const { req } = serverContext as { readonly req?: IncomingMessage };
      try {
        callers.set(request, await authenticate(req ? credentialHeaders(req) : headers));
      } catch (error) {
        const refusal = authenticationRefusal(error, { method, accept: headers.get("accept") });
        const limited = refusal.status === 401 ? await failed(request, serverContext) : null;
        endResponse(refusalResponse(limited ?? refusal, fetchAPI));
      }
    },
  };
}
