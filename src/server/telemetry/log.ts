import type { ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { type DestinationStream, type Logger, pino } from "pino";
import type { ObservedSurprise } from "../../connections/observer.ts";
import { BillingError, type ErrorCode } from "../../model/errors.ts";
import { type BackendSum, failureCodes, type RequestState, type Route } from "../state.ts";

/** How a request ended. */
export interface Ending {
  readonly milliseconds: number;
  /** Null if the client left before there was an answer. */
  readonly status: number | null;
  /** True if the answer did not reach the client completely. */
  readonly aborted: boolean;
}

/** Calls `onEnd` once the answer is sent or the client is gone. */
export function whenEnded(state: RequestState, response: ServerResponse, onEnd: (ending: Ending) => void): void {
  response.once("close", () => {
    const status = response.headersSent ? response.statusCode : null;
    const refusal = state.errorCodes.size === 0 && refusalOf(status);
    if (refusal) state.errorCodes.add(refusal);
    onEnd({ milliseconds: performance.now() - state.started, status, aborted: !response.writableFinished });
  });
}

/** The error code of an answer that did not come from GraphQL, by its status: see http/responses.ts. */
function refusalOf(status: number | null): ErrorCode | null {
  if (status === null || status < 400) return null;
  return refusals.get(status) ?? (status < 500 ? "INVALID_INPUT" : "INTERNAL");
}

const refusals: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [421, "FORBIDDEN"],
  [429, "RATE_LIMITED"],
  [503, "UNAVAILABLE"],
  [504, "TIMEOUT"],
]);

/**
 * The outcome of a request, for log and metrics. `failed`: the gateway failed, or a call to a backend did, even if the answer reports
 * that among its data, in the result of one backend of several. `refused`: the caller has to change something. Pure.
 */
export function outcomeOf({ errorCodes, backends }: RequestState, { status }: Ending): "ok" | "refused" | "failed" {
  const isFailed =
    [...errorCodes].some((code) => failureCodes.has(code)) || [...backends.values()].some((sum) => sum.failures.size > 0);
  if (isFailed || (status ?? 0) >= 500) return "failed";
  return (status ?? 0) >= 400 || errorCodes.size > 0 ? "refused" : "ok";
}

/**
 * Creates the log: JSON lines, on stdout by default. What is logged as `error` goes through describeError, which drops texts that are
 * not ours. `err`, which pino itself knows, is treated the same.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const describe = (error: unknown): object => describeError(error);
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describe, err: describe },
  };
  // Unbuffered: if nobody reads any more, sonic-boom's flushSync would retry a buffer for ever at the end.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}

/** An error as the log shows it. */
interface DescribedError {
  readonly name: string;
  /** Absent if the text may hold what must not be logged. */
  readonly message?: string;
  /** Ours ("UNAVAILABLE"), Node's ("ECONNREFUSED"), undici's ("UND_ERR_SOCKET"), PostgreSQL's ("23505"), SQLite's ("SQLITE_FULL"). */
  readonly code?: string;
  readonly backend?: string;
  readonly backendCode?: string;
  /** Where it was thrown: functions, files and lines. */
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
}

const deepest = 5;

/**
 * Describes an error for the log. Pure. Its text is logged only if this program wrote all of it: StoreError, and BillingError unless it
 * may quote a backend's refusal, which only the refused caller may see. Other errors may quote their input: JSON.parse and zod the
 * upstream body, V8's TypeError a value ("Cannot use 'in' operator to search for 'x' in …"), PostgreSQL the parameters (`detail`),
 * undici's HTTPParserError the bytes (`data`), ERR_INVALID_URL the address with its credentials (`input`). Their name, code and stack
 * frames are logged, which is enough to find the place.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { backend, backendCode } = error as { backend?: unknown; backendCode?: unknown };
  const code = codeOf(error);
  const isOurs = error instanceof BillingError || error.name === "StoreError";
  const stack = framesOf(error);
  return {
    name: error.name,
    ...(isOurs && !mayQuote(error) && { message: error.message }),
    ...(isToken(code) && { code: String(code) }),
    ...(isOurs && isToken(backend) && { backend: String(backend) }),
    ...(isOurs && isToken(backendCode) && { backendCode: String(backendCode) }),
    ...(stack.length > 0 && { stack }),
    ...(error.cause !== undefined && depth < deepest && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** SQLite's primary result codes, by number (sqlite.org/rescode.html). */
const sqliteCodes =
  "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB".split(
    " ",
  );

