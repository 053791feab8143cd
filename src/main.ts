import { Command } from "commander";
import { pino } from "pino";
import { backendSettings, openBackend } from "./adapters/index.ts";
import { createBackends } from "./billing/backends.ts";
import { encodeId } from "./billing/id.ts";
import { type Configuration, ConfigurationError, configurationPath, loadConfiguration, parseConfiguration } from "./config.ts";
import { createOperationReads } from "./operations/reads.ts";
import { createRunner } from "./operations/runner.ts";
import { openStore } from "./operations/store.ts";
import type { Sandbox } from "./sandbox/index.ts";
import { createGateway } from "./server/gateway.ts";
import { listen } from "./server/listen.ts";

/** Command line and composition root: configuration → store → adapters → server. */

type GatewayConfiguration = Configuration<typeof backendSettings>;

interface Running {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

const pruneEveryMs = 3_600_000;

/** Starts the gateway that a configuration describes. Rejects when the store cannot be opened or the address cannot be had. */
export async function startGateway(
  configuration: GatewayConfiguration,
  { sampleCustomerId }: { readonly sampleCustomerId?: string | undefined } = {},
): Promise<Running> {
  const { server, limits, telemetry } = configuration;
  const logger = pino({ level: telemetry.logLevel, serializers: { error: pino.stdSerializers.err } });
  const store = await openStore(configuration.store.url);
  const opened = Object.entries(configuration.backends).map(([key, settings]) => {
    const { adapter, connection } = openBackend(key, settings);
    return { key, label: settings.label ?? key, adapter, connection, health: connection.health };
  });
  const gateway = createGateway({
    services: {
      backends: createBackends(opened),
      runner: createRunner(store),
      operations: createOperationReads(store, limits.maxPageSize),
      limits,
    },
    logger,
    graphiql: server.graphiql,
    introspection: server.introspection,
    debug: server.debug,
    cors: server.cors,
    sampleCustomerId,
  });
  const prune = setInterval(() => {
    const before = new Date(Date.now() - configuration.store.retentionHours * 3_600_000).toISOString();
    store.prune(before).catch((error: unknown) => logger.error({ error }, "finished operations could not be deleted"));
  }, pruneEveryMs).unref();
  const closeAll = async (): Promise<void> => {
    clearInterval(prune);
    await Promise.all(opened.map(({ connection }) => connection.close()));
    await store.close();
  };
  try {
    const listening = await listen(gateway, { host: server.host, port: server.port, maxBodyBytes: limits.maxBodyBytes });
    return {
      origin: listening.origin,
      close: async () => {
        await listening.close(server.shutdownGraceMs);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The configuration file, or, without one, a sandbox of simulated backends and a configuration that points at it. */
async function configure(file: string | undefined, port: number | undefined) {
  if (file !== undefined) return { configuration: loadConfiguration({ file, backendSettings }), sandbox: null };
  const { startDefaultSandbox } = await import("./sandbox/default.ts");
  const sandbox = await startDefaultSandbox(port === 0 ? undefined : 4100);
  const document = {
    server: { port: port ?? 4000, debug: true },
    // The sandbox forgets when it ends, and so does the journal of what was done to it.
    store: { url: "sqlite::memory:" },
    backends: sandbox.configuration,
  };
  return { configuration: parseConfiguration(document, { backendSettings }), sandbox };
}

async function main(options: { readonly config?: string; readonly port?: number }): Promise<void> {
  const { configuration, sandbox } = await configure(configurationPath(options.config), options.port);
  const gateway = await startGateway(configuration, { sampleCustomerId: sandbox ? sampleCustomerIdOf(sandbox) : undefined });
  console.log(banner(gateway.origin, configuration, sandbox !== null));
  const stop = async (): Promise<void> => {
    await gateway.close();
    await sandbox?.close();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** A customer whose backend charges by amount alone. */
function sampleCustomerIdOf({ backends }: Sandbox): string | undefined {
  const [id] = backends.recurring.simulated.state.customers.keys();
  return id === undefined ? undefined : encodeId({ type: "Customer", backend: "recurring", id: String(id) });
}

function banner(origin: string, { server, backends }: GatewayConfiguration, sandbox: boolean): string {
  const rows = Object.entries(backends).map(([key, { label, kind, url }]) =>
    `  ${key.padEnd(12)} ${kind.padEnd(12)} ${url}  ${label ?? ""}`.trimEnd(),
  );
  return [
    `GraphQL   ${origin}/graphql`,
    ...(server.graphiql ? [`GraphiQL  ${origin}/graphql  (in a browser)`] : []),
    sandbox ? "Backends (simulated, no configuration was given)" : "Backends",
    ...rows,
  ].join("\n");
}

if (import.meta.main) {
  const program = new Command("billing-gateway")
    .description(
      "One GraphQL API over Enswitch, HostedSuite and v01 billing backends. Without a configuration it runs on its sandbox.",
    )
    .option("--config <file>", "configuration file; default: BILLING_GATEWAY_CONFIG, else the sandbox")
    .option("--port <number>", "port of the gateway on its sandbox; 0 = any free port", Number);
  program.parse();
  main(program.opts()).catch((error: unknown) => {
    console.error(explain(error));
    process.exit(1);
  });
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return `The configuration has mistakes:\n${error.message}`;
  const { code, port } = error as { code?: string; port?: number };
  if (code === "EADDRINUSE") return `Port ${port} is in use. Give another one with --port, or server.port in the configuration.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
