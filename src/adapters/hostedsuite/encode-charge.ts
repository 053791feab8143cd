import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";
import { named, unsupported } from "../../model/errors.ts";
import type { ChargeChange, ChargeInput, RecurrenceInput } from "../../model/model.ts";
import { canonicalDecimal } from "../../model/money.ts";
import { given } from "./compared.ts";
import { requireId } from "./encode.ts";
import type { Source } from "./map.ts";
import { decimal } from "./reading.ts";

/** Members of a charge in v3's casing (contract 5.1, 7.7). */
export interface ChargeMembers {
  readonly clientId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly dateOfCharge?: string | undefined;
  readonly quantity?: number | undefined;
  readonly cost?: number | undefined;
  readonly notes?: string | undefined;
  readonly description?: string | undefined;
  readonly memorized?: boolean | undefined;
}

/** Encodes a new charge; without `dateOfCharge` where the caller names no date. */
export function newChargeMembers(source: Source, input: ChargeInput): ChargeMembers & { readonly clientId: string } {
  return {
    clientId: requireId(input.customerId ?? "", "customerId"),
    serviceId: requireId(input.serviceId ?? "", "serviceId"),
    dateOfCharge: chargeDate(source.backend, input),
    // Always sent: omitted, it would be 0, which v3 refuses and v2 bills as nothing (contract 5.1).
    quantity: number(input.quantity ?? "1"),
    // Omitted = priced by the contract; 0 = free (contract 5.1).
    cost: input.amount == null ? undefined : Number(source.costs.cost(input.amount, input.quantity ?? "1")),
    notes: input.notes ?? undefined,
    description: input.description ?? undefined,
    memorized: isMemorized(input.recurrence) ?? false,
  };
}

/**
 * The sent members under the input's names. A new charge without notes has notes null, as nobody else writes notes.
 *
 * @param amount of the line; a cost or description that was not sent is the backend's own (contract 5.1)
 */
export function sentCharge(members: ChargeMembers, amount: string | null | undefined): Members {
  const { clientId, serviceId, dateOfCharge, quantity, notes, description, memorized } = members;
  return given({
    customerId: clientId,
    serviceId,
    date: dateOfCharge,
    quantity: quantity === undefined ? undefined : decimal(quantity),
    amount: amount == null ? undefined : canonicalDecimal(amount),
    notes: notes ?? (clientId === undefined ? undefined : null),
    description,
    recurrence: memorized,
  });
}

/** Encodes a change of a charge (v3), without its cost. v3 ignores null (contract 7.5), so only the recurrence can be cleared. */
export function changedChargeMembers(source: Source, change: ChargeChange): ChargeMembers {
  return {
    dateOfCharge: chargeDate(source.backend, change),
    quantity: number(change.quantity),
    notes: change.notes ?? undefined,
    description: change.description ?? undefined,
    memorized: change.recurrence === null ? false : isMemorized(change.recurrence),
  };
}

function number(decimal: string | null | undefined): number | undefined {
  return decimal == null ? undefined : Number(decimal);
}

/** Encodes a recurrence: `Memorized` means monthly without end (contract 5.1). */
function isMemorized(recurrence: RecurrenceInput | null | undefined): boolean | undefined {
  return recurrence == null ? undefined : recurrence.interval === "MONTHLY";
}

/** The day of the charge, on which a recurring one starts. Throws UNSUPPORTED where `date` and `startsOn` differ. */
function chargeDate(backend: string, { date, recurrence }: Pick<ChargeInput, "date" | "recurrence">): string | undefined {
  const startsOn = recurrence?.startsOn;
  if (date != null && startsOn != null && date !== startsOn) {
    const path = ["recurrence", "startsOn"];
    throw unsupported(backend, `recurrence.startsOn: in ${named(backend)} a charge starts on its date; give one of them.`, path);
  }
  return date ?? startsOn ?? undefined;
}

/** The field of the charge's day, where the caller named it in `recurrence.startsOn`. */
export function dayFields({ date, recurrence }: Pick<ChargeInput, "date" | "recurrence">): FieldPaths {
  return date == null && recurrence?.startsOn != null ? { date: ["recurrence", "startsOn"] } : {};
}
