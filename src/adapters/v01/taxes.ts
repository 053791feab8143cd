import { z } from "zod";
import type { CallScope, TaxVerbs, WritePlan, WriteStep } from "../../adapter/adapter.ts";
import { asText, createComparison, warningsOf } from "../../adapter/kit/comparing.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import { matchesTax } from "../../adapter/kit/filters.ts";
import { loadEach } from "../../adapter/kit/loading.ts";
import { type Members, readNote } from "../../adapter/kit/looking.ts";
import { pageOfAll } from "../../adapter/kit/paging.ts";
import { createReplacing } from "../../adapter/kit/replacing.ts";
import { createOmittedRows, recordWithId } from "../../adapter/kit/rows.ts";
import { changeStep } from "../../adapter/kit/steps.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, invalidInput, named, notFound, settle } from "../../model/errors.ts";
import type { Tax, TaxInput } from "../../model/model.ts";
import type { PickWritten, ReadCalls, Session } from "./call.ts";
import { comparedTax, taxDiffers, taxWarningContext } from "./compared.ts";
import { taxFields } from "./fields.ts";
import { taxChangeTakes, taxTakes } from "./inputs.ts";
import { changedTax, isCountry, newTax, storedTax, type TaxForm, taxForm, taxFrom, taxParts } from "./map-tax.ts";
import {
  ageOfRecord,
  createdRow,
  createRecordClock,
  isNewId,
  type Judged,
  lookThrough,
  type PriorState,
  priorState,
  priorStateOf,
  type RecordClock,
} from "./notes.ts";
import { isLong, type TaxRow, taxRow } from "./wire.ts";

const action = "POST /countries/{country}/taxes/{id}";

/** Everything that writes of taxes work with. */
interface TaxAccess extends Session {
  /** Null for a rate of another country than the table's. */
  readonly unified: (record: TaxRow, country: string) => Tax | null;
  /** The call that lists a country's rates. */
  readonly tableOf: (country: string) => { readonly function: string; readonly path: string };
  readonly load: (id: string, scope: CallScope, reads?: ReadCalls) => Promise<{ readonly record: TaxRow } | null>;
  readonly read: (id: string, scope: CallScope) => Promise<Tax>;
  readonly recordClock: RecordClock;
  readonly replace: ReturnType<typeof createReplacing>;
}

const form = z.record(z.string(), z.string());

/** Compares rates as they are sent. */
const changedForm = createComparison({ description: asText });

const createNote = z.object({ before: priorState, country: z.string(), sent: form });
type CreateNote = z.infer<typeof createNote>;

