import type { CallScope } from "../adapter/adapter.ts";
import type { Backend, Backends } from "../adapter/backends.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Customer } from "../model/model.ts";
import { type GivenRow, problemInRow, problemOf, type RowProblem } from "./model.ts";

/** Finds the customers of rows: by id, by account, or by the operator's own reference. */

/** The few members of a customer that are kept: a run may have thousands of customers. */
export interface Owner {
  /** Global id. */
  readonly id: string;
  readonly backend: string;
  readonly name: string;
  readonly currency: string;
  readonly archived: boolean;
}

export interface CustomerFinder {
  /** Announces rows that are looked up together. Call it before `find`. */
  readonly expect: (rows: readonly GivenRow[]) => Promise<void>;
  readonly find: (row: GivenRow) => Promise<Owner | RowProblem>;
}

export interface CustomerFinderOptions {
  readonly backends: Backends;
  /**
   * By backend: the member of a customer that has the operator's own reference, e.g. "reference", "backendId" or
   * "raw.CustomFields.No".
   */
  readonly references: Readonly<Record<string, string>>;
  /** Global id of the account's customer in a backend. Rejects with a BillingError. */
  readonly customerOfAccount: (accountId: string, backend: string) => Promise<string>;
  readonly scope: CallScope;
}

/** Up to this many references are looked up one by one. For more, all customers of the backend are read, once. */
const mostLookups = 20;
const pageLength = 200;
const mostCandidates = 10;

export function createCustomerFinder({ backends, references, customerOfAccount, scope }: CustomerFinderOptions): CustomerFinder {
  const byId = new Map<string, Owner | BillingError>();
  const byReference = new Map<string, Promise<ReferenceIndex | BillingError>>();
  const lookedUp = new Map<string, Promise<readonly Owner[] | BillingError>>();

  function ownerOf(customer: Customer): Owner {
    const { backend, id, name, currency, status } = customer;
    const owner = { id: encodeId({ type: "Customer", backend, id }), backend, name, currency, archived: status === "ARCHIVED" };
    byId.set(owner.id, owner);
    return owner;
  }

  async function readIds(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !byId.has(id));
    const refs = missing.flatMap((id) => {
      const decoded = decodeId(id);
      return decoded?.type === "Customer" && backends.get(decoded.backend) ? [{ id, ref: decoded }] : [];
    });
    await Promise.all(
      [...Map.groupBy(refs, ({ ref }) => ref.backend)].map(async ([key, group]) => {
        const { customers } = (backends.get(key) as Backend).adapter;
        const read = await settle(
          customers.getMany(
            group.map(({ ref }) => ref.id),
            scope,
          ),
        );
        for (const [index, { id }] of group.entries()) {
          const found = read instanceof BillingError ? read : read[index];
          if (found instanceof BillingError) byId.set(id, found);
          else if (found) ownerOf(found);
        }
      }),
    );
  }

  /** All customers of a backend by their reference, read once. */
  function indexOf(backend: Backend): Promise<ReferenceIndex | BillingError> {
    const known = byReference.get(backend.key) ?? settle(readAll(backend));
    byReference.set(backend.key, known);
    return known;
  }

  async function readAll({ key, adapter }: Backend): Promise<ReferenceIndex> {
    const index: ReferenceIndex = { exact: new Map(), folded: new Map(), incomplete: null };
    for (let after: string | null = null; ; ) {
      const page = await adapter.customers.list({}, { first: pageLength, after }, scope);
      for (const { value } of page.items) {
        const reference = referenceOf(value, references[key]);
        const owner = ownerOf(value);
        if (reference === null) continue;
        addTo(index.exact, reference, owner);
        addTo(index.folded, folded(reference), owner);
      }
      index.incomplete = page.incomplete ?? index.incomplete;
      after = page.items.at(-1)?.position ?? null;
      if (!page.hasNextPage || after === null) return index;
    }
  }

  /** Looks up one reference. The backend's search may return similar ones, so the result is compared here. */
  function lookUp({ key, adapter }: Backend, reference: string): Promise<readonly Owner[] | BillingError> {
    const name = JSON.stringify([key, reference]);
    const known =
      lookedUp.get(name) ??
      settle(
        adapter.customers.list({ reference }, { first: pageLength, after: null }, scope).then(({ items, incomplete }) => {
          // The customer may be one of those that cannot be shown.
          if (incomplete) throw incomplete;
          return items
            .filter(({ value }) => referenceOf(value, references[key]) === reference)
            .map(({ value }) => ownerOf(value));
        }),
      );
    lookedUp.set(name, known);
    return known;
  }

  const wanted = new Map<string, Set<string>>();

  async function byReferenceIn(backend: Backend, reference: string): Promise<Owner | RowProblem> {
    const few = (wanted.get(backend.key)?.size ?? 0) <= mostLookups && (references[backend.key] ?? "reference") === "reference";
    if (few && !byReference.has(backend.key)) {
      const found = await lookUp(backend, reference);
      // If it finds none, or the backend cannot search for references, all customers are read: they may include similar
      // references.
      if (!(found instanceof BillingError) && found.length > 0) return chosen(backend, reference, found, []);
      if (found instanceof BillingError && found.code !== "UNSUPPORTED" && found.code !== "INVALID_INPUT")
        return problemOf(found.with({ field: ["customerReference"] }));
    }
    const index = await indexOf(backend);
    if (index instanceof BillingError) return problemOf(index.with({ field: ["customerReference"] }));
    const exact = index.exact.get(reference) ?? [];
    // The customer may be one of those that cannot be shown.
    if (exact.length === 0 && index.incomplete) return problemOf(index.incomplete.with({ field: ["customerReference"] }));
    if (index.exact.size === 0) {
      const member = references[backend.key] ?? "reference";
      return refusal("customerReference", `no customer of ${backend.label} has the member ${member}: see runs.references`);
    }
    return chosen(backend, reference, exact, index.folded.get(folded(reference)) ?? []);
  }

  return {
    expect: async (rows) => {
      for (const { customerReference, charge } of rows) {
        if (customerReference === null || charge.backend == null) continue;
        const of = wanted.get(charge.backend) ?? new Set<string>();
        wanted.set(charge.backend, of.add(customerReference));
      }
      await readIds(rows.flatMap((row) => globalCustomerId(row) ?? []));
    },
    find: async (row) => {
      const { customerReference, charge } = row;
      const named = [charge.customerId, charge.accountId, customerReference].filter((each) => each != null);
      if (named.length !== 1)
        return refusal("customerId", "exactly one of customerId, customerReference and accountId must be given");
      const backend = charge.backend == null ? null : backends.get(charge.backend);
      if (backend === undefined) return refusal("backend", `there is no backend "${charge.backend}"`);
      if (customerReference !== null) {
        return backend ? byReferenceIn(backend, customerReference) : refusal("backend", "is needed with customerReference");
      }
      let id = globalCustomerId(row);
      if (charge.accountId != null) {
        if (!backend) return refusal("backend", "is needed with accountId");
        const found = await settle(customerOfAccount(charge.accountId, backend.key));
        if (found instanceof BillingError) return problemInRow(found);
        id = found;
      }
      if (id === null)
        return refusal("customerId", "is not an id of this gateway. To give a backend's own id, name the backend too");
      await readIds([id]);
      const found = byId.get(id);
      if (found instanceof BillingError) return problemOf(found.with({ field: ["customerId"] }));
      if (found && backend && found.backend !== backend.key)
        return refusal("customerId", `is not a customer of ${backend.label}`);
      return found ?? { ...refusal("customerId", "there is no such customer, or you may not see it"), code: "NOT_FOUND" };
    },
  };
}

