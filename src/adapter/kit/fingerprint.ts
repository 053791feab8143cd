import { createHash } from "node:crypto";

/** A hash of a JSON value, whatever the order of its members. Notes keep it in place of values that nobody needs to read. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, ordered)).digest("base64url");
}

function ordered(_name: string, member: unknown): unknown {
  if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)));
}
