import { randomUUID } from "node:crypto";

/** One name for a request in the answer, the log and the systems in front of the gateway: the header x-request-id. */

export const requestIdHeader = "x-request-id";

/** Nothing that a log, a terminal or a header could take for something else; covers UUIDs, ULIDs, trace ids and base64. */
const acceptable = /^[\w.:/+=@-]{1,128}$/;

/** The caller's own id where it gave an acceptable one, else a new one. */
export function requestIdFrom(header: string | string[] | null | undefined): string {
  return typeof header === "string" && acceptable.test(header) ? header : randomUUID();
}

const ids = new WeakMap<Request, string>();

/** The same for one request as often as it is asked for. */
export function requestIdOf(request: Request): string {
  const id = ids.get(request) ?? requestIdFrom(request.headers.get(requestIdHeader));
  ids.set(request, id);
  return id;
}
