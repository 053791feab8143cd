import type { Fields } from "./fields.ts";
import type { V01Settings } from "./options.ts";
import type { V01State } from "./state.ts";

/** The simulated installation: its stored records and its options. */
export interface Installation {
  readonly state: V01State;
  readonly settings: V01Settings;
}

/** One call of an action. */
export interface ActionCall {
  /** The URL's variables, in order, decoded. */
  readonly variables: readonly string[];
  /** The query's parameters, and those of a form body if the action consumes xurl. */
  readonly parameters: Fields;
  /** The object in the body; empty if the action consumes xurl. */
  readonly object: Fields;
}

/** An action of the API (section 2.3): exactly one method, addressed by the bare URL when it is implicit. */
export interface Action {
  /** The URL after /api/v01/ with "*" for each variable, e.g. "customers/*". */
  readonly resource: string;
  readonly name: string;
  readonly method: "GET" | "PUT" | "POST";
  readonly implicit: boolean;
  readonly consumes: "object" | "xurl";
  /** Returns an object or an array of objects. Throws a Failure. */
  readonly answer: (call: ActionCall, installation: Installation) => unknown;
}

type Answer = Action["answer"];

export const createAction = (resource: string, answer: Answer): Action => ({
  resource,
  name: "create",
  method: "PUT",
  implicit: true,
  consumes: "object",
  answer,
});

export const findAction = (resource: string, answer: Answer): Action => ({
  resource,
  name: "find",
  method: "GET",
  implicit: true,
  consumes: "xurl",
  answer,
});

export const loadAction = (resource: string, answer: Answer): Action => ({
  resource,
  name: "load",
  method: "GET",
  implicit: true,
  consumes: "xurl",
  answer,
});

export const modifyAction = (resource: string, answer: Answer): Action => ({
  resource,
  name: "modify",
  method: "POST",
  implicit: true,
  consumes: "object",
  answer,
});

/** GET actions that must be named: ~reverse, ~cancel and ~freeze, which change state, and the tax rates' ~load. */
export const explicitGetAction = (resource: string, name: string, answer: Answer): Action => ({
  resource,
  name,
  method: "GET",
  implicit: false,
  consumes: "xurl",
  answer,
});

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
