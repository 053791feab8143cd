import { BillingError } from "../../model/errors.ts";

/** An error as the log shows it. */
export interface DescribedError {
  readonly name: string;
  /** Left out where the text may hold what must not be logged. */
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
 * What of a failure may be logged. Pure. An error's text is logged only where this program wrote all of it: StoreError, and
 * BillingError unless it may quote what a backend said in refusing something, which is for the caller who was refused. Others may quote what they failed on: JSON.parse and zod the upstream body, V8's TypeError a value ("Cannot use
 * 'in' operator to search for 'x' in …"), PostgreSQL the parameters (`detail`), undici's HTTPParserError the bytes (`data`),
 * ERR_INVALID_URL the address with its credentials (`input`). Of those, name, code and stack frames tell the place, which is
 * what a person needs to find the reason.
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

/** By its number, a primary result code of SQLite (sqlite.org/rescode.html). */
const sqliteCodes =
  "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB".split(
    " ",
  );

/** Of every error of SQLite, node:sqlite's own code is the same; what it was about is in a number. */
function codeOf(error: Error): unknown {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode !== "number") return code;
  const name = sqliteCodes[errcode & 0xff];
  if (name === undefined) return errcode;
  return errcode > 0xff ? `SQLITE_${name}:${errcode}` : `SQLITE_${name}`;
}

/** Codes of what a backend did not do at all: no adapter repeats its words with these. */
const ownWords: ReadonlySet<string> = new Set(["UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE", "RATE_LIMITED", "OUTCOME_UNKNOWN"]);

function mayQuote(error: Error): boolean {
  return error instanceof BillingError && error.backend !== undefined && !ownWords.has(error.code);
}

/** Codes are short words; what is longer or has other characters is no code. */
function isToken(value: unknown): boolean {
  return (typeof value === "string" && /^[\w.:-]{1,64}$/.test(value)) || typeof value === "number";
}

/** The lines of a stack that name places; the text above them repeats the message, which may have lines of its own. */
function framesOf({ name, message, stack = "" }: Error): string[] {
  const heading = message === "" ? name : `${name}: ${message}`;
  const places = stack.startsWith(heading) ? stack.slice(heading.length) : stack.slice(stack.indexOf(message) + message.length);
  return places
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at [^"']+:\d+:\d+\)?$/.test(line));
}
