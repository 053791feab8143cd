import type { CallScope, Loaded, TaxVerbs, WritePlan, Written } from "../../billing/adapter.ts";
import { containsText } from "../../billing/charge-order.ts";
import { BillingError, invalidInput, notFound, settle } from "../../billing/errors.ts";
import type { Tax, TaxInput, TaxQuery } from "../../billing/model.ts";
import { pageOfAll } from "../../billing/paging.ts";
import { isId } from "./encode.ts";
import { taxFields } from "./fields.ts";
import { getLiability, liabilityChange, subjectOf } from "./liability.ts";
import {
  formatTaxId,
  ownCustomer,
  parseTaxId,
  type TaxKey,
  taxChangeParameters,
  taxParameter,
  taxParameters,
  toTax,
} from "./map-tax.ts";
import type { Session } from "./session.ts";
import type { TaxLists } from "./tax-lists.ts";
import {
  absentAsNull,
  type Change,
  changeStep,
  dryRun,
  getRow,
  isNotFound,
  isRefusedOwner,
  listEach,
  sendChange,
  sendCreate,
} from "./verbs.ts";

/** Functions that the installation is known to have. */
export interface TaxFunctions {
  readonly taxesGet: boolean;
  readonly taxesDelete: boolean;
}

export function taxVerbs(session: Session, lists: TaxLists, functions: TaxFunctions): TaxVerbs {
  const { backend } = session;

  async function getMany(ids: readonly string[], scope: CallScope): Promise<readonly Loaded<Tax>[]> {
    const keys = ids.map(parseTaxId);
    const find = functions.taxesGet
      ? getEach(scope)
      : await findInLists(
          keys.filter((key) => key !== null),
          scope,
        );
    return Promise.all(keys.map(async (key) => (key === null ? null : find(key))));
  }

  /** Each tax once by taxes/get. */
  function getEach(scope: CallScope): (key: TaxKey) => Promise<Loaded<Tax>> {
    const loading = new Map<string, Promise<Loaded<Tax>>>();
    return async ({ owner, tax: id }) => {
      const key = formatTaxId({ owner, tax: id });
      const read = { function: "taxes/get", id, subject: `Tax ${id}` };
      const load = () => settle(getRow(session, { ...read, map: (row) => toTax(row, session, owner) }, scope));
      const loaded = loading.get(key) ?? load();
      loading.set(key, loaded);
      const tax = absentAsNull(await loaded);
      return tax instanceof BillingError || tax === null || belongsTo(tax, owner) ? tax : null;
    };
  }

  /**
   * One list for each owner; what those do not show is looked for among the usable taxes, since the owner of a shared tax may not
   * be visible. An owner's failure stays with its taxes.
   */
  async function findInLists(keys: readonly TaxKey[], scope: CallScope): Promise<(key: TaxKey) => Loaded<Tax>> {
    const owners = [...new Set(keys.map(({ owner }) => owner))].filter((owner) => owner !== ownCustomer);
    const owned = new Map(
      await Promise.all(owners.map(async (owner) => [owner, await settle(lists.owned(owner, scope))] as const)),
    );
    const inList = ({ owner, tax }: TaxKey): Loaded<Tax> => {
      const list = owned.get(owner) ?? [];
      if (list instanceof BillingError) return isRefusedOwner(list) ? null : list;
      return list.find((listed) => listed.tax.backendId === tax && belongsTo(listed.tax, owner))?.tax ?? null;
    };
    if (keys.every((key) => inList(key) !== null)) return inList;
    const usable = await settle(lists.usable(scope));
    return (key) => {
      const found = inList(key);
      if (found !== null) return found;
      if (usable instanceof BillingError) return usable;
      return usable.find(({ tax }) => tax.backendId === key.tax && belongsTo(tax, key.owner))?.tax ?? null;
    };
  }

  async function read(id: string, scope: CallScope): Promise<Tax> {
    const [tax = null] = await getMany([id], scope);
    if (tax instanceof BillingError) throw tax;
    if (tax === null) throw notFound(backend, "The tax");
    return tax;
  }

  function keyOf(id: string): TaxKey {
    const key = parseTaxId(id);
    if (key === null) throw notFound(backend, "The tax", ["id"]);
    return key;
  }

  function create(input: TaxInput): WritePlan<Tax> {
    const parameters = taxParameters(input, session);
    const subject = "The owner";
    const change: Change = { function: "taxes/create", parameters, subject, fields: taxFields };
    const send = async (scope: CallScope): Promise<Written<Tax>> => {
      const tax = await sendCreate(session, change, scope);
      if (input.ownerId != null) return { id: formatTaxId({ owner: input.ownerId, tax }) };
      // Who the gateway's own customer is shows in its list. Failing to read that must not look like failing to create.
      const own = await settle(lists.owned(null, scope));
      const value = own instanceof BillingError ? undefined : own.find((listed) => listed.tax.backendId === tax)?.tax;
      return value === undefined ? { id: formatTaxId({ owner: ownCustomer, tax }) } : { id: value.id, value };
    };
    return {
      steps: [{ action: change.function, send: (_id, _intent, scope) => send(scope) }],
      read,
      validate: (scope) => dryRun(session, change, scope),
    };
  }

  function archiving(id: string): WritePlan<Tax> {
    const change = { function: "taxes/delete", parameters: { id: keyOf(id).tax }, subject: "The tax", fields: taxFields };
    const send = async (scope: CallScope): Promise<Written<Tax>> => {
      // Afterwards nothing is left to be read.
      const tax = await read(id, scope);
      await sendChange(session, change, scope);
      return { id, value: { ...tax, active: false } };
    };
    return { steps: [{ action: change.function, send: (_id, _intent, scope) => send(scope) }], read };
  }

  return {
    getMany,
    list: async (query, page, scope) => {
      if (page.after !== null && !isId(page.after)) throw invalidInput("after", "is not a cursor of this list");
      const taxes = (await lists.usable(scope)).map(({ tax }) => tax).filter((tax) => matches(tax, query));
      return pageOfAll(taxes, (tax) => tax.backendId, page);
    },
    listByCustomers: (customerIds, scope) =>
      listEach(backend, customerIds, "Customer", async (id) => (await lists.applicable(id, scope)).map(({ tax }) => tax)),
    isLiable: async (taxId, subject, scope) => {
      try {
        return await getLiability(session, taxParameter(taxId, "taxId"), subjectOf(subject), scope);
      } catch (error) {
        // Guide 4.4, taxes/liable/get: before 4.0 "not liable" was a 404, as is a tax that does not exist.
        if (!isNotFound(error)) throw error;
        await read(taxId, scope);
        return false;
      }
    },
    create,
    update: (id, tax) => {
      const parameters = { id: keyOf(id).tax, ...taxChangeParameters(tax, backend) };
      const change: Change = { function: "taxes/update", parameters, subject: "The tax", fields: taxFields };
      return { steps: [changeStep(session, id, change)], read, validate: (scope) => dryRun(session, change, scope) };
    },
    setLiability: (id, subject, liable) => ({
      steps: [changeStep(session, id, liabilityChange(keyOf(id).tax, subjectOf(subject), liable))],
      read,
    }),
    ...(functions.taxesDelete ? { archive: archiving } : {}),
  };
}

/** Whether a tax is the one that was asked for by this owner; a row that does not tell its owner, and "own", fit all. */
function belongsTo(tax: Tax, owner: string): boolean {
  return owner === ownCustomer || tax.owner === null || tax.owner.id === owner;
}

/** Every tax here is active and of no country. */
function matches(tax: Tax, { search, active, country }: TaxQuery): boolean {
  if (active === false || country) return false;
  return !search || containsText([tax.name, tax.description], search);
}
