import type { Logger } from "pino";
import { type BackendSum, type Ending, type Exchange, outcomeOf } from "./exchange.ts";

/**
 * One line a request. It holds names, numbers and codes: never the query's text, the values of variables, headers or addresses.
 * Probes and the console's files are told at debug, or they would be most of the log.
 */
export function logRequest(logger: Logger, exchange: Exchange, ending: Ending): void {
  const { requestId, route, operation, caller, backends, errorCodes } = exchange;
  const { status, aborted } = ending;
  const line = {
    requestId,
    route,
    ...(operation && { operation: operation.name, type: operation.type }),
    caller,
    status,
    milliseconds: tenths(ending.milliseconds),
    ...(aborted && { aborted }),
    ...(backends.size > 0 && { backends: Object.fromEntries([...backends].map(([backend, sum]) => [backend, rounded(sum)])) }),
    ...(errorCodes.size > 0 && { errors: [...errorCodes] }),
  };
  logger[levelOf(exchange, ending)](line, "request");
}

function levelOf(exchange: Exchange, ending: Ending): "debug" | "info" | "warn" | "error" {
  if (outcomeOf(exchange, ending) === "failed") return exchange.errorCodes.has("INTERNAL") ? "error" : "warn";
  return exchange.route === "/graphql" || (ending.status ?? 0) >= 400 ? "info" : "debug";
}

function rounded({ calls, milliseconds, failures }: BackendSum) {
  return { calls, milliseconds: tenths(milliseconds), ...(failures.size > 0 && { errors: [...failures] }) };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** What the log tells of an operation of the journal: see journal/model.ts. */
export interface LoggedOperation {
  readonly id: string;
  readonly mutation: string;
}

export interface LoggedStep {
  readonly position: number;
  readonly action: string;
  readonly backend: string;
  readonly status: string;
  readonly attempts: number;
  readonly errors: readonly { readonly code: string }[];
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** One line a step that has ended: never its input. */
export function logStep(logger: Logger, { id, mutation }: LoggedOperation, step: LoggedStep): void {
  const { position, action, backend, status, attempts, errors, startedAt, finishedAt } = step;
  const [reason] = errors;
  const line = {
    operation: id,
    mutation,
    step: position,
    action,
    backend,
    status,
    attempts,
    ...(reason && { code: reason.code }),
    ...(startedAt && finishedAt && { milliseconds: Date.parse(finishedAt) - Date.parse(startedAt) }),
  };
  logger[status === "FAILED" || status === "UNKNOWN" ? "warn" : "info"](line, "step");
}
