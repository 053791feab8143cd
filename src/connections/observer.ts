import type { CallRecord } from "../adapter/adapter.ts";
import type { BackendHealth } from "../model/health.ts";
import type { Surprise } from "./answer-watch.ts";

/** Watches the calls to backends from outside, for metrics and traces. None of its functions throws. */
export interface CallObserver {
  /** Told of every call that has ended, whoever caused it. */
  readonly ended: (call: CallRecord) => void;
  /** Makes a call: what is sent while `run` runs belongs to it. Settles as `run` does. */
  readonly within: <T>(call: ObservedCall, run: () => Promise<T>) => Promise<T>;
  /** A backend has begun to answer otherwise. */
  readonly surprised: (surprise: ObservedSurprise) => void;
  /** A connection that is in use from now on; returns what is to be called when it is closed. */
  readonly opened: (connection: ObservedConnection) => () => void;
}

/** An answer that is not as a backend's answers have been. */
export interface ObservedSurprise extends Surprise {
  readonly backend: string;
}

export interface ObservedCall {
  readonly backend: string;
  /** The backend's own name for what is called: never ids or credentials. */
  readonly function: string;
  readonly effect: "read" | "write";
}

/** A way to a backend as one of its users; a backend may have several. */
export interface ObservedConnection {
  readonly backend: string;
  /** The operator has switched writes off. */
  readonly readOnly: boolean;
  readonly health: () => BackendHealth;
  readonly load: () => ConnectionLoad;
}

export interface ConnectionLoad {
  /** Calls that are under way. */
  readonly inFlight: number;
  /** Calls that wait for one of the connection's `concurrency` places. */
  readonly queued: number;
}
