import { setTimeout as pause } from "node:timers/promises";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { type BackendKey, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { createLogger } from "../../src/server/telemetry/log.ts";
import { type CustomerNode, type CustomersData, customersQuery } from "./documents.ts";
import { createRequest } from "./request.ts";

/** A gateway on a port of 127.0.0.1 in front of its own sandbox, as a front end sees it. */
export interface ServedGateway {
  /** "http://127.0.0.1:4000/graphql" */
  readonly url: string;
  /** All customers of all backends in list order, with their original names. */
  readonly customers: readonly CustomerNode[];
  /** Makes a backend answer as if it were down, until `heal`. */
  readonly breakDown: (key: BackendKey) => void;
  /** Delays a backend's answers far beyond any test's time limit, until `heal`. */
  readonly hang: (key: BackendKey) => void;
  /** Resolves when a backend has received a call since it was broken or made to hang. */
  readonly received: (key: BackendKey) => Promise<void>;
  readonly heal: () => void;
  /**
   * Heals everything. Rejects unless a backend then answers soon: it makes one call at a time, so an abandoned query in flight
   * would block it.
   */
  readonly freed: (key: BackendKey) => Promise<void>;
  readonly close: () => Promise<void>;
}

const patienceMs = 45_000;

export async function serveGateway(): Promise<ServedGateway> {
  const sandbox = await startSandbox({ customers: 12 });
  const gateway = await startGateway(configurationOf(sandbox), { logger: createLogger("silent") });

  function inject(key: BackendKey, fault: Parameters<Sandbox["backends"][BackendKey]["setFaults"]>[0][number]): void {
    sandbox.backends[key].clearCalls();
    sandbox.backends[key].setFaults([fault]);
  }

  function heal(): void {
    for (const backend of Object.values(sandbox.backends)) backend.setFaults([]);
  }

  const url = `${gateway.origin}/graphql`;
  const request = createRequest(url);
  const { customers } = await request<CustomersData>(customersQuery, { first: 200 });

  return {
    url,
    customers: customers.edges.map(({ node }) => node),
    breakDown: (key) => inject(key, { kind: "html502" }),
    hang: (key) => inject(key, { kind: "delay", milliseconds: 2 * patienceMs }),
    received: async (key) => {
      const end = Date.now() + patienceMs;
      while (sandbox.backends[key].calls.length === 0) {
        if (Date.now() > end) throw new Error(`${key} was not called.`);
        await pause(5);
      }
    },
    heal,
    freed: async (key) => {
      heal();
      // A request that no other test makes: simultaneous equal requests share one call, which continues for the last of them.
      const variables = { first: 11, backends: [key] };
      const { customers } = await request<CustomersData>(customersQuery, variables, AbortSignal.timeout(patienceMs));
      if (customers.edges.length === 0) throw new Error(`${key} is not well.`);
    },
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}

function configurationOf(sandbox: Sandbox) {
  const backends = Object.entries(sandbox.configuration).map(([key, section]) => [
    key,
    // One call at a time: see `freed`. No breaker, so that a healed backend answers at once.
    { ...section, retries: 0, concurrency: 1, circuit: { failures: 1000 } },
  ]);
  return parseConfiguration(
    {
      server: { port: 0 },
      store: { url: "sqlite::memory:" },
      directory: { refreshMinutes: 0 },
      telemetry: { logLevel: "silent" },
      backends: Object.fromEntries(backends),
    },
    { backendSettings, environment: {} },
  );
}
