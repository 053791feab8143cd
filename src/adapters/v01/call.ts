import type { CallScope } from "../../adapter/adapter.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import type { BackendClock } from "../../adapter/kit/looking.ts";
import type { FetchRows } from "../../adapter/kit/paging.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { clashingIds, createHighestIds } from "../../adapter/kit/rows.ts";
import type { BackendAnswer, BackendCall, BackendConnection } from "../../connections/http.ts";
import { BillingError, badResponse, settle } from "../../model/errors.ts";
import { errorIn, isCertainlyMissing, isLimitRefusal, isMissing, isOwnFailure } from "./errors.ts";
import { memberNames } from "./fields.ts";
import type { ListedRecords } from "./list-shapes.ts";
import { createPageLimits } from "./page-limits.ts";
import type { V01Settings } from "./settings.ts";
import { customerRow, type Reader, rowsOf } from "./wire.ts";

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

interface Place {
  readonly offset: number;
  readonly wanted: number;
  /** The length of the page before, where it was shorter than asked: rows behind it show that the server cut it. */
  readonly behind: number | undefined;
  readonly known: { readonly has: (id: string) => boolean };
}

type ReadPage = <Row extends Identified>(
  call: ReadCall,
  row: Reader<Row>,
  scope: CallScope,
  place: Place,
  shown?: (isShown: boolean) => void,
) => Promise<{ readonly rows: readonly Row[]; readonly goesOn: boolean; readonly cutAt: number | undefined }>;
type Read = <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => Promise<readonly Row[]>;

/** How verbs read. Each call rejects with the BillingError that the backend reported. */
export interface ReadCalls {
  /** Sends one call. */
  readonly find: Read;
  /** As `find`, but a failure that means "not found" (contract 3.3.4) is an empty answer. */
  readonly load: Read;
  /** Reads a whole list, each record once: its order is not specified and rows may move between pages (12.2). Normally one call. */
  readonly all: Read;
}

/** Picks the record that a write left, from the rows of its answer. @param isList false where the answer was the one record */
export type PickWritten<Row> = (rows: readonly Row[], isList: boolean) => Row | undefined;

/** How verbs call the backend. */
export interface Requests extends ReadCalls {
  readonly pages: <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => FetchRows<Row>;
  /**
   * Reads that prove absence, for looks after which a write may be sent again. Stricter: an empty answer is no empty list; only a
   * failure V means that a record does not exist, as a bare 404 may come from a proxy; a list is read until a page is shorter than
   * servers cut them.
   */
  readonly certain: ReadCalls;
  /** As `all`; `whole` where the backend has shown that these are all, even if none. */
  readonly listing: <Row extends Identified>(
    call: ReadCall,
    row: Reader<Row>,
    scope: CallScope,
  ) => Promise<{ readonly rows: readonly Row[]; readonly whole: boolean }>;
  /**
   * Sends a write. Every write answers with a record (contract 4), perhaps in a list. Where `pick` finds none, the answer is not
   * understood and the outcome is unknown.
   */
  readonly write: <Row extends Identified>(
    call: WriteCall,
    row: Reader<Row>,
    pick: PickWritten<Row>,
    scope: CallScope,
  ) => Promise<Row>;
  /** The highest id of a kind of record in all answers so far; null before the first. */
  readonly highestId: (kind: Reader<Identified>) => string | null;
}

/** Everything that verbs work with. */
export interface Session {
  readonly key: string;
  readonly settings: V01Settings;
  readonly requests: Requests;
  readonly clock: BackendClock;
}

const basicCredentials = ({ username, password }: V01Settings): string =>
  Buffer.from(`${username}:${password}`, "utf8").toString("base64");

/** The credentials and headers of each call. No source tells what chooses the answer's format, so reads send Content-Type too (2.4). */
export function loginOf(settings: V01Settings) {
  const { username, password, authentication } = settings;
  const json = { "content-type": "application/json" };
  if (authentication === "digest") return { headers: json, digest: { username, password } };
  return { headers: { authorization: `Basic ${basicCredentials(settings)}`, ...json }, digest: undefined };
}

