import { chargeKind, type Marked, notUnderstoodIn, oncePerRow, type Row, requireDate } from "../../adapter/kit/reading.ts";
import type { Address, Charge, Money, PartlyUnderstood, Recurrence, Stub } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import { dayOf } from "../../model/zones.ts";
import { createDates, type Dates } from "./dates.ts";
import { publishable } from "./fields.ts";
import { dateText, memberOf, members, text } from "./reading.ts";
import { type Costs, costsOf, type Settings } from "./settings.ts";

/** The connection's facts that the mapping needs. */
export interface MappingContext {
  /** The backend's key in the configuration. */
  readonly backend: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly dates: Dates;
  readonly costs: Costs;
}

export function mappingContext(backend: string, { currency, timeZone, dateOrder, cost }: Settings): MappingContext {
  return { backend, currency, timeZone, dates: createDates(timeZone, dateOrder), costs: costsOf[cost] };
}

/**
 * Wraps a mapping so that it maps a row that comes again once (see oncePerRow), and again where a date has contradicted the configured order
 * meanwhile.
 */
export function mapping<T>(map: (context: MappingContext, row: Row) => T): typeof map {
  const mapped = oncePerRow((row: Row, context: MappingContext, _isContradicted: boolean) => map(context, row));
  return (context, row) => mapped(row, context, context.dates.isContradicted());
}

/** AddressInfo (contract 6.3, 7.7). */
export const addressFields = members({ street1: text, street2: text, city: text, state: text, postalCode: text, country: text });

/** Maps an address; null where no part is filled in. */
export function addressFrom(address: ReturnType<typeof addressFields.parse> | null): Address | null {
  if (address === null) return null;
  const { street1, street2, city, state, postalCode, country } = address;
  if ((street1 ?? street2 ?? city ?? state ?? postalCode ?? country) === null) return null;
  return { lines: [street1, street2].filter((line) => line !== null), city, state, postalCode, country };
}

export function stub(context: MappingContext, id: string | null, name: string | null): Stub | null {
  return id === null ? null : { backend: context.backend, id, name };
}

/** The amount of a charge; null = not priced, which is not 0. */
function amountFrom({ costs, currency }: MappingContext, { cost, quantity }: ShownCharge): Money | null {
  const amount = costs.amount(cost, quantity);
  return amount === null ? null : money(amount, currency);
}

/** The recurrence: `Memorized` means monthly from the charge's date on, without end. */
function repetition(memorized: boolean | null, date: string | null): Recurrence | null {
  return memorized ? { interval: "MONTHLY", occurrences: null, startsOn: date, endsOn: null } : null;
}

/** The members of a charge that both generations show. */
interface ShownCharge extends Marked {
  readonly clientId: string | null;
  readonly clientName: string | null;
  readonly serviceId: string | null;
  readonly serviceName: string | null;
  readonly dateCreated: string | null;
  readonly dateOfCharge: string | null;
  readonly dateLastModified: string | null;
  readonly quantity: string | null;
  readonly cost: string | null;
  readonly description: string | null;
  readonly notes: string | null;
  readonly memorized: boolean | null;
}

/** A charge of a list, with a date that is understood: see requireDate. */
export function datedCharge({ dates }: MappingContext, charge: Charge | null, row: Row): Charge | null {
  const problem = () => dates.problem(dateText(memberOf(row, "dateOfCharge")));
  return charge && requireDate(charge, ["dateOfCharge"], problem);
}

/** The members of a record that are not understood, its dates included. */
export function strangeIn<Name extends string>(
  { dates }: MappingContext,
  fields: Marked & Readonly<Record<NoInfer<Name>, string | null>>,
  dateNames: readonly Name[],
  others: Readonly<Record<string, boolean>> = {},
): PartlyUnderstood {
  const strange = dateNames.filter((name) => fields[name] !== null && dates.problem(fields[name]) !== null);
  if (strange.length === 0) return notUnderstoodIn(fields, others);
  return notUnderstoodIn(fields, { ...Object.fromEntries(strange.map((name) => [name, false])), ...others });
}

/** Maps a charge. HostedSuite has no payment state (contract 10): `status` tells only whether the record is archived. */
export function chargeWith(
  context: MappingContext,
  row: Row,
  shown: ShownCharge,
  own: Pick<Charge, "id" | "backendId" | "status" | "backendStatus" | "billingCode">,
): Charge {
  const date = context.dates.day(shown.dateOfCharge);
  const createdAt = context.dates.instant(shown.dateCreated);
  const updatedAt = context.dates.instant(shown.dateLastModified);
  const amount = amountFrom(context, shown);
  const charge: Changeable<Charge> = {
    ...own,
    type: "Charge",
    backend: context.backend,
    reference: null,
    customer: stub(context, shown.clientId, shown.clientName),
    plan: null,
    service: stub(context, shown.serviceId, shown.serviceName),
    name: shown.description ?? shown.serviceName ?? own.backendId,
    description: shown.description,
    notes: shown.notes,
    kind: chargeKind(shown.memorized ? "RECURRING" : "ONE_OFF", amount),
    quantity: shown.quantity ?? "0",
    amount,
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: null,
    date,
    recurrence: repetition(shown.memorized, date),
    createdAt,
    updatedAt,
    raw: publishable(row),
  };
  if (date === null && createdAt !== null) charge.createdOn = dayOf(Date.parse(createdAt), context.timeZone);
  // A date that was decoded is understood.
  const areDated = date !== null && createdAt !== null && updatedAt !== null;
  const { notUnderstood } = areDated ? notUnderstoodIn(shown) : strangeIn(context, shown, chargeDates);
  if (notUnderstood) charge.notUnderstood = notUnderstood;
  return charge;
}

const chargeDates = ["dateOfCharge", "dateCreated", "dateLastModified"] as const;

/** For members that few records have: they are added last. A spread within the literal copies member by member. */
type Changeable<T> = { -readonly [Name in keyof T]: T[Name] };
