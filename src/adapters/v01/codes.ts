import { isStoredCode } from "../../adapter/kit/stored-text.ts";

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

/** The caller's own reference: the CODE column (2.8, 10.1). */
export function referenceOf(reference: string | null | undefined): string | undefined {
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
