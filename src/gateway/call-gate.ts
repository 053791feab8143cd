import type { CallObserver } from "../connections/observer.ts";
import { BillingError } from "../model/errors.ts";

export interface CallGate {
  /** For the connections to backends. */
  readonly observer: CallObserver;
  /** From now on no call to a backend begins; those under way go on. */
  readonly shut: () => void;
}

/**
 * Stands before every call to a backend. Once others are told to take this process's operations over, nothing of them may be sent
 * from here any more: the one who takes over says of what was not sent that it may be sent again.
 */
export function createCallGate({ ended, within, opened }: CallObserver): CallGate {
  let isShut = false;
  return {
    observer: {
      ended,
      within: (call, run) => (isShut ? Promise.reject(notSent(call.backend)) : within(call, run)),
      opened,
    },
    shut: () => {
      isShut = true;
    },
  };
}

function notSent(backend: string): BillingError {
  return new BillingError("UNAVAILABLE", "Not sent: the gateway is stopping.", { backend, retryable: true });
}
