import { z } from "zod";
import { type Columns, storeNumber, storeText, textHabits } from "./storing.ts";

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
      const changed = Object.entries(record).map(([name, value]) => {
        const kind = existing !== undefined && Reflect.get(existing, name) === value ? undefined : columns[name];
        return [name, kind === undefined ? value : storedAs(kind, value, inForce)];
      });
      return Object.fromEntries(changed) as typeof record;
    },
    hiddenUntil: () => (inForce.listDelayMs === undefined ? null : performance.now() + inForce.listDelayMs),
  };
};

/** Of an object, e.g. an address, each text. */
const storedAs = (kind: Columns[string], value: unknown, conditions: ConditionsInForce): unknown => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, storedAs(kind, part, conditions)]));
  }
  const { texts = [], textWidth, codes, codeWidth, amounts } = conditions;
  if (kind === "amount") return amounts === undefined ? value : storeNumber(value, amounts);
  if (typeof value !== "string") return value;
  if (kind === "text") return storeText(value, texts, textWidth);
  return storeText(codes === "upperCase" ? value.toUpperCase() : value, [], codeWidth);
};
