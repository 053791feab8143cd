import cluster from "node:cluster";
import { constants } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { Logger } from "pino";
import { backendSettings, registry } from "../adapters/index.ts";
import {
  ConfigurationError,
  configurationPath,
  loadConfiguration,
  parseConfiguration,
  refuseUnwantedSandbox,
  UsageError,
} from "../config.ts";
import type { GatewayConfiguration } from "../gateway/configuration.ts";
import { encodeId } from "../model/id.ts";
import { packageVersion } from "../package-root.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { createLogger } from "../server/telemetry/log.ts";
import { endAfterSurprise, explain, gatewayProcess, startedInTime } from "./gateway-process.ts";

/**
 * The command line: it finds the configuration, starts one or several processes, and runs the other commands. Large parts that only some
 * of them need, above all the GraphQL server, are loaded on demand.
 */

interface ServeOptions {
  readonly config?: string;
  readonly sandbox?: boolean;
  readonly port?: number;
}

async function serveAsAsked({ config, sandbox = false, port }: ServeOptions): Promise<void> {
  if (cluster.isWorker) {
    const { runWorker } = await import("./worker.ts");
    return runWorker();
  }
  if (sandbox) {
    if (config !== undefined)
      throw new UsageError("Either --config or --sandbox: simulated backends have a configuration of their own.");
    return serveSandbox(port, "sandbox");
  }
  const file = configurationPath(config);
  if (file === undefined) {
    refuseUnwantedSandbox();
    return serveSandbox(port, "nothing");
  }
  if (port !== undefined) throw new UsageError("--port is for the sandbox: with a configuration the port is server.port.");
  const read = (): GatewayConfiguration => loadConfiguration({ file, backendSettings });
  const configuration = read();
  return configuration.server.workers > 1
    ? serveByWorkers(configuration, read)
    : serve(configuration, { read, sandbox: null, source: "configuration" });
}

/** Serves simulated backends, with a configuration that points at them. */
async function serveSandbox(port: number | undefined, source: BackendSource): Promise<void> {
  const { startDefaultSandbox } = await import("../sandbox/index.ts");
  const sandbox = await startDefaultSandbox(port === 0 ? undefined : 4100);
  const document = {
    server: { port: port ?? 4000, debug: true },
    // One person's machine: the console, GraphiQL and a program under development may send requests as fast as they like.
    limits: { requestsPerMinute: 0 },
    // The sandbox forgets everything when it ends, so its journal must, too.
    store: { url: "sqlite::memory:" },
    // Nobody wants to wait a minute until an unknown outcome is settled.
    operations: { settleSeconds: 5, reconcileSeconds: [1, 2, 5, 10, 30] },
    backends: sandbox.configuration,
  };
  return serve(parseConfiguration(document, { backendSettings }), { read: null, sandbox, source });
}

interface Origin {
  /** Reads the configuration again; null = there is no file. */
  readonly read: (() => GatewayConfiguration) | null;
  readonly sandbox: Sandbox | null;
  readonly source: BackendSource;
}

async function serve(configuration: GatewayConfiguration, { read, sandbox, source }: Origin): Promise<void> {
  const logger = createLogger(configuration.telemetry.logLevel);
  endAfterSurprise(logger);
  const { startGateway } = await import("../gateway/start.ts");
  const starting = startGateway(configuration, { logger, sampleCustomerId: sandbox ? sampleCustomerIdOf(sandbox) : undefined });
  const running = gatewayProcess(starting, { logger, configuration, afterwards: sandbox?.close });
  obeySignals({
    stop: running.stop,
    stopAtOnce: (exitCode) => process.exit(exitCode),
    reload: () => (read ? running.reload(read) : logger.warn("there is no configuration file that could be reloaded")),
  });
  const { origin } = await startedInTime(starting, configuration.server.startSeconds);
  if (source === "configuration") tellListening(logger, origin, configuration);
  else console.log(banner(origin, configuration, source));
}

