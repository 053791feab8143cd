import { quartersAhead, storedCheck, understoodCheck } from "../../adapter/doctoring/common.ts";
import { checkOf, type Diagnosis, type Patient, type Reply } from "../../adapter/doctoring/diagnosis.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import type { PartlyUnderstood } from "../../model/model.ts";
import { createDates, type Dates, shapeOf } from "./dates.ts";
import { errorIn } from "./errors.ts";
import { type MappingContext, mappingContext } from "./map.ts";
import { dateText, decimal, memberOf, textOf } from "./reading.ts";
import type { Settings } from "./settings.ts";

/** Checks of open points that both generations share. */

export interface ReadReply {
  readonly reply: Reply;
  /** The reported error code, e.g. NOT_FOUND; null for a success. */
  readonly code: string | null;
}

export function readReply(reply: Reply, { settings }: Patient<Settings>): ReadReply {
  if (reply.problem !== null) return { reply, code: "UNAVAILABLE" };
  const error = errorIn(reply, { backend: "it", secrets: [settings.username, settings.password] });
  return { reply, code: error?.code ?? null };
}

export function refusedOf(functions: readonly ReadReply[]) {
  return functions.flatMap(({ reply, code }) => {
    if (code === null) return [];
    const why = code === "NOT_FOUND" ? "it does not exist" : code === "FORBIDDEN" ? "the user may not" : (reply.problem ?? code);
    return [{ name: reply.function, why }];
  });
}

const dateMembers = ["dateOfCharge", "dateCreated", "dateLastModified"];
const seenForms = { v2: /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/, v3: /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?$/ };
const twoOrders = /^(\d{1,2})([-/])(\d{1,2})\2\d{4}/;

/** Reads this tenant's dates as configured. */
const datesOf = ({ settings }: Patient<Settings>): Dates => createDates(settings.timeZone, settings.dateOrder);

type Mapped = (context: MappingContext, row: Row) => PartlyUnderstood | null;

/** Checks that the gateway understands records; the check `dates` reports dates. */
export function understood(
  { settings }: Patient<Settings>,
  lists: Readonly<Record<string, readonly [rows: readonly Row[], map: Mapped]>>,
): Diagnosis {
  const context = mappingContext("it", settings);
  const isNoDate = (name: string): boolean => !/^date/i.test(name);
  return understoodCheck(
    Object.fromEntries(
      Object.entries(lists).map(([what, [rows, map]]) => [
        what,
        [rows, (row: Row) => map(context, row)?.notUnderstood?.filter(isNoDate)] as const,
      ]),
    ),
  );
}

/** Checks dates, then the zone: dates that are not understood, or in another order, tell nothing about it. */
export function timeChecks(patient: Patient<Settings>, rows: readonly Row[]): readonly Diagnosis[] {
  const dates = datesCheck(patient, rows);
  return dates.verdict === "DANGER" ? [dates] : [dates, futureCheck(patient, rows)];
}

function datesCheck(patient: Patient<Settings>, rows: readonly Row[]): Diagnosis {
  const { generation, dateOrder } = patient.settings;
  const order = dateOrder === "monthFirst" ? "month" : "day";
  const check = checkOf(
    "dates",
    `${generation === "v2" ? "yyyy-MM-dd HH:mm:ss" : "ISO 8601"}, ${order} first where two numbers begin (2.7)`,
  );
  const sent = rows.flatMap((row) => dateMembers.flatMap((name) => dateText(memberOf(row, name)) ?? []));
  if (sent.length === 0) return check.untold("no record has a date");
  const dates = datesOf(patient);
  const ordered = sent.map((date) => twoOrders.exec(date)).filter((parts) => parts !== null);
  const isDayFirst = ordered.some(([, first]) => Number(first) > 12);
  const isMonthFirst = ordered.some(([, , , second]) => Number(second) > 12);
  if (isDayFirst && isMonthFirst) return check.danger("dates of both orders");
  if (isDayFirst && dateOrder !== "dayFirst") return check.danger("the day comes first", "dateOrder: dayFirst");
  if (isMonthFirst && dateOrder !== "monthFirst") return check.danger("the month comes first", "dateOrder: monthFirst");
  const strange = sent.find((date) => dates.problem(date) !== null);
  if (strange !== undefined) return check.danger(`a date ${dates.problem(strange)}`);
  if (ordered.length > 0 && !isDayFirst && !isMonthFirst) {
    return check.untold("no date has a day above 12, which would show the order of day and month");
  }
  const other = sent.find((date) => !seenForms[generation].test(date));
  return other === undefined ? check.agrees("understood") : check.differs(`another form, which is understood: ${shapeOf(other)}`);
}

