import { z } from "zod";
import { isHigherId } from "../../adapter/kit/highest-ids.ts";
import { readNote } from "../../adapter/kit/looking.ts";
import { BillingError, named, settle } from "../../model/errors.ts";
import { type FunctionParameters, isRefusedOwner } from "./call.ts";

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
 * Checks the id in a create's answer, which tells nothing else, where it is not above all others, or far above them: as the highest id, a wrong
 * one would make later records pass for older ones. Throws OUTCOME_UNKNOWN where another record has it, or none. Guess: an id that is not above all
 * others may be right too, as servers that write together may count apart.
 *
 * @param highest the highest known id before the answer
 * @param isOther reads the record: whether it cannot be the new one
 */
export async function checkCreatedId(
  backend: string,
  id: string,
  highest: string | null,
  isOther: () => Promise<boolean>,
): Promise<void> {
  if (highest === null || (isHigherId(id, highest) && BigInt(id) - BigInt(highest) < farAbove)) return;
  if ((await settle(isOther())) === false) return;
  const message = `${named(backend)} answered with an id that is not the new record's, so it is not known what was created. It is not sent again.`;
  throw new BillingError("OUTCOME_UNKNOWN", message, { backend });
}

/** Whether a record differs in all those of the members that were sent. */
export function differsInAll(members: readonly string[], sent: FunctionParameters, differs: readonly string[]): boolean {
  return members.every((member) => sent[member] === undefined || differs.includes(member));
}

export function writeCreateNote(note: CreateNote): string {
  return JSON.stringify(note);
}

export function readCreateNote(note: string | null): CreateNote {
  return readNote(note, createNote);
}

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
