import cluster from "node:cluster";
import { constants } from "node:os";
import { Command } from "commander";
import { backendSettings } from "../adapters/index.ts";
import { configurationPath, loadConfiguration, parseConfiguration } from "../config.ts";
import type { GatewayConfiguration } from "../gateway/configuration.ts";
import { encodeId } from "../model/id.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { createLogger } from "../server/telemetry/log.ts";
import { explain, gatewayProcess } from "./gateway-process.ts";

/**
 * The command line: where the configuration comes from, and how many processes serve it. What only some of them need, the GraphQL
 * server above all, is loaded where it is needed.
 */

async function serveAsAsked({ config, port }: { readonly config?: string; readonly port?: number }): Promise<void> {
  if (cluster.isWorker) {
    const { runWorker } = await import("./worker.ts");
    return runWorker();
  }
  const file = configurationPath(config);
  if (file === undefined) return serveSandbox(port);
  const read = (): GatewayConfiguration => loadConfiguration({ file, backendSettings });
  const configuration = read();
  return configuration.server.workers > 1 ? serveByWorkers(configuration, read) : serve(configuration, { read, sandbox: null });
}

/** Without a configuration file: simulated backends, and a configuration that points at them. */
async function serveSandbox(port: number | undefined): Promise<void> {
  const { startDefaultSandbox } = await import("../sandbox/default.ts");
  const sandbox = await startDefaultSandbox(port === 0 ? undefined : 4100);
  const document = {
    server: { port: port ?? 4000, debug: true },
    // One person's machine: the console, GraphiQL and a program under development may ask as fast as they like.
    limits: { requestsPerMinute: 0 },
    // The sandbox forgets when it ends, and so does the journal of what was done to it.
    store: { url: "sqlite::memory:" },
    // Nobody wants to wait a minute to see an unknown outcome settled.
    operations: { settleSeconds: 5, reconcileSeconds: [1, 2, 5, 10, 30] },
    backends: sandbox.configuration,
  };
  return serve(parseConfiguration(document, { backendSettings }), { read: null, sandbox });
}

interface Origin {
  /** Reads the configuration again; null = there is nothing to read. */
  readonly read: (() => GatewayConfiguration) | null;
  readonly sandbox: Sandbox | null;
}

async function serve(configuration: GatewayConfiguration, { read, sandbox }: Origin): Promise<void> {
  const logger = createLogger(configuration.telemetry.logLevel);
  const { startGateway } = await import("../gateway/start.ts");
  const starting = startGateway(configuration, { logger, sampleCustomerId: sandbox ? sampleCustomerIdOf(sandbox) : undefined });
  const running = gatewayProcess(starting, { logger, configuration, afterwards: sandbox?.close });
  obeySignals({
    stop: running.stop,
    stopAtOnce: (exitCode) => process.exit(exitCode),
    reload: () => (read ? running.reload(read) : logger.warn("there is no configuration file that could be reloaded")),
  });
  const { origin } = await starting;
  console.log(banner(origin, configuration, sandbox !== null));
}

/** In the primary of several processes, which ends when they have. */
async function serveByWorkers(configuration: GatewayConfiguration, read: () => GatewayConfiguration): Promise<void> {
  const { runPrimary } = await import("./primary.ts");
  const primary = runPrimary(configuration, {
    logger: createLogger(configuration.telemetry.logLevel),
    onListening: (origin, served) => console.log(banner(origin, served, false)),
    onFailure: (explanation) => console.error(explanation),
  });
  obeySignals({
    stop: primary.stop,
    stopAtOnce: (exitCode) => {
      primary.kill();
      process.exit(exitCode);
    },
    reload: () => primary.reload(read),
  });
  process.exit(await primary.ended);
}

/** A customer whose backend charges by amount alone. */
function sampleCustomerIdOf({ backends }: Sandbox): string | undefined {
  const [id] = backends.recurring.simulated.state.customers.keys();
  return id === undefined ? undefined : encodeId({ type: "Customer", backend: "recurring", id: String(id) });
}

interface Obedience {
  /** SIGTERM or SIGINT, once. */
  readonly stop: () => void;
  /** A second one: its exit code says that nothing was waited for. */
  readonly stopAtOnce: (exitCode: number) => void;
  /** SIGHUP. */
  readonly reload: () => void;
}

/** What a process does when it is told to. */
function obeySignals({ stop, stopAtOnce, reload }: Obedience): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // As shells report a program that a signal has ended.
      if (stopping) return stopAtOnce(128 + constants.signals[signal]);
      stopping = true;
      stop();
    });
  }
  process.on("SIGHUP", reload);
}

/** What is printed once the gateway listens. */
function banner(origin: string, { server, backends }: GatewayConfiguration, sandbox: boolean): string {
  const rows = Object.entries(backends).map(([key, { label, kind, url }]) =>
    `  ${key.padEnd(12)} ${kind.padEnd(12)} ${url}  ${label ?? ""}`.trimEnd(),
  );
  return [
    `GraphQL   ${origin}/graphql`,
    ...(server.graphiql ? [`GraphiQL  ${origin}/graphql  (in a browser)`] : []),
    `Console   ${origin}/  (in a browser)`,
    sandbox ? "Backends (simulated, no configuration was given)" : "Backends",
    ...rows,
  ].join("\n");
}

/** Does what the command line asks for. What ends it early is said on stderr, and the exit code is 1. */
export function runCommandLine(): void {
  const program = new Command("billing-gateway")
    .description(
      "One GraphQL API over Enswitch, HostedSuite and v01 billing backends. Without a configuration it runs on its sandbox.",
    )
    .option("--config <file>", "configuration file; default: BILLING_GATEWAY_CONFIG, else the sandbox")
    .option("--port <number>", "port of the gateway on its sandbox; 0 = any free port", Number)
    .parse();
  serveAsAsked(program.opts()).catch((error: unknown) => {
    console.error(explain(error));
    process.exit(1);
  });
}