/** Checks times without a zone: in the right zone, none lies in the backend's future. */
function futureCheck(patient: Patient<Settings>, rows: readonly Row[]): Diagnosis {
  const { timeZone } = patient.settings;
  const check = checkOf("timeZone", `times are local to ${timeZone} (2.7, inferred)`);
  const dates = datesOf(patient);
  const made = rows.flatMap((row) => {
    const instant = dates.instant(textOf(row, "dateCreated") ?? textOf(row, "dateLastModified"));
    return instant === null ? [] : Date.parse(instant);
  });
  if (made.length === 0) return check.untold("no record has a creation time");
  const ahead = quartersAhead(Math.max(...made), patient.now() + (patient.clockOffsetMs() ?? 0));
  if (ahead > 0)
    return check.danger(
      `creation times are up to ${ahead / 4} h ahead of its clock`,
      `timeZone: a zone that is ${ahead / 4} h ahead`,
    );
  return check.agrees("no creation time is in its future");
}

/** Checks the zone by a record that was just created. */
export function madeAtCheck(patient: Patient<Settings>, dateCreated: string | null): Diagnosis {
  const { timeZone } = patient.settings;
  const check = checkOf("timeZone", `times are local to ${timeZone} (2.7, inferred)`);
  const dates = datesOf(patient);
  const made = dates.instant(dateCreated);
  const span = dates.span(dateCreated);
  const now = patient.now() + (patient.clockOffsetMs() ?? 0);
  // A bare date tells the day only.
  if (span !== null && span.earliest <= now && span.latest >= now) return check.agrees(`a new record is dated in ${timeZone}`);
  if (made === null) return check.danger("a new record has no creation time");
  const ahead = quartersAhead(Date.parse(made), now);
  if (ahead === 0) return check.agrees(`a new record is dated in ${timeZone}`);
  const hours = Math.abs(ahead) / 4;
  return check.danger(
    `a new record is dated ${hours} h ${ahead > 0 ? "ahead" : "behind"}`,
    `timeZone: a zone that is ${hours} h ${ahead > 0 ? "ahead" : "behind"}`,
  );
}

/** Checks whether costs of one service grow with the quantity. */
export function costCheck({ settings }: Patient<Settings>, charges: readonly Row[]): Diagnosis {
  const check = checkOf("cost", "Cost is of the whole line (2.8, inferred)");
  const priced = charges.flatMap((row) => {
    const [cost, quantity] = [Number(decimal(memberOf(row, "cost"))), Number(decimal(memberOf(row, "quantity")))];
    return cost > 0 && quantity > 0 ? [{ service: textOf(row, "serviceId"), cost, quantity }] : [];
  });
  let [lines, units] = [0, 0];
  for (const charged of Map.groupBy(priced, ({ service }) => service).values()) {
    for (const [index, one] of charged.slice(0, mostOfAService).entries()) {
      for (const other of charged.slice(index + 1, mostOfAService)) {
        if (one.quantity === other.quantity) continue;
        if (isSame(one.cost, other.cost)) units += 1;
        if (isSame(one.cost / one.quantity, other.cost / other.quantity)) lines += 1;
      }
    }
  }
  if (lines + units === 0) return check.untold("no two charges of one service can be compared");
  const [found, told] =
    lines >= units
      ? (["line", "costs grow with the quantity"] as const)
      : (["unit", "costs are the same whatever the quantity is: it is of one unit"] as const);
  if (found !== settings.cost) return check.danger(told, `cost: ${found}`);
  return found === "line" ? check.agrees(told) : check.differs(told);
}

const mostOfAService = 60;
/** Compares costs, which are doubles. */
const isSame = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * Math.max(one, other);

export function dayCheck(patient: Patient<Settings>, sent: string, stored: string | null): Diagnosis {
  const check = checkOf("day", "a day is stored as it is sent");
  const day = datesOf(patient).day(stored);
  if (day === sent) return check.agrees("the day is kept");
  return check.danger(day === null ? "the day is not stored, or not understood" : `${sent} becomes ${day}`);
}

/** Checks members of a record, which may be numbers. */
export function storedMembersCheck(row: Row, sent: Readonly<Record<string, string>>): Diagnosis {
  return storedCheck((name) => decimal(memberOf(row, name)) ?? textOf(row, name) ?? "", sent);
}
