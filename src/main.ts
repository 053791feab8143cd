#!/usr/bin/env node
import { Command } from "commander";
import { backendSettings } from "./adapters/index.ts";
import { encodeId } from "./billing/id.ts";
import type { GatewayConfiguration } from "./composition.ts";
import { ConfigurationError, configurationPath, loadConfiguration, parseConfiguration } from "./config.ts";
import { StoreError } from "./operations/store.ts";
import type { Sandbox } from "./sandbox/index.ts";
import { startGateway } from "./start.ts";

/** The command line: where the configuration comes from, what is printed, and how it ends. */

/** The configuration file, or, without one, a sandbox of simulated backends and a configuration that points at it. */
async function configure(file: string | undefined, port: number | undefined) {
  if (file !== undefined) return { configuration: loadConfiguration({ file, backendSettings }), sandbox: null };
  const { startDefaultSandbox } = await import("./sandbox/default.ts");
  const sandbox = await startDefaultSandbox(port === 0 ? undefined : 4100);
  const document = {
    server: { port: port ?? 4000, debug: true },
    // The sandbox forgets when it ends, and so does the journal of what was done to it.
    store: { url: "sqlite::memory:" },
    // Nobody wants to wait a minute to see an unknown outcome settled.
    operations: { settleSeconds: 5, reconcileSeconds: [1, 2, 5, 10, 30] },
    backends: sandbox.configuration,
  };
  return { configuration: parseConfiguration(document, { backendSettings }), sandbox };
}

async function main(options: { readonly config?: string; readonly port?: number }): Promise<void> {
  const { configuration, sandbox } = await configure(configurationPath(options.config), options.port);
  const gateway = await startGateway(configuration, sandbox ? sampleCustomerIdOf(sandbox) : undefined);
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
    `Console   ${origin}/  (in a browser)`,
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
  if (error instanceof StoreError) return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === "EADDRINUSE") return `Port ${port} is in use. Give another one with --port, or server.port in the configuration.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
