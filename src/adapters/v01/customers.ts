import { z } from "zod";
import type { CallScope, CustomerVerbs, Finding, Page, PageRequest, WritePlan, Written } from "../../adapter/adapter.ts";
import { membersBehind, warningsOf } from "../../adapter/kit/comparing.ts";
import { createAnyCase, matchesCustomer } from "../../adapter/kit/filters.ts";
import { createBatches, loadEach } from "../../adapter/kit/loading.ts";
import { mentioned, readNote } from "../../adapter/kit/looking.ts";
import { compareIds, type FetchRows, pageOfParts, partsOf } from "../../adapter/kit/paging.ts";
import { createOmittedRows, recordsById, recordWithId } from "../../adapter/kit/rows.ts";
import { changeStep } from "../../adapter/kit/steps.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { Customer, CustomerChange, CustomerInput } from "../../model/model.ts";
import type { CustomerQuery } from "../../model/queries.ts";
import type { PickWritten, ReadCalls, Session } from "./call.ts";
import { codeFor, isStoredMatch, matchCode, referenceOf } from "./codes.ts";
import { comparedCustomer, customerColumns, customerDiffers, customerWarningContext } from "./compared.ts";
import { customerFields } from "./fields.ts";
import { customerChangeTakes, customerTakes } from "./inputs.ts";
import { customerChanges, customerFrom, namesIn, newCustomer } from "./map-customer.ts";
import {
  ageOfRecord,
  type CreateNote,
  codedCreateStep,
  createdRow,
  createNote,
  createRecordClock,
  isNewId,
  type Judged,
  lookThrough,
  type RecordClock,
} from "./notes.ts";
import { type CustomerRow, customerRow, isLong } from "./wire.ts";

/** Everything that writes of customers work with. */
interface CustomerAccess extends Session {
  /** Null for a record of another merchant account. */
  readonly unified: (record: CustomerRow) => Customer | null;
  /** Null for an id that does not exist, or belongs to another merchant account. */
  readonly load: (id: string, scope: CallScope, reads?: ReadCalls) => Promise<{ readonly record: CustomerRow } | null>;
  readonly read: (id: string, scope: CallScope) => Promise<Customer>;
  readonly recordClock: RecordClock;
}

type Accepts = (judged: Judged) => boolean;

/** A new customer: contract 5.1. */
function createCustomer(input: CustomerInput, access: CustomerAccess): WritePlan<Customer> {
  const { key, settings, requests, recordClock, unified, load, read } = access;
  const parameters = newCustomer(input, settings.accountId);
  const reference = referenceOf(input.reference);
  const isOwn = reference === undefined;
  const action = "PUT /customers";
  const listOf = (filters: Readonly<Record<string, string>>) => ({
    function: "GET /customers",
    path: "customers",
    query: { accountId: String(settings.accountId), ...filters },
  });

  const judging =
    ({ before, sent }: CreateNote) =>
    (customer: CustomerRow): Judged | null => {
      const sentCode = { code: String(sent["code"]), isOwn };
      const code = matchCode(customer, sentCode);
      if (code === "step" || unified(customer) === null) return null;
      const { id } = customer;
      // The gateway's own code decides: nobody else chooses it, and no member that a person corrects is money.
      const isOurs = isOwn && code === "same";
      const differs = isOurs ? [] : customerDiffers(customer, sent);
      const age = isOurs ? "since" : ageOfRecord(customer, before);
      return {
        record: {
          id,
          claim: id,
          age,
          differs: isStoredMatch(code, customer.code, sentCode) ? differs : ["reference", ...differs],
        },
        code,
        isNew: isOurs || isNewId(customer, before),
        isContrary: namesDiffer(customer, sent),
      };
    };

  async function send(noted: CreateNote, scope: CallScope): Promise<Written<Customer>> {
    const call = { function: action, method: "PUT", path: "customers", body: { json: noted.sent } } as const;
    const created: PickWritten<CustomerRow> = (rows, isList) => createdRow(rows, isList, judging(noted));
    const record = await requests.write({ ...call, parameters: customerFields }, customerRow, created, scope);
    recordClock.created(record, noted.before);
    const value = unified(record);
    return value ? { id: record.id, value } : { id: record.id };
  }

  async function look(filters: Readonly<Record<string, string>>, noted: CreateNote, scope: CallScope, accepts: Accepts) {
    const rows = await requests.certain.all(listOf(filters), customerRow, scope);
    const judge = judging(noted);
    return lookThrough(rows, (row) => {
      const judged = judge(row);
      return judged && accepts(judged) ? judged : null;
    });
  }

  /** Looks at all customers of the account: a filter by text would hide one whose texts were altered. */
  const find = (noted: CreateNote, scope: CallScope): Promise<Finding> =>
    look({}, noted, scope, ({ code, record }) => code === "same" || code === "cut" || isAlike(noted.sent, record.differs));

  /**
   * Looks at the customers of these names only: nothing is sent again after this look. An answer that shows nothing at all proves nothing: then at
   * all customers.
   */
  const findUnderOurCode = async (noted: CreateNote, scope: CallScope): Promise<Finding> => {
    const hasCode: Accepts = ({ code }) => code === "same";
    const found = await settle(look(namesIn(parameters), noted, scope, hasCode));
    if (!(found instanceof BillingError)) return found;
    if (found.code !== "BAD_RESPONSE") throw found;
    return look({}, noted, scope, hasCode);
  };

  return {
    read,
    steps: [
      codedCreateStep({
        backend: key,
        action,
        isOwn,
        recordClock,
        sent: ({ stepId }) => ({ ...parameters, code: codeFor(stepId, reference).code }),
        highestId: () => requests.highestId(customerRow),
        listing: (scope) => requests.listing(listOf({}), customerRow, scope),
        send,
        read: async (id, scope) => {
          const loaded = await load(id, scope);
          return loaded && unified(loaded.record);
        },
        isOther: ({ raw }, noted) => judging(noted)(customerRow.parse(raw)) === null,
        find: (noted, _intent, scope) => find(noted, scope),
        findUnderCode: (noted, _intent, scope) => findUnderOurCode(noted, scope),
        compare: async ({ raw }, intent) => {
          const { code, ...texts } = readNote(intent.note, createNote).sent;
          const { sent, shown } = comparedCustomer(raw, isOwn ? texts : mentioned({ ...texts, code }));
          return warningsOf(customerWarningContext(key), sent, shown);
        },
      }),
    ],
  };
}

