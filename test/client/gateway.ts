import { backendSettings } from "../../src/adapters/index.ts";
import { createGatewayClient, type GatewayClient } from "../../src/client/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { createLogger } from "../../src/server/telemetry/log.ts";

export interface ListeningGateway {
  readonly url: string;
  readonly client: GatewayClient;
  readonly sandbox: Sandbox;
  /** Number of calls of this function that a backend has received. */
  readonly callsOf: (backend: keyof Sandbox["backends"], call: string) => number;
  readonly close: () => Promise<void>;
}

/** A gateway on a port of its own in front of a sandbox, as a front end sees it. */
export async function startListeningGateway(): Promise<ListeningGateway> {
  const sandbox = await startSandbox({ customers: 60 });
  const configuration = parseConfiguration(
    {
      server: { port: 0, shutdownGraceMs: 0 },
      store: { url: "sqlite::memory:" },
      directory: { refreshMinutes: 0 },
      telemetry: { logLevel: "silent" },
      backends: sandbox.configuration,
    },
    { backendSettings, environment: {} },
  );
  const gateway = await startGateway(configuration, { logger: createLogger(configuration.telemetry.logLevel) });
  const url = `${gateway.origin}/graphql`;
  return {
    url,
    client: createGatewayClient({ url }),
    sandbox,
    callsOf: (backend, call) => sandbox.backends[backend].calls.filter((each) => each.function === call).length,
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}

/** The platform's fetch, but the answers to the first `times` calls are lost. */
export function losingAnswers(times: number): typeof fetch {
  let left = times;
  return async (...request) => {
    const response = await fetch(...request);
    if (left <= 0) return response;
    left -= 1;
    await response.arrayBuffer();
    throw new TypeError("fetch failed");
  };
}
