import { hash } from "node:crypto";
import type { Operation } from "./model.ts";

/**
 * SHA-256 of an input with sorted members, without absent ones. Equal hashes prove that a call is a repeat. Different hashes
 * prove nothing: the same input can be written in several ways, see MutationCall.repeats.
 */
export function inputHash(input: unknown): string {
  return hash("sha256", JSON.stringify(canonical(input)));
}

export function isVerbatim(stored: Operation, planned: Operation): boolean {
  return stored.inputHash === planned.inputHash;
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