interface ReferenceIndex {
  readonly exact: Map<string, Owner[]>;
  /** Ignores case, white space and punctuation: shows candidates for a reference that was misspelt. */
  readonly folded: Map<string, Owner[]>;
  /** Why some customers are missing; null = none are missing. */
  incomplete: BillingError | null;
}

function addTo(index: Map<string, Owner[]>, name: string, owner: Owner): void {
  const owners = index.get(name);
  if (owners) owners.push(owner);
  else index.set(name, [owner]);
}

function folded(reference: string): string {
  return reference
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\-_./]/g, "");
}

/** Prefers active customers: an archived one counts only if there is no active one. */
function chosen({ label }: Backend, reference: string, found: readonly Owner[], similar: readonly Owner[]): Owner | RowProblem {
  const active = found.filter(({ archived }) => !archived);
  const [only, ...others] = active.length > 0 ? active : found;
  if (only && others.length === 0) return only;
  const candidates = (only ? [only, ...others] : similar).slice(0, mostCandidates).map(({ id, name }) => ({ id, name }));
  const problem = only
    ? `${label} has ${others.length + 1} customers with the reference "${reference}"`
    : `${label} has no customer with the reference "${reference}"`;
  return { ...refusal("customerReference", problem), code: only ? "CONFLICT" : "NOT_FOUND", candidates };
}

/** The row's customer as a global id. The row may give a global id or the backend's own. */
function globalCustomerId({ charge: { customerId, backend } }: GivenRow): string | null {
  return customerId == null ? null : globalIdOf("Customer", customerId, backend ?? null);
}

/** Null if the id is not a global id of this type, and no backend is given whose own id it could be. */
export function globalIdOf(type: "Customer" | "Service" | "Tax", id: string, backend: string | null): string | null {
  if (decodeId(id)?.type === type) return id;
  return backend === null ? null : encodeId({ type, backend, id });
}

/** Reads the operator's reference from a member of the customer, or of the backend's own record. */
function referenceOf(customer: Customer, path = "reference"): string | null {
  let value: unknown = customer;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  return text === "" ? null : text;
}

function refusal(field: string, problem: string): RowProblem {
  return { code: "INVALID_INPUT", message: `${field}: ${problem}`, field: [field], retryable: false, candidates: [] };
}
