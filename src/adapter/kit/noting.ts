import { createHash } from "node:crypto";

/**
 * The ids of existing records in a step's note, where records have no creation date: a record whose id is not among them is new. Each id
 * is kept as four bytes of its hash: with the largest number of ids, a new one is taken for an old one once in 400,000 times.
 */
const bytesOfId = 4;
/** The number of ids that fit into a note. */
const mostIds = 11_000;

/** Encodes ids for a note; null where there are too many. */
export function noteIds(ids: readonly string[]): string | null {
  return ids.length > mostIds ? null : Buffer.concat(ids.map(hashOf)).toString("base64url");
}

/** Decodes noteIds: tells whether an id was noted. */
export function knownIds(noted: string): (id: string) => boolean {
  const bytes = Buffer.from(noted, "base64url");
  const known = new Set<number>();
  for (let start = 0; start + bytesOfId <= bytes.length; start += bytesOfId) known.add(bytes.readUInt32BE(start));
  return (id) => known.has(hashOf(id).readUInt32BE(0));
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest().subarray(0, bytesOfId);
}

/** A hash of a JSON value, whatever the order of its members. Notes keep it in place of values that nobody needs to read. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, ordered)).digest("base64url");
}

function ordered(_name: string, member: unknown): unknown {
  if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)));
}
