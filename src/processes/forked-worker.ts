import cluster, { type Worker } from "node:cluster";
import type { Order } from "./messages.ts";

/** One worker of the primary, from its fork to its end. What node:cluster leaves open when a worker dies is closed here. */
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

export interface ForkOptions {
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

/** How node:cluster offers a connection to a worker, and how the worker says whether it takes it (Node: lib/internal/cluster). */
interface Offer {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
}
interface Reply {
  readonly cmd: "NODE_CLUSTER";
  readonly ack: number;
  readonly accepted: boolean;
}

/**
 * The primary keeps a connection open until the worker to which it was offered says whether it takes it. A worker that dies before, or
 * that stood still until it was killed, never says so, and the client would wait forever. It has read nothing of the connection,
 * so that another one can take it: the primary is told that this worker does not. Where there is no other, the primary closes
 * it, as if it had been taken.
 */
function handOnConnections(worker: Worker, isAnotherServing: () => boolean): void {
  const { process: child } = worker;
  const offered = new Set<number>();
  // Without file descriptors there is no channel.
  if (!child.send) return;
  const send = child.send.bind(child) as (...parameters: unknown[]) => boolean;
  child.send = (message: unknown, ...rest: unknown[]): boolean => {
    if (isOffer(message)) offered.add(message.seq);
    return send(message, ...rest);
  };
  child.on("internalMessage", ({ ack }: Partial<Reply>) => {
    if (ack !== undefined) offered.delete(ack);
  });
  let isForgotten = false;
  child.once("disconnect", () => {
    isForgotten = true;
  });
  // When it has ended and everything that it said was read. Node says "disconnect" right after that, but not while it waits for a dead
  // worker to receive a connection; until then, node:cluster would go on offering connections to it.
  child.once("close", () =>
    setImmediate(() => {
      if (!isForgotten) child.emit("disconnect");
      for (const ack of offered) {
        child.emit("internalMessage", { cmd: "NODE_CLUSTER", ack, accepted: !isAnotherServing() } satisfies Reply);
      }
    }),
  );
}

function isOffer(message: unknown): message is Offer {
  return typeof message === "object" && message !== null && "act" in message && message.act === "newconn";
}
