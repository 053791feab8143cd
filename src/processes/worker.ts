import type { GatewayConfiguration } from "../gateway/configuration.ts";
import { startGateway } from "../gateway/start.ts";
import { createLogger } from "../server/telemetry/log.ts";
import { shareWithPrimary, type WorkerCount } from "../server/telemetry/worker-metrics.ts";
import { aliveEveryMs, isOrder, type Report } from "./forked-worker.ts";
import { endAfterSurprise, explain, type GatewayProcess, gatewayProcess } from "./gateway-process.ts";
import { refuseLateOffers } from "./offered-connections.ts";

/**
 * Runs one of several processes behind one port: it serves what the primary tells it to. Terminals and systemd send a signal to all
 * processes of a program, so a worker is told to stop twice or more. It ignores SIGHUP: the primary reads the file for all. If the primary
 * is gone, node:cluster ends the worker; the journal has recorded what it did.
 */
export function runWorker(): void {
  let running: GatewayProcess | null = null;
  let count: WorkerCount = { wanted: 1, serving: 0 };
  shareWithPrimary();
  refuseLateOffers();
  const stop = (): void => (running ? running.stop() : process.exit(0));
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.on("SIGHUP", () => {});
  setInterval(() => report({ type: "billing-gateway:alive" }), aliveEveryMs).unref();
  process.on("message", (message) => {
    if (!isOrder(message)) return;
    if (message.type === "billing-gateway:stop") stop();
    else if (message.type === "billing-gateway:reload") running?.reload(() => message.configuration);
    else if (message.type === "billing-gateway:workers") count = message.count;
    else running = start(message.configuration, () => count);
  });
}

function start(configuration: GatewayConfiguration, workers: () => WorkerCount): GatewayProcess {
  const logger = createLogger(configuration.telemetry.logLevel);
  endAfterSurprise(logger);
  const starting = startGateway(configuration, { logger, workers });
  starting.then(
    ({ origin }) => report({ type: "billing-gateway:started", origin }),
    (error: unknown) => report({ type: "billing-gateway:failed", explanation: explain(error) }, () => process.exit(1)),
  );
  return gatewayProcess(starting, { logger, configuration });
}

function report(message: Report, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
