import { z } from "zod";
import { isHigherId } from "../../adapter/kit/highest-ids.ts";
import { readNote } from "../../adapter/kit/looking.ts";
import { BillingError, settle } from "../../model/errors.ts";
import { isRefusedOwner } from "./call.ts";

/**
 * What a create notes. Enswitch knows no idempotency key, and no column is known that tells when a customer, charge or tax was made:
 * so what is there already is told by its id, which is not above the highest one of before.
 */
const createNote = z.object({
  /** As they are sent, without credentials. */
  parameters: z.record(z.string(), z.string()),
  /** The highest id that was there already; null: it could not be found out, and every record may be new. */
  highest: z.string().nullable(),
});
export type CreateNote = z.infer<typeof createNote>;

export function writeCreateNote(note: CreateNote): string {
  return JSON.stringify(note);
}

export function readCreateNote(note: string | null): CreateNote {
  return readNote(note, createNote);
}

/** False: it was certainly there before the note was made. */
export function mayBeNew(id: string, highest: string | null): boolean {
  return highest === null || isHigherId(id, highest);
}

/**
 * What a note is made of, null where it is refused: the owner does not exist, as the request itself will be told, or the role may
 * write but not read (contract 12.8), which makes only looking impossible.
 */
export async function unlessRefused<T>(reading: Promise<T>): Promise<T | null> {
  const read = await settle(reading);
  if (!(read instanceof BillingError)) return read;
  if (isRefusedOwner(read) || read.code === "FORBIDDEN") return null;
  throw read;
}
