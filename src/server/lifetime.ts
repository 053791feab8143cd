/** How long a request, or an execution for several, may go on: until nobody waits for it any more, or its time is up. */
export interface Lifetime {
  /** Aborted with the client's reason, or with a TimeoutError. Of now: `extend` replaces it. */
  readonly signal: () => AbortSignal;
  /** Its time starts anew, for the next event of a subscription, unless it has ended. */
  readonly extend: () => void;
  /** It has ended by itself: nothing is aborted any more. */
  readonly end: () => void;
}

/**
 * One controller and one timer: signals that the platform combines (AbortSignal.any, AbortSignal.timeout) make every listener of
 * theirs dearer, and each backend call is one.
 *
 * @param client aborted when nobody waits any more; Yoga's will do, which looks like an AbortSignal and is not one to the platform
 */
export function openLifetime(client: AbortSignal, timeoutMs: number): Lifetime {
  let controller = new AbortController();
  let timer = start();
  let isOver = false;

  function start(): NodeJS.Timeout {
    return setTimeout(() => controller.abort(timeUp()), timeoutMs).unref();
  }
  const leave = (): void => {
    end();
    controller.abort(client.reason);
  };
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
    client.removeEventListener("abort", leave);
  };
  if (client.aborted) leave();
  else client.addEventListener("abort", leave, { once: true });

  return {
    signal: () => controller.signal,
    extend: () => {
      if (isOver) return;
      clearTimeout(timer);
      controller = new AbortController();
      timer = start();
    },
    end,
  };
}

function timeUp(): DOMException {
  return new DOMException("The request's time is up.", "TimeoutError");
}
