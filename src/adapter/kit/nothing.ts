/**
 * Whether a sent value means "none": absent, empty, or one of the marks that backends use for it. Such marks are an id of 0, a
 * time of 0, 0000-00-00, false, and the empty objects and lists that mappers make of empty XML elements. A reader for which 0 is
 * a value reads it first.
 */
export function isNothing(sent: unknown): boolean {
  return saysNothing(sent, deepest);
}

/** An address is an object of texts; deeper objects never mean "none". */
const deepest = 2;

function saysNothing(sent: unknown, depth: number): boolean {
  if (sent === undefined || sent === null || sent === false) return true;
  if (typeof sent === "string") return /^(?:0[0\s:.,TZ/-]*|[\s-]*)$/.test(sent);
  if (typeof sent === "object") return depth > 0 && Object.values(sent).every((part) => saysNothing(part, depth - 1));
  return sent === 0;
}
