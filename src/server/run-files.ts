import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { z } from "zod";
import type { Caller, Scope } from "../model/caller.ts";
import { BillingError, type ErrorCode, invalidInput } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { keyOf } from "../mutations/idempotency.ts";
import { type Mapping, mappingSchema } from "../runs/mapping.ts";
import type { Run } from "../runs/model.ts";
import { type FileType, readRows } from "../runs/reading.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { Authenticate } from "./auth/authenticate.ts";
import { authenticationRefusal, credentialHeaders } from "./auth/credential.ts";
import { unexpectedMessage } from "./errors.ts";
import type { RateLimits } from "./http/rate-limit.ts";
import { type Refusal, sendRefusal } from "./http/responses.ts";
import { refuseHost } from "./http/rules.ts";
import type { Handle, RequestState } from "./state.ts";
import { storeFailureIn } from "./telemetry/telemetry.ts";

/**
 * Serves the files of charge runs: POST /runs makes a run of a file, POST /runs/ID replaces its file, GET /runs/ID/result.csv returns
 * its results. Callers have the same rights as in GraphQL.
 */

export interface RunFilesOptions {
  readonly authenticate: Authenticate;
  readonly rates: RateLimits;
  readonly runsOf: (caller: Caller) => CallerRuns;
  readonly logger: Logger;
}

/** Media types that no form and no script of another page can send without a preflight (Fetch, CORS-safelisted request header). */
const types: Readonly<Record<string, FileType>> = {
  "text/csv": "csv",
  "application/x-ndjson": "jsonl",
  "application/jsonl": "jsonl",
};

/** JSON: see runs/mapping.ts. */
const map = z.string().default("{}");

/** The parameters of a new run. */
const ofNew = z.strictObject({
  name: z.string("is needed").min(1),
  series: z.string().min(1).optional(),
  dryRun: z.enum(["true", "false"]).default("false"),
  rowsPerSecond: z.coerce.number().optional(),
  map,
});

/** The parameters of a new version of a run's file. What else was said of the run stays. */
const ofVersion = z.strictObject({ map });

export function withRunFiles(next: Handle, options: RunFilesOptions): Handle {
  return async (request, response, state) => {
    // Not relative to it: "//" would name another host.
    const url = new URL(`http://gateway${request.url ?? "/"}`);
    const [, runs, id, file, ...more] = url.pathname.split("/");
    const isFile = runs === "runs" && more.length === 0;
    const isUpload = isFile && request.method === "POST" && file === undefined;
    const isResult = isFile && request.method === "GET" && id !== undefined && file === "result.csv";
    if (!isUpload && !isResult) return next(request, response, state);
    try {
      state.caller = await callerOf(request, options);
      const runs = runsOf(state.caller, isResult ? ["read"] : ["read", "write"], options);
      if (isResult) await giveResult(id, runs, response);
      else await takeFile(id, url, runs, request, response);
    } catch (error) {
      const refusal = refusalOf(error);
      noteFailure(error, refusal, state, options.logger);
      if (response.headersSent) return void response.destroy();
      sendRefusal(refusal, response);
    }
  };
}

