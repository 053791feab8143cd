import type { Intent } from "../../adapter/adapter.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { type BillingError, invalidInput, unsupported } from "../../model/errors.ts";
import type { Charge, ChargeChange, ChargeInput, ChargeInterval, Recurrence, RecurrenceInput } from "../../model/model.ts";
import { canonicalDecimal, isDecimal, money } from "../../model/money.ts";
import {
  currencyParameter,
  dateOf,
  decimalParameter,
  firstSecondOf,
  given,
  idParameter,
  isCleared,
  isMentioned,
  isPresent,
  lastSecondOf,
  markedSecondOf,
  refuse,
  requiredText,
  unsupportedMembers,
} from "./encode.ts";
import { type Origin, stub } from "./map-customer.ts";
import { withoutSecrets } from "./raw.ts";
import type { Parameters } from "./session.ts";
import { chargeRow } from "./wire.ts";

/** Guide 4.4, charges/create: `once`, `monthly`, `quarterly`, `annually`, or empty = immediately. */
const intervalByPeriod: Readonly<Record<string, ChargeInterval>> = {
  "": "IMMEDIATE",
  once: "ONCE",
  monthly: "MONTHLY",
  quarterly: "QUARTERLY",
  annually: "ANNUALLY",
};

/** The interval of a period, null for one that the manual does not name. */
export function intervalOf(period: string): ChargeInterval | null {
  return Object.hasOwn(intervalByPeriod, period) ? (intervalByPeriod[period] ?? null) : null;
}

/**
 * A row of `charges` (guide 4.4, charges/get) as the unified charge. `owner` is the customer or plan whose list it came from, for
 * rows that do not tell. Throws when the row has no id.
 */
export function toCharge(row: Row, { backend, currency }: Origin, owner: { customer?: string; plan?: string } = {}): Charge {
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
    customer: stub(backend, tellsOwner ? fields.customer : (owner.customer ?? null)),
    plan: stub(backend, tellsOwner ? fields.plan : (owner.plan ?? null)),
    service: null,
    name: fields.name ?? fields.id,
    description: fields.description,
    notes: null,
    kind: fields.period === null || fields.period === "" || fields.period === "once" ? "ONE_OFF" : "RECURRING",
    // No known field tells whether or how often it was charged (contract of charges/charge: no data).
    status: "DEFINED",
    quantity: "1",
    amount: priced(fields.amount),
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: priced(fields.buy),
    date: dateOf(fields.start),
    recurrence: toRecurrence(fields),
    createdAt: null,
    updatedAt: null,
    raw: withoutSecrets(row),
  };
}

function toRecurrence({ period, number, start, end }: ReturnType<typeof chargeRow.parse>): Recurrence | null {
  const interval = period === null ? null : intervalOf(period);
  if (interval === null) return null;
  return { interval, occurrences: number === 0 ? null : number, startsOn: dateOf(start), endsOn: dateOf(end) };
}

const unsupportedAlways = {
  notes: "Enswitch keeps no notes of a charge",
  quantity: "Enswitch keeps no quantity: give the amount of the whole line",
};
const unsupportedInCreates = {
  ...unsupportedAlways,
  serviceId: "Enswitch has no services",
  taxAmount: "Enswitch computes taxes from the taxes that apply",
  kind: "Enswitch tells kinds by the recurrence",
  reference: "Enswitch keeps no reference of a charge",
};

/**
 * Parameters of charges/create (guide 4.4). The manual's defaults ("current value") mean nothing in a create, so amount,
 * currency, period, number and start are always sent. `intent`: what the charge is recognised by, in its start; a charge that
 * names no date starts when the intent was recorded, not when it is sent. `currency`: of a charge that names none.
 */
export function chargeParameters(
  input: ChargeInput,
  { backend, currency }: Origin,
  { stepId, createdAt }: Pick<Intent, "stepId" | "createdAt">,
): Parameters {
  refuse([...owners(input), ...unsupportedMembers(backend, withoutUnit(input), unsupportedInCreates, isPresent)]);
  const { recurrence } = input;
  const startsOn = startOf(input);
  // Guess: an immediate charge waits for charges/charge, so that the scheduler cannot take the same money once more.
  const interval = recurrence?.interval ?? (input.executeNow ? "IMMEDIATE" : "ONCE");
  const start = startsOn === null ? Math.floor(Date.parse(createdAt) / 1000) : markedSecondOf(startsOn, stepId, "date");
  return given({
    ...ownerParameters(input),
    name: requiredText(input.name, "name"),
    description: input.description ?? undefined,
    amount: decimalParameter(requiredText(input.amount, "amount"), "amount"),
    buy: input.cost == null ? undefined : decimalParameter(input.cost, "cost"),
    currency: input.currency == null ? currency : currencyParameter(input.currency),
    start: String(start),
    end: recurrence?.endsOn == null ? undefined : String(endOf(recurrence.endsOn, startsOn)),
    period: periodOf(interval, backend),
    number: String(occurrencesOf(interval, recurrence?.occurrences) ?? unlimited),
  });
}

