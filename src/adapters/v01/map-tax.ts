import { mentioned } from "../../adapter/kit/looking.ts";
import { notUnderstoodIn } from "../../adapter/kit/reading.ts";
import { badResponse, named, unsupported } from "../../model/errors.ts";
import type { Tax, TaxChange, TaxInput } from "../../model/model.ts";
import { canonicalDecimal, fromMinorUnits } from "../../model/money.ts";
import { scaledInteger } from "./cents.ts";
import type { V01Settings } from "./settings.ts";
import { calendarDate, isDateOrNothing, isLong, type TaxRow } from "./wire.ts";

/** Reads "<country>:<tax>"; null for anything else. Rates are stored in the table of a country. */
export function taxParts(id: string): { readonly country: string; readonly taxId: string } | null {
  const [country = "", taxId = "", ...rest] = id.split(":");
  return rest.length === 0 && isCountry(country) && isLong(taxId) ? { country, taxId } : null;
}

/** Whether a text has the form of an ISO 3166-1 alpha-2 code. */
export const isCountry = (text: string): boolean => /^[A-Z]{2}$/.test(text);

/** Maps a rate; null for one of another country than the table's. */
export function taxFrom(record: TaxRow, country: string, backend: string, { taxValueScale }: V01Settings): Tax | null {
  const tellsCountry = record.countryCode !== null && isCountry(record.countryCode);
  if (tellsCountry && record.countryCode !== country) return null;
  return {
    type: "Tax",
    backend,
    id: `${country}:${record.id}`,
    backendId: record.id,
    // A rate has no name (10.8).
    name: record.description ?? record.code ?? record.id,
    description: record.description,
    rate: record.value === null ? null : canonicalDecimal(fromMinorUnits(record.value, taxValueScale)),
    fixedAmount: null,
    // No field links a rate to what it applies to (quirk 6).
    appliesTo: [],
    defaultLiability: null,
    owner: null,
    // Rates belong to no account: the whole portfolio shares one table (9.2).
    shared: true,
    country,
    effectiveDate: calendarDate(record.effectiveDate),
    active: record.isActive !== false,
    ...notUnderstoodIn(record, {
      effectiveDate: isDateOrNothing(record.effectiveDate),
      countryCode: tellsCountry || record.countryCode === null,
    }),
    raw: record.raw,
  };
}

/** The form of `POST /countries/{country}/taxes/{id}`. */
export type TaxForm = Readonly<Record<string, string>>;

export function newTax(input: TaxInput, backend: string, settings: V01Settings): { country: string; form: TaxForm } {
  return { country: (input.country ?? settings.country).toUpperCase(), form: taxForm(input, backend, settings) };
}

/** The given members of a rate, as they are sent. */
export function taxForm(input: TaxInput | TaxChange, backend: string, { taxValueScale }: V01Settings): TaxForm {
  const { effectiveDate, rate } = input;
  return mentioned({
    effectiveDate,
    value: rate == null ? undefined : scaledInteger(rate, taxValueScale).toString(),
    description: descriptionOf(input, backend),
    isActive: "active" in input && input.active != null ? String(input.active) : undefined,
  });
}

/** A stored rate, as it would be sent. */
export function storedTax({ effectiveDate, value, description, isActive }: TaxRow) {
  return {
    effectiveDate: calendarDate(effectiveDate),
    value: value?.toString() ?? null,
    description,
    isActive: String(isActive !== false),
  };
}

/**
 * The whole rate after a change: the action requires effective date and value each time, and takes a missing `isActive` for true (9.2).
 * Throws BAD_RESPONSE where the stored rate does not show what must be repeated.
 */
export function changedTax(stored: TaxRow, changes: TaxForm, backend: string): TaxForm {
  const kept = Object.entries(storedTax(stored)).map(([name, value]) => [name, value ?? undefined]);
  const form: TaxForm = mentioned({ ...Object.fromEntries(kept), ...changes });
  if (form["effectiveDate"] === undefined || form["value"] === undefined) {
    throw badResponse(backend, "does not report the rate's present value and date, which a change must repeat");
  }
  return form;
}

/** The one text of a rate: the unified name, or its description. Throws UNSUPPORTED where both are given and differ. */
function descriptionOf({ name, description }: TaxChange, backend: string): string | undefined {
  if (name != null && description != null && name !== description) {
    throw unsupported(
      backend,
      `${named(backend)} keeps one text of a tax: leave out description, or give it the same text as name.`,
      "description",
    );
  }
  return name ?? description ?? undefined;
}
