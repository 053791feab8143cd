import { appendFileSync } from "node:fs";
import { backendSettings } from "../../src/adapters/index.ts";
import { loadConfiguration } from "../../src/config.ts";
import type { LoggedCall } from "../../src/sandbox/simulated.ts";
import { startGateway } from "../../src/start.ts";
import { type WrittenConfiguration, writeConfiguration } from "../e2e/configuration.ts";
import { type GatewayProgram, runGateway } from "../e2e/process.ts";
import { callsOf, runSandbox, type SandboxProgram } from "../e2e/sandbox.ts";

/** The sandbox and the gateway as processes of their own, so that neither shares a thread with what measures them. */
export interface Processes extends AsyncDisposable {
  readonly sandbox: SandboxProgram;
  readonly gateway: GatewayProgram;
  /** A second gateway in front of the same sandbox, in this process, where it can be watched. Its journal is in memory. */
  readonly startWatchedGateway: () => ReturnType<typeof startGateway>;
  /** How many calls to each backend's origin the gateway has in flight at most. */
  readonly concurrency: ReadonlyMap<string, number>;
}

/**
 * Starts both on free ports of 127.0.0.1; the gateway with a configuration file and an SQLite file in a temporary directory.
 *
 * @param customers of each backend
 */
export async function startProcesses(customers: number): Promise<Processes> {
  await using started = new AsyncDisposableStack();
  const sandbox = started.use(await runSandbox(customers));
  const written = started.use(configureGateway(sandbox));
  const configuration = loadConfiguration({ file: written.file, backendSettings, environment: written.environment });
  const gateway = started.use(await runGateway(["--config", written.file], written.environment));
  const ending = started.move();
  return {
    sandbox,
    gateway,
    startWatchedGateway: () => startGateway(watchable(configuration)),
    concurrency: new Map(Object.values(configuration.backends).map(({ url, concurrency }) => [new URL(url).origin, concurrency])),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/**
 * A configuration file for a gateway in front of the sandbox, in a temporary directory.
 *
 * @param storeUrl default: an SQLite file beside it
 */
export function configureGateway(sandbox: SandboxProgram, storeUrl?: string): WrittenConfiguration {
  const written = keepUntilExit(writeConfiguration(sandbox, storeUrl === undefined ? {} : { storeUrl }));
  // One caller sends everything: a limit on requests would be all that is measured.
  appendFileSync(written.file, "limits:\n  requestsPerMinute: 0\n");
  return written;
}

type GatewayConfiguration = Parameters<typeof startGateway>[0];

/** undici makes a request when a connection is free for it: with few, calls would seem to wait for the answers of others. */
function watchable({ store, backends, ...configuration }: GatewayConfiguration): GatewayConfiguration {
  const uncapped = Object.entries(backends).map(([key, settings]) => [key, { ...settings, concurrency: 1000 }]);
  return { ...configuration, store: { ...store, url: "sqlite::memory:" }, backends: Object.fromEntries(uncapped) };
}

/** Removes the file also when the process is ended by a signal, which disposes of nothing. */
function keepUntilExit(written: WrittenConfiguration): WrittenConfiguration {
  const remove = (): void => {
    process.off("exit", remove);
    written[Symbol.dispose]();
  };
  process.once("exit", remove);
  return { ...written, [Symbol.dispose]: remove };
}

/** Forgets the calls that the sandbox has logged. */
export async function clearCalls({ backends }: SandboxProgram): Promise<void> {
  await Promise.all(backends.map(({ url }) => fetch(new URL("/_sandbox/calls", url), { method: "DELETE" })));
}

/** A call as the sandbox logs it, and the key of the backend that it went to. */
export type BackendCall = LoggedCall & { readonly backend: string };

/** What the backends were called for since the log was cleared: in order within each backend. */
export async function loggedCalls({ backends }: SandboxProgram): Promise<readonly BackendCall[]> {
  const calls = await Promise.all(
    backends.map(async ({ key, url }) => (await callsOf(url)).map((call) => ({ backend: key, ...call }))),
  );
  return calls.flat();
}
