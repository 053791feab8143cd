import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import type { Dispatcher } from "undici";
import type { AnswerRoom } from "./answer-room.ts";
import { whenAborted } from "./when-aborted.ts";

/** What a backend answered, as it came. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Without what it was compressed with. */
  readonly body: Buffer;
}

export interface ExchangeOptions {
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  readonly request: Dispatcher.DispatchOptions;
  /** Milliseconds from now to the end of the answer, the wait for a connection included. */
  readonly timeoutMs: number;
  /** Ends the exchange when it is aborted. */
  readonly signal: AbortSignal | undefined;
  /** Where the answer is held while it arrives. */
  readonly room: AnswerRoom;
  /** No more than so many bytes of an answer, also of one that was compressed. */
  readonly maxBytes: number;
  /** True for writes: their answers, which are small, are not given up for want of room. */
  readonly mustBeHad: boolean;
  /**
   * Called when undici hands the request to a connected socket, in the turn of the event loop in which it is written. False: it is
   * dropped unsent. True: from then on it may have reached the backend.
   */
  readonly mayLeave: () => boolean;
  /** Called with the header of the answer, the final one. */
  readonly onAnswer?: (headers: Exchanged["headers"]) => void;
}

/** The request was not let go. */
export class PermitExpiredError extends Error {
  override readonly name = "PermitExpiredError";
}

/**
 * One request and its whole answer. Rejects with undici's failure, with the signal's reason, or with a TimeoutError. With undici's
 * own `request` and signals that are combined for each call, a call takes twice the processor time: no stream is needed here, and
 * a timer and one listener for each signal do what the signals would.
 */
export function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const { dispatcher, request, timeoutMs, signal, room, maxBytes, mustBeHad, mayLeave, onAnswer } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    if (timeoutMs <= 0) return reject(timeUp());
    const parts: Buffer[] = [];
    let status = 0;
    let headers: Exchanged["headers"] = {};
    let underWay: Dispatcher.DispatchController | null = null;
    let ended = false;
    let held = 0;

    const end = (): void => {
      ended = true;
      room.give(held);
      clearTimeout(timer);
      stopWaiting?.();
    };
    const fail = (reason: unknown): void => {
      if (ended) return;
      end();
      reject(reason);
    };
    // At once, also in undici's queue, where nothing looks at a request before its turn comes.
    const giveUp = (reason: unknown): void => {
      fail(reason);
      underWay?.abort(givenUp());
    };
    const timer = setTimeout(() => giveUp(timeUp()), timeoutMs);
    const stopWaiting = signal && whenAborted(signal, () => giveUp(signal.reason));

    dispatcher.dispatch(request, {
      onRequestStart: (controller) => {
        // Thrown, it drops the request unsent and keeps the connection, which the controller's abort would close.
        if (ended) throw givenUp();
        if (!mayLeave()) {
          fail(new PermitExpiredError());
          throw givenUp();
        }
        underWay = controller;
      },
      onResponseStart: (_, statusCode, received) => {
        status = statusCode;
        headers = received;
        onAnswer?.(received);
      },
      onResponseData: (_, part) => {
        if (ended) return;
        try {
          room.take(part.length, mustBeHad);
        } catch (error) {
          return giveUp(error);
        }
        held += part.length;
        parts.push(part);
      },
      onResponseEnd: () => {
        if (ended) return;
        end();
        // Asked for or not: what is in front of a backend may compress every answer.
        const coding = headers["content-encoding"];
        if (coding === undefined || coding === "identity") return resolve({ status, headers, body: joined(parts) });
        decompressed(joined(parts), String(coding), maxBytes).then((body) => resolve({ status, headers, body }), reject);
      },
      onResponseError: (_, error) => fail(error),
    });
  });
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return parts.length === 1 && first ? first : Buffer.concat(parts);
}

const decoders: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** In the order in which they were applied, so undone from the last (RFC 9110, 8.4). Rejects for codings that nobody knows. */
async function decompressed(bytes: Buffer, coding: string, maxOutputLength: number): Promise<Buffer> {
  let plain = bytes;
  for (const name of coding.toLowerCase().split(",").reverse()) {
    if (name.trim() === "identity") continue;
    const decode = decoders[name.trim()];
    if (!decode) throw new Error("an answer came in a coding that is not known");
    plain = await decode(plain, { maxOutputLength });
  }
  return plain;
}

function timeUp(): DOMException {
  return new DOMException("The call's time is up.", "TimeoutError");
}

function givenUp(): DOMException {
  return new DOMException("The call was given up.", "AbortError");
}
