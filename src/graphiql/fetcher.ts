import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import { type ExecutionResult, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { readEvents } from "../client/events.ts";

/**
 * How GraphiQL asks the gateway: queries and mutations by POST, subscriptions over server-sent events ("distinct connections" of the
 * GraphQL over SSE protocol). Answers are shown as they are, with their errors. The browser adds the credential that it knows.
 */

/** @param url the gateway's GraphQL address */
export function createFetcher(url: string): Fetcher {
  return ({ query, operationName, variables }, options) => {
    const operation = operationOf(query, operationName);
    // GraphiQL learns the operation's name a moment after the query was edited: until then it gives that of the one before.
    const params: FetcherParams = { query, operationName: operation?.name?.value ?? null, variables };
    const ask: Ask = (accept, signal) => {
      const headers = new Headers(options?.headers);
      headers.set("accept", accept);
      headers.set("content-type", "application/json");
      return fetch(url, { method: "POST", headers, body: JSON.stringify(params), signal: signal ?? null });
    };
    return operation?.operation === "subscription" ? following(ask) : answerTo(ask);
  };
}

type Ask = (accept: string, signal?: AbortSignal) => Promise<Response>;

const eventStream = "text/event-stream";

async function answerTo(ask: Ask): Promise<ExecutionResult> {
  try {
    return await resultOf(await ask("application/graphql-response+json, application/json;q=0.9"));
  } catch (error) {
    return failure(error);
  }
}

/** Not an async generator: that would go on waiting for the next event when it is stopped. */
function following(ask: Ask): Observable<ExecutionResult> {
  const subscribe = ({ next, complete }: Observer): { readonly unsubscribe: () => void } => {
    const controller = new AbortController();
    const { signal } = controller;
    void follow(ask, next, signal)
      .catch((error: unknown) => signal.aborted || next(failure(error)))
      .finally(complete);
    return { unsubscribe: () => controller.abort() };
  };
  // GraphiQL calls it in this way only; its type has two more.
  return { subscribe: subscribe as unknown as Observable<ExecutionResult>["subscribe"] };
}

interface Observer {
  readonly next: (result: ExecutionResult) => void;
  readonly complete: () => void;
}

async function follow(ask: Ask, next: Observer["next"], signal: AbortSignal): Promise<void> {
  const response = await ask(eventStream, signal);
  // A refusal is no stream.
  if (!response.body || !response.headers.get("content-type")?.startsWith(eventStream)) return next(await resultOf(response));
  for await (const { type, data } of readEvents(response.body)) {
    if (type === "complete") return;
    if (type === "next") next(JSON.parse(data) as ExecutionResult);
  }
  throw new Error("The event stream was interrupted.");
}

/**
 * The operation of that name, or the only one. Null if there is a choice or the document does not parse: the gateway explains the
 * error best.
 */
function operationOf(query: string, name: string | null | undefined): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, name) ?? getOperationAST(document) ?? null;
  } catch {
    return null;
  }
}

/** Whatever the gateway, or a proxy before it, answers. */
async function resultOf(response: Response): Promise<ExecutionResult> {
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    return failure(`HTTP ${response.status}: ${text.slice(0, 1_000)}`);
  }
}

/** Shown like an error of GraphQL. */
function failure(error: unknown): ExecutionResult {
  const message = error instanceof Error ? `The gateway did not answer: ${error.message}` : String(error);
  return { errors: [{ message }] } as unknown as ExecutionResult;
}
