import { setTimeout as pause } from "node:timers/promises";
import type { BackendKey } from "../../../src/sandbox/index.ts";
import { backendKeys } from "../../../src/sandbox/world.ts";
import { tellOnFailure } from "../../support/failing.ts";
import { type Answer, ask } from "../ask.ts";
import type { ConfigurationChanges } from "../configuration.ts";
import { createFunctions, creditFunctions } from "./sandbox.ts";

/** Charges and credits with distinct texts, and the journal's records of them. */

export interface ChargeSpec {
  readonly customerId: string;
  readonly amount: string;
  readonly name?: string;
  readonly notes?: string;
  readonly description?: string;
  readonly serviceId?: string;
}

/** Charges and credits. Calls and answers of both have the names of charges. */
export interface Posting {
  readonly what: "charges" | "credits";
  /** In which backends, and what each calls its creation. */
  readonly functions: Readonly<Partial<Record<BackendKey, string>>>;
  readonly keys: readonly BackendKey[];
  readonly configuration: ConfigurationChanges;
  readonly specs: (origin: string) => Promise<ChargeSpecs>;
  /** A document with `$charge` and `$key`. */
  readonly one: string;
  /** A document with `$charges` and `$key`. */
  readonly several: string;
}

/** Customers that can be charged in a backend, and services for it. */
interface Chargeable {
  readonly customerIds: readonly string[];
  readonly serviceId: string;
}

export type ChargeSpecs = (key: BackendKey, text: string, customer?: number) => ChargeSpec;

/**
 * Reads customers from a gateway. The returned function describes a charge to one of them; its text can be found in the sandbox.
 */
export async function chargeSpecs(origin: string): Promise<ChargeSpecs> {
  const fields = backendKeys.map(
    (key) => `
      ${key}: customers(first: 5, backends: ["${key}"]) { nodes { id } }
      ${key}Services: backend(key: "${key}") { services(first: 1) { nodes { id } } }`,
  );
  interface Ids {
    readonly nodes: readonly { readonly id: string }[];
  }
  const { data } = await ask<Readonly<Record<string, Ids & { readonly services: Ids }>>>(origin, `{ ${fields.join("")} }`);
  const chargeable = (key: BackendKey): Chargeable => ({
    customerIds: (data[key]?.nodes ?? []).map(({ id }) => id),
    serviceId: data[`${key}Services`]?.services.nodes[0]?.id ?? "",
  });
  return (key, text, customer = 0) => {
    const { customerIds, serviceId } = chargeable(key);
    const whom = { customerId: customerIds[customer % customerIds.length] ?? "", amount: "19.99" };
    if (key === "pbx") return { ...whom, name: text };
    return key === "recurring" ? { ...whom, description: text } : { ...whom, notes: text, serviceId };
  };
}

export interface StepSeen {
  readonly status: string;
  readonly attempts: number;
}

export interface OperationSeen {
  readonly id: string;
  readonly status: string;
  readonly idempotencyKey: string;
  readonly steps: readonly StepSeen[];
}

export const operationFields = "id status idempotencyKey steps { status attempts }";

export interface ChargePayload {
  readonly charge: { readonly id: string } | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly operation: OperationSeen & { readonly replayed: boolean };
}

export type ChargeAnswer = Answer<{ readonly createCharge: ChargePayload } | null>;

export function createCharge(origin: string, charge: ChargeSpec, key: string, { one } = charges): Promise<ChargeAnswer> {
  return ask(origin, one, { variables: { charge, key } });
}

export interface ChargesPayload {
  readonly results: readonly {
    readonly status: string;
    readonly backend: { readonly key: string };
    readonly charge: ChargeText | null;
  }[];
  readonly operation: OperationSeen & { readonly replayed: boolean };
}

interface ChargeText {
  readonly id: string;
  readonly name: string | null;
  readonly notes: string | null;
  readonly description: string | null;
}

export type ChargesAnswer = Answer<{ readonly createCharges: ChargesPayload } | null>;

export function createCharges(
  origin: string,
  specs: readonly ChargeSpec[],
  key: string,
  { several } = charges,
): Promise<ChargesAnswer> {
  return ask(origin, several, { variables: { charges: specs, key } });
}

const documentsOf = (type: "Charge" | "Credit") => {
  const member = type.toLowerCase();
  return {
    one: `mutation ($charge: ${type}Spec!, $key: String!) {
      createCharge: create${type}(input: { ${member}: $charge, idempotencyKey: $key }) {
        charge: ${member} { id }
        errors { code message }
        operation { ${operationFields} replayed }
      }
    }`,
    several: `mutation ($charges: [${type}Spec!]!, $key: String!) {
      createCharges: create${type}s(input: { ${member}s: $charges, idempotencyKey: $key }) {
        results { status backend { key } charge: ${member} { id name notes description } }
        operation { ${operationFields} replayed }
      }
    }`,
  };
};

