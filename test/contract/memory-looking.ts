import { z } from "zod";
import type { Finding } from "../../src/adapter/adapter.ts";
import { comparisonBy } from "../../src/adapter/kit/comparing.ts";
import { lookAmong, lookAtChange, lookAtState, readNote } from "../../src/adapter/kit/looking.ts";
import { isStoredAmount, isStoredCode, isStoredDecimal, isStoredText } from "../../src/adapter/kit/stored.ts";
import type { Comparable } from "./expected.ts";
import type { MemoryStore } from "./memory-store.ts";

/**
 * How looks recognise the writes of a memory backend. Its ids grow, so a record is new exactly if its id is above the last one
 * given before.
 */
export interface MemoryLook {
  /** The backend's name for the reads of both. */
  readonly reads: string;
  /** The records before the request leaves. */
  readonly note: (id: string | null) => unknown;
  readonly find: (id: string | null, note: string | null) => Finding;
}

/**
 * @param records those of the owner;
 * @param asked the sent values,
 * @param shown the same members of a record: see expected.ts
 */
export function lookForCreated<T extends { readonly id: string }>(
  reads: string,
  { lastId, currency }: MemoryStore,
  records: () => Iterable<T>,
  asked: Comparable,
  shown: (record: T) => Comparable,
): MemoryLook {
  return {
    reads,
    note: () => ({ lastId: lastId() }),
    find: (_id, note) => {
      const { lastId: known } = readNote(note, z.object({ lastId: z.string() }));
      const seen = [...records()].map((record) => ({
        id: record.id,
        claim: record.id,
        age: Number(record.id) > Number(known) ? ("since" as const) : ("older" as const),
        differs: differences(asked, shown(record), currency),
      }));
      return lookAmong(seen);
    },
  };
}

/** @param shown the object's members now; null if it does not exist */
export function lookForChanged(
  reads: string,
  { currency }: MemoryStore,
  asked: Comparable,
  shown: (id: string) => (Comparable & { readonly updatedAt?: unknown }) | null,
): MemoryLook {
  return {
    reads,
    note: (id) => ({ was: shown(id ?? ""), version: versionOf(shown(id ?? "")) }),
    find: (id, note) => {
      const noted = readNote(
        note,
        z.object({ was: z.record(z.string(), z.unknown()).nullable(), version: z.string().nullable() }),
      );
      const now = shown(id ?? "");
      return lookAtChange(
        id ?? "",
        { was: noted.was ?? {}, version: noted.version },
        asked,
        now,
        versionOf(now),
        comparisonBy((member, wanted, stored) => isStored(member, wanted, stored, currency)),
      );
    },
  };
}

/** For an object that exists or not. */
export function lookForState(reads: string, isDone: (id: string) => boolean): MemoryLook {
  return { reads, note: () => null, find: (id) => lookAtState(id ?? "", isDone(id ?? "")) };
}

function versionOf(shown: { readonly updatedAt?: unknown } | null): string | null {
  return typeof shown?.updatedAt === "string" ? shown.updatedAt : null;
}

/** Members of the input whose values differ from what was sent; for an object such as an address, the whole. */
function differences(asked: Comparable, shown: Comparable, currency: string): string[] {
  const differing = Object.keys(asked).filter((member) => !isStored(member, asked[member], shown[member], currency));
  return [...new Set(differing.map((member) => member.split(".")[0] ?? member))];
}

const amounts: ReadonlySet<string> = new Set(["amount", "taxAmount", "cost", "fixedAmount"]);
const codes: ReadonlySet<string> = new Set(["reference", "customerId", "planId", "serviceId", "ownerId", "parentId", "currency"]);

function isStored(member: string, sent: unknown, stored: unknown, currency: string): boolean {
  // A cleared or missing member is absent, in any notation.
  if (sent == null) return stored == null || stored === "";
  if (Array.isArray(sent) && Array.isArray(stored)) {
    return sent.length === stored.length && sent.every((each, index) => isStored(member, each, stored[index], currency));
  }
  if (typeof sent !== "string" || typeof stored !== "string") return sent === stored;
  if (amounts.has(member)) return isStoredAmount(sent, stored, currency);
  if (member === "rate" || member === "quantity") return isStoredDecimal(sent, stored, 2);
  return codes.has(member) ? isStoredCode(sent, stored) : isStoredText(sent, stored);
}
