import type { Intent } from "../../adapter/adapter.ts";
import { chargeKind } from "../../adapter/kit/charge-kind.ts";
import { oncePerRow } from "../../adapter/kit/once-per-row.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import { invalidInput } from "../../model/errors.ts";
import type { Charge, ChargeChange, ChargeInput, ChargeInterval, Recurrence, RecurrenceInput } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import type { Parameters } from "./call.ts";
import { dateOf, decimalParameter, firstSecondOf, given, idParameter, lastSecondOf, markedSecondOf } from "./encode.ts";
import { type Origin, stub } from "./map-customer.ts";
import { publishable } from "./raw.ts";
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

/** The interval of a period, null for one that the manual does not name. */
export function intervalOf(period: string): ChargeInterval | null {
  return Object.hasOwn(intervalByPeriod, period) ? (intervalByPeriod[period] ?? null) : null;
}

/**
 * A row of `charges` (guide 4.4, charges/get) as the unified charge. `owner` is the customer or plan whose list it came from, for
 * rows that do not tell. Throws when the row has no id.
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
    // No known field tells whether or how often it was charged (contract of charges/charge: no data).
    status: "DEFINED",
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

/** What of the backend's section decides how a charge is written. */
interface ChargeWriting extends Pick<Origin, "currency" | "timeZone"> {
  readonly unlimitedNumber: UnlimitedNumber;
}

/**
 * Parameters of charges/create (guide 4.4). The manual's defaults ("current value") mean nothing in a create, so currency, period, number
 * and start are sent; the amount, which its example leaves away, where one is given. `intent`: what the charge is recognised by, in its
 * start; a charge that names no date starts when the intent was recorded, not when it is sent. `currency`: of a charge that names none.
 */
export function chargeParameters(
  input: ChargeInput,
  { currency, timeZone, unlimitedNumber }: ChargeWriting,
  { stepId, createdAt }: Pick<Intent, "stepId" | "createdAt">,
): Parameters {
  const { recurrence } = input;
  const startsOn = startOf(input, timeZone);
  // Guess: an immediate charge waits for charges/charge, so that the scheduler cannot take the same money once more.
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

/** Parameters of charges/update (guide 4.4), without `id`. Customer and plan cannot be changed there. */
export function chargeChangeParameters(change: ChargeChange, writing: Omit<ChargeWriting, "currency">): Parameters {
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
    // Unmentioned, the number stays as it is, except that what happens once happens once.
    number: occurrences === undefined && number === null ? undefined : changedNumber(number, unlimitedNumber),
    end: endsOn === undefined ? undefined : String(endsOn === null ? 0 : endOf(endsOn, startsOn, timeZone)),
  };
}

const occurrencesField = ["recurrence", "occurrences"];

/** The `number` of a new charge; undefined: it is left away. */
function numberOf(occurrences: number | null, unlimited: UnlimitedNumber): string | undefined {
  if (occurrences !== null) return String(occurrences);
  if (unlimited === "refused") throw invalidInput(occurrencesField, "is required: this backend takes no charge without a number");
  return unlimited === "zero" ? "0" : undefined;
}

/** The same of a charge that exists, where a parameter that is left away keeps its value. */
function changedNumber(occurrences: number | null, unlimited: UnlimitedNumber): string | undefined {
  if (occurrences === null && unlimited === "omitted") {
    throw invalidInput(occurrencesField, "cannot be cleared: this backend has no number that stands for no limit");
  }
  return numberOf(occurrences, unlimited);
}

/** How many times to charge; null = not limited. "once" may be charged several times: it says how much is taken, not how often. */
function occurrencesOf(interval: ChargeInterval, occurrences: number | null | undefined): number | null {
  const once = interval === "ONCE" || interval === "IMMEDIATE";
  return occurrences ?? (once ? 1 : null);
}

function periodOf(interval: ChargeInterval): string | undefined {
  return Object.keys(intervalByPeriod).find((key) => intervalByPeriod[key] === interval);
}

interface Start {
  readonly day: string;
  /** The first one of the day. */
  readonly second: number;
}

/** Both name the start of the charge: either will do, and two that differ cannot both be meant. */
function startOf({ date, recurrence }: Pick<ChargeChange, "date" | "recurrence">, timeZone: string): Start | null {
  const startsOn = recurrence?.startsOn ?? null;
  if (date != null && startsOn !== null && date !== startsOn) {
    throw invalidInput(["recurrence", "startsOn"], "differs from date, and Enswitch keeps one start");
  }
  const day = date ?? startsOn;
  if (day === null) return null;
  return { day, second: firstSecondOf(day, timeZone, date == null ? ["recurrence", "startsOn"] : "date") };
}

/** Guess: whether `end` belongs to the time of the charge is not documented; the last second of the day makes the day belong. */
function endOf(endsOn: string, startsOn: Start | null, timeZone: string): number {
  const field = ["recurrence", "endsOn"];
  if (startsOn !== null && endsOn < startsOn.day) throw invalidInput(field, "must not lie before the start");
  return lastSecondOf(endsOn, timeZone, field);
}

/** A charge belongs to a customer or to a plan, never both (guide 4.4, charges/create). */
function ownerParameters({ customerId, planId }: ChargeInput): Record<string, string> {
  if (customerId != null) return { customer: idParameter(customerId, "customerId") };
  return { plan: idParameter(planId ?? "", "planId") };
}
