import { type ExecutionArgs, type ExecutionResult, getOperationAST, type OperationDefinitionNode } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallRecord } from "../../adapter/adapter.ts";
import { createSingleFlight, type SharedScope, type SingleFlight } from "../../connections/single-flight.ts";
import type { Caller } from "../../model/caller.ts";
import { BillingError } from "../../model/errors.ts";
import type { Context } from "../../schema/index.ts";
import { callerOf } from "../auth/authenticate.ts";
import { translateError } from "../errors.ts";
import { openLifetime } from "../lifetime.ts";
import { contextOf, createContext, type Services } from "../request.ts";
import { printedOnce } from "./print-once.ts";

/** What is known of a request before it has a context to be executed with. */
interface Asked {
  readonly request: Request;
  readonly viewer: Caller;
  /** Filled while it is executed, for the log, the metrics and the answer's extensions. */
  readonly backendCalls: CallRecord[];
}

/**
 * Gives every execution its context. A query that is asked while the same caller's same query is being executed is answered by
 * that one, which began a moment ago, and printed with it. Never past a write: one that this gateway makes, or learns of, ends
 * joining, and so does an event of a subscription, which tells of something that has changed.
 *
 * Stands after the plugins that decide whether a request is executed, and what executes it.
 */
export function sharedExecution(services: Services): Plugin<Context> {
  const { requestTimeoutMs } = services.limits;
  // Whoever joins an execution ends with it, and has waited for less then than it may.
  const executions = createSingleFlight({ left: givenUp, joinableMs: requestTimeoutMs / 2 });
  const keyOf = createOperationKeys();
  services.onWrite(executions.renew);
  return {
    onContextBuilding: ({ context, extendContext }) => {
      extendContext({ viewer: callerOf(context.request), backendCalls: [] });
    },
    onExecute: ({ args, executeFn, setExecuteFn, extendContext }) => {
      const operation = getOperationAST(args.document, args.operationName);
      const { request, viewer, backendCalls } = asked(args);
      if (operation?.operation !== "query") {
        const lifetime = openLifetime(request.signal, requestTimeoutMs);
        extendContext(createContext(services, request, viewer, backendCalls, lifetime));
        setExecuteFn((given) => announced(executions, () => executeFn(given)).finally(lifetime.end));
        return;
      }
      const waiter = { signal: request.signal, record: (call: CallRecord) => backendCalls.push(call) };
      setExecuteFn(async (given: ExecutionArgs) => {
        const execute = ({ signal, record }: SharedScope): ExecutionResult | Promise<ExecutionResult> => {
          const lifetime = openLifetime(signal, requestTimeoutMs);
          const contextValue = contextOf(services, { caller: viewer, lifetime, record, headerKey: null, backendCalls: [] });
          let result: ExecutionResult | Promise<ExecutionResult> | undefined;
          try {
            result = executeFn({ ...given, contextValue }) as ExecutionResult | Promise<ExecutionResult>;
            return result instanceof Promise ? result.then(printedOnce).finally(lifetime.end) : result;
          } finally {
            if (!(result instanceof Promise)) lifetime.end();
          }
        };
        try {
          return await executions.share(`${keyOf(operation)} ${nameOf(viewer, given.variableValues)}`, execute, waiter);
        } catch (error) {
          if (!(error instanceof BillingError)) throw error;
          return { errors: [translateError(error)] };
        }
      });
    },
    onSubscribe: ({ args, extendContext, subscribeFn, setSubscribeFn }) => {
      const { request, viewer, backendCalls } = asked(args);
      const lifetime = openLifetime(request.signal, requestTimeoutMs);
      const context = createContext(services, request, viewer, backendCalls, lifetime);
      const nextEvent = (): void => {
        executions.renew();
        context.nextEvent();
      };
      extendContext({ ...context, nextEvent });
      setSubscribeFn(async (given) => {
        try {
          return await subscribeFn(given);
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

function asked({ contextValue }: Pick<ExecutionArgs, "contextValue">): Asked {
  return contextValue as Asked;
}

/** What else an execution depends on, all of which is the caller's: its backends and their users follow from it. */
function nameOf({ actor, name, scopes, backends, expiresAt }: Caller, variables: ExecutionArgs["variableValues"]): string {
  return JSON.stringify([actor, name, [...scopes], backends === "*" ? backends : [...backends], expiresAt, variables]);
}

/** Also what a mutation writes into the gateway's own store is a write. */
async function announced<Result>({ renew }: SingleFlight, execute: () => Promise<Result> | Result): Promise<Result> {
  renew();
  try {
    return await execute();
  } finally {
    renew();
  }
}

function givenUp(): BillingError {
  return new BillingError("CONFLICT", "The request was given up by the client.", { retryable: true });
}

/** Only documents that are kept are asked again as the same object. */
function createOperationKeys(): (operation: OperationDefinitionNode) => number {
  const keys = new WeakMap<OperationDefinitionNode, number>();
  let last = 0;
  return (operation) => {
    const key = keys.get(operation) ?? ++last;
    keys.set(operation, key);
    return key;
  };
}
