import { type Circumstances, type Failure, GatewayError, placeOf, TransportError } from "./errors.ts";

/** An answer of a GraphQL server, not yet checked. */
interface GatewayAnswer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Returns the data of an answer. Throws a GatewayError when the answer has errors, whatever its HTTP status. Throws a
 * TransportError when it is no GraphQL answer: a proxy's error page, or half a body.
 */
export function dataOf(text: string, response: Head): unknown {
  const answer = answerIn(text);
  const circumstances = circumstancesOf(response);
  if (!answer) throw new TransportError(`HTTP ${response.status}: this is not an answer of a GraphQL server.`, circumstances);
  const [first, ...others] = (answer.errors ?? []).map(failureOf);
  if (!first) return answer.data;
  const named = answer.errors?.map(({ extensions }) => extensions?.["requestId"]).find((id) => typeof id === "string");
  const requestId = named ?? circumstances.requestId;
  throw new GatewayError([first, ...others], { ...circumstances, data: answer.data ?? null, requestId });
}

type Head = Pick<Response, "status" | "headers">;

export function circumstancesOf({ status, headers }: Head): Circumstances {
  return { status, requestId: headers.get("x-request-id"), retryAfterSeconds: secondsIn(headers.get("retry-after")) };
}

/** Retry-After holds seconds or a date (RFC 9110, 10.2.3). */
function secondsIn(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

function answerIn(text: string): GatewayAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === "object" && value !== null && ("data" in value || "errors" in value);
    return isAnswer ? (value as GatewayAnswer) : null;
  } catch {
    return null;
  }
}

function failureOf({ message, path, extensions = {} }: NonNullable<GatewayAnswer["errors"]>[number]): Failure {
  const { code, backend, backendCode, field, retryable } = extensions;
  return {
    code: textOrNull(code) ?? "INTERNAL",
    message,
    ...placeOf(Array.isArray(field) ? field.map(String) : null, message),
    backend: textOrNull(backend),
    backendCode: textOrNull(backendCode),
    retryable: retryable === true,
    path: path ?? null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
