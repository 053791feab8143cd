import { performance } from "node:perf_hooks";

/** After so many milliseconds of one turn of the event loop, what begins to execute waits for a later turn. */
const longestTurnMs = 5;

/**
 * Spreads executions over turns of the event loop. Requests that arrive together are read in one turn, and those that only SQLite
 * answers would be executed in it as well, one after the other: nothing else ran for as long, no timer and no other client's answer.
 *
 * @returns a function to ask before each execution: null = now, else a promise. They begin in the order in which they ask.
 */
export function createTurns(now: () => number = () => performance.now()): () => Promise<void> | null {
  const waiting: (() => void)[] = [];
  /** When the first execution of this turn began; null = there was none. */
  let began: number | null = null;
  const endTurn = (): void => {
    began = null;
  };
  // The executions that it starts run when it returns, and the next one in another turn.
  const letOneBegin = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(letOneBegin);
  };

  return () => {
    if (waiting.length === 0) {
      if (began === null) {
        began = now();
        setImmediate(endTurn);
        return null;
      }
      if (now() - began < longestTurnMs) return null;
      setImmediate(letOneBegin);
    }
    return new Promise((resolve) => void waiting.push(resolve));
  };
}
