import type { Adapter, CallScope, Loaded } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import type { Customer, Tax } from "../model/model.ts";
import { describeCharge, describeCustomer, describeTax } from "./describe.ts";
import type { Description, DirectoryType } from "./model.ts";
import type { Records } from "./records.ts";

/** How a source is read from its backend: page by page, and one call at a time as far as the backend's own lists allow it. */
export interface SourcePage {
  readonly descriptions: readonly Description[];
  /** Why customers were left out whose charges cannot be read: one for each. */
  readonly skipped: readonly BillingError[];
  /** Why rows of its lists are missing. */
  readonly incomplete: readonly BillingError[];
  /** Where the next page begins; null = there is none. */
  readonly next: string | null;
}

export type ReadPage = (adapter: Adapter, position: string | null, scope: CallScope) => Promise<SourcePage>;

/** Larger pages make fewer calls, and answers that take a busy backend longer. */
const pageSize = 500;
/** Of a list that always comes whole: it should come once. */
const wholeList = 100_000;
/** Newest charges of a customer that are kept. */
const chargesOfCustomer = 200;
/** Customers whose charges make a page. */
const ownersAtOnce = 50;

/** Which sources a backend has. */
export function typesOf({ taxes }: Adapter, charges: boolean): readonly DirectoryType[] {
  return ["Customer", ...(taxes ? (["Tax"] as const) : []), ...(charges ? (["Charge"] as const) : [])];
}

/** Records of a backend's list with their descriptions, and where it goes on; null = nowhere. */
interface ListPage<T> {
  readonly items: readonly (readonly [Description, { readonly value: T; readonly position: string }])[];
  readonly next: string | null;
  /** Why rows of it are missing. */
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
          // A customer who has gone meanwhile has no charges.
          else if (set.code !== "NOT_FOUND") throw set;
        }
      }
      // A backend that shows nobody's charges fails as a whole: it is not asked for all the others', nor is what it has read complete.
      const isTelling = position === null || owners.length === limit;
      if (skipped[0] && skipped.length === owners.length && isTelling) throw skipped[0];
      const last = owners.at(-1);
      return { descriptions, skipped, incomplete, next: owners.length < limit || !last ? null : String(last.number) };
    },
  };
}

/** Reads some records again, by their ids: same order; null for what does not exist (any more), undefined for what could not be read. */
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

/** What is not known for a moment must not look like a change: then nothing of the page is kept. */
function known<T>(loaded: Loaded<T>): T | null {
  if (loaded instanceof BillingError) throw loaded;
  return loaded;
}

/** What stays as it is, however often it is asked again, must not keep the others from being read. */
function isOfOneCustomer({ code }: BillingError): boolean {
  return code === "BAD_RESPONSE" || code === "FORBIDDEN";
}
