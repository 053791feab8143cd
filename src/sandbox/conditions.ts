import { z } from "zod";
import { type Columns, storeNumber, storeText, textHabits } from "./storing.ts";
import { wireConditions } from "./wire-conditions.ts";

/** How a running backend behaves besides its contract, until it is told otherwise: its clock, and what it makes of what it stores. */
export const conditionsSchema = z.strictObject({
  /** Its clock, in records and in the Date header, is so much ahead; negative: behind. */
  clockOffsetMs: z.exactOptional(z.int()),
  /** What it does to texts that it stores, one after the other. */
  texts: z.exactOptional(z.array(z.enum(textHabits))),
  /** Texts are cut to so many characters. */
  textWidth: z.exactOptional(z.int().min(1)),
  codes: z.exactOptional(z.enum(["upperCase"])),
  codeWidth: z.exactOptional(z.int().min(1)),
  /** Amounts and rates keep two decimals. */
  amounts: z.exactOptional(z.enum(["round", "cut"])),
  /** A new record is found by its id at once, and in lists so much later. */
  listDelayMs: z.exactOptional(z.int().min(0)),
  /** Members of a new or changed record have these values whatever was sent; null: the record lacks them. */
  storedAs: z.exactOptional(z.record(z.string(), z.json())),
  /** New records have ids below those that are there already. */
  ids: z.exactOptional(z.enum(["scattered"])),
  /** Filters by text find only what is written in the same case. */
  filterCase: z.exactOptional(z.enum(["exact"])),
  /** Filters by text find what differs in its accents only. */
  filterAccents: z.exactOptional(z.enum(["ignored"])),
  /** The most rows of a page. */
  pageMaximum: z.exactOptional(z.int().min(1)),
  /** What becomes of a request for more. Default: the page is cut. */
  beyondPageMaximum: z.exactOptional(z.enum(["refuse"])),
  /** What an id that no record has is answered with. */
  unknownIds: z.exactOptional(z.enum(["empty", "error"])),
  ...wireConditions,
});

export type ConditionsInForce = z.infer<typeof conditionsSchema>;

export interface Conditions {
  readonly set: (conditions: ConditionsInForce) => void;
  readonly inForce: () => ConditionsInForce;
  /** The backend's own clock. */
  readonly now: () => Date;
  /** A record as the backend stores it; what `existing` has already is not stored again. */
  readonly stored: <Row extends object>(record: Row, columns: Columns, existing?: Row) => Row;
  /** Until when a record that is made now is missing in lists; null: it shows at once. Of performance.now. */
  readonly hiddenUntil: () => number | null;
  /** A text as filters compare it. */
  readonly comparable: (text: string) => string;
  /** How many rows a page has where so many are asked for; null: the request is refused. */
  readonly pageSize: (asked: number) => number | null;
}

/** `now`: the clock that the offset is added to. */
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

/** Of an object, e.g. an address, each text. */
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
