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
