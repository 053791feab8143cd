import { pino } from "pino";
import { backendSettings, openBackend } from "../../src/adapters/index.ts";
import { createBackends } from "../../src/billing/backends.ts";
import { parseConfiguration } from "../../src/config.ts";
import { createOperationReads } from "../../src/operations/reads.ts";
import { createRunner } from "../../src/operations/runner.ts";
import { openStore } from "../../src/operations/store.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import type { LoggedCall } from "../../src/sandbox/simulated.ts";
import { createGateway } from "../../src/server/gateway.ts";

export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { message: string; path?: readonly (string | number)[]; extensions: Record<string, unknown> }[];
  readonly extensions?: { readonly backendCalls: readonly { backend: string; function: string; retried?: number }[] };
}

// Answers of ad-hoc documents: tests say what they expect of them by reading it.
// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, which only the test knows
type Whatever = any;

export interface TestGateway {
  readonly sandbox: Sandbox;
  readonly send: <Data = Whatever>(
    query: string,
    variables?: Record<string, unknown>,
    signal?: AbortSignal,
  ) => Promise<Answer<Data>>;
  /** The data; throws when the answer has errors. */
  readonly data: <Data = Whatever>(query: string, variables?: Record<string, unknown>) => Promise<Data>;
  /** The calls that each sandbox backend has received since the last look. */
  readonly callsSince: () => Record<string, readonly LoggedCall[]>;
  readonly close: () => Promise<void>;
}

export interface TestGatewayOptions {
  readonly sandbox?: SandboxOptions;
  /** Merged over each backend's section. */
  readonly backend?: Record<string, unknown>;
  readonly limits?: Record<string, unknown>;
  readonly store?: string;
}

/** A whole gateway in this process, over real HTTP to a sandbox of its own. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const sandbox = await startSandbox({ customers: 130, ...options.sandbox });
  const sections = Object.entries(sandbox.configuration).map(([key, section]) => [key, { ...section, ...options.backend }]);
  const configuration = parseConfiguration(
    {
      store: { url: options.store ?? "sqlite::memory:" },
      limits: options.limits ?? {},
      backends: Object.fromEntries(sections),
    },
    { backendSettings, environment: {} },
  );
  const store = await openStore(configuration.store.url);
  const opened = Object.entries(configuration.backends).map(([key, settings]) => {
    const { adapter, connection } = openBackend(key, settings);
    return { key, label: settings.label ?? key, adapter, connection, health: connection.health };
  });
  const { limits } = configuration;
  const gateway = createGateway({
    services: {
      backends: createBackends(opened),
      runner: createRunner(store),
      operations: createOperationReads(store, limits.maxPageSize),
      limits,
    },
    logger: pino({ level: "silent" }),
    graphiql: true,
    introspection: true,
    debug: true,
    cors: [],
  });

  async function send<Data = Whatever>(
    query: string,
    variables?: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<Answer<Data>> {
    const response = await gateway.fetch("http://gateway.test/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });
    return (await response.json()) as Answer<Data>;
  }

  return {
    sandbox,
    send,
    data: async (query, variables) => {
      const answer = await send(query, variables);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data as never;
    },
    callsSince: () =>
      Object.fromEntries(
        Object.entries(sandbox.backends).map(([key, backend]) => {
          const calls = [...backend.calls];
          backend.clearCalls();
          return [key, calls];
        }),
      ),
    close: async () => {
      await Promise.all(opened.map(({ connection }) => connection.close()));
      await store.close();
      await sandbox.close();
    },
  };
}
