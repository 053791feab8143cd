import { z } from "zod";
import { readNote } from "../../adapter/kit/looking.ts";
import { isHigherId } from "../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../model/errors.ts";
import { isRefusedOwner } from "./call.ts";

/**
 * The note of a create. Enswitch has no idempotency key, and no known column of customers, charges and taxes has a creation time. So
 * ids tell: a record is older where its id is not above the highest one before the request.
 */
const createNote = z.object({
  /** As sent, without credentials. */
  parameters: z.record(z.string(), z.string()),
  /** The highest id before the request; null where it is not known, so that every record may be new. */
  highest: z.string().nullable(),
  /** Customers of the same name before the request (kit/known-ids.ts); null where they are not known. */
  namesakes: z.string().nullable().optional(),
});
export type CreateNote = z.infer<typeof createNote>;

/** Fewer records are made while one is created. */
const farAbove = 1_000_000n;

/**
 * Whether an id in a create's answer is above all others, and not far above them: it is believed even where its record cannot be read. Guess:
 * another id may be right too, as servers that write together may count apart.
 *
 * @param highest the highest known id before the answer
 */
export function isNextId(id: string, highest: string | null): boolean {
  return highest === null || (isHigherId(id, highest) && BigInt(id) - BigInt(highest) < farAbove);
}

export function writeCreateNote(note: CreateNote): string {
  return JSON.stringify(note);
}

export function readCreateNote(note: string | null): CreateNote {
  return readNote(note, createNote);
}

/**
 * Whether a record is another one than was sent, where the answer shows nothing but an id: it differs in its name, or in two of the other
 * members that callers choose. In a single one, the backend may have altered it, which is a warning.
 */
export function isAnother(differs: readonly string[]): boolean {
  return differs.includes("name") || differs.filter((member) => chosen.has(member)).length > 1;
}

const chosen: ReadonlySet<string> = new Set(["description", "amount", "rate"]);

/** Whether a record may be newer than the note: false only where it certainly is older. */
export function mayBeNew(id: string, highest: string | null): boolean {
  return highest === null || isHigherId(id, highest);
}

/**
 * A read for a note; null where it is refused. Either the owner does not exist, which the request itself will report, or the role may
 * write but not read (contract 12.8), so that only looking afterwards is impossible.
 */
export async function unlessRefused<T>(reading: Promise<T>): Promise<T | null> {
  const read = await settle(reading);
  if (!(read instanceof BillingError)) return read;
  if (isRefusedOwner(read) || read.code === "FORBIDDEN") return null;
  throw read;
}

/**
 * The highest id of one kind of record that this adapter has seen. Enswitch counts ids up (inferred from its examples: tables of a
 * database), so a record with an id that is not higher is older.
 */
interface HighestId {
  /** Notes a record that was read. */
  readonly saw: (id: string) => void;
  /** Notes a record that was just created: no older record has a higher id. */
  readonly made: (id: string) => void;
  /** Notes that every record has been read. */
  readonly sawAll: () => void;
  /** The highest id seen; null before the first. */
  readonly soFar: () => string | null;
  /** The value of soFar if it has been the highest of all records, else null: older records may have higher ids. */
  readonly ofAll: () => string | null;
}

export function createHighestId(): HighestId {
  let highest: string | null = null;
  let wasHighestOfAll = false;
  const saw = (id: string): void => {
    if (highest === null || isHigherId(id, highest)) highest = id;
  };
  return {
    saw,
    made: (id) => {
      saw(id);
      wasHighestOfAll = true;
    },
    sawAll: () => {
      wasHighestOfAll = true;
    },
    soFar: () => highest,
    ofAll: () => (wasHighestOfAll ? highest : null),
  };
}
