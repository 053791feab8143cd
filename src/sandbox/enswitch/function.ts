import type { EnswitchOptions } from "./options.ts";
import { type DeclaredParameters, type Problem, type RawParameters, readParameters, type Values } from "./parameters.ts";
import { ancestors, type Privilege, type State } from "./state.ts";

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

interface Refusal extends Problem {
  readonly code: 400 | 401 | 402 | 403 | 404 | 500;
}

export type Outcome =
  | { readonly code: 200 | 202; readonly data: object }
  | { readonly code: 201 | 204 }
  | { readonly refusals: readonly Refusal[] };

/** Any one of the privileges is enough; "open" needs no authentication. */
type Access = "open" | readonly Privilege[];

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

export const nobody: Caller = { person: 0, customer: 0, privileges: new Set() };

interface Authentication {
  /** The person behind `auth_username` and `auth_password`, or `auth_token`; undefined if they are wrong or missing. */
  readonly authenticate: (raw: RawParameters, time: number) => Caller | undefined;
  /** The answer of user/login with `token=1` (guide 4.4, tokens). */
  readonly issueToken: (person: number, time: number) => Readonly<Record<string, string | number>>;
}

/** Keeps the tokens it has issued. They are opaque to clients, so a number and the person's id are enough here. */
export const createAuthentication = (state: State, options: Pick<EnswitchOptions, "pre40" | "tokens">): Authentication => {
  const { expirySeconds = 3600, omitExpires = false } = options.tokens ?? {};
  const tokens = new Map<string, { readonly person: number; readonly expires: number }>();

  const personOfToken = (token: string, time: number): number | undefined => {
    const issued = tokens.get(token);
    return issued !== undefined && time < issued.expires ? issued.person : undefined;
  };

  const personOfPassword = (raw: RawParameters): number | undefined => {
    const username = raw.get("auth_username");
    const password = raw.get("auth_password");
    for (const person of state.people.values()) {
      if (person.username === username && person.password === password) return person.id;
    }
    return undefined;
  };

  return {
    authenticate: (raw, time) => {
      const token = options.pre40 === true ? undefined : raw.get("auth_token");
      const person = state.people.get((token === undefined ? personOfPassword(raw) : personOfToken(token, time)) ?? 0);
      // A deleted customer can no longer use the system (guide 4.4, customers/delete).
      if (person === undefined || state.customers.get(person.customer)?.deleted !== 0) return undefined;
      const privileges = state.roles.get(person.role)?.privileges ?? nobody.privileges;
      return { person: person.id, customer: person.customer, privileges };
    },
    issueToken: (person, time) => {
      const token = `sandbox.${person}.${tokens.size + 1}.${time}`;
      const expires = time + expirySeconds;
      tokens.set(token, { person, expires });
      return { auth_token: token, auth_token_expiry: expirySeconds, ...(!omitExpires && { auth_token_expires: expires }) };
    },
  };
};
