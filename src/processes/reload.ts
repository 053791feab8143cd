import type { Logger } from "pino";
import { ConfigurationError } from "../config.ts";
import type { GatewayConfiguration } from "../gateway/composition.ts";
import { ReloadRefusedError } from "../gateway/restart-keys.ts";

export interface ReloadOptions {
  readonly logger: Logger;
  /** Throws ConfigurationError. */
  readonly read: () => GatewayConfiguration;
  /** Takes it over, or rejects, and nothing has changed. */
  readonly apply: (configuration: GatewayConfiguration) => void | Promise<void>;
}

/** Reads a configuration and takes it over. Never rejects: what is wrong is told to the log, and the gateway goes on as it was. */
export async function reload({ logger, read, apply }: ReloadOptions): Promise<void> {
  try {
    await apply(read());
    logger.info("the configuration was reloaded");
  } catch (error) {
    const kept = "the configuration was not reloaded: the gateway goes on with the one it has";
    if (error instanceof ConfigurationError) logger.error({ problems: error.problems }, kept);
    else if (error instanceof ReloadRefusedError) logger.error({ problem: error.message }, kept);
    else logger.error({ error }, kept);
  }
}
