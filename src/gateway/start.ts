import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Registry } from "../adapters/index.ts";
import { mostBytes } from "../runs/model.ts";
import { listen } from "../server/listen.ts";
import type { RequestState } from "../server/state.ts";
import { createTelemetry } from "../server/telemetry/telemetry.ts";
import type { WorkerCount } from "../server/telemetry/worker-metrics.ts";
import { type GatewayConfiguration, refuseRestartKeys } from "./configuration.ts";
import { type Generation, openGeneration } from "./generation.ts";
import { createFullLog, roomForConnections } from "./room-for-connections.ts";

export interface RunningGateway {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
  /**
   * Switches to another configuration. Once it resolves, new requests use it; requests and operations in flight end on the old one.
   * Rejects without a change: with ReloadRefusedError for keys that need a restart, and if the store cannot be opened again. Do not call
   * it again before it has settled, and not after `close`.
   */
  readonly reload: (configuration: GatewayConfiguration) => Promise<void>;
  /**
   * Stops accepting, ends event streams, gives requests and operations server.shutdownGraceMs to end, hands over the rest, and closes
   * everything.
   */
  readonly close: () => Promise<void>;
}

export interface StartOptions {
  readonly logger: Logger;
  /** For GraphiQL's ready-made tabs, in the sandbox. */
  readonly sampleCustomerId?: string | undefined;
  /** The kinds of backends. Default: those of src/adapters. */
  readonly registry?: Registry | undefined;
  /** Default: this process is the only one. */
  readonly workers?: (() => WorkerCount) | undefined;
}

/** Starts the gateway of a configuration. Rejects if the store cannot be opened or the address cannot be bound. */
export async function startGateway(first: GatewayConfiguration, options: StartOptions): Promise<RunningGateway> {
  const { logger, sampleCustomerId, registry, workers = () => ({ wanted: 1, serving: 1 }) } = options;
  let stopping = false;
  const telemetry = await createTelemetry(first.telemetry, logger);
  const open = (configuration: GatewayConfiguration): Promise<Generation> =>
    openGeneration(configuration, { logger, telemetry, isStopping: () => stopping, workers, sampleCustomerId, registry });
  let current = await open(first);
  telemetry.watchWorkers(workers);
  telemetry.watchOperations(async () => {
    const { store, countRuns, isStoreRefused } = current;
    await store.ping();
    const [counted, runs] = await Promise.all([store.statistics(), countRuns()]);
    return { ...counted, runs, isRefused: isStoreRefused() };
  });
  const graceIsOver = new AbortController();
  const unanswered = new Set<ServerResponse>();
  /** Earlier configurations that still have something in flight. */
  const retiring = new Set<Promise<void>>();

  async function retire(earlier: Generation): Promise<void> {
    try {
      earlier.endStreams();
      await earlier.close(graceIsOver.signal);
    } catch (error) {
      logger.warn({ error }, "the earlier configuration was not closed cleanly");
    }
  }

  function handle(request: IncomingMessage, response: ServerResponse, state: RequestState): void | Promise<void> {
    unanswered.add(response);
    response.once("close", () => unanswered.delete(response));
    if (stopping) response.shouldKeepAlive = false;
    return current.handle(request, response, state);
  }

  const { host, port, keepAliveSeconds } = first.server;
  const { maxBodyBytes, requestTimeoutMs } = first.limits;
  try {
    const listening = await listen(handle, {
      host,
      port,
      maxBodyBytes,
      maxFileBytes: { runs: mostBytes },
      requestTimeoutMs,
      origins: () => current.configuration.server.cors,
      keepAliveMs: keepAliveSeconds * 1000,
      maxConnections: roomForConnections(first, logger),
      onFull: createFullLog(logger, () => listening.connections()),
      onRequest: telemetry.onRequest,
      onFailure: (error, { id: requestId }) => logger.error({ requestId, error }, "unexpected failure"),
    });
    telemetry.watchConnections(listening.connections);
    current.keepHouse();
    return {
      origin: listening.origin,
      reload: async (wanted) => {
        refuseRestartKeys(current.configuration, wanted);
        const earlier = current;
        current = await open(wanted);
        logger.level = wanted.telemetry.logLevel;
        await earlier.endRefresh();
        current.keepHouse();
        const retired = retire(earlier).finally(() => retiring.delete(retired));
        retiring.add(retired);
      },
      close: async () => {
        stopping = true;
        const { shutdownGraceMs } = current.configuration.server;
        const timer = setTimeout(() => graceIsOver.abort(), shutdownGraceMs);
        current.endStreams();
        // Tells clients that the connection ends with its answer, or they would send another request on it just then.
        for (const response of unanswered) response.shouldKeepAlive = false;
        // A request that has begun to arrive may finish. When all connections are gone, no more requests come.
        await listening.close(shutdownGraceMs);
        await Promise.all([current.close(graceIsOver.signal), ...retiring]);
        clearTimeout(timer);
        await telemetry.close();
      },
    };
  } catch (error) {
    await current.close(AbortSignal.abort());
    throw error;
  }
}
