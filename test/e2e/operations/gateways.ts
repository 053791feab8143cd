import { type ConfigurationChanges, type WrittenConfiguration, writeConfiguration } from "../configuration.ts";
import { type Ended, type Environment, type GatewayProgram, type RunOptions, runGateway } from "../process.ts";
import type { Sandbox } from "./sandbox.ts";

/** Gateway processes on one configuration, and so on one store. */
export interface Gateways extends AsyncDisposable {
  readonly configuration: WrittenConfiguration;
  /** Starts another one. */
  readonly start: (options?: StartOptions) => Promise<GatewayProgram>;
  /** Tells all of them to stop, and waits until they have. */
  readonly stop: () => Promise<readonly Ended[]>;
}

export interface StartOptions extends RunOptions {
  /** Besides the passwords. */
  readonly environment?: Environment;
}

/** Unknown outcomes are settled quickly, a backend that fails on purpose is asked again at once, and callers may call often. */
const impatient: ConfigurationChanges = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5] },
  limits: { requestsPerMinute: 0 },
  backend: { timeoutMs: 30_000, circuit: { failures: 1_000, openMs: 100 } },
};

/**
 * Besides, what a silent process held is taken over within seconds, and what it may have left is given up soon after. Long enough for
 * a busy machine: who is not seen for about half of its lease gives up what it holds.
 */
export const brisk = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5], leaseSeconds: 4 },
  backend: { timeoutMs: 8_000, circuit: { failures: 1_000, openMs: 100 } },
} satisfies ConfigurationChanges;

/** The same, at once: what a silent process held is taken over quickly, and what it may have left is given up quickly. */
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