const uncleared = {
  amount: 'a charge always has an amount, give "0"',
  currency: "a charge always has a currency",
  cost: 'Enswitch cannot forget a cost, give "0"',
  date: "a charge always has a start",
  recurrence: "give the interval ONCE instead",
};

/** Parameters of charges/update (guide 4.4), without `id`. Customer and plan cannot be changed there. */
export function chargeChangeParameters(change: ChargeChange, backend: string): Parameters {
  refuse([
    ...unsupportedMembers(backend, change, uncleared, isCleared),
    ...(change.recurrence?.startsOn === null ? [startCleared(backend)] : []),
    ...unsupportedMembers(backend, withoutUnit(change), unsupportedAlways, isMentioned),
  ]);
  const { name, description, amount, cost, currency, recurrence } = change;
  const startsOn = startOf(change);
  return given({
    name: name === undefined ? undefined : requiredText(name, "name"),
    description: description === undefined ? undefined : (description ?? ""),
    amount: amount == null ? undefined : decimalParameter(amount, "amount"),
    buy: cost == null ? undefined : decimalParameter(cost, "cost"),
    currency: currency == null ? undefined : currencyParameter(currency),
    start: startsOn === null ? undefined : String(firstSecondOf(startsOn, "date")),
    ...(recurrence ? recurrenceParameters(recurrence, startsOn, backend) : {}),
  });
}

function startCleared(backend: string): BillingError {
  const field = ["recurrence", "startsOn"];
  return unsupported(backend, `${field.join(".")}: ${uncleared.date}.`, field);
}

function recurrenceParameters(recurrence: RecurrenceInput, startsOn: string | null, backend: string) {
  const { interval, occurrences, endsOn } = recurrence;
  const number = occurrencesOf(interval, occurrences);
  return {
    period: periodOf(interval, backend),
    // Unmentioned, the number stays as it is, except that what happens once happens once.
    number: occurrences === undefined && number === null ? undefined : String(number ?? unlimited),
    end: endsOn === undefined ? undefined : String(endsOn === null ? 0 : endOf(endsOn, startsOn)),
  };
}

/** Guess: what a `number` of 0 means is not documented; taken as "no limit", like 0 elsewhere means "none". */
const unlimited = 0;

/** How many times to charge; null = not limited. */
function occurrencesOf(interval: ChargeInterval, occurrences: number | null | undefined): number | null {
  const field = ["recurrence", "occurrences"];
  const once = interval === "ONCE" || interval === "IMMEDIATE";
  if (once && occurrences != null && occurrences !== 1) throw invalidInput(field, `must be 1 for the interval ${interval}`);
  if (occurrences != null && !(Number.isSafeInteger(occurrences) && occurrences >= 1)) {
    throw invalidInput(field, "must be a whole number of at least 1");
  }
  return once ? 1 : (occurrences ?? null);
}

function periodOf(interval: ChargeInterval, backend: string): string {
  const period = Object.keys(intervalByPeriod).find((key) => intervalByPeriod[key] === interval);
  if (period !== undefined) return period;
  const field = ["recurrence", "interval"];
  throw unsupported(backend, `${field.join(".")}: Enswitch has no period for ${interval.toLowerCase()} charges.`, field);
}

/** Both name the start of the charge: either will do, and two that differ cannot both be meant. */
function startOf({ date, recurrence }: Pick<ChargeChange, "date" | "recurrence">): string | null {
  const startsOn = recurrence?.startsOn ?? null;
  if (date != null && startsOn !== null && date !== startsOn) {
    throw invalidInput(["recurrence", "startsOn"], "differs from date, and Enswitch keeps one start");
  }
  return date ?? startsOn;
}

/** Guess: whether `end` belongs to the time of the charge is not documented; the last second of the day makes the day belong. */
function endOf(endsOn: string, startsOn: string | null): number {
  const field = ["recurrence", "endsOn"];
  if (startsOn !== null && endsOn < startsOn) throw invalidInput(field, "must not lie before the start");
  return lastSecondOf(endsOn, field);
}

/** A quantity of one is what every charge has. */
function withoutUnit<Input extends { readonly quantity?: string | null | undefined }>(input: Input): Input {
  return input.quantity != null && isDecimal(input.quantity) && canonicalDecimal(input.quantity) === "1"
    ? { ...input, quantity: undefined }
    : input;
}

/** A charge belongs to a customer or to a plan, never both (guide 4.4, charges/create). */
function owners({ customerId, planId }: ChargeInput): BillingError[] {
  if ((customerId == null) !== (planId == null)) return [];
  const problem = "exactly one of customerId and planId must be given";
  return [invalidInput("customerId", problem), invalidInput("planId", problem)];
}

function ownerParameters({ customerId, planId }: ChargeInput): Record<string, string> {
  if (customerId != null) return { customer: idParameter(customerId, "customerId") };
  return { plan: idParameter(planId ?? "", "planId") };
}
