import type { CallScope, GetMany, Loaded } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { absentAsNull, isNotFound, readOne } from "../../adapter/kit/loading.ts";
import { rowIn } from "../../adapter/kit/reading.ts";
import { recordsById } from "../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../model/errors.ts";
import type { LiabilitySubject, Tax } from "../../model/model.ts";
import { type FunctionParameters, getRow, isRefusedOwner, listRows, type Session, type WriteRequest } from "./call.ts";
import { idParameter } from "./encode.ts";
import { liabilityFields } from "./fields.ts";
import {
  flagParameter,
  formatTaxId,
  mayApplyToCharges,
  ownCustomer,
  parseTaxId,
  type TaxKey,
  taxFrom,
  taxParameter,
} from "./map-tax.ts";
import { liability } from "./wire.ts";

/** Whether a customer, charge or product is liable for a tax (guide 4.4, taxes/liable/get and set). */

interface Subject {
  readonly type: "customer" | "charge" | "product";
  readonly number: string;
}

export function subjectOf(subject: LiabilitySubject): Subject {
  if ("customerId" in subject) return { type: "customer", number: idParameter(subject.customerId, "customerId") };
  if ("chargeId" in subject) return { type: "charge", number: idParameter(subject.chargeId, "chargeId") };
  return { type: "product", number: idParameter(subject.productId, "productId") };
}

/** Reads a liability; null where the answer does not tell. Before 4.0, NOT_FOUND also means "not liable". */
function getLiability(session: Session, tax: string, { type, number }: Subject, scope: CallScope): Promise<boolean | null> {
  return session.call(
    {
      function: "taxes/liable/get",
      effect: "read",
      parameters: { tax, type, number },
      decode: (data) => liability.parse(rowIn(data)).liable,
      subject: `Tax ${tax} or ${type} ${number}`,
      fields: liabilityFields[type],
    },
    scope,
  );
}

export function liabilityChange(tax: string, { type, number }: Subject, liable: boolean): WriteRequest {
  return {
    function: "taxes/liable/set",
    parameters: { tax, type, number, liable: flagParameter(liable) },
    subject: `Tax ${tax} or ${type} ${number}`,
    fields: liabilityFields[type],
  };
}

/** A tax of a list, and whether charges are liable for it by default. */
interface ListedTax {
  readonly tax: Tax;
  readonly charges: boolean;
}

