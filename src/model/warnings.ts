import { type FieldPlace, fieldAt } from "./errors.ts";

/** Warnings: what a caller should know about a write that succeeded. */

export const warningCodes = {
  NOT_STORED: "The backend shows nothing of it: it was sent, and is not part of the record.",
  STORED_DIFFERENTLY: "The record has another value than the one that was sent.",
  NOT_COMPARED: "The record could not be read after the write: whether it is as it was sent is not known.",
  LIKELY_DUPLICATE: "A charge like it was made a short time ago, or is in the backend already.",
  DUPLICATES_NOT_LOOKED_AT: "Whether the backend has a charge like it already could not be looked at.",
} as const;
export type WarningCode = keyof typeof warningCodes;

/** Whether the code says that the record differs, or may differ, from what was sent. */
export function isOfRecord(code: WarningCode): boolean {
  return code === "NOT_STORED" || code === "STORED_DIFFERENTLY" || code === "NOT_COMPARED";
}

export interface Warning {
  readonly code: WarningCode;
  /** A sentence that a person can act on. It names members but holds no values, so it may be logged. */
  readonly message: string;
  /** Path within the input object that the adapter was given: ["amount"]. Null if it concerns no single member. */
  readonly field: readonly string[] | null;
  /** What was sent, as text; null if nothing was, or if it has no text form. */
  readonly sent: string | null;
  /** What the record has instead; null if it shows nothing. */
  readonly stored: string | null;
}

/** The warning with its field's path in the caller's input. */
export function warningAt(place: FieldPlace, warning: Warning): Warning {
  return warning.field === null ? warning : { ...warning, field: fieldAt(place, warning.field) };
}
