import { type ConfigurationChanges, type WrittenConfiguration, writeConfiguration } from "../configuration.ts";
import { type GatewayProgram, runGateway } from "../process.ts";
import type { Sandbox } from "./sandbox.ts";

/** Gateway processes on one configuration, and so on one store. */
export interface Gateways extends AsyncDisposable {
  readonly configuration: WrittenConfiguration;
  /** Starts another one. */
  readonly start: () => Promise<GatewayProgram>;
}

/** Unknown outcomes are settled quickly, and a backend that fails on purpose is asked again at once. */
const impatient: ConfigurationChanges = {
  operations: { settleSeconds: 1, reconcileSeconds: [0.5] },
  backend: { timeoutMs: 30_000, circuit: { failures: 1_000, openMs: 100 } },
};

export function gatewaysOf(sandbox: Sandbox, changes: ConfigurationChanges = {}): Gateways {
  const configuration = writeConfiguration(sandbox, { ...impatient, ...changes });
  const started: GatewayProgram[] = [];
  return {
    configuration,
    start: async () => {
      const gateway = await runGateway(["--config", configuration.file], configuration.environment);
      started.push(gateway);
      return gateway;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((gateway) => gateway[Symbol.asyncDispose]()));
      configuration[Symbol.dispose]();
    },
  };
}
