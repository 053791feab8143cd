import { type DeclaredParameters, type Problem, type RawParameters, readParameters, type Values } from "./parameters.ts";
import type { Privilege, State } from "./state.ts";
import { ancestors } from "./state.ts";

/** The caller: a person, or nobody (customer 0) where a function needs no authentication. */
export interface Caller {
  readonly person: number;
  readonly customer: number;
  readonly privileges: ReadonlySet<Privilege>;
}

export interface FunctionCall {
  readonly state: State;
  readonly caller: Caller;
  /** Unix seconds. */
  readonly time: number;
  /** Behaves like a release before 4.0 where the manual names the difference. */
  readonly pre40: boolean;
  readonly systemCurrency: string;
  /** The meaning of an absent `number` of a charge, and of 0. */
  readonly numbers: { readonly absentNumber: number; readonly zeroNumber: "unlimited" | "refused" };
  /** Makes a token for the caller, with the lifetime that user/login states. */
  readonly issueToken: () => Readonly<Record<string, string | number>>;
}

export interface Refusal extends Problem {
  readonly code: 400 | 401 | 402 | 403 | 404 | 500;
}

export type Outcome =
  | { readonly code: 200 | 202; readonly data: object }
  | { readonly code: 201 | 204 }
  | { readonly refusals: readonly Refusal[] };

/** Any one of the privileges is enough; "open" needs no authentication. */
export type Access = "open" | readonly Privilege[];

export interface ApiFunction {
  readonly access: (raw: RawParameters, call: Pick<FunctionCall, "caller">) => Access;
  /** Whether the caller's rate plan must allow history; if it does not, 403. */
  readonly needsHistory: boolean;
  readonly invoke: (call: FunctionCall, raw: RawParameters) => Outcome;
}

interface Definition<P extends DeclaredParameters> {
  readonly access: Access | ApiFunction["access"];
  readonly needsHistory?: boolean;
  readonly parameters: P;
  /** The parameters before release 4.0, where defaults or values differ. */
  readonly before40?: NoInfer<P>;
  readonly run: (call: FunctionCall, values: Values<P>) => Outcome;
}

/** Builds an API function from its callers, its parameters, and its action on the parsed parameters. */
export const apiFunction = <P extends DeclaredParameters>(definition: Definition<P>): ApiFunction => ({
  access: typeof definition.access === "function" ? definition.access : () => definition.access as Access,
  needsHistory: definition.needsHistory ?? false,
  invoke: (call, raw) => {
    const parameters = (call.pre40 ? definition.before40 : undefined) ?? definition.parameters;
    const reading = readParameters(parameters, raw);
    if ("problems" in reading) return { refusals: reading.problems.map((problem) => ({ ...problem, code: 400 })) };
    return definition.run(call, reading.values);
  },
});

export const succeeded = (data: object): Outcome => ({ code: 200, data });

export const done: Outcome = { code: 204 };

/** The answer to validation=1: the input is valid, nothing was done. */
export const wouldSucceed: Outcome = { code: 201 };

export const invalid = (key: string, message: string): Outcome => ({ refusals: [{ code: 400, key, message }] });

export const roleForbids: Outcome = { refusals: [{ code: 402, key: "", message: "Your role does not allow this" }] };

/** Also for records that the caller may not see: the API does not let callers tell the two apart. */
export const notFound = (key: string): Outcome => ({ refusals: [{ code: 404, key, message: `No such ${key || "object"}` }] });

/** A caller sees its own customer and all customers below it. */
export const seesCustomer = ({ state, caller }: Pick<FunctionCall, "state" | "caller">, customer: number): boolean =>
  state.customers.has(customer) && (customer === caller.customer || ancestors(state, customer).includes(caller.customer));

/** A caller sees its own plan, and the plans of the customers that it sees. */
export const seesPlan = (call: Pick<FunctionCall, "state" | "caller">, plan: number): boolean => {
  const owner = call.state.plans.get(plan)?.customer;
  if (owner === undefined) return false;
  return seesCustomer(call, owner) || call.state.customers.get(call.caller.customer)?.plan === plan;
};
