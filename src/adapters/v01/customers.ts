import type { CallScope, CustomerVerbs, Page, PageRequest } from "../../adapter/adapter.ts";
import { createAnyCase, matchesCustomer } from "../../adapter/kit/filters.ts";
import { createBatches, loadEach } from "../../adapter/kit/loading.ts";
import { compareIds, type FetchRows, pageOfParts, partsOf } from "../../adapter/kit/paging.ts";
import { createOmittedRows, recordsById, recordWithId } from "../../adapter/kit/rows.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, notFound } from "../../model/errors.ts";
import type { Customer } from "../../model/model.ts";
import type { CustomerQuery } from "../../model/queries.ts";
import type { ReadCalls, Session } from "./call.ts";
import { createCustomer, updateCustomer } from "./customer-writes.ts";
import { customerChangeTakes, customerTakes } from "./inputs.ts";
import { customerFrom } from "./map-customer.ts";
import { createRecordClock } from "./record-age.ts";
import { type CustomerRow, customerRow, isLong } from "./wire.ts";

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
