import { type Failure, GatewayError, TransportError } from "./errors.ts";

/** What a GraphQL server answers, before it is looked at. */
interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * The data of an answer. Throws a GatewayError for an answer with errors, whatever its HTTP status, and a TransportError for what
 * is no answer of GraphQL: a proxy's error page, half a body.
 */
export function dataOf(text: string, { status, headers }: Pick<Response, "status" | "headers">): unknown {
  const answer = answerIn(text);
  if (!answer) throw new TransportError(`HTTP ${status}: this is no answer of a GraphQL server.`, { status });
  const [first, ...others] = (answer.errors ?? []).map(failureOf);
  if (!first) return answer.data;
  const named = answer.errors?.map(({ extensions }) => extensions?.["requestId"]).find((id) => typeof id === "string");
  const requestId = named ?? headers.get("x-request-id");
  throw new GatewayError([first, ...others], { data: answer.data ?? null, requestId });
}

function answerIn(text: string): Answer | null {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === "object" && value !== null && ("data" in value || "errors" in value);
    return isAnswer ? (value as Answer) : null;
  } catch {
    return null;
  }
}

function failureOf({ message, path, extensions = {} }: NonNullable<Answer["errors"]>[number]): Failure {
  const { code, backend, backendCode, field, retryable } = extensions;
  return {
    code: textOrNull(code) ?? "INTERNAL",
    message,
    field: Array.isArray(field) ? field.map(String) : null,
    backend: textOrNull(backend),
    backendCode: textOrNull(backendCode),
    retryable: retryable === true,
    path: path ?? null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