export const charges: Posting = {
  what: "charges",
  functions: createFunctions,
  keys: backendKeys,
  configuration: {},
  specs: chargeSpecs,
  ...documentsOf("Charge"),
};

export const credits: Posting = {
  what: "credits",
  functions: creditFunctions,
  keys: backendKeys.filter((key) => creditFunctions[key] !== undefined),
  configuration: { pbx: { functions: { balanceAdd: true } } },
  specs: async (origin) => {
    const specs = await chargeSpecs(origin);
    return (key, text, customer) => {
      const { customerId, amount } = specs(key, text, customer);
      return { customerId, amount, description: text };
    };
  },
  ...documentsOf("Credit"),
};

/** Repeats a call until everything has happened, as a client does that needs the outcome. */
export async function untilDone(call: () => Promise<ChargesAnswer>): Promise<ChargesPayload> {
  let last: unknown;
  const done = async (): Promise<ChargesPayload | null> => {
    try {
      const { data, errors } = await call();
      const operation = data?.createCharges.operation;
      last = errors ?? operation;
      return operation?.status === "SUCCEEDED" ? (data?.createCharges ?? null) : null;
    } catch (error) {
      last = error;
      return null;
    }
  };
  try {
    return await eventually("everything has happened", done, { everyMs: 500, withinMs: 120_000 });
  } catch (cause) {
    throw new Error(`not everything has happened; the last answer: ${JSON.stringify(last)?.slice(0, 2_000)}`, { cause });
  }
}

/** The text that a spec was given, or that the charge made from it has. */
export function textOf(charge: Partial<Omit<ChargeText, "id">> | null): string | undefined {
  return charge?.notes ?? charge?.description ?? charge?.name ?? undefined;
}

/** The journal, newest first. */
export async function operations(origin: string, status?: readonly string[]): Promise<readonly OperationSeen[]> {
  const { data } = await ask<{ readonly operations: { readonly nodes: readonly OperationSeen[] } }>(
    origin,
    `query ($filter: OperationFilter) { operations(first: 200, filter: $filter) { nodes { ${operationFields} } } }`,
    { variables: { filter: status ? { status } : null } },
  );
  return data.operations.nodes;
}

export async function operation(origin: string, id: string): Promise<OperationSeen | null> {
  const query = `query ($id: ID!) { operation(id: $id) { ${operationFields} } }`;
  const { data } = await ask<{ readonly operation: OperationSeen | null }>(origin, query, { variables: { id } });
  return data.operation;
}

/** The keys of operations in flight or with unknown outcomes. */
export async function openKeys(origin: string): Promise<readonly string[]> {
  const query = `{ operations(first: 200, filter: { status: [PENDING, UNKNOWN] }) { nodes { idempotencyKey } } }`;
  const { data } = await ask<{ readonly operations: { readonly nodes: readonly OperationSeen[] } }>(origin, query);
  return data.operations.nodes.map(({ idempotencyKey }) => idempotencyKey);
}

/** A description of the awaited event; a function can also say what is there instead. */
type Wanted = string | (() => string);

/**
 * Waits for a condition, and returns its value. Rejects if that takes longer than anything should on a slow machine, even if the look
 * itself does not return.
 */
export async function eventually<T>(
  what: Wanted,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { everyMs = 50, withinMs = 60_000 }: { readonly everyMs?: number; readonly withinMs?: number } = {},
): Promise<T> {
  const until = Date.now() + withinMs;
  const say = (): string => (typeof what === "string" ? what : what());
  using _ = tellOnFailure(() => `waits until ${say()}`);
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  // A look that has begun in time may end a little later.
  const timer = setTimeout(() => late.reject(new Error(`${say()}: the look did not come back`)), withinMs + 60_000);
  try {
    for (;;) {
      const found = await Promise.race([look(), late.promise]);
      if (found !== null && found !== undefined && found !== false) return found;
      if (Date.now() > until) throw new Error(`${say()}: not within ${withinMs} ms`);
      await pause(everyMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until no operation of the journal is in flight or unknown. */
export async function everythingSettled(origin: string): Promise<void> {
  await eventually("everything is settled", async () => (await operations(origin, ["PENDING", "UNKNOWN"])).length === 0, {
    everyMs: 200,
  });
}
