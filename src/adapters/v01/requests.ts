import type { z } from "zod";
import type { CallScope, Loaded } from "../../billing/adapter.ts";
import { settle } from "../../billing/errors.ts";
import type { FetchRows } from "../../billing/paging.ts";
import type { Answer, BackendCall, Connection } from "../http.ts";
import { type Failure, failureIn, type ParameterFields, reported } from "./error.ts";
import type { V01Settings } from "./settings.ts";
import { rowsOf } from "./wire.ts";

/** The rows of a page are cut at this many (A7; the reference states no upper bound). */
export const maximumLimit = 1000;

interface ReadCall {
  readonly function: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}
interface WriteCall extends Pick<BackendCall<unknown>, "function" | "method" | "path" | "body"> {
  readonly parameters: ParameterFields;
}

/** The ways in which the verbs talk to the backend; each fails with the BillingError that the backend reported. */
export interface Requests {
  readonly find: <Row>(call: ReadCall, row: z.ZodType<Row>, scope: CallScope) => Promise<readonly Row[]>;
  /** As `find`, where a failure that means "not found" (contract 3.3.4) is an empty answer. */
  readonly load: <Row>(call: ReadCall, row: z.ZodType<Row>, scope: CallScope) => Promise<readonly Row[]>;
  readonly pages: <Row>(call: ReadCall, row: z.ZodType<Row>, scope: CallScope) => FetchRows<Row>;
  /** Every write answers with a record (contract 4); one that does not is not understood, so its outcome is unknown. */
  readonly write: <Row>(call: WriteCall, row: z.ZodType<Row>, scope: CallScope) => Promise<Row>;
}

/** What every verb works with. */
export interface Backend {
  readonly key: string;
  readonly settings: V01Settings;
  readonly requests: Requests;
}

export function createRequests(key: string, { username, password }: V01Settings, connection: Connection): Requests {
  // "HTTP authentication" in the reference; Basic is inferred (2.2).
  const credentials = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  const secrets = [password, username, credentials];
  // What chooses the format of the answer is not documented: Accept and Content-Type both go out, with reads too (2.4).
  const headers = { authorization: `Basic ${credentials}`, "content-type": "application/json" };

  const failed = (failure: Failure, parameters: ParameterFields) => reported(failure, { backend: key, secrets, parameters });

  const read = <Row>(call: ReadCall, row: z.ZodType<Row>, scope: CallScope, missingIsEmpty: boolean) => {
    const decode = (answer: Answer): readonly Row[] => {
      const failure = failureIn(answer);
      if (failure?.missing && missingIsEmpty) return [];
      if (failure) throw failed(failure, {});
      return decodeRows(answer, row);
    };
    return connection.call({ ...call, effect: "read", method: "GET", headers, decode }, scope);
  };

  const find: Requests["find"] = (call, row, scope) => read(call, row, scope, false);

  return {
    find,
    load: (call, row, scope) => read(call, row, scope, true),
    pages:
      <Row>(call: ReadCall, row: z.ZodType<Row>, scope: CallScope) =>
      async (offset: number, limit: number) => {
        const rows: Row[] = [];
        for (;;) {
          const query = { ...call.query, offset: String(offset + rows.length), limit: String(limit - rows.length) };
          const more = await find({ ...call, query }, row, scope);
          rows.push(...more);
          if (rows.length >= limit || !mayBeCut(more.length)) return rows;
        }
      },
    write: <Row>({ parameters, ...call }: WriteCall, row: z.ZodType<Row>, scope: CallScope) => {
      const decode = (answer: Answer): Row => {
        const failure = failureIn(answer);
        if (failure) throw failed(failure, parameters);
        const [record] = decodeRows(answer, row);
        if (record === undefined) throw new TypeError("no record in the answer to a write");
        return record;
      };
      return connection.call({ ...call, effect: "write", headers, decode }, scope);
    },
  };
}

/** Throws for what cannot be understood; redirects are never followed, as GET changes state here too (quirk 2). */
function decodeRows<Row>({ status, json, empty }: Answer, row: z.ZodType<Row>): readonly Row[] {
  if (status >= 300 || (json === undefined && !empty)) throw new TypeError("neither JSON nor empty");
  return rowsOf(json).map((sent) => row.parse(sent));
}

/**
 * Guess: a server that allows fewer rows than were asked for stops at a round number, at the documented default of 100 or above.
 * Such a page is no proof of the list's end.
 */
function mayBeCut(rows: number): boolean {
  return rows >= 100 && rows % 50 === 0;
}

/** One result for each id, in their order; every distinct id that `possible` admits is loaded once, all at the same time (12.1). */
export async function loadEach<T>(
  ids: readonly string[],
  possible: (id: string) => boolean,
  load: (id: string) => Promise<T | null>,
): Promise<readonly Loaded<T>[]> {
  const distinct = [...new Set(ids)].filter(possible);
  const loaded = new Map(await Promise.all(distinct.map(async (id) => [id, await settle(load(id))] as const)));
  return ids.map((id) => loaded.get(id) ?? null);
}
