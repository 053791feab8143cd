import { performance } from "node:perf_hooks";
import type { ExecutionResult, OperationDefinitionNode } from "graphql";
import type { CallRecord } from "../../adapter/adapter.ts";
import { BillingError } from "../../model/errors.ts";
import { translateError } from "../errors.ts";

/** A request that waits for an execution. */
export interface Waiter {
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly record: (call: CallRecord) => void;
}

/** What an execution is made with that several requests may wait for. */
export interface SharedScope {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly record: (call: CallRecord) => void;
}

export interface SharedExecutions {
  /**
   * What `execute` gives, or what the same execution gives that another request began and that is still under way. Calls that
   * another request caused are recorded as coalesced. A request that is given up leaves; the execution is given up with the last.
   * @param name of what is asked besides the operation: by whom, and with which variables
   */
  readonly share: (operation: OperationDefinitionNode, name: string, execute: Execute, waiter: Waiter) => Answer;
  /** From now on no request joins an execution that began before. */
  readonly renew: () => void;
}

type Execute = (scope: SharedScope) => Answer;
type Answer = ExecutionResult | Promise<ExecutionResult>;

interface UnderWay {
  readonly began: number;
  readonly result: Promise<ExecutionResult>;
  readonly waiters: Set<Waiter>;
  /** Calls that have ended, for those who join later. */
  readonly calls: CallRecord[];
  readonly abandon: AbortController;
}

/** @param joinableMs for how long an execution may be joined: whoever joins ends with it, and has waited for less then than it may */
export function createSharedExecutions(joinableMs: number): SharedExecutions {
  // Only documents that are kept are asked again as the same object; with one, its operations go.
  let underWay = new WeakMap<OperationDefinitionNode, Map<string, UnderWay>>();

  function join(execution: UnderWay, waiter: Waiter): Promise<ExecutionResult> {
    execution.waiters.add(waiter);
    for (const call of execution.calls) waiter.record({ ...call, coalesced: true });
    return waitFor(execution, waiter);
  }

  function begin(operation: OperationDefinitionNode, name: string, execute: Execute, first: Waiter): Answer {
    const waiters = new Set([first]);
    const calls: CallRecord[] = [];
    const abandon = new AbortController();
    const record = (call: CallRecord): void => {
      calls.push(call);
      for (const waiter of waiters) waiter.record(waiter === first ? call : { ...call, coalesced: true });
    };
    const began = performance.now();
    const result = execute({ signal: abandon.signal, record });
    if (!(result instanceof Promise)) return result;
    const execution = { began, result, waiters, calls, abandon };
    const byName = underWay.get(operation) ?? new Map<string, UnderWay>();
    underWay.set(operation, byName.set(name, execution));
    const end = (): void => {
      if (byName.get(name) === execution) byName.delete(name);
    };
    result.then(end, end);
    abandon.signal.addEventListener("abort", end, { once: true });
    return waitFor(execution, first);
  }

  return {
    share: (operation, name, execute, waiter) => {
      const found = underWay.get(operation)?.get(name);
      return found && performance.now() - found.began < joinableMs
        ? join(found, waiter)
        : begin(operation, name, execute, waiter);
    },
    renew: () => {
      underWay = new WeakMap();
    },
  };
}

function waitFor({ result, waiters, abandon }: UnderWay, waiter: Waiter): Promise<ExecutionResult> {
  const { signal } = waiter;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      if (waiters.size > 1) {
        waiters.delete(waiter);
        resolve({ errors: [givenUp()] });
      } else {
        // Whoever leaves last is answered by the execution, which ends at once and records the calls that it gives up.
        abandon.abort(signal.reason);
      }
    };
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

function givenUp() {
  return translateError(new BillingError("CONFLICT", "The request was given up by the client.", { retryable: true }));
}
