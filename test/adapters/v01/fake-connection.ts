import { isDeepStrictEqual } from "node:util";
import type { Adapter, CallScope } from "../../../src/adapter/adapter.ts";
import { create, settings as schema } from "../../../src/adapters/v01/index.ts";
import { type BackendAnswer, type BackendCall, type BackendConnection, connect } from "../../../src/connections/http.ts";

export const scope: CallScope = {};

export const settings = schema.parse({
  kind: "v01",
  url: "https://gateway.example.com/api/v01/",
  username: "api-gateway",
  password: "correct horse",
  accountId: 2001,
  currency: "USD",
  country: "US",
});

export type SentCall = Omit<BackendCall<unknown>, "decode">;

interface ScriptedAnswer {
  readonly status?: number;
  readonly json?: unknown;
  /** Answers every offset with the first page. */
  readonly ignoresOffset?: boolean;
}

/** The backend's answer to a call: its JSON, with status 200 by default. */
export type Script = (call: SentCall) => ScriptedAnswer;

/** A refusal in the form that the contract assumes (A4). */
export const failure = (failureCode: string, status = 400) => ({ status, json: { failureCode } });

/** The current time of a backend that is a function, by its own clock. */
export const scriptedNow = Date.parse("2026-11-21T10:00:00Z");

/** The answer of a script that ignores the offset is a list's first page, with nothing after it. */
function pageOf(script: Script, call: SentCall): ScriptedAnswer {
  const answer = script(call);
  const isFirst = Number(call.query?.["offset"] ?? 0) === 0;
  if (isFirst || answer.ignoresOffset === true || !Array.isArray(answer.json)) return answer;
  const first = script({ ...call, query: { ...call.query, offset: "0" } });
  return isDeepStrictEqual(first.json, answer.json) ? { json: [] } : answer;
}

/** An adapter whose backend is a function; `sent` has the calls in order. */
export function scripted(
  script: Script,
  changed: Partial<typeof settings> = {},
  clock: BackendConnection["clock"] = () => ({ earliest: scriptedNow, latest: scriptedNow }),
): { adapter: Adapter; sent: SentCall[] } {
  const sent: SentCall[] = [];
  const connection: BackendConnection = {
    call: async ({ decode, ...call }) => {
      sent.push(call);
      const { status = 200, json } = pageOf(script, call);
      const answer: BackendAnswer = { status, json, headers: {}, empty: json === undefined };
      return decode(answer);
    },
    health: () => {
      throw new Error("not asked for here");
    },
    clock,
    close: async () => {},
  };
  return { adapter: create("recurring", { ...settings, ...changed }, connection), sent };
}

/**
 * An adapter over real HTTP.
 *
 * @param now the backend's clock if a test sets it: each answer reports it, as the connection's answers do
 */
export function connected(
  url: string,
  changed: Record<string, unknown> = {},
  now?: () => number,
): { adapter: Adapter; close: () => Promise<void> } {
  const parsed = schema.parse({ ...settings, url, password: "sandbox-recurring", ...changed });
  const connection = connect({ ...parsed, backend: "recurring" });
  const clock: BackendConnection["clock"] = () =>
    now && connection.clock() ? { earliest: now() - 1000, latest: now() + 200 } : connection.clock();
  return { adapter: create("recurring", parsed, { ...connection, clock }), close: connection.close };
}
