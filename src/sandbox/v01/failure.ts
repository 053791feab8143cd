/**
 * The failure codes of this simulator. Only the letter is the vendor's (section 3.1): F formatting, L login and security, O
 * configuration, S system, U unsupported action, V data verification. Of the numbers, only L04 is (A4).
 *
 * - F01 a field is missing or ill-formed
 * - L01 bad login
 * - L02 a privilege is missing
 * - L04 raw account data is not allowed through this host
 * - O01 a required setting is missing
 * - S01 internal error
 * - U01 the operation is not allowed in this state
 * - U02 no such resource, action, method or format
 * - V01 unknown reference or id
 * - V02 duplicate code
 * - V30 a limit that is too large
 * - V03 a well-formed value that is wrong in business terms
 */
export type FailureCode = "F01" | "L01" | "L02" | "L04" | "O01" | "S01" | "U01" | "U02" | "V01" | "V02" | "V03" | "V30";

/** Refuses a request. Nothing was stored (section 3.1). */
export class Failure extends Error {
  readonly failureCode: FailureCode;
  /** Whether an id in the URL is unknown: that has a status of its own (A5). */
  readonly isUnknownId: boolean;

  constructor(failureCode: FailureCode, message: string, isUnknownId = false) {
    super(message);
    this.failureCode = failureCode;
    this.isUnknownId = isUnknownId;
  }
}

/** The failure for an unknown id in the URL, e.g. unknownId("customer", 17n). */
export const unknownId = (what: string, id: bigint): Failure => new Failure("V01", `There is no ${what} ${id}.`, true);
