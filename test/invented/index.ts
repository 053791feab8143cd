import { z } from "zod";
import type { Adapter, CallScope, Intent, WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { completeSet } from "../../src/adapter/charge-order.ts";
import type { TakesOf } from "../../src/adapter/inputs.ts";
import { asText, createComparison, type FieldPaths, membersBehind, warningsOf } from "../../src/adapter/kit/comparing.ts";
import { provenCreate } from "../../src/adapter/kit/created.ts";
import { listEach, loadEach } from "../../src/adapter/kit/loading.ts";
import { lookAmong } from "../../src/adapter/kit/looking.ts";
import { pageOfAll } from "../../src/adapter/kit/paging.ts";
import {
  count,
  isRow,
  notUnderstoodIn,
  numericId,
  oncePerRow,
  type Row,
  recordReader,
  requireDate,
  rowIn,
  rowsIn,
  text,
} from "../../src/adapter/kit/reading.ts";
import { createOmittedRows, omittedRowError, recordsById, recordWithId, withoutId } from "../../src/adapter/kit/rows.ts";
import { isStoredCode } from "../../src/adapter/kit/stored.ts";
import { creating } from "../../src/adapter/kit/taking.ts";
import { commonSettings, currencySetting, secretSetting } from "../../src/adapter/settings.ts";
import type { BackendCall, BackendConnection } from "../../src/connections/http.ts";
import { BillingError, badResponse, invalidInput, notFound } from "../../src/model/errors.ts";
import type { Charge, ChargeInput, Customer } from "../../src/model/model.ts";
import { fromMinorUnits, money, toMinorUnits } from "../../src/model/money.ts";
import { containsText } from "../../src/model/text.ts";

/** A kind of backend that somebody could add outside of src: this file is all of it, and it passes the contract suite. */

export const kind = "TALLY_BOOK";
export const label = "Tally book";
export const description = "An invented billing system: people, each with lines in a book.";

export const settings = z.strictObject({
  kind: z.literal("tallybook"),
  ...commonSettings,
  username: secretSetting,
  password: secretSetting,
  currency: currencySetting,
});
type Settings = z.output<typeof settings>;

const no = { use: "refused", because: "has no column for it" } as const;

export const chargeTakes: TakesOf<"charge"> = {
  customerId: { use: "required" },
  description: { use: "required", longest: 60, label: "What for", hint: "At most 60 characters" },
  amount: { use: "required", decimals: 2, least: "0.01", most: "999.99" },
  kind: { use: "optional", values: ["ONE_OFF", "FEE"], words: { ONE_OFF: "Plain", FEE: "Loud" } },
  date: { use: "optional", hint: "Default: today" },
  currency: no,
  name: no,
  notes: no,
  planId: no,
  serviceId: no,
  taxAmount: no,
  cost: no,
  quantity: no,
  recurrence: no,
  reference: no,
  taxIds: no,
  executeNow: no,
};

const kinds: Readonly<Record<string, Charge["kind"]>> = { plain: "ONE_OFF", loud: "FEE" };

const personFields = recordReader({ id: numericId, called: text });
const personIn = oncePerRow((row: Row) => personFields.parse(row));
type PersonRow = ReturnType<typeof personIn>;

const lineFields = recordReader({
  id: numericId,
  person: numericId,
  what: text,
  pennies: count,
  day: (sent) => (z.iso.date().safeParse(sent).success ? String(sent) : null),
  tone: (sent) => (typeof sent === "string" && Object.hasOwn(kinds, sent) ? sent : null),
  mark: text,
});
const lineIn = oncePerRow((row: Row) => ({ ...lineFields.parse(row), raw: row }));
type LineRow = ReturnType<typeof lineIn>;

/** What a new line is sent as, and what of it the stored one is compared with. */
const sentLine = ({ description: what, amount, kind: wanted, date }: ChargeInput, { createdAt }: Intent) => ({
  what: what ?? "",
  pennies: Number(toMinorUnits(amount ?? "0", 2)),
  day: date ?? createdAt.slice(0, 10),
  tone: wanted === "FEE" ? "loud" : "plain",
});
/** Each line shows its sender's mark, so no line of another request looks like this one's. */
const isMarked = ({ mark }: LineRow, { stepId }: Intent): boolean => mark !== null && isStoredCode(stepId, mark);
const comparison = createComparison({ what: asText });
const fields: FieldPaths = { person: ["customerId"], what: ["description"], pennies: ["amount"], day: ["date"], tone: ["kind"] };
/** A stored value as people read it. */
const shownText = (name: string, value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (name === "pennies") return fromMinorUnits(Number(value), 2);
  return name === "tone" ? (kinds[String(value)] ?? null) : String(value);
};

const customerOf = oncePerRow((row: PersonRow, backend: string, currency: string): Customer => {
  const id = row.id ?? "";
  const nothing = { organizationName: null, firstName: null, lastName: null, email: null, phone: null, address: null };
  const unknown = { reference: null, amountDue: null, createdAt: null, updatedAt: null, parent: null, plan: null };
  return {
    ...{ type: "Customer", backend, id, backendId: id, name: row.called ?? id, status: "ACTIVE", currency },
    ...{ ...nothing, ...unknown, ...notUnderstoodIn(row), raw: { id, called: row.called } },
  };
});

const chargeOf = oncePerRow((line: LineRow, backend: string, currency: string): Charge => {
  const { id, person, what, pennies, day, tone } = line;
  const nothing = { reference: null, plan: null, service: null, notes: null, taxAmount: null, total: null, cost: null };
  const unknown = { outstanding: null, recurrence: null, createdAt: null, updatedAt: null };
  return {
    ...{ type: "Charge", backend, id: `${person}:${id}`, backendId: id ?? "", status: "DEFINED", quantity: "1" },
    customer: { backend, id: person ?? "", name: null },
    name: what ?? `Line ${id}`,
    description: what,
    kind: (tone !== null && kinds[tone]) || "ONE_OFF",
    amount: pennies === null ? null : money(fromMinorUnits(pennies, 2), currency),
    date: day,
    ...{ ...nothing, ...unknown, ...notUnderstoodIn(line), raw: line.raw },
  };
});

export function create(
  key: string,
  { username, password, currency, concurrency }: Settings,
  connection: BackendConnection,
): Adapter {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

  function ask<T>(name: string, path: string, read: (answer: unknown) => T, scope: CallScope, json?: unknown): Promise<T> {
    const call: BackendCall<T> = {
      function: name,
      effect: json === undefined ? "read" : "write",
      method: json === undefined ? "GET" : "POST",
      path,
      headers: { authorization },
      ...(json !== undefined && { body: { json } }),
      isOwnFailure: (answer) => isRow(answer) && "wrong" in answer,
      decode: ({ status, json: answer }) => {
        if (status === 404) throw notFound(key, "The person", ["customerId"]);
        if (status === 401) throw new BillingError("UNAUTHENTICATED", `${key} does not accept the login.`, { backend: key });
        return read(answer);
      },
    };
    return connection.call(call, scope);
  }

  const people = (scope: CallScope) =>
    ask("GET /people", "people", (answer) => rowsIn(answer).map((row) => personIn(row)), scope);
  const linesPath = (person: string): string => `people/${encodeURIComponent(person)}/lines`;

  /** The lines of a person, also those without an id. Lines of another person mean that this is another one's list. */
  async function linesOf(person: string, scope: CallScope): Promise<readonly LineRow[]> {
    const read = (answer: unknown) => rowsIn(answer).map((row) => lineIn(row));
    const lines = await ask("GET /people/{id}/lines", linesPath(person), read, scope);
    if (lines.some(({ person: owner }) => owner !== null && owner !== person))
      throw badResponse(key, "shows another one's lines");
    return lines;
  }

  async function read(id: string, scope: CallScope): Promise<Charge> {
    const [owner = "", number = ""] = id.split(":");
    const lines = await linesOf(owner, scope);
    const line = recordWithId(lines, (each) => each.id, number);
    if (!line && lines.some((each) => each.id === null)) throw omittedRowError(key, "lines", "id");
    if (!line) throw notFound(key, "The line");
    if (line.person === null) throw omittedRowError(key, "lines", "owner");
    return chargeOf(line, key, currency);
  }

  const createCharge = creating(key, "charge", chargeTakes, (input) => {
    const person = input.customerId ?? "";
    const step: WriteStep<Charge> = {
      action: "POST /people/{id}/lines",
      send: async (_id, intent, scope) => {
        const decode = (answer: unknown): LineRow => {
          const line = lineIn(rowIn(answer));
          if (line.id === null) throw new TypeError("a line without an id");
          return line;
        };
        const sent = { ...sentLine(input, intent), mark: intent.stepId };
        const made = await ask("POST /people/{id}/lines", linesPath(person), decode, scope, sent);
        return { id: `${person}:${made.id}`, value: chargeOf({ ...made, person }, key, currency) };
      },
      find: async (_id, intent, scope) => {
        const lines = await linesOf(person, scope);
        if (lines.some(({ id }) => id === null)) throw withoutId(key, "lines");
        const own = lines.filter((line) => isMarked(line, intent));
        const seen = own.map((line) => {
          const differs = membersBehind(comparison.differing(sentLine(input, intent), line), fields);
          return { id: `${person}:${line.id}`, claim: `${person}:${line.id}`, age: "since", differs } as const;
        });
        return lookAmong(seen);
      },
      compare: async ({ raw }, intent) => {
        const context = { backend: key, comparison, fields, text: shownText };
        return warningsOf(context, { ...sentLine(input, intent), person }, lineIn(raw));
      },
    };
    const isOther = ({ raw }: Charge, intent: Intent): boolean => !isMarked(lineIn(raw), intent);
    const plan: WritePlan<Charge> = { read, steps: [provenCreate(step, { backend: key, read, isOther })] };
    return plan;
  });

  return {
    key,
    kind,
    currency,
    timeZone: "UTC",
    customers: {
      getMany: async (ids, scope) => {
        const rows = await people(scope);
        const known = recordsById(
          rows,
          ({ id }) => id,
          (row) => customerOf(row, key, currency),
        );
        const missing = rows.some(({ id }) => id === null) ? omittedRowError(key, "people", "id") : null;
        return ids.map((id) => known.get(id) ?? missing);
      },
      list: async ({ search, email, reference, status }, page, scope) => {
        if (page.after !== null && !/^\d+$/.test(page.after)) throw invalidInput("after", "is not a cursor of this list");
        const omitted = createOmittedRows(key, "people");
        const rows = await people(scope);
        const all = rows.flatMap((row) => (row.id === null ? (omitted.add("id") ?? []) : customerOf(row, key, currency)));
        // Nobody has an e-mail address or a reference, and nobody is archived.
        const possible = email || reference || status === "ARCHIVED" ? [] : all;
        const matching = possible.filter(({ name }) => !search || containsText([name], search));
        return pageOfAll(matching, ({ id }) => id, page, { omitted });
      },
    },
    charges: {
      getMany: (ids, scope) =>
        loadEach(ids, { isPossible: (id) => /^\d+:\d+$/.test(id), atOnce: concurrency, load: (id) => read(id, scope) }),
      listByCustomers: (ids, query, window, scope) =>
        listEach(ids, concurrency, async (person) => {
          const omitted = createOmittedRows(key, "lines");
          const charges = (await linesOf(person, scope)).flatMap((line) => {
            const unusable = line.id === null ? "id" : line.person === null ? "owner" : null;
            return unusable ? (omitted.add(unusable) ?? []) : requireDate(chargeOf(line, key, currency), ["day"]);
          });
          return completeSet(charges, query, window, omitted);
        }),
      create: createCharge,
    },
    probe: async (scope) => {
      await people(scope);
    },
  };
}
