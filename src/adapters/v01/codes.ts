import { isStoredCode } from "../../adapter/kit/stored.ts";
import { invalidInput } from "../../model/errors.ts";

/** The `code` of a new record: the caller's reference, or the gateway's own code. It cannot be changed later (CreateOnly). */
export interface SentCode {
  readonly code: string;
  /** True for the gateway's own: nobody else chooses it, and it is the same in every attempt of a step. */
  readonly isOwn: boolean;
}

/** @param reference the caller's, checked by referenceOf */
export function codeFor(stepId: string, reference: string | undefined): SentCode {
  return reference === undefined ? { code: codeOfStep(stepId), isOwn: true } : { code: reference, isOwn: false };
}

/** The reference in a stored code; null for the gateway's own code, and for one that nobody chose, which equals the id (2.8). */
export function referenceIn({ id, code }: { readonly id: string; readonly code: string | null }): string | null {
  return code === null || code === id || isOwnCode(code) ? null : code;
}

/** Whether a code is one of codeOfStep, in any case and perhaps cut, or the doctor's. */
function isOwnCode(code: string): boolean {
  return /^gw-(?:doctor-|\d{1,6}-(?:[0-9a-f]{0,12}$|[0-9a-f]{12}-))/i.test(code);
}

/** The caller's reference, which becomes the code (2.8, 10.1). Throws INVALID_INPUT for one that looks like the gateway's own. */
export function referenceOf(reference: string | null | undefined): string | undefined {
  if (reference != null && isOwnCode(reference))
    throw invalidInput("reference", "must not look like one of the gateway's own codes");
  return reference ?? undefined;
}

/**
 * The code of a record without a reference: it finds the record again after a lost answer (12.3). A step's id is a UUID of version 7 and
 * the step's number, "<time>-<time>-7…-…-<12 random digits>-<number>". The code reverses its parts, so that the distinguishing ones come
 * first and survive where a code is cut.
 */
export function codeOfStep(stepId: string): string {
  return `${ownPrefix}${stepId.split("-").toReversed().join("-")}`;
}

const ownPrefix = "gw-";

/**
 * The shortest beginning of an own code that still names its step: "gw-", the step's number of up to four digits, "-" and the 12 random
 * digits, which are 48 bits.
 */
const shortestOwnCode = 20;

/**
 * How a record's code compares with the one that was sent. "cut": a beginning that other codes may share; "none": nobody chose it, so it
 * equals the id (2.8); "step": another step of the gateway chose it; "other": somebody else chose it, perhaps later by hand.
 */
export type CodeMatch = "same" | "cut" | "none" | "step" | "other";

/**
 * Whether a record's code is what a backend may store of the one that was sent. A reference may be cut (kit/stored.ts): other references may have
 * the same beginning, so the record must also agree in everything else, and be new.
 */
export function isStoredMatch(match: CodeMatch, code: string | null, sent: SentCode): boolean {
  return match === "same" || (match === "cut" && !sent.isOwn && isStoredCode(sent.code, code ?? ""));
}

export function matchCode(record: { readonly id: string; readonly code: string | null }, sent: SentCode): CodeMatch {
  const { id, code } = record;
  if (code === null) return "none";
  const isBeginning = sent.code.toLowerCase().startsWith(code.toLowerCase());
  // How much of a caller's reference is distinguishing is not known.
  if (sent.isOwn && isBeginning && code.length >= shortestOwnCode) return "same";
  if (isStoredCode(sent.code, code, Number.POSITIVE_INFINITY)) return "same";
  if (code === id) return "none";
  if (isBeginning || isStoredCode(sent.code, code, 1)) return "cut";
  return code.toLowerCase().startsWith(ownPrefix) ? "step" : "other";
}
