import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallRecord } from "../adapter/adapter.ts";
import { createSingleFlight, type SharedScope } from "../connections/single-flight.ts";
import type { Caller } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { type ContextOwner, createContext, type Services } from "./context.ts";
import type { AnalysedOperation } from "./document/documents.ts";
import { translateError } from "./errors.ts";
import type { Given } from "./execution/execute.ts";
import { idempotencyHeader } from "./idempotency-header.ts";
import { callerOf, givenUp, type Lifetime, noteCall, openLifetime, type RequestState, stateOf } from "./state.ts";

/** An answer with its own `stringify`, which Yoga calls instead of JSON.stringify. */
export interface PrintableResult extends ExecutionResult {
  readonly stringify: (result: object) => string;
}

/**
 * Returns the same answer for several requests. Its data is printed as JSON once, for the first of them. What plugins add to the answer
 * of each request (errors with their ids, extensions) is printed each time.
 */
export function printedOnce(result: ExecutionResult): PrintableResult {
  const { data } = result;
  let printedData: string | undefined;
  let printedAlone: string | undefined;
  const print = (name: string, value: unknown): string | undefined => {
    if (name !== "data" || value !== data) return JSON.stringify(value);
    printedData ??= printedAlone?.slice('{"data":'.length, -1) ?? JSON.stringify(data);
    return printedData;
  };
  const printAll = (members: readonly (readonly [string, unknown])[]): string => {
    const printed = members.map(([name, value]) => [name, print(name, value)] as const);
    return `{${printed.flatMap(([name, text]) => (text === undefined ? [] : [`"${name}":${text}`])).join(",")}}`;
  };
  return {
    ...result,
    stringify: (given) => {
      const members = Object.entries(given).filter(([name, value]) => name !== "stringify" && value !== undefined);
      const isAlone = members.length === 1 && members[0]?.[1] === data;
      if (!isAlone) return printAll(members);
      // The usual case prints all at once: a text joined from parts would be copied again when it is sent.
      printedAlone ??= printedData === undefined ? JSON.stringify({ data }) : printAll(members);
      return printedAlone;
    },
  };
}

type Executed = ExecutionResult | Promise<ExecutionResult>;

