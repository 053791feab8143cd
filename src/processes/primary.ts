import cluster from "node:cluster";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type GatewayConfiguration, refuseRestartKeys } from "../gateway/configuration.ts";
import { shareRateLimits } from "../server/http/rate-limit.ts";
import { answerWorkers } from "../server/telemetry/worker-metrics.ts";
import { aliveEveryMs, type Ending, type ForkedWorker, forkWorker, isReport } from "./forked-worker.ts";
import { closingMs, lateStart, reload } from "./gateway-process.ts";

/** The primary, through which several workers share a port. It opens no store and no backend, and answers no requests. */
export interface Primary {
  /** Sends a new configuration to all workers, and to their replacements. */
  readonly reload: (read: () => GatewayConfiguration) => void;
  /** Tells the workers to stop. */
  readonly stop: () => void;
  /** Ends the workers at once. */
  readonly kill: () => void;
  /** Resolves with the exit code: 0 = all workers ended in time, as they were told. */
  readonly ended: Promise<number>;
}

export interface PrimaryOptions {
  readonly logger: Logger;
  /** Called with the address of the workers, and again if it changes. */
  readonly onListening: (origin: string, configuration: GatewayConfiguration) => void;
  /** Called with the reason if no worker can be started. */
  readonly onFailure: (explanation: string) => void;
}

interface GroupMember {
  readonly worker: ForkedWorker;
  /** By performance.now (milliseconds). */
  forkedAt: number;
  /** By performance.now (milliseconds); null until it serves. */
  servingSince: number | null;
  /** By performance.now (milliseconds): when its last message arrived. */
  heardAt: number;
  explanation: string | null;
}

/** A worker that has served this long did not end because of its start. */
const steadyMs = 10_000;
const longestPauseMs = 30_000;

/** After this many workers in a row have ended before any has served, no worker can be started. */
const mostVainStarts = 5;

/** How long to wait before a worker is replaced, after so many short-lived ones in a row: 0, 0.5 s, 1 s, 2 s, … 30 s. */
function pauseBefore(shortLived: number): number {
  return shortLived === 0 ? 0 : Math.min(longestPauseMs, 250 * 2 ** shortLived);
}

/** Forks as many workers as the configuration says, and replaces those that end. */
export function runPrimary(configuration: GatewayConfiguration, { logger, onListening, onFailure }: PrimaryOptions): Primary {
  const members = new Set<GroupMember>();
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  let current = configuration;
  let origin: string | null = null;
  let shortLived = 0;
  let stopping = false;
  let exitCode = 0;

  cluster.setupPrimary({ serialization: "advanced" });
  shareRateLimits();
  answerWorkers();

  function fork(): void {
    const worker = forkWorker({
      onMessage: (message) => hear(member, message),
      onEnd: (ending) => {
        members.delete(member);
        tellCount();
        if (stopping) return afterStopping(ending.code);
        if (ending.error) member.explanation = `A worker could not be started: ${ending.error.message}`;
        void replace(member, ending);
      },
      onUnreachable: ({ message }) =>
        logger.warn({ worker: worker.pid, reason: message }, "a worker cannot be reached and is stopped"),
      isAnotherServing: () =>
        !stopping && [...members].some((other) => other !== member && other.servingSince !== null && other.worker.isConnected()),
    });
    const now = performance.now();
    const member: GroupMember = { worker, forkedAt: now, servingSince: null, heardAt: now, explanation: null };
    members.add(member);
    worker.tell({ type: "billing-gateway:start", configuration: current });
    tellCount();
  }

  /** Any worker may be asked how many of them serve. */
  function tellCount(): void {
    if (stopping) return;
    const serving = [...members].filter(({ servingSince }) => servingSince !== null).length;
    const count = { wanted: current.server.workers, serving };
    for (const { worker } of members) worker.tell({ type: "billing-gateway:workers", count });
  }

  function hear(member: GroupMember, message: unknown): void {
    if (!isReport(message)) return;
    member.heardAt = performance.now();
    if (message.type === "billing-gateway:alive") return;
    if (message.type === "billing-gateway:failed") {
      member.explanation = message.explanation;
      return;
    }
    member.servingSince = performance.now();
    tellCount();
    if (stopping) return;
    if (message.origin !== origin) onListening(message.origin, current);
    origin = message.origin;
  }

  function afterStopping(code: number | null): void {
    if (code !== 0) exitCode = 1;
    if (members.size === 0) end(exitCode);
  }

  async function replace({ worker, servingSince, explanation }: GroupMember, { code, signal }: Ending): Promise<void> {
    // Once a worker has served, starting is possible: the obstacle may pass, and nobody else would start workers again.
    if (origin === null && (explanation !== null || shortLived >= mostVainStarts)) {
      onFailure(explanation ?? "No worker can be started; the log says why.");
      exitCode = 1;
      return stopAll("SIGKILL");
    }
    const wasSteady = servingSince !== null && performance.now() - servingSince >= steadyMs;
    shortLived = wasSteady ? 0 : shortLived + 1;
    const pauseMs = pauseBefore(shortLived);
    logger.error({ worker: worker.pid, code, signal, explanation, pauseMs }, "a worker has ended and is replaced");
    await pause(pauseMs);
    if (!stopping) fork();
  }

  /**
   * Kills a worker that is frozen or in an endless loop: its connections wait, and others have taken over its operations by then. Also
   * one that says that it is alive, but whose start never ends.
   */
  let lookedAt = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    const wasAway = now - lookedAt > 3 * aliveEveryMs;
    lookedAt = now;
    for (const member of members) {
      // If the primary was frozen as well, it could not hear its workers.
      if (wasAway) Object.assign(member, { heardAt: now, ...(member.servingSince === null && { forkedAt: now }) });
      const { worker, forkedAt, servingSince, heardAt } = member;
      const { server, operations } = current;
      if (servingSince === null && now - forkedAt >= server.startSeconds * 1_000) {
        member.explanation = lateStart(server.startSeconds);
        logger.error(
          { worker: worker.pid, startMs: Math.round(now - forkedAt) },
          "a worker did not start in time and is stopped",
        );
      } else if (servingSince !== null && now - heardAt >= 2_000 * operations.leaseSeconds) {
        logger.error({ worker: worker.pid, silentMs: Math.round(now - heardAt) }, "a worker does not respond and is stopped");
      } else continue;
      worker.kill();
    }
  }, aliveEveryMs).unref();

  function stopAll(signal?: "SIGKILL"): void {
    stopping = true;
    clearInterval(watch);
    if (members.size === 0) end(exitCode);
    for (const { worker } of members) {
      if (signal) worker.kill();
      else worker.tell({ type: "billing-gateway:stop" });
    }
  }

  for (let count = 0; count < configuration.server.workers; count += 1) fork();
  return {
    reload: (read) => {
      const apply = (wanted: GatewayConfiguration): void => {
        refuseRestartKeys(current, wanted);
        current = wanted;
        logger.level = wanted.telemetry.logLevel;
        for (const { worker } of members) worker.tell({ type: "billing-gateway:reload", configuration: wanted });
      };
      if (!stopping) void reload({ logger, read, apply });
    },
    stop: () => {
      logger.info("stopping");
      stopAll();
      // By then workers have ended by themselves.
      setTimeout(() => stopAll("SIGKILL"), current.server.shutdownGraceMs + closingMs + 1_000).unref();
    },
    kill: () => stopAll("SIGKILL"),
    ended,
  };
}
