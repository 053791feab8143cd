import type { Row } from "../../adapter/kit/reading.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import { invalidInput } from "../../model/errors.ts";
import type { Tax, TaxChange, TaxInput, TaxLiability, TaxScope } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import type { Parameters } from "./call.ts";
import { decimalParameter, given, idParameter, isId } from "./encode.ts";
import { type Origin, stub } from "./map-customer.ts";
import { publishable } from "./raw.ts";
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
 * A tax is read by asking for the taxes of its owner, as the manual confirms no taxes/get: so its local id is "<owner>:<tax>".
 * Owner "0" stands for the gateway's own customer, whose id is not told where rows do not tell it.
 */
export interface TaxKey {
  readonly owner: string;
  readonly tax: string;
}

export const ownCustomer = "0";

/** Null for what cannot be the id of a tax here. */
export function parseTaxId(id: string): TaxKey | null {
  const [owner = "", tax = "", ...rest] = id.split(":");
  return rest.length === 0 && (owner === ownCustomer || isId(owner)) && isId(tax) ? { owner, tax } : null;
}

export function formatTaxId({ owner, tax }: TaxKey): string {
  return `${owner}:${tax}`;
}

/** The tax id proper of a local id that came in as input. */
export function taxParameter(id: string, field: string): string {
  const key = parseTaxId(id);
  if (key === null) throw invalidInput(field, "is not a tax of this backend");
  return key.tax;
}

/**
 * A row of `taxes` (guide 4.4, taxes/list) as the unified tax. `owner` is for rows that do not tell theirs. Throws without an
 * id.
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
    active: true,
    ...notUnderstoodIn(fields, { liable: fields.liable === null || defaultLiability !== null }),
    raw: publishable(row),
  };
}

/** Whether a tax touches charges unless told otherwise for one; a row that does not tell may. */
export function mayApplyToCharges(row: Row): boolean {
  return taxRow.parse(row).charges !== false;
}

/** Parameters of taxes/create (guide 4.4). Without an owner it is the gateway's own customer. */
export function taxParameters(input: TaxInput, currency: string): Parameters {
  const { description, rate, fixedAmount, appliesTo, defaultLiability, ownerId, shared } = input;
  // The system's currency, which would be the default, is not known here.
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

/** Parameters of taxes/update (guide 4.4), without `id`. A rate or fixed amount that is cleared is zero, the manual's default. */
export function taxChangeParameters(change: TaxChange): Parameters {
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

/** All eight, so that none is left to a default or to its old value. */
function flagParameters(appliesTo: readonly TaxScope[]): Record<string, string> {
  return Object.fromEntries(scopes.map((scope) => [flagByScope[scope], flagParameter(appliesTo.includes(scope))]));
}

/** Booleans are 0 and 1 in requests (guide 4.4). */
export function flagParameter(value: boolean): string {
  return value ? "1" : "0";
}