export function createCalls(key: string, settings: V01Settings, connection: BackendConnection): Requests {
  const { username, password } = settings;
  const secrets = [password, username, basicCredentials(settings)];
  const { headers, digest } = loginOf(settings);

  const highest = createHighestIds<Reader<Identified>>();
  const limits = createPageLimits(settings.pageMaximum);
  /** The lists that have come as an empty array or as a count of 0. */
  const empties = new Set<string>();
  const names = memberNames(settings);
  const isOfCustomers = (row: Reader<Identified>): boolean => row === customerRow;
  const decodeRows = <Row extends Identified>({ rows }: ListedRecords, row: Reader<Row>): readonly Row[] => {
    const records = rows.map((sent) => row.parse(isOfCustomers(row) ? names.read(sent) : sent));
    for (const { id } of records) highest.seen(row, id);
    return records;
  };

  function reads(certain: boolean): ReadCalls & Pick<Requests, "listing"> & { readonly readPage: ReadPage } {
    const isAbsence = certain ? isCertainlyMissing : isMissing;

    /** @param shown told whether the answer shows a record or a list */
    const read = <Row extends Identified>(
      call: ReadCall,
      row: Reader<Row>,
      scope: CallScope,
      absenceIsEmpty: boolean,
      shown: (isShown: boolean) => void = () => {},
    ) => {
      const decode = (answer: BackendAnswer): readonly Row[] => {
        const error = errorIn(answer, { backend: key, secrets, parameters: {} });
        if (error && absenceIsEmpty && isAbsence(error)) return [];
        if (error) throw error;
        const records = recordsOf(answer, Number(call.query?.["offset"] ?? 0));
        const isShown = records.shape !== "none";
        const isEmptyList = call.query?.["offset"] !== undefined && records.rows.length === 0;
        if (isEmptyList && isShown) empties.add(call.function);
        // An installation writes its empty lists in one way: once it has sent one, nothing at all is none (A3).
        if (!isShown && (certain || (isEmptyList && empties.has(call.function))))
          throw new TypeError("neither a record nor a list");
        shown(isShown);
        return decodeRows(records, row);
      };
      return connection.call({ ...call, effect: "read", method: "GET", headers, digest, decode }, scope);
    };

    /** Reads a page of up to `wanted` rows; asks for fewer where the server refuses the limit. */
    const readPage: ReadPage = async (call, row, scope, { offset, wanted, behind, known }, shown) => {
      for (;;) {
        const limit = limits.ask(wanted);
        const query = { ...call.query, offset: String(offset), limit: String(limit) };
        const page = await settle(read({ ...call, query }, row, scope, false, shown));
        if (!(page instanceof BillingError)) {
          if (behind !== undefined && page.some(({ id }) => !known.has(id))) limits.cut(call.function, behind);
          const goesOn = limits.mayGoOn(call.function, page.length, limit, certain);
          return { rows: page, goesOn, cutAt: page.length < limit ? page.length : undefined };
        }
        if (!isLimitRefusal(page) || !limits.refused(limit)) throw page;
      }
    };

    const listing: Requests["listing"] = async <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) => {
      const rows = new Map<string, Row>();
      const twins: Row[] = [];
      let whole = true;
      let behind: number | undefined;
      for (let offset = 0; ; ) {
        const place = { offset, wanted: settings.pageMaximum, behind, known: rows };
        const {
          rows: page,
          goesOn,
          cutAt,
        } = await readPage(call, row, scope, place, (isShown) => {
          whole &&= isShown;
        });
        const known = rows.size;
        // Two records of one answer with one id that differ are both returned: see kit/rows.ts.
        const clashing = clashingIds(page, ({ id }: Row) => id);
        for (const record of page) {
          const other = clashing.has(record.id) ? rows.get(record.id) : undefined;
          if (other !== undefined && page.includes(other)) twins.push(other);
          rows.set(record.id, record);
        }
        if (!goesOn || page.length === 0) return { rows: [...rows.values(), ...twins], whole };
        // An empty answer need not be an empty list (A3). So the next page begins with the last row of this one: it is not empty.
        const overlaps = page.length > 1 && (certain || !empties.has(call.function));
        offset += overlaps ? page.length - 1 : page.length;
        behind = cutAt;
        if (rows.size > known) continue;
        // Nothing new: the installation ignores the offset. Behind a full page there certainly are more rows; behind a shorter one
        // there may be, which matters only where absence is a proof.
        if (certain || cutAt === undefined) throw badResponse(key, "ignores the requested start of a page");
        return { rows: [...rows.values(), ...twins], whole: false };
      }
    };

    return {
      find: (call, row, scope) => read(call, row, scope, false),
      load: (call, row, scope) => read(call, row, scope, true),
      all: async (call, row, scope) => (await listing(call, row, scope)).rows,
      listing,
      readPage,
    };
  }

  const { readPage, ...plain } = reads(false);

  return {
    ...plain,
    certain: reads(true),
    pages:
      <Row extends Identified>(call: ReadCall, row: Reader<Row>, scope: CallScope) =>
      async (offset: number, limit: number) => {
        const rows: Row[] = [];
        const seen = new Set<string>();
        let behind: number | undefined;
        for (;;) {
          const place = { offset: offset + rows.length, wanted: limit - rows.length, behind, known: seen };
          const more = await readPage(call, row, scope, place);
          // Nothing new: there is no more, or the installation ignores the offset.
          if (more.rows.every(({ id }) => seen.has(id))) return rows;
          behind = more.cutAt;
          rows.push(...more.rows);
          for (const { id } of more.rows) seen.add(id);
          if (rows.length >= limit || !more.goesOn) return rows;
        }
      },
    write: ({ parameters, body, ...call }, row, pick, scope) => {
      const decode = (answer: BackendAnswer) => {
        const given = isOfCustomers(row) ? names.fields(parameters) : parameters;
        const error = errorIn(answer, { backend: key, secrets, parameters: given });
        if (error) throw error;
        const records = recordsOf(answer, 0);
        const record = pick(decodeRows(records, row), records.shape === "list");
        if (record === undefined) throw new TypeError("the answer to a write does not show what it wrote");
        return record;
      };
      const sent = isOfCustomers(row) && body && "json" in body ? { json: names.written(body.json as Row) } : body;
      return connection.call({ ...call, body: sent, effect: "write", headers, digest, decode, isOwnFailure }, scope);
    },
    highestId: highest.of,
  };
}

/** The records of an answer. Throws for one that is not understood, such as a redirect: it is not followed, as GET may write (quirk 2). */
function recordsOf({ status, json, empty }: BackendAnswer, offset: number): ListedRecords {
  if (status >= 300 || (json === undefined && !empty)) throw new TypeError("neither JSON nor empty");
  return rowsOf(json, offset);
}
