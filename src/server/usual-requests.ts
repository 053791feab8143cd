import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { ExecutionResult } from "graphql";
import type { GraphQLParams } from "graphql-yoga";
import { LRUCache } from "lru-cache";
import type { Authenticate } from "./auth/authenticate.ts";
import { credentialHeaders } from "./auth/credential.ts";
import { type Documents, resolveDocument, type TrustedDocuments } from "./document/documents.ts";
import { executePlanned } from "./execution/execute.ts";
import { type Bodies, parametersOfBody } from "./http/parameters.ts";
import type { RateLimits } from "./http/rate-limit.ts";
import { jsonTypeOf, refuseHost, refuseRequest } from "./http/rules.ts";
import { idempotencyHeader, isMoreThanOneMutation } from "./idempotency-header.ts";
import { estimatedCost, type QueryLimits, variablesProblem } from "./limits/plugin.ts";
import type { Executions, PrintableResult } from "./sharing.ts";
import type { Handle, RequestState } from "./state.ts";

/** After so many milliseconds of one turn of the event loop, what begins to execute waits for a later turn. */
const longestTurnMs = 5;

/**
 * Spreads executions over turns of the event loop. Requests that arrive together are read in one turn, and those that only SQLite
 * answers would be executed in it as well, one after the other: nothing else ran for as long, no timer and no other client's answer.
 *
 * @returns a function to ask before each execution: null = now, else a promise. They begin in the order in which they ask.
 */
export function createTurns(now: () => number = () => performance.now()): () => Promise<void> | null {
  const waiting: (() => void)[] = [];
  /** When the first execution of this turn began; null = there was none. */
  let began: number | null = null;
  const endTurn = (): void => {
    began = null;
  };
  // The executions that it starts run when it returns, and the next one in another turn.
  const letOneBegin = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(letOneBegin);
  };

  return () => {
    if (waiting.length === 0) {
      if (began === null) {
        began = now();
        setImmediate(endTurn);
        return null;
      }
      if (now() - began < longestTurnMs) return null;
      setImmediate(letOneBegin);
    }
    return new Promise((resolve) => void waiting.push(resolve));
  };
}

/**
 * Answers the usual request by itself: a POST of a query or a mutation that is valid, within all limits, and succeeds without an
 * error. Yoga's hooks and its copies of request and response take more processor time than all the rest of a small query. Anything
 * else goes to Yoga, which alone decides what is answered then. What has been done for the request already is kept in its state, and
 * Yoga's plugins take it from there: a request is counted, read and executed once.
 */
interface UsualRequests {
  readonly authenticate: Authenticate;
  readonly rates: RateLimits;
  readonly documents: Documents;
  readonly limits: QueryLimits;
  readonly bodies: Bodies;
  readonly trusted: TrustedDocuments;
  readonly executions: Executions;
  /** Whether Yoga's plugins add something to every answer. */
  readonly isExtended: boolean;
}

/** @param withYoga answers any request */
export function usualRequests(options: UsualRequests, withYoga: Handle): Handle {
  const { authenticate, rates, bodies, documents, limits, trusted, executions, isExtended } = options;
  const headOf = createHeads();
  const turn = createTurns();

  /** Answers the request, or returns false: Yoga has to. */
  async function answer(request: IncomingMessage, response: ServerResponse, state: RequestState): Promise<boolean> {
    const { headers } = request;
    const contentType = headOf(headers["content-type"], headers.accept);
    if (contentType === null) return false;
    const caller = await authenticate(credentialHeaders(request));
    if (caller.actor === null && refuseHost(headers.host ?? null)) return false;
    state.caller = caller;
    state.counted = { refused: await rates.ofCaller(caller.actor, { req: request }) };
    if (state.counted.refused) return false;
    state.body = bodies.read({ req: request, res: response }, caller.actor);
    const params = await parametersOfBody(state.body);
    const { query, variables, operationName, extensions, ...others } = withText(params);
    if (typeof query !== "string" || extensions?.["cost"] !== undefined || Object.keys(others).length > 0) return false;
    if (variablesProblem(variables, limits)) return false;
    const document = documents.read(query);
    const operation = document.operation(operationName);
    if (!operation || operation.kind === "subscription" || document.problems().length > 0) return false;
    if (estimatedCost(operation, variables ?? {}) > limits.maxComplexity) return false;
    const headerKey = textOf(headers[idempotencyHeader]);
    if (headerKey !== null && isMoreThanOneMutation(operation)) return false;
    Object.assign(state, { document, operation });
    const plan = operation.plan();
    await turn();
    state.executed = executions.execute(
      { variableValues: variables ?? {} },
      { state, operation, headerKey, signal: leaving(response) },
      (given) => executePlanned(plan, given),
    );
    const result = await state.executed;
    if (isExtended || !isPlain(result)) return false;
    send(response, contentType, result);
    return true;
  }

  function withText(params: GraphQLParams): GraphQLParams {
    const resolved = resolveDocument(params, limits.trustedDocuments, trusted, documents.idOf);
    if (resolved instanceof Error) throw resolved;
    return resolved;
  }

  return async (request, response, state) => {
    const { method, url, headers } = request;
    const isPlain = headers["content-length"] !== undefined && headers["content-encoding"] === undefined;
    const isUsual = method === "POST" && url === "/graphql" && isPlain;
    const isAnswered =
      isUsual &&
      (await answer(request, response, state).catch((error: unknown) => {
        if (response.headersSent) throw error;
        // Yoga comes to the same, and puts it into words.
        return false;
      }));
    if (!isAnswered) await withYoga(request, response, state);
  };
}

/** Heads that are remembered. Programs send few. */
const mostHeads = 100;
/** Characters: callers choose what they send. */
const longestHead = 500;

/** Returns the media type of the answer to a request with these headers; null if Yoga has to look at them. */
function createHeads(): (contentType: string | undefined, accept: string | undefined) => string | null {
  const known = new LRUCache<string, { readonly type: string | null }>({ max: mostHeads });
  return (contentType = "", accept = "") => {
    const head = `${contentType}\n${accept}`;
    const remembered = known.get(head);
    if (remembered) return remembered.type;
    const headers = new Headers({ "content-type": contentType, accept });
    const isUsual = refuseRequest({ method: "POST", pathname: "/graphql", headers }) === null;
    const type = isUsual ? jsonTypeOf(accept) : null;
    if (head.length <= longestHead) known.set(head, { type });
    return type;
  };
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? header : null;
}

/** Aborted when the client leaves before its answer is complete. */
function leaving(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** An answer of data and nothing else, which has the status 200. */
function isPlain(result: ExecutionResult): boolean {
  return Object.keys(result).every((name) => name === "data" || name === "stringify") && result.data != null;
}

function send(response: ServerResponse, type: string, result: ExecutionResult & Partial<PrintableResult>): void {
  const text = result.stringify ? result.stringify(result) : JSON.stringify(result);
  response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-length": Buffer.byteLength(text) }).end(text);
}
