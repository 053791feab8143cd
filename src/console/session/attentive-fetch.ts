import { circumstancesOf } from "../../client/answer.ts";
import type { Patience } from "./patience.ts";
import type { Session } from "./session.ts";

/**
 * Wraps the platform's fetch: reports a 401 to the session and a 429 to the page, for queries, mutations and subscriptions alike.
 */
export function attentiveFetch(
  { refuse }: Pick<Session, "refuse">,
  { wait }: Pick<Patience, "wait">,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status, retryAfterSeconds } = circumstancesOf(response);
    if (status === 401) refuse(new Headers(init?.headers).get("authorization"));
    if (status === 429 && retryAfterSeconds !== null) wait(retryAfterSeconds);
    return response;
  };
}