/** A new rate of a country's table: contract 9.2. */
function createTax(input: TaxInput, access: TaxAccess): WritePlan<Tax> {
  const { key, settings, requests, recordClock, unified, tableOf, load, read } = access;
  const { country, form: sent } = newTax(input, key, settings);

  /** The action takes no code: a rate is recognised by its members and its age. */
  const judging =
    (noted: CreateNote) =>
    (rate: TaxRow): Judged | null => {
      if (unified(rate, noted.country) === null) return null;
      const id = `${noted.country}:${rate.id}`;
      const age = ageOfRecord(rate, noted.before);
      return {
        record: { id, claim: id, age, differs: taxDiffers(rate, noted.sent) },
        code: "none",
        isNew: isNewId(rate, noted.before),
        isContrary: rate.value !== null && String(rate.value) !== noted.sent["value"],
      };
    };

  /** Where the table could not be read before, an answer that differs from the request is another rate. */
  const answering = (noted: CreateNote) => {
    const judge = judging(noted);
    return (rate: TaxRow): Judged | null => {
      const judged = judge(rate);
      const isOwn = noted.before.whole || judged?.record.differs.length === 0;
      return isOwn ? judged : null;
    };
  };

  async function tableBefore(scope: CallScope): Promise<PriorState> {
    const seen = requests.highestId(taxRow);
    const rows = await settle(requests.certain.find(tableOf(country), taxRow, scope));
    if (!(rows instanceof BillingError)) {
      // With the id of an existing rate, the action would change that rate.
      if (rows.some(({ id }) => id === settings.taxCreateId)) throw isTaken(key, settings.taxCreateId);
      return priorStateOf({ rows, whole: true }, seen, recordClock, scope);
    }
    // The table's [tax-id] is a guess: a refused table does not prevent creating a rate.
    if (rows.code === "NOT_FOUND" || rows.code === "INVALID_INPUT" || rows.code === "BAD_RESPONSE") {
      return priorStateOf({ rows: [], whole: false }, seen, recordClock, scope);
    }
    throw rows;
  }

  const step: WriteStep<Tax> = {
    action,
    note: async (_id, _intent, scope) => {
      const noted: CreateNote = { before: await tableBefore(scope), country, sent };
      return JSON.stringify(noted);
    },
    send: async (_id, intent, scope) => {
      const noted = readNote(intent.note, createNote);
      const path = `countries/${noted.country}/taxes/${settings.taxCreateId}`;
      const call = { function: action, method: "POST", path, body: { form: noted.sent }, parameters: taxFields } as const;
      const created: PickWritten<TaxRow> = (rows, isList) => createdRow(rows, isList, answering(noted));
      const record = await requests.write(call, taxRow, created, scope);
      recordClock.created(record, noted.before);
      const id = `${noted.country}:${record.id}`;
      const value = unified(record, noted.country);
      return value ? { id, value } : { id };
    },
    // A refused table is not an empty one: its [tax-id] is a guess.
    find: async (_id, intent, scope) => {
      const noted = readNote(intent.note, createNote);
      return lookThrough(await requests.certain.find(tableOf(noted.country), taxRow, scope), judging(noted));
    },
    compare: async ({ id, raw }, intent, scope) => {
      const { country: countryCode, sent: form } = readNote(intent.note, createNote);
      const { sent, shown } = comparedTax(raw, { ...form, countryCode });
      // A rate without a country has the country of its table.
      const isThere = shown["countryCode"] === null && (await load(id, scope)) !== null;
      return warningsOf(taxWarningContext(key, settings), sent, isThere ? { ...shown, countryCode } : shown);
    },
  };

  async function readCreated(id: string, scope: CallScope): Promise<Tax | null> {
    const loaded = await load(id, scope);
    return loaded && unified(loaded.record, country);
  }

  return {
    read,
    undo: (id) => archiveTax(id, access),
    steps: [
      provenCreate(step, {
        backend: key,
        read: readCreated,
        isOther: ({ raw }, { note }) => !judging(readNote(note, createNote))(taxRow.parse(raw))?.isNew,
      }),
    ],
  };
}

/** The rate before the change, and the whole rate to send, as the action replaces all of it (9.2). v01 has no version: all members stand for it. */
const changeNote = z.object({
  was: z.record(z.string(), z.string().nullable()),
  sent: form,
  /** The names of the changed members. */
  changed: z.array(z.string()),
});
type ChangeNote = z.output<typeof changeNote>;

function changeTax(id: string, changes: TaxForm, access: TaxAccess, isState?: true): WritePlan<Tax> {
  const { key, settings, requests, unified, load, read, replace } = access;
  const parts = taxParts(id);
  if (!parts) throw notFound(key, "The tax");
  const { country, taxId } = parts;

  async function existing(scope: CallScope): Promise<TaxRow> {
    const loaded = await load(id, scope);
    if (!loaded) throw notFound(key, "The tax");
    return loaded.record;
  }

  const step = changeStep<Tax, ChangeNote>(id, {
    ...taxWarningContext(key, settings),
    comparison: changedForm,
    action,
    isState,
    noted: changeNote,
    note: async (scope) => {
      const stored = await existing(scope);
      return { was: storedTax(stored), sent: changedTax(stored, changes, key), changed: Object.keys(changes) };
    },
    before: ({ was }) => ({ was, version: JSON.stringify(was) }),
    send: async (noted, _intent, scope) => {
      const path = `countries/${country}/taxes/${taxId}`;
      const call = { function: action, method: "POST", path, body: { form: noted.sent }, parameters: taxFields } as const;
      const own = (rows: readonly TaxRow[]) => rows.find((row) => row.id === taxId);
      const record = await replace(id, {
        what: "The tax",
        noted: { version: JSON.stringify(noted.was), whole: null },
        read: () => existing(scope),
        versionOf: (rate) => ({ version: JSON.stringify(storedTax(rate)), whole: null }),
        write: () => requests.write(call, taxRow, own, scope),
        compared: storedTax,
        sent: changedOf(noted),
      });
      const value = unified(record, country);
      return value ? { id, value } : { id };
    },
    sent: changedOf,
    now: async (_noted, scope) => {
      const loaded = await load(id, scope, requests.certain);
      if (!loaded) return null;
      const members = storedTax(loaded.record);
      return { members, version: JSON.stringify(members) };
    },
    shown: (record) => storedTax(taxRow.parse(record)),
  });
  return { read, steps: [step] };
}

