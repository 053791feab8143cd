import { pino } from "pino";
import { backendSettings } from "../../../src/adapters/index.ts";
import { parseConfiguration } from "../../../src/config.ts";
import { startGateway } from "../../../src/gateway/start.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";

export interface LimitedAnswer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Characters of the whole answer. */
  readonly length: number;
}

export interface LimitedGateway {
  readonly url: string;
  /** Posts a body as JSON and reads the answer, whatever its status. */
  readonly post: (body: unknown, accept?: string) => Promise<LimitedAnswer>;
  /** How many calls the backends have received so far. */
  readonly calls: () => number;
  readonly close: () => Promise<void>;
}

export interface LimitedGatewayOptions {
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
}

/** A gateway that listens, with limits of its own, in front of a small sandbox. */
export async function startLimitedGateway({ limits = {}, server = {} }: LimitedGatewayOptions = {}): Promise<LimitedGateway> {
  const sandbox = await startSandbox({ customers: 5 });
  const configuration = parseConfiguration(
    {
      server: { port: 0, shutdownGraceMs: 0, ...server },
      limits: { requestsPerMinute: 0, ...limits },
      store: { url: "sqlite::memory:" },
      directory: { refreshMinutes: 0 },
      backends: sandbox.configuration,
    },
    { backendSettings, environment: {} },
  );
  const gateway = await startGateway(configuration, { logger: pino({ level: "silent" }) });
  const url = `${gateway.origin}/graphql`;
  return {
    url,
    post: async (body, accept = "application/graphql-response+json") => {
      const headers = { "content-type": "application/json", accept };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await response.text();
      return { ...(JSON.parse(text) as object), status: response.status, length: text.length };
    },
    calls: () => Object.values(sandbox.backends).reduce((sum, backend) => sum + backend.calls.length, 0),
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}
