import type { IBackoff } from "cockatiel";

/**
 * How long a circuit stays open. cockatiel compares two readings of the wall clock with `duration` at every call: after the clock was
 * set back by an hour, the circuit would stay open for an hour. This counts by performance.now, which is never set.
 */
export class CircuitPause implements IBackoff<unknown> {
  readonly #milliseconds: number;
  readonly #openedAt = performance.now();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get duration(): number {
    return performance.now() - this.#openedAt >= this.#milliseconds ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** Called when the circuit opens. */
  next(): CircuitPause {
    return new CircuitPause(this.#milliseconds);
  }
}
