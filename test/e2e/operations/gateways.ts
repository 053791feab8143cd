import { type ConfigurationChanges, type WrittenConfiguration, writeConfiguration } from "../configuration.ts";
import { type Ended, type Environment, type GatewayProgram, type RunOptions, runGateway } from "../process.ts";
import type { Sandbox } from "./sandbox.ts";

/** Gateway processes on one configuration, and so on one store. */
export interface Gateways extends AsyncDisposable {
  readonly configuration: WrittenConfiguration;
  /** Starts another one. */
  readonly start: (options?: StartOptions) => Promise<GatewayProgram>;
  /** Stops all of them, and waits until they have ended. */
  readonly stop: () => Promise<readonly Ended[]>;
}

export interface StartOptions extends RunOptions {
  /** In addition to the passwords. */
  readonly environment?: Environment;
}

/** Settles unknown outcomes quickly, retries a failing backend at once, and lets callers call often. */
const impatient: ConfigurationChanges = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5] },
  limits: { requestsPerMinute: 0 },
  backend: { timeoutMs: 30_000, circuit: { failures: 1_000, openMs: 100 } },
};

/**
 * Also takes over operations of silent processes within seconds, and concludes soon. Slow enough for a busy machine: a process
 * that misses about half of its lease renounces what it holds.
 */
export const brisk = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5], leaseSeconds: 4 },
  backend: { timeoutMs: 8_000, circuit: { failures: 1_000, openMs: 100 } },
} satisfies ConfigurationChanges;

/** The same, faster: takes over and concludes quickly. */
export const hasty = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5], leaseSeconds: 2 },
  backend: { timeoutMs: 3_000, circuit: { failures: 1_000, openMs: 100 } },
} satisfies ConfigurationChanges;

export function gatewaysOf(sandbox: Sandbox, changes: ConfigurationChanges = {}): Gateways {
  const configuration = writeConfiguration(sandbox, { ...impatient, ...changes });
  const started: GatewayProgram[] = [];
  return {
    configuration,
    start: async ({ environment, ...options } = {}) => {
      const parameters = ["--config", configuration.file];
      const gateway = await runGateway(parameters, { ...configuration.environment, ...environment }, options);
      started.push(gateway);
      return gateway;
    },
    stop: () => Promise.all(started.map((gateway) => gateway.stop())),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((gateway) => gateway[Symbol.asyncDispose]()));
      configuration[Symbol.dispose]();
    },
  };
}
