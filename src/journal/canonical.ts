import { hash } from "node:crypto";
import type { Operation } from "./model.ts";

/**
 * SHA-256 of an input to the letter: members sorted, absent ones left out, and nothing else. Equal hashes tell at once that a call
 * is repeated, and its plan is the one that was recorded. Others may still say the same: see MutationCall.repeats.
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