/** The three lists of taxes/list (guide 4.4), each whole and unsorted. */
interface TaxLists {
  /** Taxes that a customer owns; null = the gateway's own customer. Rejects (400) for a customer that is not visible. */
  readonly owned: (owner: string | null, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** Taxes that apply to a customer. */
  readonly applicable: (customer: string, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** Taxes that the gateway's own customer owns, or may use because the system owner shares them; each once. */
  readonly usable: (scope: CallScope) => Promise<readonly ListedTax[]>;
}

export function taxLists(session: Session): TaxLists {
  const list = (parameters: FunctionParameters, owner: string | undefined, scope: CallScope) =>
    listRows(
      session,
      {
        function: "taxes/list",
        parameters,
        subject: "The taxes' owner",
        map: (row) => ({ tax: taxFrom(row, session, owner), charges: mayApplyToCharges(row) }),
      },
      scope,
    );
  const owned: TaxLists["owned"] = async (owner, scope) => {
    // Guide 4.4: without a customer, the list is the caller's own.
    if (owner === null) return list({}, undefined, scope);
    const taxes = await list({ customer: owner }, owner, scope);
    return rowsOfOwner(taxes, ({ tax }) => tax.owner?.id === owner);
  };
  return {
    owned,
    applicable: (customer, scope) => list({ customer, applicable: "1" }, undefined, scope),
    usable: async (scope) => {
      // No source tells whether `available` includes owned taxes.
      const lists = await Promise.all([list({ available: "1" }, undefined, scope), owned(null, scope)]);
      const [available, own] = lists;
      const shown = new Set(available.map(({ tax }) => tax.backendId));
      return [...available, ...own.filter(({ tax }) => !shown.has(tax.backendId))];
    },
  };
}

/** Reads single taxes. */
interface TaxReads {
  readonly getMany: GetMany<Tax>;
  /** Rejects with NOT_FOUND for a tax that does not exist. */
  readonly read: (id: string, scope: CallScope) => Promise<Tax>;
  /** Null where the answer does not tell. Rejects with NOT_FOUND for a tax that does not exist. */
  readonly isLiable: (id: string, subject: LiabilitySubject, scope: CallScope) => Promise<boolean | null>;
}

/** Both ways to taxes. */
export interface TaxAccess {
  readonly lists: TaxLists;
  readonly reads: TaxReads;
}

/** @param canGet the configuration says that the installation has taxes/get */
export function taxReads(session: Session, lists: TaxLists, canGet: boolean): TaxReads {
  async function getMany(ids: readonly string[], scope: CallScope): Promise<readonly Loaded<Tax>[]> {
    const keys = ids.map(parseTaxId);
    const find = canGet
      ? getEach(scope)
      : await findInLists(
          keys.filter((key) => key !== null),
          scope,
        );
    return Promise.all(keys.map(async (key) => (key === null ? null : find(key))));
  }

  /** Reads each tax once, by taxes/get. */
  function getEach(scope: CallScope): (key: TaxKey) => Promise<Loaded<Tax>> {
    const loading = new Map<string, Promise<Loaded<Tax>>>();
    return async ({ owner, tax: id }) => {
      const key = formatTaxId({ owner, tax: id });
      const read = { function: "taxes/get", id, subject: `Tax ${id}` };
      const load = () => settle(getRow(session, { ...read, map: (row) => taxFrom(row, session, owner) }, scope));
      const loaded = loading.get(key) ?? load();
      loading.set(key, loaded);
      const tax = absentAsNull(await loaded);
      return tax instanceof BillingError || tax === null || belongsTo(tax, owner) ? tax : null;
    };
  }

  /**
   * Reads one list for each owner. Taxes that these do not show are looked for among the usable taxes, as the owner of a shared tax may
   * not be visible. An owner's failure stays with its taxes.
   */
  async function findInLists(keys: readonly TaxKey[], scope: CallScope): Promise<(key: TaxKey) => Loaded<Tax>> {
    const owners = [...new Set(keys.map(({ owner }) => owner))].filter((owner) => owner !== ownCustomer);
    const owned = new Map(
      await Promise.all(owners.map(async (owner) => [owner, await settle(lists.owned(owner, scope))] as const)),
    );
    const inList = ({ owner, tax }: TaxKey): Loaded<Tax> => {
      const list = owned.get(owner) ?? [];
      if (list instanceof BillingError) return isRefusedOwner(list) ? null : list;
      return taxAmong(list, { owner, tax });
    };
    if (keys.every((key) => inList(key) !== null)) return inList;
    const usable = await settle(lists.usable(scope));
    return (key) => {
      const found = inList(key);
      if (found !== null) return found;
      if (usable instanceof BillingError) return usable;
      return taxAmong(usable, key);
    };
  }

  const read = readOne(session.backend, "The tax", getMany);

  async function isLiable(id: string, subject: LiabilitySubject, scope: CallScope): Promise<boolean | null> {
    try {
      return await getLiability(session, taxParameter(id, "taxId"), subjectOf(subject), scope);
    } catch (error) {
      // Guide 4.4, taxes/liable/get: before 4.0 "not liable" was a 404, like a tax that does not exist.
      if (!isNotFound(error)) throw error;
      await read(id, scope);
      return false;
    }
  }

  return { getMany, read, isLiable };
}

/** The tax of a list, or BAD_RESPONSE if there are two of it. */
function taxAmong(list: readonly ListedTax[], { owner, tax }: TaxKey): Loaded<Tax> {
  const own = list.filter((listed) => belongsTo(listed.tax, owner)).map((listed) => listed.tax);
  return (
    recordsById(
      own,
      ({ backendId }) => backendId,
      (each) => each,
    ).get(tax) ?? null
  );
}

/** Whether a tax belongs to the owner; a tax without an owner, and the owner "0", fit all. */
function belongsTo(tax: Tax, owner: string): boolean {
  return owner === ownCustomer || tax.owner === null || tax.owner.id === owner;
}
