import type { Adapter, CallScope, Loaded } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import type { Customer, Tax } from "../model/model.ts";
import { describeCharge, describeCustomer, describeTax } from "./describe.ts";
import type { Description, DirectoryType } from "./model.ts";
import type { Records } from "./records.ts";

/** One page of a source. Calls are made one at a time, as far as the backend's lists allow. */
interface SourcePage {
  readonly descriptions: readonly Description[];
  /** One error for each customer whose charges could not be read. */
  readonly skipped: readonly BillingError[];
  /** Why rows of the backend's lists are missing. */
  readonly incomplete: readonly BillingError[];
  /** Where the next page begins; null = there is none. */
  readonly next: string | null;
}

export type ReadPage = (adapter: Adapter, position: string | null, scope: CallScope) => Promise<SourcePage>;

/** Records a call. Larger pages mean fewer calls, but answers that take a busy backend longer. */
const pageSize = 500;
/** Records a call where the backend always sends the whole list: one call is enough. */
const wholeList = 100_000;
/** The newest charges kept of each customer. */
const chargesOfCustomer = 200;
/** Customers whose charges are read for one page. */
const ownersAtOnce = 50;

/** The types of records that a backend has and the directory keeps. */
export function typesOf({ taxes }: Adapter, charges: boolean): readonly DirectoryType[] {
  return ["Customer", ...(taxes ? (["Tax"] as const) : []), ...(charges ? (["Charge"] as const) : [])];
}

/** A page of a backend's list, each record with its description; `next` is null at the end. */
interface ListPage<T> {
  readonly items: readonly (readonly [Description, { readonly value: T; readonly position: string }])[];
  readonly next: string | null;
  /** Why rows are missing. */
  readonly incomplete: readonly BillingError[];
}

export async function readCustomers(
  { customers, readsWhole }: Adapter,
  after: string | null,
  scope: CallScope,
  atMost: number,
): Promise<ListPage<Customer>> {
  const first = readsWhole?.includes("customers") ? wholeList : atMost;
  const { items, hasNextPage, incomplete } = await customers.list({}, { first, after }, scope);
  const ids = items.map(({ value }) => value.id);
  const contacts = ids.length === 0 ? [] : await customers.getContacts?.(ids, scope);
  return {
    items: items.map((item, index) => [describeCustomer(item.value, known(contacts?.[index] ?? null)), item]),
    next: hasNextPage ? (items.at(-1)?.position ?? null) : null,
    incomplete: incomplete ? [incomplete] : [],
  };
}

export async function readTaxes(
  { taxes }: Adapter,
  after: string | null,
  scope: CallScope,
  atMost: number,
): Promise<ListPage<Tax>> {
  if (!taxes) return { items: [], next: null, incomplete: [] };
  const { items, hasNextPage, incomplete } = await taxes.list({}, { first: atMost, after }, scope);
  return {
    items: items.map((item) => [describeTax(item.value), item]),
    next: hasNextPage ? (items.at(-1)?.position ?? null) : null,
    incomplete: incomplete ? [incomplete] : [],
  };
}

export function pageReaders(records: Records): Readonly<Record<DirectoryType, ReadPage>> {
  const ofList =
    (read: typeof readCustomers | typeof readTaxes): ReadPage =>
    async (adapter, position, scope) => {
      const { items, next, incomplete } = await read(adapter, position, scope, pageSize);
      return { descriptions: items.map(([description]) => description), skipped: [], incomplete, next };
    };
  return {
    Customer: ofList(readCustomers),
    Tax: ofList(readTaxes),

    Charge: async (adapter, position, scope) => {
      const together = adapter.readsWhole?.includes("charges");
      const limit = together ? wholeList : ownersAtOnce;
      const behind = /^\d{1,15}$/.test(position ?? "") ? Number(position) : 0;
      const owners = await records.idsBehind({ backend: adapter.key, type: "Customer" }, behind, limit);
      const ids = owners.map(({ id }) => id);
      const groups = together ? [ids] : ids.map((id) => [id]);
      const descriptions: Description[] = [];
      const skipped: BillingError[] = [];
      const incomplete: BillingError[] = [];
      for (const group of groups) {
        const sets = await adapter.charges.listByCustomers(group, {}, { first: chargesOfCustomer, after: null }, scope);
        for (const set of sets) {
          if (!(set instanceof BillingError)) {
            descriptions.push(...set.charges.map(describeCharge));
            if (set.incomplete) incomplete.push(set.incomplete);
          } else if (isOfOneCustomer(set)) skipped.push(set);
          // A customer that is gone by now has no charges.
          else if (set.code !== "NOT_FOUND") throw set;
        }
      }
      // If every customer of a full or first page fails, so does the whole source: the others are not asked, and the read is
      // not complete.
      const isTelling = position === null || owners.length === limit;
      if (skipped[0] && skipped.length === owners.length && isTelling) throw skipped[0];
      const last = owners.at(-1);
      return { descriptions, skipped, incomplete, next: owners.length < limit || !last ? null : String(last.number) };
    },
  };
}

/** Reads records again by id, in the same order: null = does not exist (any more), undefined = could not be read. */
export async function readAgain(
  adapter: Adapter,
  type: DirectoryType,
  ids: readonly string[],
  scope: CallScope,
): Promise<readonly (Description | null | undefined)[]> {
  if (type === "Charge") return (await adapter.charges.getMany(ids, scope)).map((charge) => described(charge, describeCharge));
  if (type === "Tax") return ((await adapter.taxes?.getMany(ids, scope)) ?? []).map((tax) => described(tax, describeTax));
  const customers = await adapter.customers.getMany(ids, scope);
  const contacts = await adapter.customers.getContacts?.(ids, scope);
  return customers.map((customer, index) =>
    described(customer, (read) => describeCustomer(read, known(contacts?.[index] ?? null))),
  );
}

function described<T>(loaded: Loaded<T>, describe: (value: T) => Description): Description | null | undefined {
  if (loaded instanceof BillingError) return undefined;
  return loaded === null ? null : describe(loaded);
}

/** A contact that could not be read fails the whole page: keeping the customer without it would look like a change. */
function known<T>(loaded: Loaded<T>): T | null {
  if (loaded instanceof BillingError) throw loaded;
  return loaded;
}

/** An error that asking again will not change. It must not keep the other customers from being read. */
function isOfOneCustomer({ code }: BillingError): boolean {
  return code === "BAD_RESPONSE" || code === "FORBIDDEN";
}
