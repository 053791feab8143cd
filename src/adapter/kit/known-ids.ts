import { createHash } from "node:crypto";

/**
 * Which records there are, as a step notes it where they tell no creation date: one that was not there before is known by its id
 * alone. Of each id four bytes of its hash are kept: with as many as are kept at most, a new one is taken for an old one once in
 * 400,000 times.
 */
const bytesOfId = 4;
/** What fits into a note. */
const mostIds = 11_000;

/** Null where there are too many. */
export function noteIds(ids: readonly string[]): string | null {
  return ids.length > mostIds ? null : Buffer.concat(ids.map(hashOf)).toString("base64url");
}

/** Whether an id is among those that were noted. */
export function knownIds(noted: string): (id: string) => boolean {
  const bytes = Buffer.from(noted, "base64url");
  const known = new Set<number>();
  for (let start = 0; start + bytesOfId <= bytes.length; start += bytesOfId) known.add(bytes.readUInt32BE(start));
  return (id) => known.has(hashOf(id).readUInt32BE(0));
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest().subarray(0, bytesOfId);
}