function changedOf({ sent, changed }: ChangeNote): Members {
  return Object.fromEntries(changed.map((name) => [name, sent[name]]));
}

function archiveTax(id: string, access: TaxAccess): WritePlan<Tax> {
  return changeTax(id, { isActive: "false" }, access, true);
}

function isTaken(backend: string, id: string): BillingError {
  const message = `${named(backend)} already has a tax with the id ${id} (its setting taxCreateId), which this call would change. Nothing was sent.`;
  return new BillingError("CONFLICT", message, { backend, retryable: false });
}

const loadAction = "GET /countries/{country}/taxes/{id}/~load";

/** Tax rates of countries (contract 9). One action creates and changes them; none deletes them. */
export function taxVerbs(session: Session): TaxVerbs {
  const { key, settings, requests } = session;
  const unified = (record: TaxRow, country: string): Tax | null => taxFrom(record, country, key, settings);

  const tableOf = (country: string) => ({ function: loadAction, path: `countries/${country}/taxes/${settings.taxListId}/~load` });

  async function loadOne(
    id: string,
    scope: CallScope,
    reads: ReadCalls = requests,
  ): Promise<{ record: TaxRow; tax: Tax } | null> {
    const parts = taxParts(id);
    if (!parts) return null;
    const path = `countries/${parts.country}/taxes/${parts.taxId}/~load`;
    const rows = await reads.load({ function: loadAction, path, query: { id: parts.taxId } }, taxRow, scope);
    const record = recordWithId(rows, (row) => row.id, parts.taxId);
    const tax = record ? unified(record, parts.country) : null;
    return record && tax ? { record, tax } : null;
  }

  async function read(id: string, scope: CallScope): Promise<Tax> {
    const loaded = await loadOne(id, scope);
    if (!loaded) throw notFound(key, "The tax");
    return loaded.tax;
  }

  /** Reads a country's table. A country without rates has an empty one; a table that is refused as unknown is an error. */
  async function tableRows(country: string, scope: CallScope): Promise<readonly TaxRow[]> {
    const rows = await settle(requests.find(tableOf(country), taxRow, scope));
    if (!(rows instanceof BillingError)) return rows;
    const isRefused = rows.backendCode !== undefined && (rows.code === "NOT_FOUND" || rows.code === "INVALID_INPUT");
    throw isRefused ? tableRefused(country, rows) : rows;
  }

  function tableRefused(country: string, { backendCode }: BillingError): BillingError {
    const message = `${named(key)} does not list the taxes of ${country} under the id ${settings.taxListId} (${backendCode}): see its setting taxListId.`;
    return new BillingError("UNSUPPORTED", message, { backend: key, backendCode });
  }

  const access = {
    ...session,
    unified,
    tableOf,
    load: loadOne,
    read,
    recordClock: createRecordClock(session.clock, settings.timeZone),
    replace: createReplacing(key, changedForm),
  };

  return {
    getMany: (ids, scope) =>
      loadEach(ids, {
        isPossible: (id) => taxParts(id) !== null,
        atOnce: settings.concurrency,
        load: async (id) => (await loadOne(id, scope))?.tax ?? null,
      }),

    list: async (query, page, scope) => {
      const country = (query.country ?? settings.country).toUpperCase();
      if (!isCountry(country)) throw invalidInput(["filter", "country"], "must be a code of two letters such as US");
      if (page.after !== null && !isLong(page.after)) throw invalidInput("after", "is not a cursor of this list");
      const rows = await tableRows(country, scope);
      const taxes = rows.flatMap((record) => unified(record, country) ?? []);
      const omitted = createOmittedRows(key, "taxes");
      const matching = taxes.filter((tax) => matchesTax(tax, query, [tax.name, tax.description, tax.backendId]));
      return pageOfAll(matching, (tax) => tax.backendId, page, { omitted });
    },

    create: creating(key, "tax", taxTakes(settings), (input) => createTax(input, access)),
    update: changing(key, "taxChange", taxChangeTakes(settings), (id, change) =>
      changeTax(id, taxForm(change, key, settings), access),
    ),
    archive: (id) => archiveTax(id, access),
  };
}
