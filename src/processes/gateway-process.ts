import type { Logger } from "pino";
import type { GatewayConfiguration } from "../gateway/composition.ts";
import type { RunningGateway } from "../gateway/start.ts";
import { reload } from "./reload.ts";

/** A gateway that this process serves, from its start to the end of both. */
export interface GatewayProcess {
  /** After the reloads before it; says in the log how it ended. */
  readonly reload: (read: () => GatewayConfiguration) => void;
  /** Closes the gateway and ends the process: 0, or 1 when something did not close in time. Asked again, it changes nothing. */
  readonly stop: () => void;
}

export interface GatewayProcessOptions {
  readonly logger: Logger;
  readonly configuration: GatewayConfiguration;
  /** What else is to be closed, after the gateway. */
  readonly afterwards?: (() => Promise<void>) | undefined;
}

/** How long the store, the connections and the traces have to close after the grace time. */
export const closingMs = 5_000;

/** @param starting whose failure is its maker's to tell */
export function gatewayProcess(starting: Promise<RunningGateway>, options: GatewayProcessOptions): GatewayProcess {
  const { logger, configuration, afterwards } = options;
  let graceMs = configuration.server.shutdownGraceMs;
  let reloaded: Promise<unknown> = starting.catch(() => {});
  let stopping = false;

  async function end(): Promise<void> {
    logger.info("stopping");
    setTimeout(() => {
      logger.error("did not close in time");
      process.exit(1);
    }, graceMs + closingMs).unref();
    try {
      await reloaded;
      const gateway = await starting;
      await gateway.close();
      await afterwards?.();
    } catch (error) {
      logger.error({ error }, "not everything was closed in good order");
      process.exit(1);
    }
    logger.info("stopped");
    process.exit(0);
  }

  return {
    reload: (read) => {
      if (stopping) return;
      const apply = async (wanted: GatewayConfiguration): Promise<void> => {
        await (await starting).reload(wanted);
        graceMs = wanted.server.shutdownGraceMs;
      };
      reloaded = reloaded.then(() => (stopping ? undefined : reload({ logger, read, apply })));
    },
    stop: () => {
      if (stopping) return;
      stopping = true;
      void end();
    },
  };
}
