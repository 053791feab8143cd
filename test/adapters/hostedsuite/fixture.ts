import type { Adapter, CallScope, Intent, WritePlan, WriteStep } from "../../../src/adapter/adapter.ts";
import { create, settings } from "../../../src/adapters/hostedsuite/index.ts";
import { mappingContext } from "../../../src/adapters/hostedsuite/map.ts";
import { type BackendAnswer, type BackendCall, type BackendConnection, connect } from "../../../src/connections/http.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { ChargeChange, TaxChange, TaxInput } from "../../../src/model/model.ts";

export const scope: CallScope = {};

/** A configuration as an operator writes it. */
export function configured(generation: "v2" | "v3", overrides: object = {}) {
  return settings.parse({
    kind: "hostedsuite",
    url: "https://acme.hostedsuite.com/api",
    generation,
    tenant: "acme",
    username: "api",
    password: "s3cret-Word",
    currency: "USD",
    timeZone: "America/New_York",
    ...overrides,
  });
}

/** The mapping's knowledge of a tenant with this configuration. */
export const context = mappingContext("suite", configured("v2"));

export interface SentCall {
  readonly function: string;
  readonly effect: "read" | "write";
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the credentials of v2. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers canned JSON; a number instead is a status without a body. */
export type Respond = (call: SentCall) => unknown;

/** An adapter over a connection that answers from a function and records all requests. */
export function adapterAnswering(
  generation: "v2" | "v3",
  respond: Respond,
  clock: BackendConnection["clock"] = knownClock,
  overrides: object = {},
): { adapter: Adapter; sent: SentCall[] } {
  const sent: SentCall[] = [];
  const call = async <T>(request: BackendCall<T>): Promise<T> => {
    const json = request.body && "json" in request.body ? (JSON.parse(JSON.stringify(request.body.json)) as object) : {};
    const { CustomerName, UserName, Password, ...body } = json as Record<string, unknown>;
    const seen = { ...request, query: request.query ?? {}, headers: request.headers ?? {}, body };
    sent.push(seen);
    return request.decode(answer(respond(seen)));
  };
  const health: BackendConnection["health"] = () => {
    throw new Error("no adapter asks for it");
  };
  const connection: BackendConnection = { call, health, clock, close: async () => {} };
  return { adapter: create("suite", configured(generation, overrides), connection), sent };
}

/** The backend's clock runs like ours. */
const knownClock: BackendConnection["clock"] = () => ({ earliest: Date.now(), latest: Date.now() });

export function answer(json: unknown, status = 200): BackendAnswer {
  if (typeof json === "number") return { status: json, headers: {}, json: undefined, empty: true };
  return { status, headers: {}, json, empty: false };
}

/** An adapter over real HTTP. */
export function adapterAt(url: string, generation: "v2" | "v3", overrides: object = {}) {
  const parsed = configured(generation, { url, timeZone: "UTC", circuit: { failures: 100 }, ...overrides });
  const connection = connect({ backend: "suite", ...parsed });
  return { adapter: create("suite", parsed, connection), close: connection.close };
}

export function intentOfNow(): Intent {
  return { stepId: "step-1", createdAt: new Date().toISOString(), note: null };
}

/** The intent with the step's note, as the runner makes it. */
export async function noted<T>(step: WriteStep<T>, id: string | null, intent: Intent = intentOfNow()): Promise<Intent> {
  return { ...intent, note: step.noteAtOnce?.(intent) ?? (await step.note?.(id, intent, scope)) ?? null };
}

/** Sends every step of a plan, and returns the object as the runner would. */
export async function run<T>({ steps, read }: WritePlan<T>, target: string | null = null): Promise<T> {
  let id = target;
  let value: T | undefined;
  for (const step of steps) {
    const written = await step.send(id, await noted(step, id), scope);
    id = written.id;
    value = written.value;
  }
  return value ?? read(id ?? "", scope);
}

/** The BillingError that something fails with, reduced to the parts that matter. */
export async function failure(action: () => unknown) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    const { code, field, backendCode, retryable, message } = error;
    return { code, field, backendCode, retryable, message };
  }
  throw new Error("nothing failed");
}

/** A backend that answers every write with a record of its own. */
const acknowledge = ({ path, method, body }: SentCall): unknown => {
  if (method === "POST" && path === "contacts") return [];
  if (method === "GET") return { items: [{ id: "x" }] };
  if (path === "clients" && method === "POST" && !("name" in body)) return [{ Id: "x" }];
  return { Id: "x", Name: "Stored", ClientId: "c1" };
};

/** The write verbs over such a backend, and their requests. */
export const verbs = (generation: "v2" | "v3") => {
  const { adapter, sent } = adapterAnswering(generation, acknowledge);
  const { customers, charges, taxes } = adapter;
  const required = <T>(verb: T | undefined): T => {
    if (verb === undefined) throw new Error("a verb is missing");
    return verb;
  };
  return {
    sent,
    createCustomer: required(customers.create),
    updateCustomer: required(customers.update),
    createCharge: required(charges.create),
    updateCharge: (id: string, change: ChargeChange) => required(charges.update)(id, change),
    createTax: (input: TaxInput) => required(taxes?.create)(input),
    updateTax: (id: string, change: TaxChange) => required(taxes?.update)(id, change),
  };
};

/** The bodies of the writes. */
export const bodies = (sent: readonly SentCall[]) => sent.filter(({ effect }) => effect === "write").map(({ body }) => body);

/** The request, without the parts that no test is about. */
export const called = (sent: readonly SentCall[]) => sent.map(({ function: name, body, query }) => ({ name, ...body, ...query }));
