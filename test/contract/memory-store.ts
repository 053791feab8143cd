import { setImmediate as nextTurn } from "node:timers/promises";
import type { CallRecord, CallScope } from "../../src/adapter/adapter.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge, Customer, LiabilitySubject, Plan, Service, Tax } from "../../src/model/model.ts";
import { type Conditions, createConditions } from "../../src/sandbox/conditions.ts";
import { columnsOf, Table } from "../../src/sandbox/table.ts";

/** The records of the in-memory backend: model values by their local ids. Ids are whole numbers, counted over all types. */
export interface MemoryStore {
  readonly key: string;
  readonly currency: string;
  readonly customers: Table<string, Customer>;
  readonly charges: Table<string, Charge>;
  readonly taxes: Table<string, Tax>;
  readonly plans: Map<string, Plan>;
  readonly services: Map<string, Service>;
  /** Explicit liabilities, by liabilityKey; otherwise the tax's default applies. */
  readonly liabilities: Map<string, boolean>;
  /** The changes that the backend makes when it stores, and its clock: those of the sandbox. */
  readonly conditions: Conditions;
  readonly nextId: () => string;
  /** The id that was given last, "0" before the first. */
  readonly lastId: () => string;
}

const columns = {
  customers: columnsOf({ text: "name organizationName firstName lastName email address", code: "reference" }),
  charges: columnsOf({ text: "name description notes", code: "reference", amount: "amount taxAmount total cost" }),
  taxes: columnsOf({ text: "name description", amount: "rate fixedAmount" }),
};

/** An empty store. `currency`: ISO 4217, for amounts without one. */
export function createMemoryStore(key: string, currency: string): MemoryStore {
  let lastId = 0;
  const conditions = createConditions(() => new Date());
  return {
    key,
    currency,
    customers: new Table(conditions, columns.customers),
    charges: new Table(conditions, columns.charges),
    taxes: new Table(conditions, columns.taxes),
    plans: new Map(),
    services: new Map(),
    liabilities: new Map(),
    conditions,
    nextId: () => {
      lastId += 1;
      return String(lastId);
    },
    lastId: () => String(lastId),
  };
}

/** The key of a tax and its subject in MemoryStore.liabilities. */
export function liabilityKey(taxId: string, subject: LiabilitySubject): string {
  return JSON.stringify([taxId, subject]);
}

/** Faults of a memory line: the same two endings of a call as the sandbox's faults of these names. */
export interface MemoryFault {
  /** The call is lost on its way, or its answer on the way back. */
  readonly kind: "dropBefore" | "dropAfter";
  /** Only calls whose function contains this text. Default: all. */
  readonly function?: string;
  /** Number of calls that it hits. Default: until removed. */
  readonly times?: number;
}

/** The state of the way to the backend. */
export type LineState = "open" | "unreachable" | "unauthenticated";

export interface MemoryCall {
  readonly function: string;
  readonly effect: "read" | "write";
}

export interface Exchange {
  readonly calls: readonly MemoryCall[];
  readonly setFaults: (faults: readonly MemoryFault[]) => void;
  /** Runs `act` as one call to the backend: asynchronous, admitted, recorded, and failing like calls over a network. */
  readonly call: <T>(line: LineState, call: MemoryCall, scope: CallScope, act: () => T) => Promise<T>;
}

/** The connection to a memory backend: counts the calls, and fails them as a network would. */
export function createExchange(backend: string): Exchange {
  const calls: MemoryCall[] = [];
  let faults: readonly MemoryFault[] = [];

  function drawFault(functionName: string): MemoryFault | undefined {
    const hit = faults.find((fault) => functionName.includes(fault.function ?? ""));
    if (hit?.times !== undefined) {
      const left = hit.times - 1;
      faults = faults.flatMap((fault) => (fault !== hit ? [fault] : left > 0 ? [{ ...fault, times: left }] : []));
    }
    return hit;
  }

  function exchange<T>(line: LineState, call: MemoryCall, scope: CallScope, act: () => T): T {
    if (scope.signal?.aborted && call.effect === "read") {
      throw new BillingError("CONFLICT", "The client cancelled the request.", { backend, retryable: true });
    }
    if (line === "unreachable")
      throw new BillingError("UNAVAILABLE", `${backend} cannot be reached. Nothing was sent.`, { backend });
    calls.push(call);
    if (line === "unauthenticated") throw new BillingError("UNAUTHENTICATED", `${backend} refuses the credentials.`, { backend });
    const fault = drawFault(call.function);
    if (fault?.kind !== "dropBefore") {
      const value = act();
      if (fault === undefined) return value;
    }
    throw call.effect === "read"
      ? new BillingError("UNAVAILABLE", `${backend} closed the connection.`, { backend })
      : new BillingError("OUTCOME_UNKNOWN", `${call.function} was sent to ${backend}, but no answer came.`, { backend });
  }

  return {
    calls,
    setFaults: (next) => {
      faults = next;
    },
    call: async (line, call, scope, act) => {
      scope.admit?.();
      const record = (outcome: CallRecord["outcome"], rows: number | null): void =>
        scope.record?.({ backend, function: call.function, milliseconds: 0, rows, outcome, attempts: 1 });
      await nextTurn();
      try {
        const value = exchange(line, call, scope, act);
        record("ok", Array.isArray(value) ? value.length : null);
        return value;
      } catch (error) {
        record(error instanceof BillingError ? error.code : "INTERNAL", null);
        throw error;
      }
    },
  };
}
