import { invalidInput, unsupported } from "../../../billing/errors.ts";
import type { TaxChange, TaxInput, TaxScope } from "../../../billing/model.ts";
import {
  exactNumber,
  givenInChange,
  givenInCreate,
  refuseClearing,
  refuseMembers,
  refuseOtherCurrency,
  requireText,
} from "../input.ts";
import type { Source } from "../map.ts";

const lacking = {
  description: "keeps no descriptions of taxes",
  defaultLiability: "attaches taxes to services, not to customers",
  ownerId: "has no owners of taxes",
  shared: "has no owners of taxes that could share them",
  country: "keeps no countries of taxes",
  effectiveDate: "keeps no dates of taxes",
} satisfies { readonly [Name in keyof TaxInput]?: string };

/** The body of POST /taxes: name, type and rate are all that is writable (contract 7.7). */
export function newTax(source: Source, input: TaxInput): object {
  refuseMembers(source.backend, input, lacking, givenInCreate);
  refuseOtherCurrency(source.backend, source.currency, input.currency);
  refuseOtherScopes(source.backend, input.appliesTo);
  const name = requireText(input.name, "name");
  const rate = rateOf(input);
  if (rate === null) throw invalidInput("rate", "is required, or fixedAmount in its place");
  return { name, ...rate };
}

/** The body of PATCH /taxes/{id}; null when nothing but the archiving changes. */
export function changedTax(source: Source, change: TaxChange): object | null {
  const { ownerId: _owner, country: _country, ...reasons } = lacking;
  refuseMembers(source.backend, change, reasons, givenInChange);
  refuseClearing(source.backend, change, ["name", "currency", "appliesTo", "active"]);
  refuseOtherCurrency(source.backend, source.currency, change.currency);
  refuseOtherScopes(source.backend, change.appliesTo);
  // A rate takes the place of an amount and the other way round; a tax without either cannot be.
  if (change.fixedAmount == null) refuseClearing(source.backend, change, ["rate"]);
  if (change.rate == null) refuseClearing(source.backend, change, ["fixedAmount"]);
  const name = change.name == null ? undefined : requireText(change.name, "name");
  const rate = rateOf(change);
  if (name === undefined && rate === null && change.active !== true) return null;
  return { name, ...rate, __Restore: change.active === true ? true : undefined };
}

function rateOf({ rate, fixedAmount }: Pick<TaxInput, "rate" | "fixedAmount">): { type: string; rate: number } | null {
  if (rate != null && fixedAmount != null) throw invalidInput("fixedAmount", "must not be given together with rate");
  if (rate != null) return { type: "Percentage", rate: exactNumber(rate, "rate") };
  return fixedAmount == null ? null : { type: "Flat", rate: exactNumber(fixedAmount, "fixedAmount") };
}

/** A service points to its tax, and nothing else does (contract 7.9). */
function refuseOtherScopes(backend: string, scopes: readonly TaxScope[] | null | undefined): void {
  if (scopes != null && (scopes.length === 0 || scopes.some((scope) => scope !== "SERVICES"))) {
    throw unsupported(backend, `appliesTo: in ${backend} taxes apply to services only.`, "appliesTo");
  }
}
