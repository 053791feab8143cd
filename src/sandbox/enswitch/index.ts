import { type ConditionsInForce, createConditions } from "../conditions.ts";
import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "../simulated.ts";
import { byHand } from "../table.ts";
import type { World } from "../world.ts";
import { catalogueFunctions, exchangeFunctions } from "./catalogue.ts";
import { chargeFunctions } from "./charges.ts";
import { customerWriteFunctions } from "./customer-writes.ts";
import { customerFunctions } from "./customers.ts";
import {
  type ApiFunction,
  type Caller,
  createAuthentication,
  type FunctionCall,
  nobody,
  notFound,
  type Outcome,
  roleForbids,
} from "./function.ts";
import { alignToZones, type EnswitchOptions } from "./options.ts";
import { type RawParameters, splitParameters } from "./parameters.ts";
import type { ChargeRow, CustomerRow, PlanRow, TaxRow, TransactionRow } from "./rows.ts";
import { seedState } from "./seed.ts";
import { taxFunctions } from "./taxes.ts";

export type { EnswitchOptions } from "./options.ts";

/** A live view of the stored rows, for tests that compare them with what a client reports. */
export interface EnswitchState {
  readonly customers: ReadonlyMap<number, CustomerRow>;
  readonly charges: ReadonlyMap<number, ChargeRow>;
  readonly taxes: ReadonlyMap<number, TaxRow>;
  readonly plans: ReadonlyMap<number, PlanRow>;
  /** Oldest first. */
  readonly transactions: readonly TransactionRow[];
}

export interface SimulatedEnswitch extends SimulatedBackend {
  readonly state: EnswitchState;
  readonly credentials: { readonly username: string; readonly password: string };
}

const basePath = "/api/json/";

/** Enswitch's JSON API as its guides 3.13 to 4.4 describe it. Does no I/O; server.ts serves it. */
export const createEnswitch = (world: World, options: EnswitchOptions = {}): SimulatedEnswitch => {
  const { username = "gateway", password = "sandbox-pbx", currency = "EUR", pre40 = false } = options;
  const conditions = createConditions(options.now ?? (() => new Date()));
  const state = seedState(world, { username, password, currency }, conditions);
  alignToZones(state, options);
  const authentication = createAuthentication(state, options);
  const functions = apiFunctions(options);

  const callAs = (caller: Caller): FunctionCall => {
    const time = Math.floor(conditions.now().getTime() / 1000);
    const issueToken = () => authentication.issueToken(caller.person, time);
    const { absentNumber = 1, zeroNumber = "unlimited" } = options;
    return { state, caller, time, pre40, systemCurrency: currency, issueToken, numbers: { absentNumber, zeroNumber } };
  };

  const answer = (request: SandboxRequest): SandboxAnswer => {
    const name = functionOf(request);
    const known = request.method === "GET" || request.method === "POST" ? functions.get(name) : undefined;
    const outcome = underUnknownIds(dispatch(known, parametersOf(request, options.parameters)), known, conditions.inForce());
    return { function: name, ...render(outcome, options) };
  };

  // The order of checks: authentication, role, rate plan, parameters, existence and visibility.
  const dispatch = (known: ApiFunction | undefined, raw: RawParameters): Outcome => {
    const authenticated = authentication.authenticate(raw, callAs(nobody).time);
    const access = known?.access(raw, { caller: authenticated ?? nobody });
    if (authenticated === undefined && access !== "open") return wrongCredentials;
    if (known === undefined) return notFound("");
    const call = callAs(authenticated ?? nobody);
    if (access !== "open" && !access?.some((privilege) => call.caller.privileges.has(privilege))) return roleForbids;
    if (known.needsHistory && lacksHistory(call)) return planForbids;
    return known.invoke(call, raw);
  };

  return {
    kind: "enswitch",
    basePath,
    answer,
    functionOf,
    failure: (message) => render({ refusals: [{ code: 500, key: "", message }] }, options),
    emptyEnvelope: '{"responses":[]}',
    forbidden: () => render(roleForbids, options),
    conditions,
    byHand: {
      customers: byHand(state.customers, Number),
      charges: byHand(state.charges, Number),
      taxes: byHand(state.taxes, Number),
      transactions: byHand(state.transactions, Number),
    },
    state: {
      ...state,
      get transactions() {
        return [...state.transactions.values()];
      },
    },
    credentials: { username, password },
  };
};

const apiFunctions = ({ functions = {} }: EnswitchOptions): ReadonlyMap<string, ApiFunction> => {
  const { chargesDelete = false, taxesGet = false, taxesDelete = false } = functions;
  return new Map(
    Object.entries({
      ...customerFunctions,
      ...customerWriteFunctions,
      ...exchangeFunctions,
      ...chargeFunctions({ chargesDelete }),
      ...taxFunctions({ taxesGet, taxesDelete }),
      ...catalogueFunctions,
    }),
  );
};

const wrongCredentials: Outcome = { refusals: [{ code: 401, key: "", message: "Wrong user name, password or token" }] };

/** Replaces the 404 for an unknown record, as the condition `unknownIds` says: by an empty answer or an internal error. */
const underUnknownIds = (outcome: Outcome, known: ApiFunction | undefined, { unknownIds }: ConditionsInForce): Outcome => {
  const isUnknownId = known !== undefined && "refusals" in outcome && outcome.refusals[0]?.code === 404;
  if (!isUnknownId || unknownIds === undefined) return outcome;
  return unknownIds === "empty" ? { code: 204 } : { refusals: [{ code: 500, key: "", message: "Internal error" }] };
};

const planForbids: Outcome = { refusals: [{ code: 403, key: "", message: "Your rate plan does not allow this" }] };

const lacksHistory = ({ state, caller }: FunctionCall): boolean =>
  state.plansWithoutHistory.has(state.customers.get(caller.customer)?.plan ?? 0);

/**
 * The function's name, for example "customers/get" for /api/json/customers/get/. Other paths are "unknown", so that no log
 * repeats them.
 */
const functionOf = ({ path }: SandboxRequest): string => {
  const name = path.startsWith(basePath) ? path.slice(basePath.length).replace(/\/$/, "") : "";
  return /^[a-z]+(?:\/[a-z]+)+$/.test(name) ? name : "unknown";
};

/** The parameters of query string and form body. JSON bodies are not read: no source shows one. */
const parametersOf = (
  { method, query, body, headers }: SandboxRequest,
  read: EnswitchOptions["parameters"] = "both",
): RawParameters => {
  if (method === "POST" && read === "query") return new Map(splitParameters(query));
  if (method === "POST" && read === "form") return new Map(splitParameters(body));
  const isForm = (headers["content-type"] ?? "application/x-www-form-urlencoded").startsWith("application/x-www-form-urlencoded");
  return new Map([...splitParameters(query), ...(isForm ? splitParameters(body) : [])]);
};

const render = (outcome: Outcome, options: EnswitchOptions): { status: number; body: string } => {
  const entries = "refusals" in outcome ? outcome.refusals : [{ code: outcome.code, key: "", message: "OK" }];
  const responses = entries.map(({ code, key, message }) => ({
    code: options.numericCodes === true ? code : String(code),
    key,
    message,
  }));
  const data = "data" in outcome ? { data: options.rowStyle === "strings" ? stringified(outcome.data) : outcome.data } : {};
  const code = entries[0]?.code ?? 200;
  // A real HTTP 204 could not carry the envelope.
  const status = options.httpStatusFollowsCode === true && code !== 204 ? code : 200;
  return { status, body: JSON.stringify({ responses, ...data }) };
};

const stringified = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, stringified(member)]));
};
