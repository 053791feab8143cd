import type { Adapter, CallScope, TaxVerbs } from "../../src/adapter/adapter.ts";
import { changing, creating, settingLiability } from "../../src/adapter/kit/taking.ts";
import { notFound } from "../../src/model/errors.ts";
import type { LiabilitySubject, Tax, TaxChange, TaxInput } from "../../src/model/model.ts";
import { money } from "../../src/model/money.ts";
import type { TaxQuery } from "../../src/model/queries.ts";
import { containsText } from "../../src/model/text.ts";
import { taxAsked, taxShown } from "./expected.ts";
import { mustExist } from "./memory-checks.ts";
import { getManyFrom, type MemoryConnection, pageOf, planOf } from "./memory-connection.ts";
import { lookForChanged, lookForCreated, lookForState } from "./memory-looking.ts";
import { liabilityKey } from "./memory-store.ts";
import { emptyTax, stubOf } from "./memory-values.ts";

/** The taxes of a memory backend. Customers are liable by the default of an active tax, charges only when set so. */
export function taxVerbs(connection: MemoryConnection): NonNullable<Adapter["taxes"]> {
  const { store, can, takes } = connection;
  const { taxes, customers, charges, liabilities } = store;

  const stored = (id: string): Tax => mustExist(store.key, "The tax", taxes, id);

  const read = async (id: string, scope: CallScope): Promise<Tax> => connection.read("taxes/get", scope, () => stored(id));

  function put(tax: Tax): Tax {
    taxes.set(tax.id, tax);
    return stored(tax.id);
  }

  function changed(tax: Tax, { fixedAmount, currency, ...change }: TaxChange & Pick<TaxInput, "country">): Tax {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const fixed = fixedAmount === undefined ? (tax.fixedAmount?.amount ?? null) : fixedAmount;
    const fixedCurrency = currency ?? tax.fixedAmount?.currency ?? store.currency;
    return { ...tax, ...given, fixedAmount: fixed === null ? null : money(fixed, fixedCurrency) };
  }

  /** The members of a create where null means "not given". */
  function made(id: string, { ownerId, ...input }: TaxInput): Tax {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value != null)) as TaxChange;
    return { ...changed(emptyTax(store, id), given), owner: stubOf(store.key, customers, "The owner", "ownerId", ownerId) };
  }

  function isLiable(tax: Tax, subject: LiabilitySubject): boolean {
    const explicit = liabilities.get(liabilityKey(tax.id, subject));
    return explicit ?? ("customerId" in subject && tax.defaultLiability !== "NOBODY" && tax.active);
  }

  function requireSubject(subject: LiabilitySubject): void {
    if ("customerId" in subject) mustExist(store.key, "The customer", customers, subject.customerId, "customerId");
    if ("chargeId" in subject) mustExist(store.key, "The charge", charges, subject.chargeId, "chargeId");
  }

  const writes: Partial<TaxVerbs> = {
    ...(can("TAX_CREATE") && {
      create: creating(store.key, "tax", takes.tax, (input) =>
        planOf(connection, read, {
          action: "taxes/create",
          look: lookForCreated("taxes/list", store, () => taxes.values(), taxAsked(input, []), taxShown),
          check: () => made("0", input),
          act: () => put(made(store.nextId(), input)),
        }),
      ),
    }),
    ...(can("TAX_UPDATE") && {
      update: changing(store.key, "taxChange", takes.taxChange, (id, change) =>
        planOf(connection, read, {
          action: "taxes/update",
          look: lookForChanged("taxes/get", store, taxAsked(change, []), () => {
            const tax = taxes.get(id);
            return tax ? { ...taxShown(tax) } : null;
          }),
          check: () => stored(id),
          act: () => put(changed(stored(id), change)),
        }),
      ),
    }),
    ...(can("TAX_ARCHIVE") && {
      archive: (id) =>
        planOf(connection, read, {
          action: "taxes/archive",
          look: lookForState("taxes/get", () => taxes.get(id)?.active === false),
          check: () => stored(id),
          act: () => put({ ...stored(id), active: false }),
        }),
    }),
    ...(can("TAX_LIABILITY") && {
      isLiable: (taxId, subject, scope) =>
        connection.read("taxes/liability", scope, () => {
          requireSubject(subject);
          return isLiable(stored(taxId), subject);
        }),
      setLiability: settingLiability(store.key, takes.liability, (id, subject, liable) =>
        planOf(connection, read, {
          action: "taxes/liability",
          look: lookForState("taxes/liability", () => liabilities.get(liabilityKey(id, subject)) === liable),
          check: () => [requireSubject(subject), stored(id)],
          act: () => {
            requireSubject(subject);
            const tax = stored(id);
            liabilities.set(liabilityKey(id, subject), liable);
            return tax;
          },
        }),
      ),
    }),
  };

  return {
    getMany: getManyFrom(connection, "taxes/get", taxes),
    list: (query, page, scope) => pageOf(connection, "taxes/list", taxes, (tax) => matchesTax(tax, query), page, scope),
    listByCustomers: (customerIds, scope) =>
      connection.read("taxes/applicable", scope, () =>
        customerIds.map((customerId) =>
          customers.has(customerId)
            ? [...taxes.values()].filter((tax) => isLiable(tax, { customerId }))
            : notFound(store.key, "The customer"),
        ),
      ),
    ...writes,
  };
}

function matchesTax(tax: Tax, { search, active, country }: TaxQuery): boolean {
  if (search && !containsText([tax.name, tax.description], search)) return false;
  if (active != null && tax.active !== active) return false;
  return !country || tax.country === country;
}
