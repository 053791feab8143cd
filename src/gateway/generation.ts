import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { Registry } from "../adapters/index.ts";
import type { CallObserver } from "../connections/observer.ts";
import type { Runner } from "../journal/runner.ts";
import type { Store } from "../journal/store.ts";
import { BillingError } from "../model/errors.ts";
import type { CountedRuns } from "../runs/run-reads.ts";
import { createAuthenticator } from "../server/auth/authenticate.ts";
import type { TokenSettings } from "../server/auth/tokens.ts";
import { createGateway } from "../server/gateway.ts";
import { endingStreams } from "../server/http/streams.ts";
import { withConsole } from "../server/pages.ts";
import { withRunFiles } from "../server/run-files.ts";
import type { Handle } from "../server/state.ts";
import { createReadiness, withOperatorRoutes } from "../server/telemetry/routes.ts";
import type { Telemetry } from "../server/telemetry/telemetry.ts";
import type { WorkerCount } from "../server/telemetry/worker-metrics.ts";
import { compose } from "./composition.ts";
import type { GatewayConfiguration } from "./configuration.ts";

/** Ends what is in flight when a gateway stops or gets a new configuration: requests, calls to backends, event streams. */

/** Counts what is in flight, so that its end can be awaited. */
interface Underway {
  /** Counts something as begun. Call the returned function when it has ended; more calls do nothing. */
  readonly begin: () => () => void;
  /** Counts the task while it runs, and settles as it does. */
  readonly during: <T>(task: () => Promise<T>) => Promise<T>;
  /** Resolves as soon as nothing is in flight. */
  readonly idle: () => Promise<void>;
}

function createUnderway(): Underway {
  let count = 0;
  let waiting: PromiseWithResolvers<void> | null = null;

  function begin(): () => void {
    count += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      count -= 1;
      if (count > 0) return;
      waiting?.resolve();
      waiting = null;
    };
  }

  return {
    begin,
    during: async (task) => {
      const end = begin();
      try {
        return await task();
      } finally {
        end();
      }
    },
    idle: async () => {
      if (count === 0) return;
      waiting ??= Promise.withResolvers();
      await waiting.promise;
    },
  };
}

interface CallGate {
  /** For the connections to backends. */
  readonly observer: CallObserver;
  /** From now on no call to a backend begins; those in flight go on. */
  readonly shut: () => void;
}

/**
 * A gate in front of every call to a backend. Once other processes may take over this one's operations, it must send nothing more of
 * them: whoever takes over may send again what was not sent.
 */
function createCallGate({ ended, within, opened, surprised }: CallObserver): CallGate {
  let isShut = false;
  return {
    observer: {
      ended,
      within: (call, run) => (isShut ? Promise.reject(notSent(call.backend)) : within(call, run)),
      opened,
      surprised,
    },
    shut: () => {
      isShut = true;
    },
  };
}

function notSent(backend: string): BillingError {
  return new BillingError("UNAVAILABLE", "Not sent: the gateway is stopping.", { backend, retryable: true });
}

/** Ends every event stream when the signal is aborted, with an error that says to subscribe again. */
function endingEventStreams(signal: AbortSignal): Plugin {
  return endingStreams(() => ({ signal, farewell }));
}

function farewell(): GraphQLError {
  const message = "The gateway is stopping or has a new configuration, so this stream ends. Subscribe again.";
  return new GraphQLError(message, { extensions: { code: "UNAVAILABLE", retryable: true } });
}

/**
 * Everything made from one configuration. A reload replaces it as a whole. Requests, and the operations that they started, end on the
 * generation on which they began.
 */
export interface Generation {
  readonly configuration: GatewayConfiguration;
  readonly store: Store;
  readonly countRuns: () => Promise<CountedRuns>;
  /** Whether mutations are refused because the store is not the same as before. */
  readonly isStoreRefused: () => boolean;
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

interface GenerationOptions {
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
    isStoreRefused: () => composition.continuity.problem() !== null,
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
