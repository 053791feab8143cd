import type { Intent } from "../../adapter/adapter.ts";
import { given } from "../../adapter/kit/looking.ts";
import { chargeKind, notUnderstoodIn, oncePerRow, type Row } from "../../adapter/kit/reading.ts";
import { invalidInput } from "../../model/errors.ts";
import type { Charge, ChargeChange, ChargeInput, ChargeInterval, Recurrence, RecurrenceInput } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import type { FunctionParameters } from "./call.ts";
import { dateOf, decimalParameter, firstSecondOf, idParameter, lastSecondOf, markedSecondOf } from "./encode.ts";
import { publishable } from "./fields.ts";
import { type Origin, stub } from "./map-customer.ts";
import { chargeRow } from "./wire.ts";

/** Guide 4.4, charges/create: `once`, `monthly`, `quarterly`, `annually`, or empty = immediately. */
const intervalByPeriod: Readonly<Record<string, ChargeInterval>> = {
  once: "ONCE",
  "": "IMMEDIATE",
  monthly: "MONTHLY",
  quarterly: "QUARTERLY",
  annually: "ANNUALLY",
};

export const intervals = Object.values(intervalByPeriod);

/** The interval of a period; null for a period that the manual does not name. */
export function intervalOf(period: string): ChargeInterval | null {
  return Object.hasOwn(intervalByPeriod, period) ? (intervalByPeriod[period] ?? null) : null;
}

/**
 * Maps a row of `charges` (guide 4.4, charges/get). Throws where it has no id.
 *
 * @param owner the customer or plan of the list, for a row without an owner
 */
export function chargeFrom(row: Row, origin: Origin, owner: { customer?: string; plan?: string } = {}): Charge {
  return mapped(row, origin, owner.customer ?? null, owner.plan ?? null);
}

const mapped = oncePerRow((row: Row, origin: Origin, ownCustomer: string | null, ownPlan: string | null): Charge => {
  const { backend, currency, timeZone } = origin;
  const fields = chargeRow.parse(row);
  const tellsOwner = fields.customer !== null || fields.plan !== null;
  const rowCurrency = fields.currency === undefined ? currency : fields.currency;
  const priced = (amount: string | null) => (amount === null || rowCurrency === null ? null : money(amount, rowCurrency));
  return {
    type: "Charge",
    backend,
    id: fields.id,
    backendId: fields.id,
    reference: null,
    customer: stub(backend, tellsOwner ? fields.customer : ownCustomer),
    plan: stub(backend, tellsOwner ? fields.plan : ownPlan),
    service: null,
    name: fields.name ?? fields.id,
    description: fields.description,
    notes: null,
    kind: chargeKind(isOnce(fields.period) ? "ONE_OFF" : "RECURRING", priced(fields.amount)),
    // No known column tells whether or how often it was executed (charges/charge answers without data).
    status: fields.deleted === true ? "VOIDED" : "DEFINED",
    quantity: "1",
    amount: priced(fields.amount),
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: priced(fields.buy),
    date: dateOf(fields.start, timeZone),
    recurrence: toRecurrence(fields, timeZone),
    createdAt: null,
    updatedAt: null,
    ...notUnderstoodIn(fields, { period: fields.period === null || intervalOf(fields.period) !== null }),
    raw: publishable(row),
  };
});

function isOnce(period: string | null): boolean {
  return period === null || period === "" || period === "once";
}

function toRecurrence({ period, number, start, end }: ReturnType<typeof chargeRow.parse>, timeZone: string): Recurrence | null {
  const interval = period === null ? null : intervalOf(period);
  if (interval === null) return null;
  const days = { startsOn: dateOf(start, timeZone), endsOn: dateOf(end, timeZone) };
  return { interval, occurrences: number === 0 ? null : number, ...days };
}

type UnlimitedNumber = "zero" | "omitted" | "refused";

/** The settings that decide how a charge is written. */
interface ChargeWriting extends Pick<Origin, "currency" | "timeZone"> {
  readonly unlimitedNumber: UnlimitedNumber;
}

/**
 * Encodes charges/create (guide 4.4). The manual's defaults ("current value") mean nothing in a create, so currency, period, number and
 * start are always sent; the amount, which its example omits, only where the caller gives one.
 *
 * A charge without a date starts when its intent was recorded; a charge with a date carries the step's mark in its start
 * (markedSecondOf). `currency` is for a charge without one.
 */
