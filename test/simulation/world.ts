import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { WriteResult } from "../../src/mutations/writes.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { Fault, LoggedCall } from "../../src/sandbox/simulated.ts";
import { openQuickFolder } from "../support/temporary.ts";
import type { Death } from "./faults.ts";
import { type SimulatedGateway, startGateway } from "./gateway.ts";
import { type BackendKey, backendKeys, type PlannedCall } from "./mutations.ts";

/** One simulation's own world: backends over real HTTP, a journal in a file, and the gateways that work on them. */

export interface WorldOptions {
  /** How many gateways live at the same time. */
  readonly replicas: number;
  readonly deaths: readonly Death[];
  readonly circuitFailures: number;
  /** For Enswitch: whether charges and taxes can be deleted. */
  readonly deletes: boolean;
}

/** What a caller got: an answer, a refusal of the whole call, or nothing, since the gateway died. */
export type Reply = { readonly result: WriteResult<object> } | { readonly failure: unknown } | { readonly lost: true };

export interface World {
  readonly sandbox: Sandbox;
  /** The journal, through a connection that no gateway uses. */
  readonly store: Store;
  readonly gateway: () => Promise<SimulatedGateway>;
  readonly send: (call: PlannedCall, abandonedAfterMs?: number | null) => Promise<Reply>;
  readonly setFaults: (backend: BackendKey, faults: readonly Fault[]) => void;
  /** Closes the backend's port and, after so long, opens it again. */
  readonly refuse: (backend: BackendKey, forMs: number) => Promise<void>;
  /** From then on gateways die as they are to. */
  readonly arm: () => Promise<void>;
  /** From then on there are no faults and no gateway dies. Resolves when all ports are open. */
  readonly mend: () => Promise<void>;
  /** The calls that backends have received since the last look. */
  readonly callsSince: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** Below the range of ports that systems give out by themselves, so that nobody else takes a port while it is closed. */
const lowestPort = 10_000;
const portsOfProcess = 50;
let worlds = 0;

async function startOnFreePorts(deletes: boolean): Promise<Sandbox> {
  for (let attempt = 1; ; attempt += 1) {
    worlds += 1;
    const portBase = lowestPort + (process.pid % 400) * portsOfProcess + (worlds % 12) * backendKeys.length;
    const functions = { chargesDelete: deletes, taxesDelete: deletes, taxesGet: deletes };
    try {
      return await startSandbox({ customers: 12, portBase, pbx: { functions } });
    } catch (error) {
      if (attempt === 100) throw error;
    }
  }
}

export async function startWorld(options: WorldOptions, report: (event: string) => void): Promise<World> {
  const sandbox = await startOnFreePorts(options.deletes);
  // Gateways die, the machine does not, and a slow disk would look like slow backends.
  const folder = openQuickFolder();
  const journal = join(folder, "journal.db");
  const store = await openStore(`sqlite:${journal}`);
  const running = new Map<BackendKey, RunningBackend>(backendKeys.map((key) => [key, sandbox.backends[key]]));
  const reopening = new Map<BackendKey, Promise<void>>();
  const deaths = [...options.deaths];
  let next = 0;
  let armed = false;
  let ended = false;

  async function start(slot: number): Promise<SimulatedGateway> {
    const gateway = await startGateway({
      journal,
      backends: sandbox.configuration,
      circuitFailures: options.circuitFailures,
      // With replicas, a slow one must not be taken for a lost one.
      leaseMs: options.replicas > 1 ? 2_000 : 300,
      death: deaths.shift(),
      report,
    });
    if (armed) gateway.arm();
    void gateway.died.then(async () => {
      await pause(20);
      if (!ended) slots[slot] = start(slot);
    });
    return gateway;
  }
  const slots: Promise<SimulatedGateway>[] = [];
  for (let slot = 0; slot < options.replicas; slot += 1) slots.push(start(slot));

  async function gateway(): Promise<SimulatedGateway> {
    for (;;) {
      next += 1;
      const found = await slots[next % slots.length];
      if (found && !found.isDead()) return found;
      await pause(5);
    }
  }

  async function refuse(key: BackendKey, forMs: number): Promise<void> {
    if (reopening.has(key)) return;
    const { port } = new URL(running.get(key)?.origin ?? "");
    const reopened = (async () => {
      await running.get(key)?.close();
      await pause(forMs);
      running.set(key, await serveSimulated(sandbox.backends[key].simulated, { port: Number(port) }));
      reopening.delete(key);
    })();
    reopening.set(key, reopened);
    await reopened;
  }

  return {
    sandbox,
    store,
    gateway,
    send: async ({ mutation, input }, abandonedAfterMs = null) => {
      const { writes, died } = await gateway();
      const signal = abandonedAfterMs === null ? undefined : AbortSignal.timeout(abandonedAfterMs);
      const answered = (writes(signal)[mutation](input as never) as Promise<WriteResult<object>>).then(
        (result) => ({ result }),
        (failure: unknown) => ({ failure }),
      );
      return Promise.race([answered, died.then(() => ({ lost: true }) as const)]);
    },
    setFaults: (key, faults) => running.get(key)?.setFaults(faults),
    refuse,
    arm: async () => {
      armed = true;
      for (const slot of slots) (await slot).arm();
    },
    mend: async () => {
      armed = false;
      for (const slot of slots) (await slot).spare();
      await Promise.all([...reopening.values()]);
      for (const backend of running.values()) backend.setFaults([]);
    },
    callsSince: () =>
      [...running].flatMap(([key, backend]) => {
        const calls = backend.calls.map(({ function: name }: LoggedCall) => `${key} ${name}`);
        backend.clearCalls();
        return calls;
      }),
    close: async () => {
      ended = true;
      for (const slot of slots) await (await slot).close();
      await store.close();
      await Promise.all([...running.values()].map((backend) => backend.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
