import type { Members } from "../../adapter/kit/looking.ts";
import { invalidInput, unsupported } from "../../model/errors.ts";
import type { ChargeChange, ChargeInput, RecurrenceInput } from "../../model/model.ts";
import { compareDecimals } from "../../model/money.ts";
import { isCalendarDate } from "./dates.ts";
import { decimal } from "./fields.ts";
import {
  exactNumber,
  givenInChange,
  givenInCreate,
  refuseClearing,
  refuseMembers,
  refuseOtherCurrency,
  requireId,
} from "./input.ts";
import type { Source } from "./map.ts";
import { given } from "./stored.ts";

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

const lacking = {
  planId: "has no charges on plans",
  name: "names charges after their service or description",
  taxAmount: "keeps no tax amounts",
  kind: "tells kinds by the recurrence",
  cost: "keeps no cost of what is charged",
  reference: "keeps no reference on charges",
  taxIds: "has no taxes on charges",
} satisfies { readonly [Name in keyof ChargeInput]?: string };

/**
 * What is sent for a new charge; without `dateOfCharge` where the caller names no date. Throws UNSUPPORTED or INVALID_INPUT
 * naming the field for whatever cannot be sent.
 */
export function newChargeMembers(source: Source, input: ChargeInput): ChargeMembers & { readonly clientId: string } {
  refuseMembers(source.backend, input, lacking, givenInCreate);
  if (input.executeNow) throw unsupported(source.backend, `executeNow: ${source.backend} cannot execute charges.`, "executeNow");
  refuseOtherCurrency(source.backend, source.currency, input.currency);
  if (input.customerId == null) throw invalidInput("customerId", "is required");
  if (input.serviceId == null) throw invalidInput("serviceId", "is required");
  return {
    clientId: requireId(input.customerId, "customerId"),
    serviceId: requireId(input.serviceId, "serviceId"),
    dateOfCharge: chargeDate(source.backend, input),
    // Left out it would be 0, which v3 refuses and v2 bills as nothing (contract 5.1).
    quantity: positiveNumber(input.quantity ?? "1"),
    // Left out = priced by the contract; 0 = free (contract 5.1).
    cost: input.amount == null ? undefined : exactNumber(input.amount, "amount"),
    notes: input.notes ?? undefined,
    description: input.description ?? undefined,
    memorized: isMemorized(source.backend, input.recurrence) ?? false,
  };
}

/** What was sent, by the names of the input; of a new charge also that it has no notes, as nobody else writes notes. */
export function sentCharge({
  clientId,
  serviceId,
  dateOfCharge,
  quantity,
  cost,
  notes,
  description,
  memorized,
}: ChargeMembers): Members {
  return given({
    customerId: clientId,
    serviceId,
    date: dateOfCharge,
    quantity: quantity === undefined ? undefined : decimal(quantity),
    // A cost or description that was not sent is the backend's own (contract 5.1).
    amount: cost === undefined ? undefined : decimal(cost),
    notes: notes ?? (clientId === undefined ? undefined : null),
    description,
    recurrence: memorized,
  });
}

/** What is sent to change a charge (v3). Null is ignored there (contract 7.5), so only the recurrence can be cleared. */
export function changedChargeMembers(source: Source, change: ChargeChange): ChargeMembers {
  refuseMembers(source.backend, change, { name: lacking.name, cost: lacking.cost }, givenInChange);
  refuseClearing(source.backend, change, ["description", "notes", "amount", "currency", "quantity", "date"]);
  refuseOtherCurrency(source.backend, source.currency, change.currency);
  return {
    dateOfCharge: chargeDate(source.backend, change),
    quantity: change.quantity == null ? undefined : positiveNumber(change.quantity),
    cost: change.amount == null ? undefined : exactNumber(change.amount, "amount"),
    notes: change.notes ?? undefined,
    description: change.description ?? undefined,
    memorized: change.recurrence === null ? false : isMemorized(source.backend, change.recurrence),
  };
}

function positiveNumber(quantity: string): number {
  const value = exactNumber(quantity, "quantity");
  if (compareDecimals(quantity, "0") <= 0) throw invalidInput("quantity", "must be greater than 0");
  return value;
}

/** `Memorized` means monthly without end, and nothing else can be said (contract 5.1). */
function isMemorized(backend: string, recurrence: RecurrenceInput | null | undefined): boolean | undefined {
  if (recurrence == null) return undefined;
  const { interval, occurrences, endsOn } = recurrence;
  const monthly = interval === "MONTHLY";
  if (!monthly && interval !== "IMMEDIATE" && interval !== "ONCE") {
    const path = ["recurrence", "interval"];
    throw unsupported(backend, `recurrence.interval: ${backend} repeats charges monthly or not at all.`, path);
  }
  const member = occurrences != null ? "occurrences" : endsOn != null ? "endsOn" : null;
  if (member !== null) {
    throw unsupported(backend, `recurrence.${member}: ${backend} repeats charges without end.`, ["recurrence", member]);
  }
  return monthly;
}

/** The day of the charge; a repeated charge starts on it. */
function chargeDate(backend: string, { date, recurrence }: Pick<ChargeInput, "date" | "recurrence">): string | undefined {
  const startsOn = recurrence?.startsOn;
  if (date != null && !isCalendarDate(date)) throw invalidInput("date", "must be a calendar date");
  if (startsOn != null && !isCalendarDate(startsOn)) throw invalidInput(["recurrence", "startsOn"], "must be a calendar date");
  if (date != null && startsOn != null && date !== startsOn) {
    const path = ["recurrence", "startsOn"];
    throw unsupported(backend, `recurrence.startsOn: in ${backend} a charge starts on its date; give one of them.`, path);
  }
  return date ?? startsOn ?? undefined;
}
