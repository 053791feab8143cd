import type { CallScope } from "../../adapter/adapter.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { createHighestIds } from "../../adapter/kit/highest-ids.ts";
import type { BackendClock } from "../../adapter/kit/moment.ts";
import type { FetchRows } from "../../adapter/kit/paging.ts";
import type { BackendAnswer, BackendCall, BackendConnection } from "../../connections/http.ts";
import { BillingError } from "../../model/errors.ts";
import { type Failure, failureIn, reported } from "./errors.ts";
import type { V01Settings } from "./settings.ts";
import { type Reader, rowsOf, showsRows } from "./wire.ts";

/** The rows of a page are cut at this many (A7; the reference states no upper bound). */
export const maximumLimit = 1000;
/** So many rows come where no limit is asked for (5.2, 6.2): no server allows fewer. */
const defaultLimit = 100;

interface ReadCall {
  readonly function: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}
interface WriteCall extends Pick<BackendCall<unknown>, "function" | "method" | "path" | "body"> {
  readonly parameters: FieldPaths;
}

interface Identified {
  readonly id: string;
}

type Read = <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => Promise<readonly Row[]>;

/** The ways in which the verbs read; each fails with the BillingError that the backend reported. */
export interface ReadCalls {
  readonly find: Read;
  /** As `find`, where a failure that means "not found" (contract 3.3.4) is an empty answer. */
  readonly load: Read;
  /** Every record of a list once: order is not specified and rows may move between pages (12.2). Normally one call. */
  readonly all: Read;
}

/** The ways in which the verbs talk to the backend. */
export interface Requests extends ReadCalls {
  readonly pages: <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => FetchRows<Row>;
  /**
   * The same where a record that is not seen lets a write be sent again: absence must then be the backend's own word. An
   * answer with nothing in it is no empty list, a bare 404 may come from something in front of the backend and only a failure
   * V means that a record does not exist, and a list is followed until a page is shorter than any server would cut it.
   */
  readonly certain: ReadCalls;
  /** As `all`; `whole` where the backend has shown that these are all, be it by a list of none. */
  readonly listing: <Row extends Identified>(
    call: ReadCall,
    row: Reader<Row>,
    scope: CallScope,
  ) => Promise<{ readonly rows: readonly Row[]; readonly whole: boolean }>;
  /**
   * Every write answers with a record (contract 4). `own` picks the one that the write has left among the rows of the answer,
   * which may be a list; without one the answer is not understood, so the outcome is unknown.
   */
  readonly write: <Row extends Identified>(
    call: WriteCall,
    row: Reader<Row>,
    own: (rows: readonly Row[]) => Row | undefined,
    scope: CallScope,
  ) => Promise<Row>;
  /** The highest id of a kind of record that any answer has shown; null before the first. */
  readonly highestId: (kind: Reader<Identified>) => string | null;
}

/** What every verb works with. */
export interface Backend {
  readonly key: string;
  readonly settings: V01Settings;
  readonly requests: Requests;
  readonly clock: BackendClock;
}

export function createCalls(key: string, { username, password }: V01Settings, connection: BackendConnection): Requests {
  // "HTTP authentication" in the reference; Basic is inferred (2.2).
  const credentials = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  const secrets = [password, username, credentials];
  // What chooses the format of the answer is not documented: Accept and Content-Type both go out, with reads too (2.4).
  const headers = { authorization: `Basic ${credentials}`, "content-type": "application/json" };

  const highest = createHighestIds<Reader<Identified>>();
  const decodeRows = <Row extends Identified>(answer: BackendAnswer, row: Reader<Row>): readonly Row[] => {
    const rows = rowsIn(answer).map((sent) => row.parse(sent));
    for (const { id } of rows) highest.seen(row, id);
    return rows;
  };

  const failed = (failure: Failure, parameters: FieldPaths) => reported(failure, { backend: key, secrets, parameters });

  function reads(certain: boolean): ReadCalls & Pick<Requests, "listing"> {
    const isAbsence = (failure: Failure): boolean => (certain ? failure.backendCode.startsWith("V") : failure.missing);

    /** @param shown told whether the answer shows a record or a list */
    const read = <Row extends Identified>(
      call: ReadCall,
      row: Reader<Row>,
      scope: CallScope,
      absenceIsEmpty: boolean,
      shown: (isShown: boolean) => void = () => {},
    ) => {
      const decode = (answer: BackendAnswer): readonly Row[] => {
        const failure = failureIn(answer);
        if (failure && absenceIsEmpty && isAbsence(failure)) return [];
        if (failure) throw failed(failure, {});
        const isShown = showsRows(answer.json);
        if (certain && !isShown) throw new TypeError("neither a record nor a list");
        shown(isShown);
        return decodeRows(answer, row);
      };
      return connection.call({ ...call, effect: "read", method: "GET", headers, decode }, scope);
    };

    const isCut = (rows: number): boolean => (certain ? rows >= defaultLimit : mayBeCut(rows));

    const listing: Requests["listing"] = async <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => {
      const rows = new Map<string, Row>();
      let whole = true;
      for (let offset = 0; ; ) {
        const query = { ...call.query, offset: String(offset), limit: String(maximumLimit) };
        const page = await read({ ...call, query }, row, scope, false, (isShown) => {
          whole &&= isShown;
        });
        const known = rows.size;
        for (const record of page) rows.set(record.id, record);
        if (!isCut(page.length)) return { rows: [...rows.values()], whole };
        offset += page.length;
        if (rows.size > known) continue;
        // Nothing new: the installation ignores the offset, and nobody knows whether there is more than it shows.
        if (certain) {
          throw new BillingError("BAD_RESPONSE", `${key} ignores where a page is to start.`, { backend: key, retryable: false });
        }
        return { rows: [...rows.values()], whole: false };
      }
    };

    return {
      find: (call, row, scope) => read(call, row, scope, false),
      load: (call, row, scope) => read(call, row, scope, true),
      all: async (call, row, scope) => (await listing(call, row, scope)).rows,
      listing,
    };
  }

  const plain = reads(false);

  return {
    ...plain,
    certain: reads(true),
    pages:
      <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) =>
      async (offset: number, limit: number) => {
        const rows: Row[] = [];
        for (;;) {
          const query = { ...call.query, offset: String(offset + rows.length), limit: String(limit - rows.length) };
          const more = await plain.find({ ...call, query }, row, scope);
          rows.push(...more);
          if (rows.length >= limit || !mayBeCut(more.length)) return rows;
        }
      },
    write: ({ parameters, ...call }, row, own, scope) => {
      const decode = (answer: BackendAnswer) => {
        const failure = failureIn(answer);
        if (failure) throw failed(failure, parameters);
        const record = own(decodeRows(answer, row));
        if (record === undefined) throw new TypeError("the answer to a write does not show what it wrote");
        return record;
      };
      return connection.call({ ...call, effect: "write", headers, decode }, scope);
    },
    highestId: highest.of,
  };
}

/** Throws for what cannot be understood; redirects are never followed, as GET changes state here too (quirk 2). */
function rowsIn({ status, json, empty }: BackendAnswer): readonly unknown[] {
  if (status >= 300 || (json === undefined && !empty)) throw new TypeError("neither JSON nor empty");
  return rowsOf(json);
}

/**
 * Guess: a server that allows fewer rows than were asked for stops at a round number, at the documented default of 100 or above.
 * Such a page is no proof of the list's end.
 */
function mayBeCut(rows: number): boolean {
  return rows >= defaultLimit && rows % 50 === 0;
}
