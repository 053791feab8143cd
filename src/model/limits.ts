/**
 * How much of one value callers may send, whichever way it comes: in GraphQL or in a row of a file. What is longer is refused before it
 * reaches a store, whose patterns and keys have limits of their own, or a backend. Backends take less of most fields; their adapters say
 * so.
 */

/** Characters of a decimal number. No sum of such numbers is ever rounded (money.ts). */
export const longestDecimal = 40;

const longest: Readonly<Record<string, number>> = {
  description: 5_000,
  notes: 20_000,
  search: 200,
  text: 1_000,
  // A place in a list of many customers' charges names those that were missing.
  after: 64_000,
};
const usual = 1_000;

/** Characters (UTF-16 code units) of a text, by the name of its argument, input field or column. */
export function longestText(name: string): number {
  return Object.hasOwn(longest, name) ? (longest[name] ?? usual) : usual;
}