/** node:sqlite gives all SQLite errors the same code. The real one is in the number `errcode`. */
function codeOf(error: Error): unknown {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode !== "number") return code;
  const name = sqliteCodes[errcode & 0xff];
  if (name === undefined) return errcode;
  return errcode > 0xff ? `SQLITE_${name}:${errcode}` : `SQLITE_${name}`;
}

/** Codes of errors in which no adapter quotes its backend: the backend did not act on the request. */
const ownWords: ReadonlySet<string> = new Set(["UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE", "RATE_LIMITED", "OUTCOME_UNKNOWN"]);

function mayQuote(error: Error): boolean {
  return error instanceof BillingError && error.backend !== undefined && !ownWords.has(error.code);
}

/** Codes are short words. Anything longer, or with other characters, is not a code. */
function isToken(value: unknown): boolean {
  return (typeof value === "string" && /^[\w.:-]{1,64}$/.test(value)) || typeof value === "number";
}

/** The stack's lines that name places. The text above them repeats the message, which may have several lines. */
function framesOf({ name, message, stack = "" }: Error): string[] {
  const heading = message === "" ? name : `${name}: ${message}`;
  const places = stack.startsWith(heading) ? stack.slice(heading.length) : stack.slice(stack.indexOf(message) + message.length);
  return places
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at [^"']+:\d+:\d+\)?$/.test(line));
}

/** "other" is the console's files, and what is not there. */
const quiet: ReadonlySet<Route> = new Set(["/health", "/ready", "/metrics", "other"]);

/**
 * Logs a request as one line of names, numbers and codes: never the query's text, values of variables, headers or addresses. Probes and
 * the console's files are logged at debug, or they would be most of the log.
 */
export function logRequest(logger: Logger, state: RequestState, ending: Ending): void {
  const { id: requestId, route, operation, client, caller, backends, errorCodes } = state;
  const { status, aborted } = ending;
  const line = {
    requestId,
    route,
    ...(operation && { operation: operation.name, type: operation.kind }),
    caller: caller?.name ?? null,
    ...(client.name !== null && { client: client.version === null ? client.name : `${client.name} ${client.version}` }),
    status,
    milliseconds: tenths(ending.milliseconds),
    ...(aborted && { aborted }),
    ...(backends.size > 0 && { backends: Object.fromEntries([...backends].map(([backend, sum]) => [backend, rounded(sum)])) }),
    ...(errorCodes.size > 0 && { errors: [...errorCodes] }),
  };
  logger[levelOf(state, ending)](line, "request");
}

function levelOf(state: RequestState, ending: Ending): "debug" | "info" | "warn" | "error" {
  if (outcomeOf(state, ending) === "failed") return state.errorCodes.has("INTERNAL") ? "error" : "warn";
  return quiet.has(state.route) && (ending.status ?? 0) < 400 ? "debug" : "info";
}

function rounded({ calls, milliseconds, failures }: BackendSum) {
  return { calls, milliseconds: tenths(milliseconds), ...(failures.size > 0 && { errors: [...failures] }) };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** The part of a journal operation that is logged: see journal/model.ts. */
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

/** The part of a warning that is logged: neither what was sent nor what is stored. */
export interface LoggedWarning {
  readonly code: string;
  readonly field: readonly string[] | null;
}

/** Logs all warnings of a step as one line. */
export function logWarnings(
  logger: Logger,
  { id, mutation }: LoggedOperation,
  { position, action, backend }: Pick<LoggedStep, "position" | "action" | "backend">,
  warnings: readonly LoggedWarning[],
): void {
  const told = warnings.map(({ code, field }) => ({ code, field: field?.join(".") ?? null }));
  logger.warn({ operation: id, mutation, step: position, action, backend, warnings: told }, "a write has warnings");
}

/** Logs each surprise once, however often it occurs. A line holds the backend's names, no values. */
export function createSurpriseLog(logger: Logger): (surprise: ObservedSurprise) => void {
  const told = new Set<string>();
  return ({ backend, function: name, kind, what }) => {
    const key = JSON.stringify([backend, name, kind, what]);
    if (told.has(key) || told.size >= mostSurprises) return;
    told.add(key);
    // The name comes from the backend's answer, so it is logged only if it looks like a name.
    logger.warn(
      { backend, function: name, kind, what: /^[\w.[\]{}-]{1,80}$/.test(what) ? what : "?" },
      "the form of a backend's answers has changed",
    );
  };
}

const mostSurprises = 1_000;

/** Logs a step that has ended as one line, without its input. */
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
