import { pino } from "pino";
import { type Registry, settingsOf, registry as usual } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import * as tallybook from "./index.ts";
import { type Simulator, simulatedLogin, startSimulator } from "./simulator.ts";

/** The kinds of src/adapters, and one more. */
export const registry: Registry = { ...usual, tallybook };

export interface InventedGateway extends AsyncDisposable {
  /** Where GraphQL and, if it has been built, the console are served. */
  readonly origin: string;
  readonly simulator: Simulator;
}

/** A gateway over the sandbox's backends and a backend "tally", of a kind that src does not know. Nothing in src is changed. */
export async function startInventedGateway(): Promise<InventedGateway> {
  const simulator = await startSimulator();
  const sandbox = await startSandbox({ customers: 20 });
  const section = { kind: "tallybook", label: "Aunt's book", url: simulator.url, currency: "EUR", ...simulatedLogin };
  const configuration = parseConfiguration(
    {
      server: { port: 0 },
      store: { url: "sqlite::memory:" },
      limits: { requestsPerMinute: 0 },
      directory: { refreshMinutes: 0 },
      backends: { ...sandbox.configuration, tally: section },
    },
    { backendSettings: settingsOf(registry), environment: {} },
  );
  const gateway = await startGateway(configuration, { logger: pino({ level: "silent" }), registry });
  return {
    origin: gateway.origin,
    simulator,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await sandbox.close();
      await simulator[Symbol.asyncDispose]();
    },
  };
}
