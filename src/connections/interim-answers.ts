import type { Socket } from "node:net";

/** In bytes; longer than any interim answer. Anything longer is passed on as it is, and not understood. */
const longest = 65_536;

const interim = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r\n]/;
const beginnings = ["HTTP/1.1 1", "HTTP/1.0 1"];

/**
 * Removes interim answers (100, 102, 103) from what a socket reads. A client must be able to parse them even if it did not ask for any
 * (RFC 9110, 15.2), but undici takes a 100 for a broken connection, which would make a write's outcome unknown. They can only stand
 * before an answer: after something was written.
 */
export function withoutInterimAnswers(socket: Socket): void {
  const { read, write } = socket;
  let isBeforeAnswer = true;
  let held: Buffer | null = null;

  function nextOf(chunk: Buffer): Buffer | null {
    let bytes: Buffer = held ? Buffer.concat([held, chunk]) : chunk;
    held = null;
    for (;;) {
      const start = bytes.toString("latin1", 0, 13);
      const isWhole = interim.test(start);
      const mayBecome = beginnings.some((beginning) => (start.length < 13 ? beginning.startsWith(start.slice(0, 10)) : false));
      if ((!isWhole && !mayBecome) || bytes.length > longest) {
        isBeforeAnswer = false;
        return bytes;
      }
      const end = bytes.indexOf("\r\n\r\n");
      if (!isWhole || end === -1) {
        held = bytes;
        return null;
      }
      bytes = bytes.subarray(end + 4);
      if (bytes.length === 0) return null;
    }
  }

  socket.write = ((...parameters: Parameters<Socket["write"]>) => {
    isBeforeAnswer = true;
    return write.apply(socket, parameters);
  }) as Socket["write"];
  socket.read = (size) => {
    for (;;) {
      const chunk = read.call(socket, size) as Buffer | null;
      if (chunk === null || !isBeforeAnswer) return chunk;
      const next = nextOf(chunk);
      if (next !== null) return next;
    }
  };
}
