import { dateTimeOf } from "./dates.ts";
import type { ListShape } from "./options.ts";

/** How an installation shapes its answers; index.ts does the scalars. Pure. */

/** A list in one of the shapes of A3; other values stay as they are. `plural` is the list's name. */
export const shaped = (result: unknown, plural: string, shape: ListShape): unknown => {
  if (!Array.isArray(result)) return result;
  const singular = plural.replace(/(e)s$|s$/, plural.endsWith("xes") ? "" : "$1");
  const [first] = result;
  switch (shape) {
    case "array":
      return result;
    case "object":
      return { [plural]: result };
    case "counted":
      return result.length === 0 ? { count: 0 } : { count: result.length, [plural]: result };
    case "lone":
      return result.length > 1 ? result : (first ?? {});
    case "mapper":
    case "mapperNull":
      if (result.length === 0) return { [plural]: shape === "mapper" ? "" : null };
      return { [plural]: { [singular]: result.length === 1 ? first : result } };
  }
};

/** The records with `createDate` in a zone. They are stored in UTC. */
export const localised = (result: unknown, timeZone: string): unknown => {
  if (timeZone === "UTC" || typeof result !== "object" || result === null) return result;
  if (Array.isArray(result)) return result.map((record) => localised(record, timeZone));
  const { createDate } = result as { readonly createDate?: unknown };
  return typeof createDate === "string" ? { ...result, createDate: inZone(createDate, timeZone) } : result;
};

export const inZone = (createDate: string, timeZone: string): string => {
  if (timeZone === "UTC" || createDate.length === "yyyy-MM-dd".length) return createDate;
  const local = Temporal.Instant.from(`${createDate.replace(" ", "T")}Z`)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime();
  return dateTimeOf(new Date(`${local.toString({ smallestUnit: "second" })}Z`));
};
