import type { Logger } from "pino";
import type { Registry } from "../adapters/index.ts";
import type { Runner } from "../journal/runner.ts";
import type { Store } from "../journal/store.ts";
import type { CountedRuns } from "../runs/run-reads.ts";
import { createAuthenticator } from "../server/auth/authenticate.ts";
import type { TokenSettings } from "../server/auth/tokens.ts";
import { createGateway } from "../server/gateway.ts";
import { withConsole } from "../server/pages.ts";
import { withRunFiles } from "../server/run-files.ts";
import type { Handle } from "../server/state.ts";
import { createReadiness, withOperatorRoutes } from "../server/telemetry/routes.ts";
import type { Telemetry } from "../server/telemetry/telemetry.ts";
import type { WorkerCount } from "../server/telemetry/worker-metrics.ts";
import { compose } from "./composition.ts";
import type { GatewayConfiguration } from "./configuration.ts";
import { createCallGate, createUnderway, endingEventStreams } from "./ending.ts";

/**
 * Everything made from one configuration. A reload replaces it as a whole. Requests, and the operations that they started, end on the
 * generation on which they began.
 */
export interface Generation {
  readonly configuration: GatewayConfiguration;
  readonly store: Store;
  readonly countRuns: () => Promise<CountedRuns>;
  readonly handle: Handle;
  /** Starts the background work. */
  readonly keepHouse: () => void;
  /**
   * Ends the refresh of the directory. Call it before another generation's refresh begins: the earlier one would go on with the old
   * addresses and users. Resolves after a few seconds at most, never rejects.
   */
  readonly endRefresh: () => Promise<void>;
  /** Ends event streams, which might never end by themselves. */
  readonly endStreams: () => void;
  /**
   * Call this when no more requests arrive. Lets what is in flight end until the deadline. The rest is handed over to other processes
   * on the store, or to the next start. Resolves when everything is closed.
   */
  readonly close: (deadline: AbortSignal) => Promise<void>;
}

export interface GenerationOptions {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** True once the process has been told to end. */
  readonly isStopping: () => boolean;
  readonly workers: () => WorkerCount;
  /** For GraphiQL's ready-made tabs, in the sandbox. */
  readonly sampleCustomerId?: string | undefined;
  /** The kinds of backends. Default: those of src/adapters. */
  readonly registry?: Registry | undefined;
}

/** After the deadline, requests that were cut off and calls that were refused get this long to record how they ended, in milliseconds. */
const lastWordsMs = 500;

/** An aborted call to a backend may delay the next generation's refresh by this long, in milliseconds; then the lease keeps them apart. */
const refreshEndMs = 3_000;

/** Rejects if the store cannot be opened, or is down. */
export async function openGeneration(configuration: GatewayConfiguration, options: GenerationOptions): Promise<Generation> {
  const { logger, telemetry, isStopping, workers, sampleCustomerId, registry } = options;
  const { server, limits } = configuration;
  const authenticate = createAuthenticator(configuration.auth);
  const underway = createUnderway();
  const gate = createCallGate(telemetry.observer);
  const composition = await compose(configuration, logger, {
    registry,
    observer: gate.observer,
    onStep: telemetry.onStep,
    onWarnings: telemetry.onWarnings,
  });
  await using opening = new AsyncDisposableStack();
  opening.defer(composition.close);
  const ending = new AbortController();
  const gateway = createGateway({
    services: { ...composition.services, runner: counted(composition.runner, underway.during) },
    authenticate,
    telemetry: { ...telemetry, plugins: [...telemetry.plugins, endingEventStreams(ending.signal)] },
    limits,
    graphiql: server.graphiql,
    introspection: server.introspection,
    federation: server.federation,
    debug: server.debug,
    trustedProxies: server.trustedProxies,
    sampleCustomerId,
  });
  const files = withRunFiles(withConsole(gateway.handle), {
    authenticate,
    rates: gateway.rates,
    runsOf: (caller) => composition.services.viewOf(caller).runs(),
    logger,
  });
  const handle = withOperatorRoutes(files, {
    readiness: createReadiness({
      pingStore: composition.store.ping,
      storeProblem: composition.continuity.problem,
      backends: composition.backends,
    }),
    isStopping,
    workers,
    authenticate,
    metrics: telemetry.readMetrics,
  });
  for (const { key, adapter } of composition.backends.all) {
    for (const assumption of adapter.assumptions ?? []) logger.warn({ backend: key }, `${key}: ${assumption}`);
  }
  const { jwt } = configuration.auth;
  if (jwt) reportIssuer(jwt, logger);
  await composition.presence.announce();
  const opened = opening.move();
  return {
    configuration,
    store: composition.store,
    countRuns: composition.countRuns,
    handle: (request, response, state) => {
      response.once("close", underway.begin());
      // Nearly all requests. The routes and pages beside it would each look at the address.
      return (request.url === "/graphql" ? gateway.handle : handle)(request, response, state);
    },
    keepHouse: composition.keepHouse,
    endRefresh: () => Promise.race([composition.directory.endRefresh(), aborted(AbortSignal.timeout(refreshEndMs))]),
    endStreams: () => ending.abort(),
    close: async (deadline) => {
      await Promise.race([Promise.all([underway.idle(), composition.endRuns()]), aborted(deadline)]);
      gate.shut();
      await Promise.race([underway.idle(), aborted(AbortSignal.timeout(lastWordsMs))]);
      await opened.disposeAsync();
    },
  };
}

/** Logs what is wrong with the issuer's address. It is not awaited: the issuer may start after the gateway. */
async function reportIssuer(settings: TokenSettings, logger: Logger): Promise<void> {
  const { issuerProblem } = await import("../server/auth/tokens.ts");
  const problem = await issuerProblem(settings);
  if (problem) logger.warn(problem);
}

/** Counts runs of operations as in flight: an operation goes on even if its request has ended or was cut off. */
function counted({ run, reconcile, resolve, ...runner }: Runner, during: <T>(task: () => Promise<T>) => Promise<T>): Runner {
  return {
    ...runner,
    run: (call, scope) => during(() => run(call, scope)),
    reconcile: (id, scope, occasion) => during(() => reconcile(id, scope, occasion)),
    resolve: (decision, scope) => during(() => resolve(decision, scope)),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
