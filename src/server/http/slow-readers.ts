import type { Socket } from "node:net";

/** The fewest bytes of an answer that a client has to take in a second, besides a first time limit: less than any network gives. */
const slowestRate = 10_000;
/** Bytes of answers that clients have not taken yet, together. */
const mostUnread = 64 * 1024 * 1024;

/** What a connection has to have sent by when. */
interface Due {
  readonly bytes: number;
  /** By performance.now, as `since`. */
  readonly until: number;
  readonly since: number;
}

/** Finds clients that read their answers too slowly: what they have not read stays in memory. */
export interface SlowReaders {
  /** Call this every second with the connections on which something is being answered. Returns those to cut off. */
  readonly find: (answering: Iterable<Socket>) => readonly Socket[];
}

/**
 * A client that reads nothing is cut off by the socket's own timeout. One that reads a byte now and then passes that: so what waits for it
 * has to be gone in that time and a second for each `slowestRate` bytes. Where what waits for all clients is more than `mostUnread`, those
 * for which something has waited longest are cut off.
 * @param timeLimitMs for a client that reads nothing
 */
export function createSlowReaders(timeLimitMs: number, most = mostUnread, now = () => performance.now()): SlowReaders {
  const dues = new WeakMap<Socket, Due>();

  /** When something began to wait for this client; null = nothing does. */
  function waitingSince(socket: Socket, at: number): Due | null {
    const { writableLength: unread, bytesWritten } = socket;
    const due = dues.get(socket);
    if (unread === 0) {
      dues.delete(socket);
      return null;
    }
    // Node counts what waits as written.
    if (due !== undefined && bytesWritten - unread < due.bytes) return due;
    const next = { bytes: bytesWritten, until: at + timeLimitMs + (unread / slowestRate) * 1000, since: at };
    dues.set(socket, next);
    return next;
  }

  return {
    find: (answering) => {
      const at = now();
      const slow: Socket[] = [];
      const waiting: { readonly socket: Socket; readonly since: number }[] = [];
      let unread = 0;
      for (const socket of answering) {
        const due = waitingSince(socket, at);
        if (due === null) continue;
        if (at > due.until) slow.push(socket);
        else {
          waiting.push({ socket, since: due.since });
          unread += socket.writableLength;
        }
      }
      if (unread <= most) return slow;
      for (const { socket } of waiting.filter(({ since }) => since < at).sort((one, other) => one.since - other.since)) {
        if (unread <= most) break;
        unread -= socket.writableLength;
        slow.push(socket);
      }
      return slow;
    },
  };
}
