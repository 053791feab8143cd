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

/** File descriptors for all else that a process has open: its store, libraries, pipes, files that are read. Idle it has about 30. */
const forAllElse = 100;
const fewest = 10;

/**
 * How many callers' connections this process may have open: as configured, but not so many that no file descriptor is left for calls to
 * backends and for the store. Node has raised its soft limit to the hard one by now.
 */
export function roomForConnections({ server, backends }: GatewayConfiguration, logger: Logger): number {
  const { maxConnections } = server;
  const files = fileLimit();
  const calls = Object.values(backends).reduce(
    (sum, { concurrency, users }) => sum + concurrency * (1 + Object.keys(users).length),
    0,
  );
  const most = Math.max(fewest, Math.min(maxConnections, files - calls - forAllElse));
  if (most < maxConnections) {
    const what = "fewer connections than server.maxConnections are accepted: the system allows this process too few open files";
    logger.warn({ most, maxConnections, files }, what);
  }
  return most;
}

/** Infinity where the system has no limit, or does not tell it. */
function fileLimit(): number {
  // Otherwise it would look up the names of all peers.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

/** A flood of connections is told once in so long, in milliseconds. */
const tellEveryMs = 60_000;

/** Returns a function to call with every connection that is closed for want of room. It logs the first, and then how many more there were. */
export function createFullLog(logger: Logger, counts: () => object): () => void {
  let isQuiet = false;
  let more = false;
  const tell = (): void => {
    logger.warn(counts(), "as many connections are open as server.maxConnections allows: idle ones are closed for new ones");
    isQuiet = true;
    more = false;
    setTimeout(() => {
      isQuiet = false;
      if (more) tell();
    }, tellEveryMs).unref();
  };
  return () => {
    if (isQuiet) more = true;
    else tell();
  };
}

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
