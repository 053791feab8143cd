import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallRecord } from "../../adapter/adapter.ts";
import { createSingleFlight, type SharedScope } from "../../connections/single-flight.ts";
import type { Caller } from "../../model/caller.ts";
import { BillingError } from "../../model/errors.ts";
import type { Context } from "../../schema/index.ts";
import { callerOf } from "../auth/authenticate.ts";
import { operationOf } from "../document/plugin.ts";
import { translateError } from "../errors.ts";
import { givenUp, type Lifetime, openLifetime } from "../lifetime.ts";
import { contextOf, createContext, type Services } from "../request.ts";
import { printedOnce } from "./print-once.ts";

/** What is known of a request before it has a context to be executed with. */
interface Asked {
  readonly request: Request;
  readonly viewer: Caller;
  /** Filled while it is executed, for the log, the metrics and the answer's extensions. */
  readonly backendCalls: CallRecord[];
}

type Result = ExecutionResult | Promise<ExecutionResult>;

/**
 * Gives every execution its context, and its end: executions that take too long, or that nobody waits for, are aborted. A query that is
 * asked while the same caller's same query is being executed is answered by that one, which began a moment ago, and printed with it.
 * Never past a write: one that this gateway makes, or learns of, ends joining, and so does an event of a subscription, which tells of
 * something that has changed.
 *
 * Stands after the plugins that decide whether a request is executed, and what executes it.
 */
export function sharedExecution(services: Services): Plugin<Context> {
  const { requestTimeoutMs } = services.limits;
  // Whoever joins an execution ends with it, and has waited for less then than it may.
  const executions = createSingleFlight({ left: givenUp, joinableMs: requestTimeoutMs / 2 });
  services.onWrite(executions.renew);
  return {
    onContextBuilding: ({ context, extendContext }) => {
      extendContext({ viewer: callerOf(context.request), backendCalls: [] });
    },
    onExecute: ({ args, executeFn, setExecuteFn, extendContext }) => {
      const operation = operationOf(args);
      const { request, viewer, backendCalls } = asked(args);
      const within = (lifetime: Lifetime, given: ExecutionArgs): Result =>
        ending(lifetime, () => executeFn({ ...given, abortSignal: lifetime.over } as typeof given) as Result);
      if (operation?.kind !== "query") {
        const lifetime = openLifetime(request.signal, requestTimeoutMs, false);
        extendContext(createContext(services, request, viewer, backendCalls, lifetime));
        // Also what a mutation writes into the gateway's own store is a write.
        setExecuteFn((given) => {
          executions.renew();
          return answered(async () => within(lifetime, given)).finally(executions.renew);
        });
        return;
      }
      const waiter = { signal: request.signal, record: (call: CallRecord) => backendCalls.push(call) };
      setExecuteFn((given: ExecutionArgs) => {
        const execute = ({ signal, record }: SharedScope): Result => {
          const lifetime = openLifetime(signal, requestTimeoutMs, true);
          const contextValue = contextOf(services, { caller: viewer, lifetime, record, headerKey: null, backendCalls: [] });
          const result = within(lifetime, { ...given, contextValue });
          return result instanceof Promise ? result.then(printedOnce) : result;
        };
        const key = `${operation.key} ${nameOf(viewer, given.variableValues)}`;
        return answered(async () => executions.share(key, execute, waiter));
      });
    },
    onSubscribe: ({ args, extendContext, subscribeFn, setSubscribeFn }) => {
      const { request, viewer, backendCalls } = asked(args);
      const lifetime = openLifetime(request.signal, requestTimeoutMs, false);
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

function ending({ end }: Lifetime, execute: () => Result): Result {
  let result: Result | undefined;
  try {
    result = execute();
    return result instanceof Promise ? result.finally(end) : result;
  } finally {
    if (!(result instanceof Promise)) end();
  }
}

/** An execution that was aborted is answered with the reason. */
async function answered(execute: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
  try {
    return await execute();
  } catch (error) {
    if (!(error instanceof BillingError || error instanceof GraphQLError)) throw error;
    return { errors: [translateError(error)] };
  }
}
