import type { Plugin } from "graphql-yoga";
import { anybody, type Caller } from "../../billing/caller.ts";
import type { Authenticate } from "./authenticate.ts";

const callers = new WeakMap<Request, Caller>();

/** The caller of a request that `authentication` has let through. */
export function callerOf(request: Request): Caller {
  return callers.get(request) ?? anybody;
}

export function authentication(authenticate: Authenticate): Plugin {
  return {
    onRequest: async ({ request }) => {
      callers.set(request, await authenticate(request.headers));
    },
  };
}
