import type { ErrorCode } from "./generated/graphql.ts";

/** One thing that the gateway refused or could not do, as an answer's `errors` or a mutation's payload tell it. */
export interface Failure {
  /** The reason as a code. Others than ErrorCode come from GraphQL itself, e.g. GRAPHQL_VALIDATION_FAILED. */
  readonly code: ErrorCode | (string & Record<never, never>);
  /** A sentence that a person can act on. */
  readonly message: string;
  /** Path of the input at fault, e.g. ["input", "charge", "amount"]. */
  readonly field: readonly string[] | null;
  /** The message for showing beside the field: without the field's path in front. */
  readonly fieldMessage: string;
  /** The input at fault as forms name their fields: "charge.amount". */
  readonly formField: string | null;
  /** Key of the backend that said so. */
  readonly backend: string | null;
  /** What the backend itself said. */
  readonly backendCode: string | null;
  /** True: nothing happened, the same call may be sent again. */
  readonly retryable: boolean;
  /** Where in the answer; null for a mutation's own errors. */
  readonly path: readonly (string | number)[] | null;
}

/** What HTTP told of an answer, besides the answer. */
export interface Circumstances {
  /** HTTP status; null when nothing answered. */
  readonly status: number | null;
  /** Whoever runs the gateway finds what happened under it in the log: show it to people. */
  readonly requestId: string | null;
  /** How long to wait before the next request, when the gateway or a proxy asks for that (Retry-After). */
  readonly retryAfterSeconds: number | null;
}

/** The gateway answered, and refused. The first failure's parts are the error's own; all of them are in `errors`. */
export class GatewayError extends Error implements Circumstances {
  override readonly name = "GatewayError";
  readonly errors: readonly [Failure, ...Failure[]];
  /** What the answer held all the same, unchecked; null when it held nothing. */
  readonly data: unknown;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly code: Failure["code"];
  readonly field: Failure["field"];
  readonly backend: Failure["backend"];
  readonly backendCode: Failure["backendCode"];
  readonly retryable: boolean;

  constructor(
    errors: readonly [Failure, ...Failure[]],
    { data = null, status = null, requestId = null, retryAfterSeconds = null }: Partial<Circumstances> & { data?: unknown } = {},
  ) {
    const [{ message, code, field, backend, backendCode, retryable }] = errors;
    super(message);
    this.errors = errors;
    this.data = data;
    this.status = status;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.code = code;
    this.field = field;
    this.backend = backend;
    this.backendCode = backendCode;
    this.retryable = retryable;
  }
}

/** No answer of the gateway: the network failed, or something else answered. A mutation may have happened nevertheless. */
export class TransportError extends Error implements Circumstances {
  override readonly name = "TransportError";
  readonly status: number | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    message: string,
    { status = null, requestId = null, retryAfterSeconds = null, cause }: Partial<Circumstances> & { cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Whether the gateway refuses the request's credentials, or misses them: time to sign in. The code alone does not tell: a backend
 * that refuses the gateway's own credentials has it (UNAUTHENTICATED) too, in an answer of another status.
 */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 401;
}

/**
 * Whether reading again may help. Of a mutation, repeat only with its idempotency key: without an answer it may have happened.
 * A status of 400 to 499 is the request's fault and stays; 408 and 429 ask for patience.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof GatewayError) return error.retryable;
  if (!(error instanceof TransportError)) return false;
  const { status } = error;
  return status === null || status < 400 || status >= 500 || status === 408 || status === 429;
}

/** How many seconds whoever answered asks to wait; null where nobody does. */
export function retryAfterSecondsOf(error: unknown): number | null {
  return error instanceof GatewayError || error instanceof TransportError ? error.retryAfterSeconds : null;
}

/** A mutation's own errors, as the operations of this package ask for them. */
export interface Payload {
  readonly errors: readonly {
    readonly code: ErrorCode;
    readonly message: string;
    readonly field: readonly string[] | null;
    readonly backendCode: string | null;
    readonly retryable: boolean;
  }[];
}

/**
 * The payload of a mutation, or one result of a fan-out, when it has no errors. Throws a GatewayError with all of them when it has:
 * for callers who handle refusals like failures instead of showing them at their fields.
 */
export function unwrap<Result extends Payload>(payload: Result): Result {
  const [first, ...others] = payload.errors.map(
    (error): Failure => ({
      ...error,
      ...placeOf(error.field, error.message),
      backend: null,
      path: null,
    }),
  );
  if (first) throw new GatewayError([first, ...others], { data: payload });
  return payload;
}

/** As MutationError has it: messages about a field begin with its path, or with the end of it. */
export function placeOf(field: readonly string[] | null, message: string): Pick<Failure, "field" | "fieldMessage" | "formField"> {
  const paths = (field ?? []).map((_, from, parts) => `${parts.slice(from).join(".")}: `);
  const path = paths.find((each) => message.startsWith(each)) ?? "";
  const below = field?.[0] === "input" ? field.slice(1) : (field ?? []);
  return { field, fieldMessage: message.slice(path.length), formField: below.length === 0 ? null : below.join(".") };
}
