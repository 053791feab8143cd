import { type DateRange, dateRange, formatDate, isWithin, type LocalTime } from "./dates.ts";
import type { Refusals } from "./envelope.ts";
import { isList, type Printable } from "./jsv.ts";
import type { Members } from "./members.ts";
import type { HostedSuiteV3Options } from "./options.ts";
import type { Store } from "./state.ts";
import type { Account, Tenant } from "./tenant.ts";

/** A v3 request, signed in. `members` come from the body for writes, and from the query for lists. */
export interface V3Call {
  readonly members: Members;
  readonly tenant: Tenant;
  readonly store: Store;
  readonly account: Account;
  readonly options: HostedSuiteV3Options;
  readonly refuse: Refusals;
}

export type PrintableObject = { readonly [name: string]: Printable };

/** Empty text counts as missing. */
export function requiredText({ members, refuse }: V3Call, name: string): string {
  const text = members.text(name);
  if (text === null || text === "") throw refuse.missing(name);
  return text;
}

/** A date of a body; null when it is absent. */
export function dateOf({ members, tenant, refuse }: V3Call, name: string): LocalTime | null {
  const text = members.text(name);
  if (text === null || text === "") return null;
  const date = tenant.calendar.parse(text);
  if (date === null) throw refuse.unparseableDate(name);
  return date.time;
}

/** The id of an existing referenced record; null if it is absent or empty. `kind` is the vendor's word: "Service". */
export function referenceOf(
  { members, refuse }: V3Call,
  name: string,
  known: ReadonlyMap<string, unknown>,
  kind: string,
): string | null {
  const id = members.text(name);
  if (id === null || id === "") return null;
  if (!known.has(id)) throw refuse.notFound(kind);
  return id;
}

/** In a PATCH, "" detaches a reference (contract 7.5): null for each name that was sent empty. */
export function detached<Name extends string>({ members }: V3Call, ...names: readonly Name[]): { readonly [Key in Name]?: null } {
  const empty = names.filter((name) => members.text(name) === "");
  return Object.fromEntries(empty.map((name) => [name, null])) as { readonly [Key in Name]?: null };
}

/** The text of a filter; null if it does not filter. */
export function filterText({ members }: V3Call, name: string): string | null {
  const text = members.text(name);
  return text === "" ? null : text;
}

/** Case-insensitive contains; true without a filter. */
export function containsText(text: string | null | undefined, filter: string | null): boolean {
  return filter === null || text?.toLowerCase().includes(filter.toLowerCase()) === true;
}

/** Equality, for filters by id; true without a filter. */
export function equalsText(text: string | null | undefined, filter: string | null): boolean {
  return filter === null || text === filter;
}

/** A filter by a JSV object {start, end}. Wrong encoding is not an error: the filter is ignored (contract 7.2). */
export function rangeFilter(call: V3Call, name: string): (time: LocalTime) => boolean {
  const range = rangeOf(call, name);
  return (time) => isWithin(time, range);
}

function rangeOf({ members, tenant, options }: V3Call, name: string): DateRange {
  const bounds = members.object(name);
  const bound = (end: "start" | "end") => tenant.calendar.parse(bounds?.text(end) ?? "");
  return dateRange(bound("start"), bound("end"), options.bareEndDate);
}

export function printDate({ options }: Pick<V3Call, "options">, time: LocalTime): string {
  return formatDate(time, options.datesOut);
}

/** Nullable numbers, for which 0 is not the default (contract 7.4). v2 declares Cost so. */
const nullableNumbers: ReadonlySet<string> = new Set(["cost"]);

/** Removes members that are null, false or 0, at every depth (contract 7.4). */
export function withoutDefaults(value: PrintableObject): PrintableObject {
  const members = Object.entries(value).filter(([name, member]) => !isDefault(name, member));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNestedDefaults(member)]));
}

function withoutNestedDefaults(value: Printable): Printable {
  if (isList(value)) return value.map(withoutNestedDefaults);
  return typeof value === "object" && value !== null ? withoutDefaults(value) : value;
}

function isDefault(name: string, value: Printable): boolean {
  return value === null || value === undefined || value === false || (value === 0 && !nullableNumbers.has(name));
}
