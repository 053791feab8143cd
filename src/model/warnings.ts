import { type FieldPlace, fieldAt } from "./errors.ts";

/** Warnings: what a caller should know about a write that succeeded. */

export const warningCodes = {
  NOT_STORED: "The member was sent, but the backend's record does not show it.",
  STORED_DIFFERENTLY: "The backend's record has another value than the one that was sent.",
  NOT_COMPARED: "The record could not be read after the write, so it is unknown whether it agrees with what was sent.",
  LIKELY_DUPLICATE: "A similar charge was made a short time ago, or is in the backend already.",
  DUPLICATES_NOT_LOOKED_AT: "The backend could not be searched for a similar charge.",
  NAMED_TWICE: "The backend has named the same object in its answer to another call, so it may be that call's work.",
} as const;
export type WarningCode = keyof typeof warningCodes;

/** Whether the code is about the backend's record: it differs, or may differ, from what was sent, or may be another call's. */
export function isOfRecord(code: WarningCode): boolean {
  return code !== "LIKELY_DUPLICATE" && code !== "DUPLICATES_NOT_LOOKED_AT";
}

export interface Warning {
  readonly code: WarningCode;
  /** A sentence that a person can act on. It names members but holds no values, so it may be logged. */
  readonly message: string;
  /** Path within the input object that the adapter was given: ["amount"]. Null if it concerns no single member. */
  readonly field: readonly string[] | null;
  /** The sent value as text; null if nothing was sent, or if it has no text form. */
  readonly sent: string | null;
  /** The record's value instead; null if it shows none. */
  readonly stored: string | null;
}

/** The warning with its field's path in the caller's input. */
export function warningAt(place: FieldPlace, warning: Warning): Warning {
  return warning.field === null ? warning : { ...warning, field: fieldAt(place, warning.field) };
}