/** Whether a name that the customer shows is not the one that was sent. */
function namesDiffer(customer: CustomerRow, sent: CreateNote["sent"]): boolean {
  const shown = (["firstName", "lastName", "organizationName"] as const).filter((name) => customer[name] !== null);
  const names = Object.fromEntries(shown.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]])));
  return customerDiffers(customer, names).length > 0;
}

/** Members that tell people apart. A record without our code that differs in all of them is somebody else's. */
const identifying = ["name", "lastName", "email", "phone"];

function isAlike(sent: CreateNote["sent"], differs: readonly string[]): boolean {
  const members = membersBehind(Object.keys(sent), customerFields);
  return identifying.some((member) => members.includes(member) && !differs.includes(member));
}

/** The customer before the change, and the changed members, which alone are sent (5.4, A8). v01 has no version: all texts stand for it. */
const changeNote = z.object({
  was: z.record(z.string(), z.string().nullable()),
  sent: z.record(z.string(), z.string()),
});

/** A change of a customer: contract 5.4. */
function updateCustomer(id: string, change: CustomerChange, access: CustomerAccess): WritePlan<Customer> {
  const { key, requests, unified, load, read } = access;
  if (!isLong(id)) throw notFound(key, "The customer");
  const action = "POST /customers/{id}";
  const step = changeStep<Customer, z.infer<typeof changeNote>>(id, {
    ...customerWarningContext(key),
    action,
    noted: changeNote,
    note: async (scope) => {
      const stored = await load(id, scope);
      if (!stored) throw notFound(key, "The customer");
      const { record } = stored;
      return { was: customerColumns(record), sent: customerChanges(change, record, key) };
    },
    before: ({ was }) => ({ was, version: JSON.stringify(was) }),
    send: async ({ sent }, _intent, scope) => {
      const call = { function: action, method: "POST", path: `customers/${id}`, body: { json: sent } } as const;
      const own = (rows: readonly CustomerRow[]) => rows.find((row) => row.id === id);
      const record = await requests.write({ ...call, parameters: customerFields }, customerRow, own, scope);
      const value = unified(record);
      return value ? { id, value } : { id };
    },
    sent: ({ sent }) => sent,
    now: async (_noted, scope) => {
      const stored = await load(id, scope, requests.certain);
      if (!stored) return null;
      const members = customerColumns(stored.record);
      return { members, version: JSON.stringify(members) };
    },
    shown: (record) => customerColumns(customerRow.parse(record)),
  });
  return { read, steps: [step] };
}

