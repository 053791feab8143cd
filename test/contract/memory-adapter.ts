import type { Adapter } from "../../src/adapter/adapter.ts";
import { type Capability, capabilities as everything } from "../../src/model/model.ts";
import { chargeVerbs } from "./memory-charges.ts";
import { getManyFrom, openConnection, pageOf, type RefusedMembers } from "./memory-connection.ts";
import { customerVerbs } from "./memory-customers.ts";
import { seedMemory } from "./memory-seed.ts";
import { createExchange, createMemoryStore, type Exchange, type LineState, type MemoryStore } from "./memory-store.ts";
import { taxVerbs } from "./memory-taxes.ts";

export interface MemoryOptions {
  /** The kind in its description. Default ENSWITCH. */
  readonly kind?: string;
  /** ISO 4217, default EUR. */
  readonly currency?: string;
  /** Number of customers at the start; 0 = an empty backend. Default 40. */
  readonly customers?: number;
  /** Default: all of them. */
  readonly capabilities?: readonly Capability[];
  /** Members of inputs and changes that it refuses with UNSUPPORTED. Default: none. */
  readonly refuses?: Partial<RefusedMembers>;
}

/** A backend within this process. Its adapters share its state like clients of one server. */
export interface MemoryBackend extends Pick<Exchange, "calls" | "setFaults"> {
  /** Its stored records, for changes that bypass the adapters. */
  readonly store: MemoryStore;
  /** An adapter over a line of the given state, default "open". */
  readonly connect: (line?: LineState) => Adapter;
}

/**
 * A further implementation of the Adapter interface, without I/O. It keeps model values in maps, does everything that the
 * interface offers, and passes the contract suite. A call takes one turn of the event loop. It has the sandbox's faults.
 */
export function createMemoryBackend(key: string, options: MemoryOptions = {}): MemoryBackend {
  const { kind = "ENSWITCH", currency = "EUR", customers = 40, capabilities = everything } = options;
  const refuses = { customer: [], charge: [], tax: [], ...options.refuses };
  const store = createMemoryStore(key, currency);
  const exchange = createExchange(key);
  seedMemory(store, customers);

  function connect(line: LineState = "open"): Adapter {
    const connection = openConnection(store, exchange, line, capabilities, refuses);
    const { can } = connection;
    return {
      key,
      kind,
      currency,
      timeZone: "UTC",
      ...(can("VALIDATE_ONLY") && { dryRun: true as const }),
      customers: customerVerbs(connection),
      charges: chargeVerbs(connection),
      ...(can("TAX_READ") && { taxes: taxVerbs(connection) }),
      ...(can("PLAN_READ") && {
        plans: {
          getMany: getManyFrom(connection, "plans/get", store.plans),
          list: (_query, page, scope) => pageOf(connection, "plans/list", store.plans, () => true, page, scope),
        },
      }),
      ...(can("SERVICE_READ") && {
        services: {
          getMany: getManyFrom(connection, "services/get", store.services),
          list: (_query, page, scope) => pageOf(connection, "services/list", store.services, () => true, page, scope),
        },
      }),
      probe: (scope) => connection.read("probe", scope, () => undefined),
    };
  }

  return { connect, store, calls: exchange.calls, setFaults: exchange.setFaults };
}

/** The adapter of its own memory backend. */
export function createMemoryAdapter(key: string, options: MemoryOptions = {}): Adapter {
  return createMemoryBackend(key, options).connect();
}
