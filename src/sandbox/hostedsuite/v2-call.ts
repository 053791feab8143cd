import { formatDate, type LocalTime, type ParsedDate } from "./dates.ts";
import type { Refusals } from "./envelope.ts";
import type { Printable } from "./jsv.ts";
import type { Members } from "./members.ts";
import type { HostedSuiteV2Options } from "./options.ts";
import type { Client } from "./records.ts";
import type { Store } from "./state.ts";
import type { Account, Tenant } from "./tenant.ts";

/** One request to a v2 operation, bound and signed in. */
export interface V2Call {
  readonly members: Members;
  readonly tenant: Tenant;
  readonly store: Store;
  readonly account: Account;
  readonly options: HostedSuiteV2Options;
  readonly refuse: Refusals;
}

/**
 * Returns the response DTO with members in wire order and camelCase, nulls included. The envelope turns them into PascalCase
 * and drops the nulls. Throws a Refusal.
 */
export type Operation = (call: V2Call) => Printable;

/** Empty text counts as missing, as with .NET's IsNullOrEmpty. */
export function requiredText({ members, refuse }: V2Call, name: string): string {
  const text = members.text(name);
  if (text === null || text === "") throw refuse.missing(name);
  return text;
}

export function requiredDate(call: V2Call, name: string): ParsedDate {
  const date = call.tenant.calendar.parse(requiredText(call, name));
  if (date === null) throw call.refuse.unparseableDate(name);
  return date;
}

/** The client of the request's ClientId. */
export function requiredClient(call: V2Call): Client {
  const client = call.store.clients.all.get(requiredText(call, "ClientId"));
  if (client === undefined) throw call.refuse.notFound("Client");
  return client;
}

/** A filter; null if it is absent or empty, and so does not filter. */
export function filterText({ members }: V2Call, name: string): string | null {
  const text = members.text(name);
  return text === "" ? null : text;
}

/** Filters by name. The contract does not say whether exact, prefix or contains (contract 4.2). */
export function matchesName({ options, tenant }: V2Call, name: string, filter: string | null): boolean {
  if (filter === null) return true;
  const { comparable } = tenant.conditions;
  const [left, right] = [comparable(name), comparable(filter)];
  return options.nameFilter === "exact" ? left === right : left.includes(right);
}

/**
 * Lists of an update replace or extend the stored ones: the contract does not say which (4.5). Null if the request has none.
 */
export function updatedList<Item>(
  { options }: V2Call,
  stored: readonly Item[] | null,
  sent: readonly Item[] | null,
): readonly Item[] | null {
  return sent !== null && options.lists === "append" ? [...(stored ?? []), ...sent] : sent;
}

export function printDate({ options }: V2Call, time: LocalTime): string {
  return formatDate(time, options.datesOut);
}
