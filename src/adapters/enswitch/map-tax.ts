import { given } from "../../adapter/kit/looking.ts";
import { notUnderstoodIn, type Row } from "../../adapter/kit/reading.ts";
import { invalidInput } from "../../model/errors.ts";
import type { Tax, TaxChange, TaxInput, TaxLiability, TaxScope } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import type { FunctionParameters } from "./call.ts";
import { decimalParameter, idParameter, isId } from "./encode.ts";
import { publishable } from "./fields.ts";
import { type Origin, stub } from "./map-customer.ts";
import { taxRow } from "./wire.ts";

/** Guide 4.4, taxes/create: one 0/1 flag for each kind of transaction. */
export const flagByScope = {
  ACCOUNTS: "accounts",
  CALLS: "calls",
  CARD_GROUPS: "cardgroups",
  CHARGES: "charges",
  FEATURES: "features",
  MESSAGES: "messages",
  NUMBERS: "numbers",
  PRODUCTS: "products",
} as const satisfies Partial<Record<TaxScope, string>>;

type EnswitchScope = keyof typeof flagByScope;
export const scopes = Object.keys(flagByScope) as EnswitchScope[];

/** Guide 4.4, taxes/create: `liable` 0, 1, 2. */
export const liabilities: readonly TaxLiability[] = ["NOBODY", "NEW_CUSTOMERS", "ALL_CUSTOMERS"];

/**
 * The local id of a tax is "<owner>:<tax>": without a documented taxes/get, a tax is read from its owner's list. Owner "0" is the
 * gateway's own customer, whose id is unknown where rows do not show it.
 */
export interface TaxKey {
  readonly owner: string;
  readonly tax: string;
}

export const ownCustomer = "0";

/** Reads a local id; null for any other text. */
export function parseTaxId(id: string): TaxKey | null {
  const [owner = "", tax = "", ...rest] = id.split(":");
  return rest.length === 0 && (owner === ownCustomer || isId(owner)) && isId(tax) ? { owner, tax } : null;
}

export function formatTaxId({ owner, tax }: TaxKey): string {
  return `${owner}:${tax}`;
}

/** Enswitch's id of a tax in an input. Throws INVALID_INPUT at the field for any other text. */
export function taxParameter(id: string, field: string): string {
  const key = parseTaxId(id);
  if (key === null) throw invalidInput(field, "is not a tax of this backend");
  return key.tax;
}

/**
 * Maps a row of `taxes` (guide 4.4, taxes/list). Throws where it has no id.
 *
 * @param owner of the list, for a row without an owner
 */
export function taxFrom(row: Row, { backend, currency }: Origin, owner: string = ownCustomer): Tax {
  const fields = taxRow.parse(row);
  const rowCurrency = fields.currency === undefined ? currency : fields.currency;
  const ownerId = fields.customer ?? owner;
  const defaultLiability = fields.liable === null ? null : (liabilities[fields.liable] ?? null);
  return {
    type: "Tax",
    backend,
    id: formatTaxId({ owner: ownerId, tax: fields.id }),
    backendId: fields.id,
    name: fields.name ?? fields.id,
    description: fields.description,
    rate: fields.rate,
    fixedAmount: fields.amount === null || rowCurrency === null ? null : money(fields.amount, rowCurrency),
    appliesTo: scopes.filter((scope) => fields[flagByScope[scope]] === true),
    defaultLiability,
    owner: stub(backend, ownerId === ownCustomer ? null : ownerId),
    shared: fields.shared === true,
    country: null,
    effectiveDate: null,
    active: fields.deleted !== true,
    ...notUnderstoodIn(fields, { liable: fields.liable === null || defaultLiability !== null }),
    raw: publishable(row),
  };
}

/** Whether a tax may apply to charges by default: also where the row does not tell. */
export function mayApplyToCharges(row: Row): boolean {
  return taxRow.parse(row).charges !== false;
}

/** Encodes taxes/create (guide 4.4). The default owner is the gateway's own customer. */
export function taxParameters(input: TaxInput, currency: string): FunctionParameters {
  const { description, rate, fixedAmount, appliesTo, defaultLiability, ownerId, shared } = input;
  // The guide's default, the system's currency, is not known here.
  const amountCurrency = input.currency ?? (fixedAmount == null ? null : currency);
  return given({
    name: input.name.trim(),
    description: description ?? undefined,
    rate: decimalParameter(rate),
    amount: decimalParameter(fixedAmount),
    currency: amountCurrency ?? undefined,
    customer: ownerId == null ? undefined : idParameter(ownerId, "ownerId"),
    ...(appliesTo ? flagParameters(appliesTo) : {}),
    liable: defaultLiability == null ? undefined : String(liabilities.indexOf(defaultLiability)),
    shared: shared == null ? undefined : flagParameter(shared),
  });
}

/** Encodes taxes/update (guide 4.4), without `id`. Clearing a rate or fixed amount sends zero, the manual's default. */
export function taxChangeParameters(change: TaxChange): FunctionParameters {
  const { name, description, rate, fixedAmount, currency, appliesTo, defaultLiability, shared } = change;
  return given({
    name: name?.trim(),
    description: description === undefined ? undefined : (description ?? ""),
    rate: rate === undefined ? undefined : decimalParameter(rate ?? "0"),
    amount: fixedAmount === undefined ? undefined : decimalParameter(fixedAmount ?? "0"),
    currency: currency ?? undefined,
    ...(appliesTo ? flagParameters(appliesTo) : {}),
    liable: defaultLiability == null ? undefined : String(liabilities.indexOf(defaultLiability)),
    shared: shared == null ? undefined : flagParameter(shared),
  });
}

/** Sends all eight flags, so that none keeps a default or its old value. */
function flagParameters(appliesTo: readonly TaxScope[]): Record<string, string> {
  return Object.fromEntries(scopes.map((scope) => [flagByScope[scope], flagParameter(appliesTo.includes(scope))]));
}

/** Encodes a boolean: 0 or 1 in requests (guide 4.4). */
export function flagParameter(value: boolean): string {
  return value ? "1" : "0";
}