/** Runs the primary of several workers. It ends when they have ended. */
async function serveByWorkers(configuration: GatewayConfiguration, read: () => GatewayConfiguration): Promise<void> {
  const { runPrimary } = await import("./primary.ts");
  const logger = createLogger(configuration.telemetry.logLevel);
  endAfterSurprise(logger);
  const primary = runPrimary(configuration, {
    logger,
    onListening: (origin, served) => tellListening(logger, origin, served),
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

/** Log readers get JSON from the first line to the last. A person at a terminal also gets the addresses, on stderr. */
function tellListening(logger: Logger, origin: string, configuration: GatewayConfiguration): void {
  const backends = Object.entries(configuration.backends).map(([key, { kind }]) => ({ key, kind }));
  logger.info({ origin, backends }, "listening");
  if (process.stderr.isTTY) console.error(banner(origin, configuration, "configuration"));
}

/** A customer whose backend charges by amount alone. */
function sampleCustomerIdOf({ backends }: Sandbox): string | undefined {
  const [id] = backends.recurring.simulated.state.customers.keys();
  return id === undefined ? undefined : encodeId({ type: "Customer", backend: "recurring", id: String(id) });
}

interface Obedience {
  /** SIGTERM or SIGINT, once. */
  readonly stop: () => void;
  /** A second one. The exit code says that nothing was waited for. */
  readonly stopAtOnce: (exitCode: number) => void;
  /** SIGHUP. */
  readonly reload: () => void;
}

/** Handles the signals of a process. */
function obeySignals({ stop, stopAtOnce, reload }: Obedience): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // Shells report a program that was ended by a signal with this exit code.
      if (stopping) return stopAtOnce(128 + constants.signals[signal]);
      stopping = true;
      stop();
    });
  }
  process.on("SIGHUP", reload);
}

/** Where the backends come from: configured; simulated, as requested; or simulated because there was no configuration. */
type BackendSource = "configuration" | "sandbox" | "nothing";

/** Makes the text that is printed once the gateway listens. */
function banner(origin: string, { server, backends }: GatewayConfiguration, source: BackendSource): string {
  const rows = Object.entries(backends).map(([key, { label, kind, url }]) =>
    `  ${key.padEnd(12)} ${kind.padEnd(12)} ${url}  ${label ?? ""}`.trimEnd(),
  );
  return [
    ...(source === "nothing" ? unconfigured : []),
    `GraphQL   ${origin}/graphql`,
    ...(server.graphiql ? [`GraphiQL  ${origin}/graphql  (in a browser)`] : []),
    `Console   ${origin}/  (in a browser)`,
    source === "configuration" ? "Backends" : "Backends (simulated)",
    ...rows,
    ...(source === "configuration" ? [] : [tryFirst]),
  ].join("\n");
}

/** One of the companies that several of the sandbox's backends know. */
const tryFirst = "Try first: in the console, press Ctrl K, find Ada's Bakery, and link what three backends know of it.";

const unconfigured: readonly string[] = [
  "******************************************************************************",
  "*  SANDBOX: no configuration was given. These backends are simulated, their  *",
  "*  customers are made up, and all of it is forgotten at the end. For real    *",
  "*  ones: --config FILE, or BILLING_GATEWAY_CONFIG. --sandbox: this is meant. *",
  "******************************************************************************",
];

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}

/** The other commands. Each is a program of its own with its own options. */
const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<{ command: () => Command }> }>> =
  {
    key: { summary: "makes an API key", load: () => import("../commands/key.ts") },
    operations: {
      summary: "shows the journal, reconciles unknown outcomes, records a person's decisions",
      load: () => import("../commands/operations.ts"),
    },
    changes: {
      summary: "prints changes in the backends as JSON lines, from a running gateway",
      load: () => import("../commands/changes.ts"),
    },
    doctor: {
      summary: "asks live backends what their contracts leave open, and says what to configure",
      load: () => import("../commands/doctor.ts"),
    },
    export: {
      summary: "writes an account's statement as CSV, from a running gateway",
      load: () => import("../commands/export.ts"),
    },
    run: {
      summary: "prepares, executes and undoes charge runs from files, on a running gateway",
      load: () => import("../commands/run.ts"),
    },
  };

const kindNames = Object.values(registry)
  .map(({ label }) => label)
  .join(", ");

/** Does what the command line says. An error goes to stderr, and the exit code is 1. */
export function runCommandLine(): void {
  const program = new Command("billing-gateway")
    .description(`One GraphQL API over billing backends: ${kindNames}. Without a command it serves.`)
    .enablePositionalOptions()
    .version(packageVersion(), "--version", "print the version")
    .option("--config <file>", "configuration file; default: BILLING_GATEWAY_CONFIG")
    .option("--sandbox", "serve simulated backends, as a start without a configuration does (except in production)")
    .option("--port <number>", "port of the gateway on its sandbox; 0 = any free port", portOf)
    .action((options: ServeOptions) =>
      serveAsAsked(options).catch((error: unknown) => {
        console.error(explain(error));
        process.exit(1);
      }),
    );
  for (const [name, { summary, load }] of Object.entries(commands)) {
    program
      .command(name)
      .summary(summary)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .passThroughOptions()
      .argument("[parameters...]")
      .action(async (parameters: string[]) => {
        const { command } = await load();
        await command().parseAsync(parameters, { from: "user" });
      });
  }
  // An error of a command is for the person who typed it: its message is enough, without the stack.
  program.parseAsync().catch((error: unknown) => {
    console.error(error instanceof ConfigurationError || !(error instanceof Error) ? explain(error) : error.message);
    process.exitCode = 1;
  });
}
