import type { Fault } from "../../src/sandbox/simulated.ts";
import { type BackendKey, backendKeys } from "./mutations.ts";
import type { Seeded } from "./seeded.ts";

/** The faults of one simulation, with their times in milliseconds since its start. */

export interface BackendTrouble {
  readonly atMs: number;
  readonly backend: BackendKey;
  /** In effect from then on, instead of earlier ones. */
  readonly faults: readonly Fault[];
  /** Above 0: the port is closed for this long, and connections are refused. */
  readonly refusesForMs: number;
}

/** The instant at which a gateway dies: around the nth change of its journal. */
export interface Death {
  readonly change: number;
  /** before: the change is not made. after: it is durable, and nothing follows. later: the process continues for a moment. */
  readonly moment: "before" | "after" | "later";
  readonly laterMs: number;
}

export interface Troubles {
  readonly backends: readonly BackendTrouble[];
  /** One for each gateway in turn; further gateways stay alive. */
  readonly deaths: readonly Death[];
  /** How many failures in a row open a backend's circuit. */
  readonly circuitFailures: number;
}

/** Longest duration of a call to a backend. */
export const timeoutMs = 200;

/** Within this time after it was given up, a request is carried out or never will be. */
export const settleMs = 1_000;

export const faultKinds = [
  "dropBefore",
  "dropAfter",
  "delay",
  "truncate",
  "html502",
  "html502After",
  "blockedAfter",
  "emptyEnvelope",
  "rateLimit",
] as const satisfies readonly Fault["kind"][];

/** Parts of functions' names that mostly write, and some that only read. */
const functions: Readonly<Record<BackendKey, readonly string[]>> = {
  pbx: ["create", "update", "charges/charge", "liable/set", "delete", "list"],
  suite: ["new", "save", "update", "archive", "all"],
  offices: ["POST", "PATCH", "DELETE", "GET"],
  recurring: ["PUT", "reverse", "POST", "GET"],
};

export function drawTroubles(random: Seeded, durationMs: number): Troubles {
  return {
    backends: Array.from({ length: random.integer(2, 7) }, (_, index) => {
      const backend = random.pick(backendKeys);
      return {
        atMs: index < 2 ? 0 : random.integer(0, durationMs),
        backend,
        faults: Array.from({ length: random.integer(1, 3) }, () => drawFault(random, backend)),
        refusesForMs: random.chance(0.12) ? random.integer(20, durationMs / 2) : 0,
      };
    }),
    deaths: random.chance(0.45) ? Array.from({ length: random.integer(1, 2) }, () => drawDeath(random)) : [],
    circuitFailures: random.chance(0.2) ? random.integer(1, 3) : 1_000,
  };
}

function drawFault(random: Seeded, backend: BackendKey): Fault {
  const kind = random.pick(faultKinds);
  return {
    kind,
    ...(random.chance(0.7) && { function: random.pick(functions[backend]) }),
    ...(random.chance(0.75) && { times: random.integer(1, 4) }),
    ...(random.chance(0.3) && { probability: 0.5 }),
    ...(kind === "delay" && { milliseconds: random.pick([20, timeoutMs + 100]) }),
    ...(kind === "rateLimit" && { retryAfterSeconds: 0 }),
  };
}

function drawDeath(random: Seeded): Death {
  return {
    change: random.integer(1, 30),
    moment: random.pick(["before", "after", "later"]),
    laterMs: random.integer(0, 30),
  };
}
