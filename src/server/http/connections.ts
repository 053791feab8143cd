import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createSlowReaders } from "./slow-readers.ts";

/** The connections of a server: how many may be open, and how one ends whose sender still sends. */
export interface Connections {
  /** Call this with every request. */
  readonly began: (socket: Socket, response: ServerResponse) => void;
  /** The last answer on a connection, if there was one. */
  readonly lastAnswer: (socket: Socket) => ServerResponse | undefined;
  readonly counts: () => ConnectionCounts;
  /** Closes those that are only read on (see linger). */
  readonly stopLingering: () => void;
}

export interface ConnectionCounts {
  readonly open: number;
  /** Closed since the start, to make room for new ones. */
  readonly evicted: number;
  /** New ones, closed because there was no room. */
  readonly refused: number;
}

/** A connection whose answer is sent is read on for as long, in milliseconds, at most; and for as long after the last byte came (as in nginx). */
const lingerMs = 30_000;
const quietMs = 5_000;

/** In milliseconds: by then the first request of a connection has usually come. */
const firstRequestMs = 250;

/**
 * Keeps the number of open connections below a limit. Without one, idle connections of one client would take all file descriptors of
 * the process, and new ones, also those to the store's files and to backends, would fail. Where the limit is reached, the connection
 * that has been idle longest makes room for a new one: first of those that never brought a request, because a client may be sending the
 * next one on the others just now. Node's own `maxConnections` would refuse the new one instead, and several workers would hand it round
 * in a circle.
 * @param onFull called with every connection that is closed for this reason
 * @param timeLimitMs after so long, a client that reads nothing of its answer is cut off
 */
export function watchConnections(server: Server, most: number, onFull: () => void, timeLimitMs: number): Connections {
  /** Those that have brought no request yet, with the time since when, by performance.now; the oldest first. */
  const unused = new Map<Socket, number>();
  /** Those whose requests are answered, the one that has waited longest first. */
  const idle = new Set<Socket>();
  /** The requests of the others that are being answered, the oldest first. */
  const answering = new Map<Socket, Set<ServerResponse>>();
  const answers = new WeakMap<Socket, ServerResponse>();
  let evicted = 0;
  let refused = 0;
  const open = (): number => unused.size + idle.size + answering.size;

  /** One that waits for its client only: for the rest of a body, or for the answer to be read. The oldest. */
  function findWaiting(): Socket | undefined {
    for (const [socket, responses] of answering)
      if ([...responses].every(({ writableEnded, req }) => writableEnded || !req.complete)) return socket;
    return undefined;
  }

  /** Returns false if there is no room. */
  function makeRoom(): boolean {
    const [[oldest, since] = [undefined, 0]] = unused;
    const isLate = oldest !== undefined && performance.now() - since >= firstRequestMs;
    const [longestIdle] = idle;
    const evictable = (isLate ? oldest : longestIdle) ?? findWaiting() ?? oldest;
    if (evictable === undefined) return false;
    evicted += 1;
    forget(evictable);
    evictable.destroy();
    return true;
  }

  function forget(socket: Socket): void {
    unused.delete(socket);
    idle.delete(socket);
    answering.delete(socket);
  }

  const slowReaders = createSlowReaders(timeLimitMs);
  const looking = setInterval(
    () => {
      for (const socket of slowReaders.find(answering.keys())) socket.destroy();
    },
    Math.min(1_000, timeLimitMs),
  ).unref();
  server.once("close", () => clearInterval(looking));

  server.on("connection", (socket) => {
    if (open() >= most) {
      onFull();
      if (!makeRoom()) {
        refused += 1;
        socket.destroy();
        return;
      }
    }
    unused.set(socket, performance.now());
    socket.once("close", () => forget(socket));
    // Node ends a connection by this once its last answer is sent.
    const destroySoon = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      const answer = answers.get(socket);
      if (server.listening && answer?.req.complete === false) linger(socket);
      else destroySoon();
    };
  });

  return {
    began: (socket, response) => {
      answers.set(socket, response);
      // Its connection was closed for another one just now.
      if (!unused.delete(socket) && !idle.delete(socket) && !answering.has(socket)) return;
      const responses = answering.get(socket) ?? new Set();
      answering.set(socket, responses.add(response));
      response.once("close", () => {
        responses.delete(response);
        if (responses.size === 0 && answering.delete(socket)) idle.add(socket);
      });
    },
    lastAnswer: (socket) => answers.get(socket),
    stopLingering: () => {
      for (const socket of [...unused.keys(), ...idle]) if (!socket.writable) socket.destroy();
    },
    counts: () => ({ open: open(), evicted, refused }),
  };
}

/**
 * Ends a connection after what was written to it, whatever its sender still sends (RFC 9112, 9.6). If it were closed at once, the next
 * bytes of the sender would be answered by a reset, and that may come before the sender has read its answer. So only our half is closed,
 * and what comes is dropped for a while.
 */
export function linger(socket: Socket): void {
  if (!socket.writable) return;
  // Node's parser would take what comes after the body for another request, and serve it.
  socket.removeAllListeners("data");
  const cut = (): void => void socket.destroy();
  const late = setTimeout(cut, lingerMs).unref();
  const quiet = setTimeout(cut, quietMs).unref();
  socket.on("data", () => quiet.refresh());
  socket.once("close", () => {
    clearTimeout(late);
    clearTimeout(quiet);
  });
  socket.resume().end();
}
