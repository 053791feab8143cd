/** Makes a text storable in both databases: PostgreSQL takes no NUL and no lone surrogate. */
export function storable(text: string): string {
  return text.replaceAll("\0", " ").toWellFormed();
}

/** JSON without lone surrogates: PostgreSQL refuses their escapes. */
export function wellFormedJson(value: unknown): string {
  return repairedJson(value, /\\ud[89a-f]/, (text) => text.toWellFormed());
}

/** JSON whose texts both databases can store. */
export function storableJson(value: unknown): string {
  return repairedJson(value, /\\u(?:0000|d[89a-f])/, storable);
}

/**
 * Without a function for each member, JSON.stringify is several times as fast. It escapes what is to be repaired, and nearly always
 * nothing is.
 */
function repairedJson(value: unknown, broken: RegExp, repaired: (text: string) => string): string {
  const json = JSON.stringify(value);
  if (!broken.test(json)) return json;
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === "string" ? repaired(member) : member));
}
