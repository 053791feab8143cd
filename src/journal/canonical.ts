import { hash } from "node:crypto";

/**
 * SHA-256 of an input in canonical form: members sorted, absent ones left out (null stays: in changes it means "clear"),
 * so that two calls that say the same have the same hash however their JSON was written.
 */
export function inputHash(input: unknown): string {
  return hash("sha256", JSON.stringify(canonical(input)));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
}