/** The request that an execution serves. */
interface Asked {
  readonly state: RequestState;
  readonly operation: AnalysedOperation | null;
  /** The header Idempotency-Key. */
  readonly headerKey: string | null;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

type Run = (given: Given) => Executed;

/** Executes queries and mutations. Each process has one. */
export interface Executions {
  /** @param run executes in the context that it is given */
  readonly execute: (given: Given, asked: Asked, run: Run) => Promise<ExecutionResult>;
  /** From now on no query joins one that is in flight. */
  readonly renew: () => void;
}

/**
 * Gives every execution its context and its lifetime: executions that take too long, or that nobody waits for, are aborted. Queries are
 * single-flight: if the same caller sends the same query while it is in flight, it joins, and the answer is printed once for all. A
 * query never joins across a write: a write that this gateway makes or learns of ends joining, and so does an event of a subscription,
 * which reports a change.
 */
export function createExecutions(services: Services): Executions {
  const { requestTimeoutMs } = services.limits;
  // A request that joins ends with the execution, so it may get less than its full time. At least half of it remains.
  const flights = createSingleFlight({ left: givenUp, joinableMs: requestTimeoutMs / 2 });
  services.onWrite(flights.renew);

  /** Runs one execution in a context of its own. */
  const runOnce = (given: Given, owner: ContextOwner, run: Run): Executed =>
    ending(owner.lifetime, () =>
      run({ ...given, contextValue: createContext(services, owner), abortSignal: owner.lifetime.over }),
    );

  return {
    renew: flights.renew,
    execute: (given, { state, operation, headerKey, signal }, run) => {
      const caller = callerOf(state);
      const record = (call: CallRecord): void => noteCall(state, call);
      if (operation?.kind !== "query") {
        // A mutation that writes only to the gateway's own store is a write too.
        flights.renew();
        const lifetime = openLifetime(signal, requestTimeoutMs, false);
        const owner = { caller, client: state.client, lifetime, headerKey, record };
        return answered(() => runOnce(given, owner, run)).finally(flights.renew);
      }
      const share = (scope: SharedScope): Executed => {
        const lifetime = openLifetime(scope.signal, requestTimeoutMs, true);
        const result = runOnce(given, { caller, lifetime, headerKey: null, record: scope.record }, run);
        return result instanceof Promise ? result.then(printedOnce) : result;
      };
      const key = `${operation.key} ${nameOf(caller, given.variableValues)}`;
      return answered(() => flights.share(key, share, { signal, record }));
    },
  };
}

/**
 * Executes what Yoga lets through. Stands after the plugins that decide whether a request is executed, and after the one that
 * executes it.
 */
export function sharedExecution(services: Services, executions: Executions): Plugin {
  const { requestTimeoutMs } = services.limits;
  return {
    onExecute: ({ args, executeFn, setExecuteFn }) => {
      const { request, state } = asked(args);
      setExecuteFn((given: ExecutionArgs) => {
        if (state.executed) return state.executed;
        const { operation } = state;
        const about = { state, operation, headerKey: keyIn(request), signal: request.signal };
        return executions.execute(given, about, (own) => executeFn({ ...given, ...own } as typeof given) as Executed);
      });
    },
    onSubscribe: ({ args, subscribeFn, setSubscribeFn }) => {
      const { request, state } = asked(args);
      const lifetime = openLifetime(request.signal, requestTimeoutMs, false);
      setSubscribeFn(async (given) => {
        try {
          const record = (call: CallRecord): void => noteCall(state, call);
          const onEvent = (): void => {
            executions.renew();
            state.backendCalls.length = 0;
          };
          const owner = { caller: callerOf(state), lifetime, headerKey: keyIn(request), record, onEvent };
          return await subscribeFn({ ...given, contextValue: createContext(services, owner) });
        } catch (error) {
          lifetime.end();
          throw error;
        }
      });
      return {
        onSubscribeResult: ({ result }) => {
          if (Symbol.asyncIterator in result) return { onEnd: lifetime.end };
          lifetime.end();
          return;
        },
        onSubscribeError: lifetime.end,
      };
    },
  };
}

function asked({ contextValue }: Pick<ExecutionArgs, "contextValue">): {
  readonly request: Request;
  readonly state: RequestState;
} {
  return { request: (contextValue as { readonly request: Request }).request, state: stateOf(contextValue) };
}

function keyIn({ headers }: Request): string | null {
  return headers.get(idempotencyHeader);
}

/** The rest of the sharing key: the caller and the variables. The caller's backends and users follow from the caller. */
function nameOf({ actor, name, scopes, backends, expiresAt }: Caller, variables: ExecutionArgs["variableValues"]): string {
  return JSON.stringify([actor, name, [...scopes], backends === "*" ? backends : [...backends], expiresAt, variables]);
}

function ending({ end }: Lifetime, execute: () => Executed): Executed {
  let result: Executed | undefined;
  try {
    result = execute();
    if (!(result instanceof Promise)) return result;
    // Not `finally`, which makes three more promises.
    return result.then(
      (answer) => {
        end();
        return answer;
      },
      (error: unknown) => {
        end();
        throw error;
      },
    );
  } finally {
    if (!(result instanceof Promise)) end();
  }
}

/** Answers an aborted execution with the reason. */
function answered(execute: () => Executed): Promise<ExecutionResult> {
  try {
    return Promise.resolve(execute()).catch(refused);
  } catch (error) {
    return Promise.reject<ExecutionResult>(error).catch(refused);
  }
}

function refused(error: unknown): ExecutionResult {
  if (!(error instanceof BillingError || error instanceof GraphQLError)) throw error;
  return { errors: [translateError(error)] };
}
