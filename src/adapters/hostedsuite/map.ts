import type { Address, Money, Recurrence, Stub } from "../../model/model.ts";
import { money } from "../../model/money.ts";
import { members, text } from "./reading.ts";

/** What the mapping needs to know of the connection. */
export interface Source {
  /** The backend's key in the configuration. */
  readonly backend: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** AddressInfo (contract 6.3, 7.7). */
export const addressFields = members({ street1: text, street2: text, city: text, state: text, postalCode: text, country: text });

/** Null when no part of the address is filled in. */
export function addressFrom(address: ReturnType<typeof addressFields.parse> | null): Address | null {
  if (address === null) return null;
  const { street1, street2, city, state, postalCode, country } = address;
  if ((street1 ?? street2 ?? city ?? state ?? postalCode ?? country) === null) return null;
  return { lines: [street1, street2].filter((line) => line !== null), city, state, postalCode, country };
}

export function stub(source: Source, id: string | null, name: string | null): Stub | null {
  return id === null ? null : { backend: source.backend, id, name };
}

/** Cost is the line's total (contract 2.8, inferred); null = not priced, which is not 0. */
export function amountFrom(source: Source, cost: string | null): Money | null {
  return cost === null ? null : money(cost, source.currency);
}

/** `Memorized` = repeats monthly from its date on, without end. */
export function repetition(memorized: boolean | null, date: string | null): Recurrence | null {
  return memorized ? { interval: "MONTHLY", occurrences: null, startsOn: date, endsOn: null } : null;
}
