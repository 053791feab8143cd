/**
 * Encodes object-valued query parameters of v3 in JSV, ServiceStack's JSON without most quotes. v3 silently ignores a wrongly encoded filter and
 * returns everything (contract 7.2), so one function encodes all of them.
 */

/** {start: "2026-01-01", end: undefined} becomes "{start:2026-01-01}": members without a value are omitted. The caller percent-encodes. */
export function jsvObject(object: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(object).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `{${given.map(([name, value]) => `${name}:${jsvText(value)}`).join(",")}}`;
}

/** Quotes a text where JSV needs it; inner quotes are doubled. */
function jsvText(value: string): string {
  return /[":,{}[\]\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