export function chargeParameters(
  input: ChargeInput,
  { currency, timeZone, unlimitedNumber }: ChargeWriting,
  { stepId, createdAt }: Pick<Intent, "stepId" | "createdAt">,
): FunctionParameters {
  const { recurrence } = input;
  const startsOn = startOf(input, timeZone);
  // Guess: the scheduler leaves an immediate charge to charges/charge, and so does not take the same money again.
  const interval = recurrence?.interval ?? (input.executeNow ? "IMMEDIATE" : "ONCE");
  const start = startsOn === null ? Math.floor(Date.parse(createdAt) / 1000) : markedSecondOf(startsOn.second, stepId);
  return given({
    ...ownerParameters(input),
    name: input.name?.trim(),
    description: input.description ?? undefined,
    amount: decimalParameter(input.amount),
    buy: decimalParameter(input.cost),
    currency: input.currency ?? currency,
    start: String(start),
    end: recurrence?.endsOn == null ? undefined : String(endOf(recurrence.endsOn, startsOn, timeZone)),
    period: periodOf(interval),
    number: numberOf(occurrencesOf(interval, recurrence?.occurrences), unlimitedNumber),
  });
}

/** Encodes charges/update (guide 4.4), without `id`. It cannot change customer and plan. */
export function chargeChangeParameters(change: ChargeChange, writing: Omit<ChargeWriting, "currency">): FunctionParameters {
  const { name, description, amount, cost, currency, recurrence } = change;
  const startsOn = startOf(change, writing.timeZone);
  return given({
    name: name?.trim(),
    description: description === undefined ? undefined : (description ?? ""),
    amount: decimalParameter(amount),
    buy: decimalParameter(cost),
    currency: currency ?? undefined,
    start: startsOn === null ? undefined : String(startsOn.second),
    ...(recurrence ? recurrenceParameters(recurrence, startsOn, writing) : {}),
  });
}

function recurrenceParameters(
  recurrence: RecurrenceInput,
  startsOn: Start | null,
  { timeZone, unlimitedNumber }: Omit<ChargeWriting, "currency">,
) {
  const { interval, occurrences, endsOn } = recurrence;
  const number = occurrencesOf(interval, occurrences);
  return {
    period: periodOf(interval),
    // Without occurrences the number stays as it is, but for a one-off interval, which needs 1.
    number: occurrences === undefined && number === null ? undefined : changedNumber(number, unlimitedNumber),
    end: endsOn === undefined ? undefined : String(endsOn === null ? 0 : endOf(endsOn, startsOn, timeZone)),
  };
}

const occurrencesField = ["recurrence", "occurrences"];

/** The `number` of a new charge; undefined omits it. Throws INVALID_INPUT where the backend needs one. */
function numberOf(occurrences: number | null, unlimited: UnlimitedNumber): string | undefined {
  if (occurrences !== null) return String(occurrences);
  if (unlimited === "refused") throw invalidInput(occurrencesField, "is required: this backend takes no charge without a number");
  return unlimited === "zero" ? "0" : undefined;
}

/** The `number` of a changed charge. Here an omitted parameter keeps its value. */
function changedNumber(occurrences: number | null, unlimited: UnlimitedNumber): string | undefined {
  if (occurrences === null && unlimited === "omitted") {
    throw invalidInput(occurrencesField, "cannot be cleared: this backend has no number that stands for no limit");
  }
  return numberOf(occurrences, unlimited);
}

/** How many times to charge; null = unlimited. "once" may be charged several times: it says how much is taken, not how often. */
function occurrencesOf(interval: ChargeInterval, occurrences: number | null | undefined): number | null {
  const once = interval === "ONCE" || interval === "IMMEDIATE";
  return occurrences ?? (once ? 1 : null);
}

function periodOf(interval: ChargeInterval): string | undefined {
  return Object.keys(intervalByPeriod).find((key) => intervalByPeriod[key] === interval);
}

interface Start {
  /** yyyy-MM-dd */
  readonly day: string;
  /** The first second of the day, Unix time. */
  readonly second: number;
}

/** The start, from `date` or `recurrence.startsOn`; null where neither is given. Throws INVALID_INPUT where the two differ. */
function startOf({ date, recurrence }: Pick<ChargeChange, "date" | "recurrence">, timeZone: string): Start | null {
  const startsOn = recurrence?.startsOn ?? null;
  if (date != null && startsOn !== null && date !== startsOn) {
    throw invalidInput(["recurrence", "startsOn"], "differs from date, and Enswitch keeps one start");
  }
  const day = date ?? startsOn;
  if (day === null) return null;
  return { day, second: firstSecondOf(day, timeZone, date == null ? ["recurrence", "startsOn"] : "date") };
}

/** The last second of the end day. Guess: `end` is inclusive or not; either way, this includes the day. */
function endOf(endsOn: string, startsOn: Start | null, timeZone: string): number {
  const field = ["recurrence", "endsOn"];
  if (startsOn !== null && endsOn < startsOn.day) throw invalidInput(field, "must not be before the start");
  return lastSecondOf(endsOn, timeZone, field);
}

/** A charge belongs to a customer or to a plan, never both (guide 4.4, charges/create). */
function ownerParameters({ customerId, planId }: ChargeInput): Record<string, string> {
  if (customerId != null) return { customer: idParameter(customerId, "customerId") };
  return { plan: idParameter(planId ?? "", "planId") };
}