async function takeFile(
  id: string | undefined,
  url: URL,
  runs: CallerRuns,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = typeOf(request);
  const parameters = parametersOf(url);
  // Stopping in the middle must not close the connection before the sender gets an answer.
  const pieces = request.iterator({ destroyOnReturn: false });
  let run: Run;
  if (id === undefined) {
    const { name, series, dryRun, rowsPerSecond, map: given } = parsed(ofNew, parameters, []);
    const rows = readRows(pieces, type, mappingOf(given));
    const header = request.headers["idempotency-key"];
    const made = {
      name,
      series: series ?? null,
      options: { dryRun: dryRun === "true", rowsPerSecond: rowsPerSecond ?? null },
      idempotencyKey: keyOf(null, typeof header === "string" ? header : null)?.key ?? null,
    };
    run = await runs.create(made, rows);
  } else {
    const { map: given } = parsed(ofVersion, parameters, []);
    run = await runs.replace(runIdOf(id), readRows(pieces, type, mappingOf(given)));
  }
  const { state, planHash, summary } = run;
  const counts = await runs.counts(run);
  const body = `${JSON.stringify({ id: globalIdOf(run), name: run.name, series: run.series, state, planHash, ...summary, counts })}\n`;
  response.writeHead(id === undefined ? 201 : 200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function typeOf({ headers }: IncomingMessage): FileType {
  const refuse = (message: string): RefusedError => new RefusedError({ status: 415, code: "INVALID_INPUT", message });
  const type = types[(headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""];
  if (type === undefined) throw refuse("A file is text/csv or application/x-ndjson.");
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") throw refuse("A file is sent uncompressed.");
  return type;
}

/** Refuses a parameter that is there twice: nobody knows which one is meant. */
function parametersOf({ searchParams }: URL): Readonly<Record<string, string>> {
  const names = [...searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalidInput([repeated], "is given twice");
  return Object.fromEntries(searchParams);
}

function mappingOf(text: string): Mapping {
  return parsed(mappingSchema, jsonOf(text), ["map"]);
}

async function giveResult(id: string, runs: CallerRuns, response: ServerResponse): Promise<void> {
  const lines = await runs.result(runIdOf(id));
  response.writeHead(200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="result.csv"',
    "cache-control": "no-store",
  });
  await pipeline(Readable.from(lines), response);
}

async function callerOf(request: IncomingMessage, { authenticate, rates }: RunFilesOptions): Promise<Caller> {
  const { method, headers } = request;
  const context = { req: request };
  const caller = await authenticate(credentialHeaders(request)).catch(async (error: unknown) => {
    const refusal = authenticationRefusal(error, { method, accept: headers.accept });
    const limited = refusal.status === 401 ? await rates.failed(headers.authorization ?? null, context) : null;
    throw new RefusedError(limited ?? refusal);
  });
  const isForeign = caller.actor === null ? refuseHost(headers.host ?? null) : null;
  const refused = isForeign ?? (await rates.ofCaller(caller.actor, context));
  if (refused) throw new RefusedError(refused);
  return caller;
}

function runsOf(caller: Caller, needed: readonly Scope[], options: RunFilesOptions): CallerRuns {
  const missing = needed.find((scope) => !caller.scopes.has(scope));
  if (missing !== undefined) throw new BillingError("FORBIDDEN", `This needs the scope ${missing}.`);
  return options.runsOf(caller);
}

class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

const statuses: Partial<Record<ErrorCode, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  UNAVAILABLE: 503,
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusedError) return error.refusal;
  if (error instanceof BillingError) return { status: statuses[error.code] ?? 400, code: error.code, message: error.message };
  // The body was cut off, or nobody reads the answer.
  if (error instanceof Error && "code" in error && callerIsGone.has(error.code))
    return { status: 400, code: "INVALID_INPUT", message: "The body did not arrive completely." };
  return { status: 500, code: "INTERNAL", message: unexpectedMessage };
}

const callerIsGone: ReadonlySet<unknown> = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"]);

/** For the request's line in the log; and what the caller does not see, for the log under the request's id. */
function noteFailure(error: unknown, { code }: Refusal, { id: requestId, errorCodes }: RequestState, logger: Logger): void {
  errorCodes.add(code);
  const storeFailure = storeFailureIn(error);
  if (storeFailure) logger.error({ requestId, error: storeFailure.cause }, "the store failed");
  if (code === "INTERNAL") logger.error({ requestId, error }, "unexpected failure");
}

function runIdOf(globalId: string): string {
  const decoded = decodeId(globalId);
  if (decoded?.type !== "ChargeRun") throw new BillingError("NOT_FOUND", "There is no such run (any more).");
  return decoded.id;
}

function globalIdOf({ id }: Run): string {
  return encodeId({ type: "ChargeRun", backend: "", id });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidInput(["map"], "is not JSON");
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, at: readonly string[]): z.output<Schema> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data as z.output<Schema>;
  const [issue] = error.issues;
  throw invalidInput([...at, ...(issue?.path.map(String) ?? [])], issue?.message ?? "is not valid");
}
