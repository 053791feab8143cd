import type { Logger } from "pino";
import { ConfigurationError, UsageError } from "../config.ts";
import { type GatewayConfiguration, ReloadRefusedError } from "../gateway/configuration.ts";
import type { RunningGateway } from "../gateway/start.ts";
import { StoreError } from "../store/engine.ts";

/** A gateway in this process, from its start to the end of both. */
export interface GatewayProcess {
  /** Reloads after all earlier reloads have ended; logs the result. */
  readonly reload: (read: () => GatewayConfiguration) => void;
  /** Closes the gateway and ends the process: exit code 0, or 1 if something did not close in time. More calls do nothing. */
  readonly stop: () => void;
}

export interface GatewayProcessOptions {
  readonly logger: Logger;
  readonly configuration: GatewayConfiguration;
  /** Closes other things, after the gateway. */
  readonly afterwards?: (() => Promise<void>) | undefined;
}

/** How long the store, the connections and the traces may take to close after the grace time, in milliseconds. */
export const closingMs = 5_000;

/** Why a process is ended whose start has not come to an end. */
export function lateStart(startSeconds: number): string {
  return `The gateway did not start within ${startSeconds} s (server.startSeconds): the store, or something that it waits for, does not respond.`;
}

class LateStartError extends Error {}

/** Rejects if the start takes longer: what restarts the process would otherwise never learn that it does not serve. */
export function startedInTime<T>(starting: Promise<T>, startSeconds: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LateStartError(lateStart(startSeconds))), startSeconds * 1_000);
  return Promise.race([starting, promise]).finally(() => clearTimeout(timer));
}

/** @param starting its creator reports its failure */
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
      logger.error({ error }, "not everything was closed cleanly");
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

/**
 * Ends the process after an error that nothing has caught, as Node does by itself: nobody knows what was left half done. But Node prints
 * the whole error, and its text may hold a secret or a customer's data; the log tells where it was thrown.
 */
export function endAfterSurprise(logger: Logger): void {
  process.on("uncaughtException", (error, origin) => {
    logger.fatal({ error, origin }, "an error was not handled: the process ends");
    process.exit(1);
  });
}

export interface ReloadOptions {
  readonly logger: Logger;
  /** Throws ConfigurationError. */
  readonly read: () => GatewayConfiguration;
  /** Applies it. If it rejects, nothing has changed. */
  readonly apply: (configuration: GatewayConfiguration) => void | Promise<void>;
}

/** Reads a configuration and applies it. Never rejects: errors are logged, and the gateway goes on unchanged. */
export async function reload({ logger, read, apply }: ReloadOptions): Promise<void> {
  try {
    await apply(read());
    logger.info("the configuration was reloaded");
  } catch (error) {
    const kept = "the configuration was not reloaded: the gateway keeps the one it has";
    if (error instanceof ConfigurationError) logger.error({ problems: error.problems }, kept);
    else if (error instanceof ReloadRefusedError) logger.error({ problem: error.message }, kept);
    else logger.error({ error }, kept);
  }
}

/** Explains to the operator why the gateway does not start. A known cause is explained without values of the configuration. */
export function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return `The configuration has mistakes:\n${error.message}`;
  if (error instanceof UsageError || error instanceof StoreError || error instanceof LateStartError) return error.message;
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === "TRACES_MISSING" && message) return message;
  if (code === "EADDRINUSE") return `Port ${port} is in use. Give another one with --port, or server.port in the configuration.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
