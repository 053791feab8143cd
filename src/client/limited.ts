import { TransportError } from "./errors.ts";

export interface Limited {
  /** Aborted when the time is up, and with the caller's own signal. */
  readonly signal: AbortSignal;
  /** Fails when the time is up, even if the work takes no notice of the signal, as a `fetch` of one's own may. */
  readonly within: <Result>(work: Promise<Result>) => Promise<Result>;
  /** Stops the clock; the caller's signal goes on to count. */
  readonly stopClock: () => void;
  readonly end: () => void;
}

/** Limits how long a request may take. AbortSignal.any would be shorter, but the jsdom of older versions of Jest lacks it. */
export function limitedTo(milliseconds: number, given: AbortSignal | undefined): Limited {
  const controller = new AbortController();
  let fail: (error: TransportError) => void;
  const tooLate = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const timer = setTimeout(() => {
    const error = new TransportError(`The gateway did not answer within ${milliseconds / 1000} seconds.`);
    fail(error);
    controller.abort(error);
  }, milliseconds);
  const leave = (): void => controller.abort(given?.reason);
  if (given?.aborted) leave();
  else given?.addEventListener("abort", leave, { once: true });
  return {
    signal: controller.signal,
    within: (work) => Promise.race([work, tooLate]),
    stopClock: () => clearTimeout(timer),
    end: () => {
      clearTimeout(timer);
      given?.removeEventListener("abort", leave);
    },
  };
}
