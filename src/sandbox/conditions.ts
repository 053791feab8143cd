import { z } from "zod";
import { type Columns, storeNumber, storeText, textHabits } from "./table.ts";
import { wireConditions } from "./wire-conditions.ts";

/** Conditions of a running backend beyond its contract, which can be changed: its clock, and how it alters what it stores. */
export const conditionsSchema = z.strictObject({
  /** How far its clock is ahead, in records and in the Date header; negative = behind. */
  clockOffsetMs: z.exactOptional(z.int()),
  /** How it alters texts that it stores, in this order. */
  texts: z.exactOptional(z.array(z.enum(textHabits))),
  /** Texts are cut to this many characters. */
  textWidth: z.exactOptional(z.int().min(1)),
  codes: z.exactOptional(z.enum(["upperCase"])),
  codeWidth: z.exactOptional(z.int().min(1)),
  /** Amounts and rates keep two decimals: rounded or cut. */
  amounts: z.exactOptional(z.enum(["round", "cut"])),
  /** How long a new record is missing from lists; by its id it is found at once. */
  listDelayMs: z.exactOptional(z.int().min(0)),
  /** Values that these members get in new and changed records, whatever was sent; null = the record lacks the member. */
  storedAs: z.exactOptional(z.record(z.string(), z.json())),
  /** New records have smaller ids than existing ones. */
  ids: z.exactOptional(z.enum(["scattered"])),
  /** Text filters are case-sensitive. */
  filterCase: z.exactOptional(z.enum(["exact"])),
  /** Text filters ignore accents. */
  filterAccents: z.exactOptional(z.enum(["ignored"])),
  /** The most rows of a page. */
  pageMaximum: z.exactOptional(z.int().min(1)),
  /** A request for more rows is refused. Default: the page is cut. */
  beyondPageMaximum: z.exactOptional(z.enum(["refuse"])),
  /** The answer for an unknown id. */
  unknownIds: z.exactOptional(z.enum(["empty", "error"])),
  ...wireConditions,
});

export type ConditionsInForce = z.infer<typeof conditionsSchema>;

export interface Conditions {
  readonly set: (conditions: ConditionsInForce) => void;
  readonly inForce: () => ConditionsInForce;
  /** The backend's own clock. */
  readonly now: () => Date;
  /** A record as the backend stores it. Members equal to those of `existing` are not altered again. */
  readonly stored: <Row extends object>(record: Row, columns: Columns, existing?: Row) => Row;
  /** Until when a record made now is missing from lists, on the scale of performance.now; null = it is listed at once. */
  readonly hiddenUntil: () => number | null;
  /** A text in the form that filters compare. */
  readonly comparable: (text: string) => string;
  /** The number of rows in a page if this many are asked for; null = the request is refused. */
  readonly pageSize: (asked: number) => number | null;
}

/** @param now the clock that the offset is added to */
export const createConditions = (now: () => Date): Conditions => {
  let inForce: ConditionsInForce = {};
  return {
    set: (conditions) => {
      inForce = conditions;
    },
    inForce: () => inForce,
    now: () => new Date(now().getTime() + (inForce.clockOffsetMs ?? 0)),
    stored: (record, columns, existing) => {
      if (Object.keys(inForce).length === 0) return record;
      const { storedAs = {} } = inForce;
      const changed = Object.entries(record).map(([name, value]) => {
        if (name in storedAs) return [name, storedAs[name] ?? undefined];
        const kind = existing !== undefined && Reflect.get(existing, name) === value ? undefined : columns[name];
        return [name, kind === undefined ? value : habitual(kind, value, inForce)];
      });
      return Object.fromEntries(changed) as typeof record;
    },
    hiddenUntil: () => (inForce.listDelayMs === undefined ? null : performance.now() + inForce.listDelayMs),
    comparable: (text) => {
      const accented = inForce.filterAccents === "ignored" ? text.normalize("NFKD").replace(/\p{Mark}/gu, "") : text;
      return inForce.filterCase === "exact" ? accented : accented.toLowerCase();
    },
    pageSize: (asked) => {
      const { pageMaximum = asked, beyondPageMaximum } = inForce;
      return asked > pageMaximum && beyondPageMaximum === "refuse" ? null : Math.min(asked, pageMaximum);
    },
  };
};

/** Alters a value. In an object, for example an address, it alters each text. */
const habitual = (kind: Columns[string], value: unknown, conditions: ConditionsInForce): unknown => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, habitual(kind, part, conditions)]));
  }
  const { texts = [], textWidth, codes, codeWidth, amounts } = conditions;
  if (kind === "amount") return amounts === undefined ? value : storeNumber(value, amounts);
  if (typeof value !== "string") return value;
  if (kind === "text") return storeText(value, texts, textWidth);
  return storeText(codes === "upperCase" ? value.toUpperCase() : value, [], codeWidth);
};
