import type { CallRecord } from "../adapter/adapter.ts";
import type { BackendHealth } from "../model/health.ts";
import type { Surprise } from "./answer-watch.ts";

/** Observes the calls to backends, for metrics and traces. None of its functions throws. */
export interface CallObserver {
  /** Called with every call that has ended, whoever made it. */
  readonly ended: (call: CallRecord) => void;
  /** Wraps a call: requests that are sent while `run` runs belong to it. Settles as `run` does. */
  readonly within: <T>(call: ObservedCall, run: () => Promise<T>) => Promise<T>;
  /** Called when a backend's answers have changed. */
  readonly surprised: (surprise: ObservedSurprise) => void;
  /** Called with a connection that is in use from now on. Returns a function to call when it is closed. */
  readonly opened: (connection: ObservedConnection) => () => void;
}

/** A change in a backend's answers. */
export interface ObservedSurprise extends Surprise {
  readonly backend: string;
}

interface ObservedCall {
  readonly backend: string;
  /** The backend's own name for the called function: never ids or credentials. */
  readonly function: string;
  readonly effect: "read" | "write";
}

/** A connection to a backend as one of its users; a backend may have several. */
export interface ObservedConnection {
  readonly backend: string;
  /** The operator has switched writes off. */
  readonly readOnly: boolean;
  readonly health: () => BackendHealth;
  readonly load: () => ConnectionLoad;
}

export interface ConnectionLoad {
  /** Calls in flight. */
  readonly inFlight: number;
  /** Calls that wait for one of the connection's `concurrency` places. */
  readonly queued: number;
}
