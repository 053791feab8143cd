import type { ErrorCode } from "./generated/graphql.ts";

/** One error, from an answer's `errors` or from a mutation's payload. */
export interface Failure {
  /** Why, as a code. Others come from GraphQL itself: GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED. */
  readonly code: ErrorCode | (string & Record<never, never>);
  /** A sentence that tells a person what to do. */
  readonly message: string;
  /** Path of the input member at fault, for example ["input", "charge", "amount"]. */
  readonly field: readonly string[] | null;
  /** The message without the path at its start, to show beside the field. */
  readonly fieldMessage: string;
  /** The input member at fault, as forms name their fields: "charge.amount". */
  readonly formField: string | null;
  /** Key of the backend that reported it. */
  readonly backend: string | null;
  /** The backend's own code. */
  readonly backendCode: string | null;
  /** True: nothing happened, and the same call may be sent again. */
  readonly retryable: boolean;
  /** The place in the answer's data; null for a mutation's own errors. */
  readonly path: readonly (string | number)[] | null;
}

/** The parts of the HTTP response besides its body. */
export interface Circumstances {
  /** HTTP status; null when there was no response. */
  readonly status: number | null;
  /** Show it to people: the operators of the gateway find the request in the log by it. */
  readonly requestId: string | null;
  /** How long the gateway or a proxy asks to wait before the next request (Retry-After). */
  readonly retryAfterSeconds: number | null;
}

/** The gateway answered with errors. The error's own members are those of the first; `errors` has all of them. */
export class GatewayError extends Error implements Circumstances {
  override readonly name = "GatewayError";
  readonly errors: readonly [Failure, ...Failure[]];
  /** The data that came with the errors, unchecked; null when there was none. */
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

/** The gateway did not answer: the network failed, or something else answered. A mutation may have happened nevertheless. */
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
 * True when the gateway refused the request's credentials or found none: ask the person to sign in. The code UNAUTHENTICATED is
 * not enough to tell: a backend that refuses the gateway's own credentials has it too, with another HTTP status.
 */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 401;
}

/**
 * True when reading again may help. Retry a mutation only with its idempotency key: without an answer, it may have happened. A
 * status of 400 to 499 is the request's own fault, except 408 and 429, which ask to wait.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof GatewayError) return error.retryable;
  if (!(error instanceof TransportError)) return false;
  const { status } = error;
  return status === null || status < 400 || status >= 500 || status === 408 || status === 429;
}

/** The seconds that the gateway or a proxy asks to wait; null when neither does. */
export function retryAfterSecondsOf(error: unknown): number | null {
  return error instanceof GatewayError || error instanceof TransportError ? error.retryAfterSeconds : null;
}

/** The part of a mutation's payload with its errors, as this package's operations select it. */
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
 * Returns the payload of a mutation, or one result of a fan-out. Throws a GatewayError with all of its errors if it has any: for
 * callers that treat a refusal as a failure instead of showing it at a field.
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

/**
 * The message of an error may begin with the path of its field, with the end of that path, or, about variables, with what holds for
 * all of them: this cuts it off.
 */
export function placeOf(field: readonly string[] | null, message: string): Pick<Failure, "field" | "fieldMessage" | "formField"> {
  const paths = (field ?? []).map((_, from, parts) => `${parts.slice(from).join(".")}: `);
  const [about] = /^Variable "\$\w+" has an invalid value(?: at "[^"]*")?: /.exec(message) ?? [];
  const path = about ?? paths.find((each) => message.startsWith(each)) ?? "";
  const below = field?.[0] === "input" ? field.slice(1) : (field ?? []);
  return { field, fieldMessage: message.slice(path.length), formField: below.length === 0 ? null : below.join(".") };
}
