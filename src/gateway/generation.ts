import type { Logger } from "pino";
import type { Registry } from "../adapters/index.ts";
import type { Runner } from "../journal/runner.ts";
import type { Store } from "../journal/store.ts";
import type { CountedRuns } from "../runs/run-reads.ts";
import { createAuthenticator } from "../server/auth/authenticate.ts";
import type { TokenSettings } from "../server/auth/tokens.ts";
import { withConsole } from "../server/console.ts";
import { createGateway } from "../server/gateway.ts";
import { withRunFiles } from "../server/run-files.ts";
import type { Handle } from "../server/state.ts";
import { createReadiness, withOperatorRoutes } from "../server/telemetry/routes.ts";
import type { Telemetry } from "../server/telemetry/telemetry.ts";
import { compose } from "./composition.ts";
import type { GatewayConfiguration } from "./configuration.ts";
import { createCallGate, createUnderway, endingEventStreams } from "./ending.ts";

/**
 * Everything that one configuration makes: a reload replaces it as a whole. Requests end on the generation that they began on, and
 * so do the operations that they started.
 */
export interface Generation {
  readonly configuration: GatewayConfiguration;
  readonly store: Store;
  readonly countRuns: () => Promise<CountedRuns>;
  readonly handle: Handle;
  /** Starts what goes on in the background. */
  readonly keepHouse: () => void;
  /**
   * Ends the refresh of the directory before another generation's begins: of two, the earlier would go on with the addresses and
   * users of before. Resolves at the latest after some seconds, never rejects.
   */
  readonly endRefresh: () => Promise<void>;
  /** Ends event streams, which might go on for ever. */
  readonly endStreams: () => void;
  /**
   * To be called when no request comes to it any more: lets what is under way end, at the latest at the deadline; what then still
   * is, is handed over to the other processes on the store, or to the next start. Resolves when everything is closed.
   */
  readonly close: (deadline: AbortSignal) => Promise<void>;
}

export interface GenerationOptions {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** True from the moment the process has been told to end. */
  readonly isStopping: () => boolean;
  /** For GraphiQL's ready tabs, on the sandbox. */
  readonly sampleCustomerId?: string | undefined;
  /** The kinds of backends. Default: those of src/adapters. */
  readonly registry?: Registry | undefined;
}

/** How long requests that were just cut off, and calls that were refused, have to write down how they ended. */
const lastWordsMs = 500;

/** How long a backend's call that is broken off may hold up the refresh of the next generation; the lease then keeps them apart. */
const refreshEndMs = 3_000;

/** Rejects when the store cannot be opened, or is down. */
export async function openGeneration(configuration: GatewayConfiguration, options: GenerationOptions): Promise<Generation> {
  const { logger, telemetry, isStopping, sampleCustomerId, registry } = options;
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
  });
  const handle = withOperatorRoutes(files, {
    readiness: createReadiness({
      pingStore: composition.store.ping,
      storeProblem: composition.continuity.problem,
      backends: composition.backends,
    }),
    isStopping,
    authenticate,
    metrics: telemetry.readMetrics,
  });
  for (const { key, adapter } of composition.backends.all) {
    for (const assumption of adapter.assumptions ?? []) logger.warn({ backend: key }, `${key}: ${assumption}`);
  }
  const { jwt } = configuration.auth;
  if (jwt) reportIssuer(jwt, logger);
  try {
    await composition.presence.announce();
  } catch (error) {
    await composition.close();
    throw error;
  }
  return {
    configuration,
    store: composition.store,
    countRuns: composition.countRuns,
    handle: (request, response, state) => {
      response.once("close", underway.begin());
      handle(request, response, state);
    },
    keepHouse: composition.keepHouse,
    endRefresh: () => Promise.race([composition.directory.endRefresh(), aborted(AbortSignal.timeout(refreshEndMs))]),
    endStreams: () => ending.abort(),
    close: async (deadline) => {
      await Promise.race([Promise.all([underway.idle(), composition.endRuns()]), aborted(deadline)]);
      gate.shut();
      await Promise.race([underway.idle(), aborted(AbortSignal.timeout(lastWordsMs))]);
      await composition.close();
    },
  };
}

/** Nobody waits for it: the issuer may start after the gateway. */
async function reportIssuer(settings: TokenSettings, logger: Logger): Promise<void> {
  const { issuerProblem } = await import("../server/auth/tokens.ts");
  const problem = await issuerProblem(settings);
  if (problem) logger.warn(problem);
}

/** A caller who has gone away, or was cut off, does not end what was begun: an operation goes on without its request. */
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
