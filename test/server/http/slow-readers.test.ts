import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createSlowReaders } from "../../../src/server/http/slow-readers.ts";

const second = 1_000;
const timeLimitMs = 30 * second;

/** A client for which an answer waits, and that takes so many bytes each second. */
function client(bytes: number, rate: number) {
  let unread = bytes;
  let written = bytes;
  const socket = {
    get writableLength() {
      return unread;
    },
    get bytesWritten() {
      return written;
    },
  } as Socket;
  return {
    socket,
    take: () => {
      unread = Math.max(0, unread - rate);
    },
    write: (more: number) => {
      unread += more;
      written += more;
    },
  };
}

/** In how many seconds, of an hour, the client is cut off; null = never. */
function cutOffAfter(reader: ReturnType<typeof client>, eachSecond: (at: number) => void = () => {}): number | null {
  let at = 0;
  const readers = createSlowReaders(timeLimitMs, Number.POSITIVE_INFINITY, () => at * second);
  for (; at <= 3_600; at += 1) {
    if (readers.find([reader.socket]).includes(reader.socket)) return at;
    reader.take();
    eachSecond(at);
  }
  return null;
}

describe("a client", () => {
  it.each([
    ["reads a byte now and then of a small answer", 20_000, 1, 33],
    ["reads a byte now and then of a large one", 16_000_000, 1, 1_631],
    ["reads a little too slowly", 10_000_000, 9_000, 1_031],
    ["reads as slowly as may be", 16_000_000, 11_000, null],
    ["reads at once", 16_000_000, 16_000_000, null],
  ])("that %s is served until its time is over", (_, bytes, rate, cutOff) => {
    expect(cutOffAfter(client(bytes, rate))).toBe(cutOff);
  });

  it("of an event stream is served as long as it takes what came before in time, however much comes after", () => {
    const reader = client(500, 400);
    expect(cutOffAfter(reader, () => reader.write(399))).toBeNull();
  });

  it("of an event stream that reads a byte now and then is cut off", () => {
    const reader = client(500, 1);
    expect(cutOffAfter(reader, () => reader.write(10))).toBeLessThan(60);
  });
});

it("what waits for all clients together is bounded: those that have waited longest go first, and no more than needed", () => {
  let at = 0;
  const readers = createSlowReaders(timeLimitMs, 25_000_000, () => at);
  const [first, second, third] = [client(10_000_000, 0), client(10_000_000, 0), client(10_000_000, 0)].map(
    ({ socket }) => socket,
  );
  const answering: Socket[] = [];
  const found = [first, second, third].map((socket) => {
    answering.push(socket as Socket);
    at += 1_000;
    return readers.find(answering);
  });
  expect(found).toEqual([[], [], [first]]);
});
