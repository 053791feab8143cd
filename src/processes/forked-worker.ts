import cluster, { type Worker } from "node:cluster";
import type { GatewayConfiguration } from "../gateway/configuration.ts";
import type { WorkerCount } from "../server/telemetry/worker-metrics.ts";
import { handOnConnections } from "./offered-connections.ts";

/** One worker of the primary, from its fork to its end. What node:cluster leaves open when a worker dies or stands still is closed here. */
export interface ForkedWorker {
  /** Undefined if the operating system refused to start it. */
  readonly pid: number | undefined;
  /** False once its channel is closed. */
  readonly isConnected: () => boolean;
  /** Messages that can no longer be sent are dropped: the worker ends. */
  readonly tell: (order: Order) => void;
  readonly kill: () => void;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started. */
  readonly error?: Error;
}

interface ForkOptions {
  readonly onMessage: (message: unknown) => void;
  /** Called once, never before `forkWorker` has returned. */
  readonly onEnd: (ending: Ending) => void;
  /** Called if a message could not be sent to it. It is killed then, unless it is dead already. */
  readonly onUnreachable: (error: Error) => void;
  /** Whether another worker takes connections. */
  readonly isAnotherServing: () => boolean;
}

/** Forks a worker. Never throws: a process that cannot be started has ended. */
export function forkWorker({ onMessage, onEnd, onUnreachable, isAnotherServing }: ForkOptions): ForkedWorker {
  let hasEnded = false;
  const end = (ending: Ending): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(ending);
  };
  let worker: Worker;
  try {
    worker = cluster.fork();
  } catch (error) {
    setImmediate(() => end({ code: null, signal: null, error: error as Error }));
    return { pid: undefined, isConnected: () => false, tell: () => {}, kill: () => {} };
  }
  const { process: child } = worker;
  handOnConnections(worker, isAnotherServing);
  worker.on("message", onMessage);
  worker.on("exit", (code: number | null, signal: string | null) => end({ code, signal }));
  // Any message to a worker that has just died fails, also those of packages and of node:cluster itself. Without a listener, that
  // error would end the primary, and with it all workers.
  worker.on("error", (error) => {
    if (child.pid !== undefined) {
      onUnreachable(error);
      child.kill("SIGKILL");
      return;
    }
    // No exit follows where nothing was started: node:cluster forgets it by one of these.
    end({ code: null, signal: null, error });
    if (child.connected) child.disconnect();
    else child.emit("exit", null, null);
  });
  return {
    pid: child.pid,
    isConnected: () => worker.isConnected(),
    tell: (order) => {
      if (worker.isConnected()) worker.send(order);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Messages between the primary and its workers. Libraries send their own messages over the same channel. */

type Order =
  | { readonly type: "billing-gateway:start"; readonly configuration: GatewayConfiguration }
  | { readonly type: "billing-gateway:reload"; readonly configuration: GatewayConfiguration }
  /** Sent whenever the count changes. */
  | { readonly type: "billing-gateway:workers"; readonly count: WorkerCount }
  | { readonly type: "billing-gateway:stop" };

export type Report =
  | { readonly type: "billing-gateway:started"; readonly origin: string }
  | { readonly type: "billing-gateway:failed"; readonly explanation: string }
  /** Sent regularly: the worker's event loop turns. */
  | { readonly type: "billing-gateway:alive" };

/** How often a worker reports that it is alive. */
export const aliveEveryMs = 1_000;

export function isOrder(message: unknown): message is Order {
  return hasType(message, ["billing-gateway:start", "billing-gateway:reload", "billing-gateway:workers", "billing-gateway:stop"]);
}

export function isReport(message: unknown): message is Report {
  return hasType(message, ["billing-gateway:started", "billing-gateway:failed", "billing-gateway:alive"]);
}

function hasType(message: unknown, types: readonly (Order | Report)["type"][]): boolean {
  return typeof message === "object" && message !== null && "type" in message && types.some((type) => type === message.type);
}
