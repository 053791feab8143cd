import { createAccountReads } from "../../../src/accounts/account-reads.ts";
import { createAccountViews } from "../../../src/accounts/views.ts";
import { type Backend, type Backends, createBackends } from "../../../src/adapter/backends.ts";
import { blankStep, type Operation, storedError } from "../../../src/journal/model.ts";
import { anybody, type Caller } from "../../../src/model/caller.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { encodeId } from "../../../src/model/id.ts";
import { capabilities } from "../../../src/model/model.ts";
import type { WriteResult } from "../../../src/mutations/writes.ts";
import { createSight } from "../../../src/reads/loaders.ts";
import { createReads } from "../../../src/reads/reads.ts";
import type { Context } from "../../../src/schema/index.ts";
import { lookAhead } from "../../../src/server/context.ts";
import { createMemoryBackend } from "../../contract/memory-adapter.ts";

/** The gateway's schema over backends in memory. One answers, one is down, one has no taxes, and one refuses its credentials. */

const lines = [
  ["open", "open"],
  ["away", "unreachable"],
  ["small", "open"],
  ["locked", "unauthenticated"],
] as const;

const backends: Backends = createBackends(
  lines.map(([key, line]): Backend => {
    const able = key === "small" ? capabilities.filter((each) => !/^(TAX|PLAN)_/.test(each)) : capabilities;
    const { connect } = createMemoryBackend(key, { customers: 12, capabilities: able });
    const health = { status: "UP", checkedAt: "2026-01-01T00:00:00Z", circuit: "CLOSED", latencyMs: 3, error: null };
    return { key, label: `Backend ${key}`, adapter: connect(line), health: () => ({ ...health, checkedAt: null }) as never };
  }),
);

const ids = lines.flatMap(([backend]) =>
  ["1", "9", "14", "15", "16", "20", "9999"].flatMap((id) =>
    (["Customer", "Charge", "Tax", "Plan"] as const).map((type) => encodeId({ type, backend, id })),
  ),
);

/** Values of the gateway's scalars; ids that exist, that do not exist, and malformed ones. */
export const billingValues: Readonly<Record<string, readonly unknown[]>> = {
  ID: [...ids, encodeId({ type: "Operation", backend: "", id: "known" }), "nonsense"],
  String: ["open", "away", "small", "nowhere", "Customer 3 Ltd.", ""],
  Int: [1, 2, 5, 20, -1],
  Float: [1.5],
  Boolean: [true, false],
  Decimal: ["1.50", "0", 3, "x"],
  Date: ["2026-01-31", "2025-12-01", "soon"],
  DateTime: ["2026-01-01T00:00:00Z"],
  CurrencyCode: ["EUR", "USD", "money"],
  CountryCode: ["DE"],
  JSON: [null, { a: [1] }],
};

const away = new BillingError("UNAVAILABLE", "away is away.", { backend: "away", retryable: true });

const operation: Operation = {
  id: "known",
  mutation: "createCharge",
  actor: null,
  client: { name: null, version: null },
  users: {},
  idempotencyKey: "key",
  input: {},
  inputHash: "",
  validateOnly: false,
  onFailure: "KEEP",
  status: "PARTIAL",
  owner: null,
  epoch: 1,
  looks: 0,
  nextLookAt: null,
  once: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  completedAt: null,
  steps: ["open", "away"].map((backend, position) => ({
    ...blankStep,
    position,
    target: position,
    backend,
    action: "charges/create",
    status: position === 0 ? "SUCCEEDED" : "SENDING",
    attempts: 1,
    errors: position === 0 ? [] : [storedError(away)],
    nodeId: position === 0 ? encodeId({ type: "Charge", backend, id: "14" }) : null,
    mayHaveLeft: true,
    startedAt: "2026-01-01T00:00:00.000Z",
  })),
};

/** No customers are linked. */
const unlinked: Parameters<typeof createAccountReads>[0] = {
  byIds: async (ids) => ids.map(() => null),
  ofCustomers: async (customers) => customers.map(() => null),
  list: async () => [],
};

const nothing = { edges: [], hasNextPage: false, hasPreviousPage: false, unavailable: [] };

const readOnly: Caller = { ...anybody, scopes: new Set(["read"]) };

/** The context of resolvers. The seed chooses a caller with all scopes, or one that may only read. */
export function billingContext(seed: number): Context {
  const scope = { record: () => {}, admit: () => {} };
  const reads = createReads(backends, scope, 50);
  const list = { edges: [{ node: operation, cursor: "c" }], hasNextPage: false, hasPreviousPage: false, unavailable: [] };
  return {
    backends,
    reads,
    writes: new Proxy({} as Context["writes"], { get: () => write }),
    operations: {
      maySee: () => true,
      maySeeInput: () => true,
      byId: async (id) => (id === "known" ? operation : null),
      list: async () => list,
      watch,
    },
    accounts: createAccountReads(unlinked, createSight({ backends, users: {}, isComplete: true }, reads.load), 50),
    views: createAccountViews({ reads, backends }),
    suggestions: {
      list: async () => ({ ...nothing, sources: async () => [] }),
    },
    keyOf: () => null,
    runs: () => ({ list: async () => nothing, byId: async () => null }) as unknown as ReturnType<Context["runs"]>,
    directory: {
      search: async () => ({ ...nothing, endCursor: null, sources: async () => [] }),
      records: async () => null,
      known: async () => null,
      customerName: async ({ id }) => (id.length % 2 === 0 ? `Customer ${id}` : null),
      changes: async () => ({ ...nothing, endCursor: "c" }),
      watchCustomers: watch,
    },
    reconcile: async (id) => (id === "known" ? operation : null),
    decide: async () => operation,
    viewer: seed % 3 === 0 ? readOnly : anybody,
    lookAhead,
    nextEvent: () => {},
  };
}

/** Writes nothing: the answer depends on the input only. */
async function write(input: object): Promise<WriteResult<never>> {
  const { length } = JSON.stringify(input);
  if (length % 4 === 0) throw away;
  const node = length % 4 === 1 ? null : encodeId({ type: "Customer", backend: length % 4 === 2 ? "open" : "away", id: "14" });
  const target = { backend: "open", status: "FAILED", errors: [storedError(away)], warnings: [], node, subject: null } as const;
  return { operation, replayed: false, results: [target, { ...target, errors: [] }] };
}

async function watch(): Promise<never> {
  throw away;
}
