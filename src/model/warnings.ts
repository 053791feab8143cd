import { type FieldPlace, fieldAt } from "./errors.ts";

/** What a caller should know of a write that succeeded all the same. */

export const warningCodes = {
  NOT_STORED: "The backend shows nothing of it: it was sent, and is not part of the record.",
  STORED_DIFFERENTLY: "The record has another value than the one that was sent.",
  NOT_COMPARED: "The record could not be read after the write: whether it is as it was sent is not known.",
  LIKELY_DUPLICATE: "A charge like it was made a short time ago, or is in the backend already.",
  DUPLICATES_NOT_LOOKED_AT: "Whether the backend has a charge like it already could not be looked at.",
} as const;
export type WarningCode = keyof typeof warningCodes;

/** Those that say that a record is, or may be, another one than was sent. */
export function isOfRecord(code: WarningCode): boolean {
  return code === "NOT_STORED" || code === "STORED_DIFFERENTLY" || code === "NOT_COMPARED";
}

export interface Warning {
  readonly code: WarningCode;
  /** A sentence that a person can act on. It names members and holds no values: it may be logged. */
  readonly message: string;
  /** Path of the input, relative to the input object that the adapter was given: ["amount"]. Null where it is about no single member. */
  readonly field: readonly string[] | null;
  /** What was sent, as text; null where nothing was, or it has no text. */
  readonly sent: string | null;
  /** What the record has instead; null where it shows nothing. */
  readonly stored: string | null;
}

/** The same with its field's place in the caller's input. */
export function warningAt(place: FieldPlace, warning: Warning): Warning {
  return warning.field === null ? warning : { ...warning, field: fieldAt(place, warning.field) };
}
