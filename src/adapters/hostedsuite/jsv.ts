/**
 * Object-valued query parameters of v3 in JSV, ServiceStack's JSON without most quotes. A wrongly encoded one is not an error
 * there: the filter is silently ignored and everything comes back (contract 7.2), hence one function for all of them.
 */

/** {start: "2026-01-01", end: undefined} → "{start:2026-01-01}". Members without a value are left out; percent-encoding is the caller's. */
export function jsvObject(object: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(object).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `{${given.map(([name, value]) => `${name}:${jsvText(value)}`).join(",")}}`;
}

/** Quoted where JSV needs it, inner quotes doubled. */
function jsvText(value: string): string {
  return /[":,{}[\]\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
