import { z } from "zod";
import type { Fault } from "./simulated.ts";
import type { backendKeys, Random } from "./world.ts";

const kinds = [
  "delay",
  "dropBefore",
  "dropAfter",
  "truncate",
  "html502",
  "html502After",
  "blockedAfter",
  "emptyEnvelope",
  "rateLimit",
  "echo",
] as const satisfies readonly Fault["kind"][];

export const faultSchema = z.strictObject({
  kind: z.enum(kinds),
  function: z.exactOptional(z.string().min(1)),
  after: z.exactOptional(z.string().min(1)),
  times: z.exactOptional(z.int().min(1)),
  probability: z.exactOptional(z.number().min(0).max(1)),
  milliseconds: z.exactOptional(z.int().min(0)),
  retryAfterSeconds: z.exactOptional(z.int().min(0)),
  status: z.exactOptional(z.int().min(400).max(599)),
  json: z.exactOptional(z.boolean()),
});

interface Injection {
  readonly delayMs: number;
  /** The fault to apply besides the delay, if any. */
  readonly fault: Fault | undefined;
}

export interface FaultInjector {
  readonly set: (faults: readonly Fault[]) => void;
  /** The faults in force, with the remaining `times`. */
  readonly active: () => readonly Fault[];
  /** Chooses the faults for one call and uses up their `times`. Delays add up; of the others, the first match wins. */
  readonly draw: (functionName: string) => Injection;
}

export const createFaultInjector = (random: Random): FaultInjector => {
  let active: readonly Fault[] = [];

  /** Functions called since the faults were set. */
  let called = new Set<string>();

  const isArmed = ({ after }: Fault): boolean => after === undefined || [...called].some((name) => name.includes(after));

  const hits = (fault: Fault, functionName: string): boolean =>
    functionName.includes(fault.function ?? "") && isArmed(fault) && random.next() < (fault.probability ?? 1);

  const draw = (functionName: string): Injection => {
    let delayMs = 0;
    let chosen: Fault | undefined;
    active = active.flatMap((fault) => {
      if ((chosen !== undefined && fault.kind !== "delay") || !hits(fault, functionName)) return [fault];
      if (fault.kind === "delay") delayMs += fault.milliseconds ?? 1000;
      else chosen = fault;
      if (fault.times === undefined) return [fault];
      return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    });
    called.add(functionName);
    return { delayMs, fault: chosen };
  };

  return {
    set: (faults) => {
      active = [...faults];
      called = new Set();
    },
    active: () => active,
    draw,
  };
};

/** Names of functions that a fault can be aimed at, by backend. A test makes the calls and compares. */

type Key = (typeof backendKeys)[number];

interface Functions {
  readonly listsCharges: string;
  readonly createsCharge: string;
  /** Null where charges cannot be changed. */
  readonly changesCharge: string | null;
  readonly listsCustomers: string;
  readonly createsCustomer: string;
  readonly changesCustomer: string;
}

export const faultFunctions: Readonly<Record<Key, Functions>> = {
  pbx: {
    listsCharges: "charges/list",
    createsCharge: "charges/create",
    changesCharge: "charges/update",
    listsCustomers: "customers/list",
    createsCustomer: "customers/create",
    changesCustomer: "customers/update",
  },
  suite: {
    listsCharges: "charges/all",
    createsCharge: "charges/new",
    changesCharge: null,
    listsCustomers: "clients",
    createsCustomer: "clients/save",
    changesCustomer: "clients/update",
  },
  offices: {
    listsCharges: "GET /charges",
    createsCharge: "POST /charges",
    changesCharge: "PATCH /charges/{id}",
    listsCustomers: "GET /clients",
    createsCustomer: "POST /clients",
    changesCustomer: "PATCH /clients/{id}",
  },
  recurring: {
    listsCharges: "transactions/~find",
    createsCharge: "transactions/~create",
    changesCharge: null,
    listsCustomers: "customers/~find",
    createsCustomer: "customers/~create",
    changesCustomer: "customers/~modify",
  },
};

/**
 * Faults after which the outcome of the next new charge stays unknown until they are removed: the request is lost, and from
 * then on the lists that would show this fail.
 */
export const lastingUnknown: Readonly<Record<Key, readonly Fault[]>> = {
  pbx: lost("pbx"),
  suite: lost("suite"),
  offices: lost("offices"),
  recurring: lost("recurring"),
};

function lost(key: Key): readonly Fault[] {
  const { createsCharge, listsCharges } = faultFunctions[key];
  return [
    { kind: "dropBefore", function: createsCharge, times: 1 },
    { kind: "html502", function: listsCharges, after: createsCharge },
  ];
}
