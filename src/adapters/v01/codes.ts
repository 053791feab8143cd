import { isStoredCode } from "../../adapter/kit/stored-text.ts";
import { invalidInput } from "../../model/errors.ts";

/** The `code` that a record is created with: the caller's reference, or one of our own. It cannot be changed later (CreateOnly). */
export interface SentCode {
  readonly code: string;
  /** Nobody else chooses it, and it is the same in every attempt of a step. */
  readonly isOwn: boolean;
}

/** @param reference the caller's own, checked */
export function codeFor(stepId: string, reference: string | undefined): SentCode {
  return reference === undefined ? { code: codeOfStep(stepId), isOwn: true } : { code: reference, isOwn: false };
}

/** What of a stored code is the reference of whoever made the record: no code that nobody chose (2.8), and none of our own. */
export function referenceIn({ id, code }: { readonly id: string; readonly code: string | null }): string | null {
  return code === null || code === id || isOwnCode(code) ? null : code;
}

/** A code as codeOfStep makes it, in whatever case and perhaps cut, or the doctor's. */
function isOwnCode(code: string): boolean {
  return /^gw-(?:doctor-|\d{1,6}-(?:[0-9a-f]{0,12}$|[0-9a-f]{12}-))/i.test(code);
}

/** The caller's own reference: the CODE column (2.8, 10.1). */
export function referenceOf(reference: string | null | undefined): string | undefined {
  if (reference != null && isOwnCode(reference)) throw invalidInput("reference", "is of the form of the gateway's own codes");
  return reference ?? undefined;
}

/**
 * The code of a record whose caller gave no reference: it finds the record again after an answer was lost (12.3). A step's id is a
 * UUID of version 7 and the step's number, "<time>-<time>-7…-…-<12 random digits>-<number>". Its parts are turned round, so that
 * what tells steps apart comes first and survives where a code is cut.
 */
export function codeOfStep(stepId: string): string {
  return `${ownPrefix}${stepId.split("-").toReversed().join("-")}`;
}

const ownPrefix = "gw-";

/**
 * How much of a code of our own still names its step: "gw-", the step's number of up to four digits, "-" and the 12 random digits,
 * which are 48 bits. With a shorter number it is more.
 */
const shortestOwnCode = 20;

/**
 * How a record's code compares with the one that was sent. "cut": a beginning of what was sent that other codes may have too;
 * "none": nobody chose it, so the backend made it equal to the id (2.8); "step": another step of ours; "other": somebody chose it,
 * be it later and by hand.
 */
export type CodeMatch = "same" | "cut" | "none" | "step" | "other";

export function matchCode(record: { readonly id: string; readonly code: string | null }, sent: SentCode): CodeMatch {
  const { id, code } = record;
  if (code === null) return "none";
  const isBeginning = sent.code.toLowerCase().startsWith(code.toLowerCase());
  // Of a reference of the caller's it is not known how much of it tells it from the next one.
  if (sent.isOwn && isBeginning && code.length >= shortestOwnCode) return "same";
  if (isStoredCode(sent.code, code, Number.POSITIVE_INFINITY)) return "same";
  if (code === id) return "none";
  if (isBeginning || isStoredCode(sent.code, code, 1)) return "cut";
  return code.toLowerCase().startsWith(ownPrefix) ? "step" : "other";
}
