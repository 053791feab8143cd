import type { Worker } from "node:cluster";
import type { EventEmitter } from "node:events";

/**
 * How node:cluster offers a connection to a worker, and how the worker says whether it takes it (Node: lib/internal/cluster). The
 * primary offers a worker one connection at a time, and keeps it open until then.
 */
interface Offer {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
  /** Which server of the worker is meant. */
  key: string;
  /** Ours: when the primary made the offer, by `now`. */
  offeredAt?: number;
}
interface Reply {
  readonly cmd: "NODE_CLUSTER";
  readonly ack: number;
  readonly accepted: boolean;
}

/** A connection that a worker has not taken within this long is offered to another one (milliseconds). */
const patienceMs = 2_000;
/** A worker takes no offer that is older: the primary may have offered the connection to another one by then. */
const freshMs = 1_500;
/** As long again, until the primary has read what a worker said while the primary itself did not get round to reading. */
const readingMs = 100;
/** How long a connection waits that would go to a worker known to stand still. By then another one may be free. */
const passingMs = 20;

/** In milliseconds, the same in all processes of a machine, and never set back. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/**
 * A worker that dies or stands still never says whether it takes a connection, and the client would wait: forever, or until the worker is
 * killed. It has read nothing of the connection, so that another one can take it: the primary is told that this worker does not. Call
 * this in the primary.
 *
 * Where no other serves, the connection waits for this one while it lives. If it dies, the primary closes the connection, as if it
 * had been taken.
 *
 * @param isAnotherServing whether another worker takes connections
 */
export function handOnConnections(worker: Worker, isAnotherServing: () => boolean): void {
  const { process: child } = worker;
  const offered = new Set<number>();
  let standsStill = false;
  // Without file descriptors there is no channel.
  if (!child.send) return;
  const send = child.send.bind(child) as (...parameters: unknown[]) => boolean;

  function answer(ack: number, accepted: boolean): void {
    if (offered.delete(ack)) child.emit("internalMessage", { cmd: "NODE_CLUSTER", ack, accepted } satisfies Reply);
  }
  function passOn(seq: number): void {
    if (!offered.has(seq)) return;
    if (!isAnotherServing()) return void setTimeout(() => passOn(seq), patienceMs).unref();
    standsStill = true;
    answer(seq, false);
  }

  child.send = (message: unknown, ...rest: unknown[]): boolean => {
    if (!isOffer(message)) return send(message, ...rest);
    const { seq } = message;
    const offer = (): boolean => {
      message.offeredAt = now();
      setTimeout(() => setTimeout(() => passOn(seq), readingMs).unref(), patienceMs).unref();
      return send(message, ...rest);
    };
    offered.add(seq);
    if (!standsStill || !isAnotherServing()) return offer();
    // It would lie in the channel until the worker reads it, and then be refused.
    setTimeout(() => {
      if (!offered.has(seq)) return;
      if (isAnotherServing()) answer(seq, false);
      // A worker that has ended meanwhile says "close", see below.
      else if (worker.isConnected()) offer();
    }, passingMs).unref();
    return true;
  };
  const heard = (): void => {
    standsStill = false;
  };
  child.on("message", heard).on("internalMessage", ({ ack }: Partial<Reply>) => {
    if (ack === undefined || !offered.delete(ack)) return;
    heard();
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
      for (const ack of offered) answer(ack, !isAnotherServing());
    }),
  );
}

/**
 * Makes this worker refuse connections that have waited for it for too long: it stood still, and another one serves them. Call this in a
 * worker. node:cluster refuses what is meant for a server that the worker does not have.
 */
export function refuseLateOffers(): void {
  // node:cluster listens already.
  (process as EventEmitter).prependListener("internalMessage", (message: unknown) => {
    if (isOffer(message) && message.offeredAt !== undefined && now() - message.offeredAt > freshMs) message.key = "too late";
  });
}

function isOffer(message: unknown): message is Offer {
  return typeof message === "object" && message !== null && "act" in message && message.act === "newconn";
}
