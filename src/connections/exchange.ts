import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import type { Dispatcher } from "undici";
import { BillingError } from "../model/errors.ts";
import { memoised } from "../model/memoised.ts";
import type { BackendCall } from "./http.ts";

/** The functions to call when a signal is aborted. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act`, which must not throw, when `signal` is aborted; never if it is aborted already. Returns a function that ends the wait. A
 * signal walks through all its listeners whenever one is added or removed, so the many calls of one request share one listener.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  const acts = waiting.get(signal) ?? listenTo(signal);
  acts.add(act);
  return () => {
    acts.delete(act);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  waiting.set(signal, acts);
  const actAll = (): void => {
    for (const act of acts) act();
  };
  signal.addEventListener("abort", actAll, { once: true });
  return acts;
}

/** A backend's answer as it came. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decompressed. */
  readonly body: Buffer;
}

interface ExchangeOptions {
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  readonly request: Dispatcher.DispatchOptions;
  /** Time until the answer must be complete, in milliseconds, including the wait for a connection. */
  readonly timeoutMs: number;
  /** Aborts the exchange. */
  readonly signal: AbortSignal | undefined;
  /** The room that holds the answer while it arrives. */
  readonly room: AnswerRoom;
  /** The largest answer, in bytes, also after decompression. */
  readonly maxBytes: number;
  /** True for writes: their answers are small, and are not given up for lack of room. */
  readonly mustBeHad: boolean;
  /**
   * Called when undici hands the request to a connected socket, in the same turn of the event loop in which it is written. Return false to
   * drop it unsent. After true, it may reach the backend.
   */
  readonly mayLeave: () => boolean;
  /** Called with the headers of the final answer. */
  readonly onAnswer?: (headers: Exchanged["headers"]) => void;
}

/** The request got its turn too late, and did not leave. */
export class TooLateError extends Error {
  override readonly name = "TooLateError";
}

/**
 * Sends one request and reads its whole answer. Rejects with undici's failure, with the signal's reason, or with a TimeoutError. undici's
 * own `request` and signals combined for each call would take twice the processor time. No stream is needed here, and a timer and one
 * listener for each signal do the same.
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
    // Rejects at once, even while the request is queued in undici, which checks nothing before the request's turn.
    const giveUp = (reason: unknown): void => {
      fail(reason);
      underWay?.abort(givenUp());
    };
    const timer = setTimeout(() => giveUp(timeUp()), timeoutMs);
    const stopWaiting = signal && whenAborted(signal, () => giveUp(signal.reason));

    dispatcher.dispatch(request, {
      onRequestStart: (controller) => {
        // Throwing drops the request unsent and keeps the connection; the controller's abort would close it.
        if (ended) throw givenUp();
        if (!mayLeave()) {
          fail(new TooLateError());
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
        // Answers may be compressed although none was asked for: a server in front of a backend may compress all.
        const coding = headers["content-encoding"];
        const bytes = joined(parts);
        // Servers that compress all name a coding even where there is no body, as in a 204.
        if (coding === undefined || coding === "identity" || bytes.length === 0) return resolve({ status, headers, body: bytes });
        decompressed(bytes, String(coding), maxBytes).then((body) => resolve({ status, headers, body }), reject);
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

/** Undoes codings from last to first: they are listed in the order in which they were applied (RFC 9110, 8.4). Rejects for unknown ones. */
async function decompressed(bytes: Buffer, coding: string, maxOutputLength: number): Promise<Buffer> {
  let plain = bytes;
  for (const name of coding.toLowerCase().split(",").reverse()) {
    if (name.trim() === "identity") continue;
    const decode = decoders[name.trim()];
    if (!decode) throw new Error("the answer has an unknown content encoding");
    plain = await decode(plain, { maxOutputLength });
  }
  return plain;
}

function timeUp(): DOMException {
  return new DOMException("The call timed out.", "TimeoutError");
}

function givenUp(): DOMException {
  return new DOMException("The call was cancelled.", "AbortError");
}

/** A text as in a query of an address. Names and most values come again with each call. */
const encoded = memoised((text) => new URLSearchParams([["", text]]).toString().slice(1));

/** The request of a call. */
export function requestOptions<T>(base: URL, call: BackendCall<T>): Dispatcher.DispatchOptions {
  const query = Object.entries(call.query ?? {}).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const headers: Record<string, string> = { accept: "application/json", "accept-encoding": "identity", ...call.headers };
  let body: string | null = null;
  if (call.body && "json" in call.body) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(call.body.json);
  } else if (call.body) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    body = new URLSearchParams(call.body.form).toString();
  }
  return {
    method: call.method,
    path: `${base.pathname}${call.path}${query.length > 0 ? "?" : ""}${query.join("&")}`,
    headers,
    body,
  };
}

/** Limits how many bytes of answers are held at once while they arrive. */
interface AnswerRoom {
  /**
   * Takes room for a part of an answer. Throws RATE_LIMITED if there is none, unless the answer must be had. This code does not count
   * against the backend's health.
   */
  readonly take: (bytes: number, mustBeHad: boolean) => void;
  readonly give: (bytes: number) => void;
}

/** @param around a larger room that is also taken from, shared by all */
export function createAnswerRoom(largest: number, around?: AnswerRoom): AnswerRoom {
  let held = 0;
  return {
    take: (bytes, mustBeHad) => {
      if (!mustBeHad && held + bytes > largest) {
        throw new BillingError(
          "RATE_LIMITED",
          "Too many large answers of backends are being read. Try again, or ask for less at once.",
        );
      }
      around?.take(bytes, mustBeHad);
      held += bytes;
    },
    give: (bytes) => {
      held -= bytes;
      around?.give(bytes);
    },
  };
}

const mebibyte = 1024 * 1024;

/** For all backends of this process. */
const roomForAll = createAnswerRoom(96 * mebibyte);

/** Room for one backend: a few of its largest answers, whatever else arrives at the same time. */
export function roomOfBackend(maxAnswerBytes: number): AnswerRoom {
  return createAnswerRoom(Math.max(2 * maxAnswerBytes, 32 * mebibyte), roomForAll);
}
