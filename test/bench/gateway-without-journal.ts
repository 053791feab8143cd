import { Command } from "commander";
import { pino } from "pino";
import { backendSettings } from "../../src/adapters/index.ts";
import { loadConfiguration } from "../../src/config.ts";
import { compose } from "../../src/gateway/composition.ts";
import { createPresence, processClock } from "../../src/journal/leases.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { withoutCredentials } from "../../src/server/auth/authenticate.ts";
import { createGateway } from "../../src/server/gateway.ts";
import { listen } from "../../src/server/listen.ts";
import { createTelemetry } from "../../src/server/telemetry/telemetry.ts";
import { noStore } from "./no-store.ts";

/** A configuration file's gateway with a journal that keeps nothing. Prints its origin when it listens. */

const { config: file } = new Command().requiredOption("--config <file>").parse().opts<{ config: string }>();
const configuration = loadConfiguration({ file, backendSettings });
const { server, limits } = configuration;
const logger = pino({ level: configuration.telemetry.logLevel });
const telemetry = await createTelemetry(configuration.telemetry, logger);
const { observer, onStep, onRequest } = telemetry;
// The composition's own store stays empty: only the runner writes.
const { services } = await compose({ ...configuration, store: { ...configuration.store, url: "sqlite::memory:" } }, logger, {
  observer,
});
const report = (problem: string, details: object): void => logger.warn(details, problem);
const runner = createRunner({
  store: noStore,
  plan: () => [],
  systemOf: () => null,
  admit: async () => undefined,
  presence: createPresence({ store: noStore, leaseMs: 12_000, heartbeatMs: 3_000, clock: processClock, report }),
  clock: processClock,
  permitMs: 8_000,
  longestCallMs: 0,
  settleMs: 0,
  pausesMs: [],
  report,
  onStep,
});
const { graphiql, introspection, federation, debug, trustedProxies } = server;
const gateway = createGateway({
  services: { ...services, runner },
  authenticate: withoutCredentials,
  telemetry,
  limits,
  graphiql,
  introspection,
  federation,
  debug,
  trustedProxies,
});
const { origin } = await listen(gateway.handle, {
  host: server.host,
  port: server.port,
  maxBodyBytes: limits.maxBodyBytes,
  onRequest,
});
console.log(origin);
