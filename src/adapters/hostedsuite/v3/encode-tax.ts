import type { Members } from "../../../adapter/kit/looking.ts";
import type { TaxChange, TaxInput } from "../../../model/model.ts";
import { given } from "../compared.ts";
import { decimal } from "../reading.ts";

/** The body of a write to /taxes: only name, type and rate are writable (contract 7.7). */
export interface TaxMembers {
  readonly name?: string | undefined;
  readonly type?: "Percentage" | "Flat";
  readonly rate?: number;
  readonly __Restore?: true | undefined;
}

/** The sent members under the input's names. */
export function sentTax({ name, type, rate, __Restore: active }: TaxMembers): Members {
  const value = rate === undefined ? undefined : decimal(rate);
  return given({
    name,
    rate: type === "Percentage" ? value : undefined,
    fixedAmount: type === "Flat" ? value : undefined,
    active,
  });
}

/** Encodes POST /taxes. */
export function newTax({ name, ...rate }: TaxInput): TaxMembers {
  return { name, ...rateOf(rate) };
}

/** Encodes PATCH /taxes/{id}; null where nothing but archiving changes. */
export function changedTax({ name, active, ...change }: TaxChange): TaxMembers | null {
  const rate = rateOf(change);
  if (name == null && rate === null && active !== true) return null;
  return { name: name ?? undefined, ...rate, __Restore: active === true ? true : undefined };
}

function rateOf({
  rate,
  fixedAmount,
}: Pick<TaxInput, "rate" | "fixedAmount">): Required<Pick<TaxMembers, "type" | "rate">> | null {
  if (rate != null) return { type: "Percentage", rate: Number(rate) };
  return fixedAmount == null ? null : { type: "Flat", rate: Number(fixedAmount) };
}
