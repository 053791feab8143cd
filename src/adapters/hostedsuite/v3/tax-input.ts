import type { Members } from "../../../adapter/kit/looking.ts";
import { invalidInput, unsupported } from "../../../model/errors.ts";
import type { TaxChange, TaxInput, TaxScope } from "../../../model/model.ts";
import { decimal } from "../fields.ts";
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
import { given } from "../stored.ts";

const lacking = {
  description: "keeps no descriptions of taxes",
  defaultLiability: "attaches taxes to services, not to customers",
  ownerId: "has no owners of taxes",
  shared: "has no owners of taxes that could share them",
  country: "keeps no countries of taxes",
  effectiveDate: "keeps no dates of taxes",
} satisfies { readonly [Name in keyof TaxInput]?: string };

/** The body of a write to /taxes: name, type and rate are all that is writable (contract 7.7). */
export interface TaxMembers {
  readonly name?: string | undefined;
  readonly type?: "Percentage" | "Flat";
  readonly rate?: number;
  readonly __Restore?: true | undefined;
}

/** What was sent, by the names of the input. */
export function sentTax({ name, type, rate, __Restore: active }: TaxMembers): Members {
  const value = rate === undefined ? undefined : decimal(rate);
  return given({
    name,
    rate: type === "Percentage" ? value : undefined,
    fixedAmount: type === "Flat" ? value : undefined,
    active,
  });
}

/** The body of POST /taxes. */
export function newTax(source: Source, input: TaxInput): TaxMembers {
  refuseMembers(source.backend, input, lacking, givenInCreate);
  refuseOtherCurrency(source.backend, source.currency, input.currency);
  refuseOtherScopes(source.backend, input.appliesTo);
  const name = requireText(input.name, "name");
  const rate = rateOf(input);
  if (rate === null) throw invalidInput("rate", "is required, or fixedAmount in its place");
  return { name, ...rate };
}

/** The body of PATCH /taxes/{id}; null when nothing but the archiving changes. */
export function changedTax(source: Source, change: TaxChange): TaxMembers | null {
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

function rateOf({
  rate,
  fixedAmount,
}: Pick<TaxInput, "rate" | "fixedAmount">): Required<Pick<TaxMembers, "type" | "rate">> | null {
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
