import cluster from "node:cluster";
import type { ServerResponse } from "node:http";
import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { CallObserver } from "../../connections/observer.ts";
import { StoreFailedError } from "../../model/errors.ts";
import { packageVersion } from "../../package-root.ts";
import { addMissingCode, isMasked, translateError } from "../errors.ts";
import type { ConnectionCounts } from "../http/connections.ts";
import { type RequestState, requestIdHeader, stateOf } from "../state.ts";
import {
  createSurpriseLog,
  type LoggedOperation,
  type LoggedStep,
  type LoggedWarning,
  logRequest,
  logStep,
  logWarnings,
  whenEnded,
} from "./log.ts";
import { type CountedOperations, createMetrics } from "./metrics.ts";
import { metricsOfAllWorkers, shareWithPrimary, type WorkerCount } from "./worker-metrics.ts";

/**
 * Gives every answer its request id, logs under it what callers do not see, and notes the errors of the answer for the log and the
 * metrics.
 */
function requestRecords(logger: Logger, onError: (error: GraphQLError) => void): Plugin {
  /** Notes the errors of an answer, or of one event of a subscription. */
  function noteErrors({ id: requestId, errorCodes }: RequestState, errors: readonly GraphQLError[]): void {
    for (const error of errors) {
      addMissingCode(error);
      errorCodes.add(String(error.extensions["code"]));
      onError(error);
      const storeFailure = storeFailureIn(error.originalError);
      if (storeFailure) logger.error({ requestId, path: error.path, error: storeFailure.cause }, "the store failed");
      if (!isMasked(error)) continue;
      error.extensions["requestId"] = requestId;
      logger.error({ requestId, path: error.path, error: error.originalError }, "unexpected failure");
    }
  }

  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult: () => ({
        // Yoga translates errors of events for the caller only later.
        onNext: ({ result }) => noteErrors(stateOf(args.contextValue), (result.errors ?? []).map(translateError)),
      }),
    }),
    onResultProcess: ({ result, serverContext }) => {
      if (Array.isArray(result) || !("errors" in result)) return;
      noteErrors(stateOf(serverContext), (result.errors ?? []) as GraphQLError[]);
    },
    onResponse: ({ response, serverContext }) => {
      response.headers.set(requestIdHeader, stateOf(serverContext).id);
    },
  };
}

/** Finds a failure of the store. Callers see only UNAVAILABLE or an unknown outcome; the log gets the reason. */
export function storeFailureIn(error: unknown): StoreFailedError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof StoreFailedError) return cause;
  return null;
}

/** Logs, metrics and traces, for operators. One per process. */
export interface Telemetry {
  readonly plugins: readonly Plugin[];
  /** Call this first with every HTTP request, even one that is refused. */
  readonly onRequest: (state: RequestState, response: ServerResponse) => void;
  readonly observer: CallObserver;
  /** Call this with every step that is recorded as ended. */
  readonly onStep: (operation: LoggedOperation, step: LoggedStep) => void;
  /** Call this once with the warnings of a step. */
  readonly onWarnings: (operation: LoggedOperation, step: LoggedStep, warnings: readonly LoggedWarning[]) => void;
  /** Sets how the journal's operations are counted; the last call wins. */
  readonly watchOperations: (count: () => Promise<CountedOperations>) => void;
  readonly watchWorkers: (count: () => WorkerCount) => void;
  readonly watchConnections: (count: () => ConnectionCounts) => void;
  /** Returns the metrics in Prometheus' text format, those of all workers if there are several. Null if metrics are off. */
  readonly readMetrics: (() => Promise<string>) | null;
  /** Sends the spans that have not been sent yet. */
  readonly close: () => Promise<void>;
}

interface TelemetrySettings {
  readonly metrics: boolean;
  /** Base address of an OTLP/HTTP receiver; '' = no traces. */
  readonly otlpEndpoint: string;
}

export async function createTelemetry({ metrics: counts, otlpEndpoint }: TelemetrySettings, logger: Logger): Promise<Telemetry> {
  const version = packageVersion();
  const metrics = counts ? createMetrics(version) : null;
  if (metrics && cluster.isWorker) shareWithPrimary(metrics.registry);
  const traces = otlpEndpoint === "" ? null : (await loadTraces()).startTraces(otlpEndpoint, version, logger);
  const logSurprise = createSurpriseLog(logger);
  return {
    plugins: [requestRecords(logger, (error) => metrics?.requests.refused(error.message)), ...(traces ? [traces.plugin] : [])],
    onRequest: (state, response) => {
      whenEnded(state, response, (ending) => {
        logRequest(logger, state, ending);
        metrics?.requests.ended(state, ending);
      });
      metrics?.requests.began(state);
    },
    observer: {
      ended: (call) => metrics?.backends.callEnded(call),
      surprised: (surprise) => {
        logSurprise(surprise);
        metrics?.backends.surprised(surprise);
      },
      within: traces?.within ?? ((_, run) => run()),
      opened: metrics?.backends.connectionOpened ?? (() => () => {}),
    },
    onStep: (operation, step) => {
      logStep(logger, operation, step);
      metrics?.backends.stepEnded(step);
      traces?.stepEnded(operation, step);
    },
    onWarnings: (operation, step, warnings) => {
      logWarnings(logger, operation, step, warnings);
      metrics?.backends.warned(step, warnings);
    },
    watchOperations: (count) => metrics?.watchOperations(count),
    watchWorkers: (count) => metrics?.watchWorkers(count),
    watchConnections: (count) => metrics?.watchConnections(count),
    readMetrics: metrics && (cluster.isWorker ? metricsOfAllWorkers : () => metrics.registry.metrics()),
    close: async () => traces?.close(),
  };
}

/**
 * Loads OpenTelemetry, which takes 13 MB and 0.1 s, only if traces are sent somewhere. Its packages, 32 MB on disk, are optional peers:
 * operators who want traces install them beside the gateway. They are not optional dependencies: npm silently leaves those out if
 * its own Node is too old for them, as it may be in a checkout of this repository.
 */
async function loadTraces(): Promise<typeof import("./traces.ts")> {
  try {
    return await import("./traces.ts");
  } catch (error) {
    if (!(error instanceof Error) || !/'@opentelemetry\//.test(error.message)) throw error;
    throw Object.assign(new Error(tracesMissing, { cause: error }), { code: "TRACES_MISSING" });
  }
}

const tracesMissing =
  "telemetry.otlpEndpoint is set, but the packages of OpenTelemetry, which send traces there, are not installed beside the gateway: install the peerDependencies of its package.json, as docs/metrics.md shows, or leave the endpoint empty.";