/** Customers (contract 5). v01 has no lookup of several ids, no delete and no archive. */
export function customerVerbs(session: Session): CustomerVerbs {
  const { key, settings, requests } = session;
  const accountId = String(settings.accountId);
  const everybody = { function: "GET /customers", path: "customers", query: { accountId } };
  // A merchant may have many customers, and the list is cheaper only where nearly all of them are wanted (12.1).
  const { concurrency } = settings;
  const batches = createBatches({ concurrency, rowsPerCall: settings.pageMaximum, manyWhileUnknown: Number.POSITIVE_INFINITY });
  const unified = (record: CustomerRow): Customer | null => customerFrom(record, key, settings);

  /** Reads one customer; null where it does not exist or belongs to another merchant account. */
  async function load(
    id: string,
    scope: CallScope,
    reads: ReadCalls = requests,
  ): Promise<{ record: CustomerRow; customer: Customer } | null> {
    const rows = await reads.load({ function: "GET /customers/{id}", path: `customers/${id}` }, customerRow, scope);
    const record = recordWithId(rows, idOf, id);
    const customer = record ? unified(record) : null;
    return record && customer ? { record, customer } : null;
  }

  async function read(id: string, scope: CallScope): Promise<Customer> {
    const loaded = await load(id, scope);
    if (!loaded) throw notFound(key, "The customer");
    return loaded.customer;
  }

  const anyCase = createAnyCase();

  /** Reads a page. Only the e-mail filter can be sent: names match exactly, if at all, and nothing else is searchable (5.2). */
  async function pageUnder(
    query: CustomerQuery,
    email: string | null,
    page: PageRequest,
    scope: CallScope,
  ): Promise<Page<Customer>> {
    const filters = { accountId, ...(email === null ? {} : { email }) };
    const pages = requests.pages({ ...everybody, query: filters }, customerRow, scope);
    const observed: typeof pages = (offset, limit) => batches.rows(offset, limit, () => pages(offset, limit));
    const rows = email === null ? observed : pages;
    const accept = (record: CustomerRow): Customer | null => {
      const customer = unified(record);
      return customer && matchesCustomer(customer, query, textsOf(customer)) ? customer : null;
    };
    const isSparse = query.search || query.reference || query.email;
    const parts = partsOf(isSparse ? inStrides(rows, settings.pageMaximum) : rows);
    const omitted = createOmittedRows(key, "customers");
    return pageOfParts(parts, { ...keys, omitted }, accept, page, settings.pageMaximum);
  }

  const access = { ...session, unified, load, read, recordClock: createRecordClock(session.clock, settings.timeZone) };

  return {
    getMany: async (ids, scope) => {
      const get = async (id: string) => (await load(id, scope))?.customer ?? null;
      const wanted = new Set(ids.filter(isLong));
      const each = { isPossible: isLong, atOnce: concurrency };
      if (batches.plan(wanted.size) === "gets") return batches.gets(wanted.size, () => loadEach(ids, { ...each, load: get }));
      const rows = await batches.rows(0, Number.POSITIVE_INFINITY, () => requests.all(everybody, customerRow, scope));
      const some = rows.filter(({ id }) => wanted.has(id));
      const listed = recordsById(some, idOf, unified);
      return loadEach(ids, { ...each, load: async (id) => foundIn(listed, id) ?? get(id) });
    },

    list: async (query, page, scope) => {
      // v01 archives no customers.
      if (query.status === "ARCHIVED") return { items: [], hasNextPage: false };
      if (!query.email) return pageUnder(query, null, page, scope);
      return anyCase.page(query.email, page, {
        narrowed: (spelling, at) => pageUnder(query, spelling, at, scope),
        whole: (at) => pageUnder(query, null, at, scope),
        textsOf: ({ email }) => [email],
      });
    },

    create: creating(key, "customer", customerTakes, (input) => createCustomer(input, access)),
    update: changing(key, "customerChange", customerChangeTakes, (id, change) => updateCustomer(id, change, access)),
  };
}

/** The order is not specified (12.2). Where it is by id, a place is found again by its id. */
const idOf = ({ id }: { readonly id: string }): string => id;
const keys = { keyOf: idOf, compare: compareIds };

/** The record; null where there is none. Throws its error. */
function foundIn<T>(records: ReadonlyMap<string, T | BillingError>, id: string): T | null {
  const found = records.get(id) ?? null;
  if (found instanceof BillingError) throw found;
  return found;
}

/**
 * Fetches the same rows with fewer calls, in pages of `stride` rows: where the backend cannot filter, few of many rows match, and a
 * further call costs more than further rows. Callers ask for rows in ascending order.
 */
function inStrides<Row>(fetch: FetchRows<Row>, stride: number): FetchRows<Row> {
  let start = 0;
  let held: readonly Row[] = [];
  let ended = false;
  return async (offset, limit) => {
    // A caller steps back where the list has moved.
    if (offset < start) [held, ended] = [[], false];
    held = held.slice(Math.max(0, offset - start));
    start = offset;
    while (held.length < limit && !ended) {
      const more = await fetch(start + held.length, stride);
      held = [...held, ...more];
      ended = more.length < stride;
    }
    return held.slice(0, limit);
  };
}

function textsOf({ name, organizationName, firstName, lastName, email, phone, reference, backendId }: Customer) {
  return [name, organizationName, firstName, lastName, email, phone, reference, backendId];
}
