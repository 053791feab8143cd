import { circumstancesOf, dataOf } from "./answer.ts";
import { type AnyDocument, hashOf, type PrintDocument, textOf } from "./documents.ts";
import { TransportError } from "./errors.ts";
import { readEvents } from "./events.ts";
import { limitedTo } from "./limited.ts";

export interface GatewayClientOptions {
  /** The gateway's GraphQL address, e.g. "https://billing.example.com/graphql"; in a browser it may be relative. */
  readonly url: string | URL;
  /** Sent with every request. A function is called for each request: use one for credentials that change. */
  readonly headers?: HeadersGiven | (() => HeadersGiven | Promise<HeadersGiven>) | undefined;
  /**
   * "hash" sends the hash of this package's documents instead of their text. The gateway's limits.trustedDocuments must be
   * "allow" or "require". Documents without a hash are still sent as text. Default: "text", which every gateway takes.
   */
  readonly documents?: "text" | "hash" | undefined;
  /**
   * Milliseconds to wait for an answer. A request that takes longer fails with a TransportError, so that it can be sent again: a
   * connection can be lost without a sign of it. Default: 120000, much longer than limits.requestTimeoutMs of the gateway.
   */
  readonly timeoutMs?: number | undefined;
  /** Replaces the platform's `fetch`: for cookies, proxies and tests. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** `print` of graphql, needed to send parsed documents (TypedDocumentNode) of your own. This package's documents are texts. */
  readonly print?: PrintDocument | undefined;
}

export type HeadersGiven = Headers | Readonly<Record<string, string>>;

export interface RequestOptions {
  /** Aborts the request, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the mutation safe to retry. The document must hold one mutation only. */
  readonly idempotencyKey?: string | undefined;
}

/** Lets a call leave out the variables when all of them are optional. */
export type VariablesAnd<Variables, Options> =
  Record<never, never> extends Variables ? [variables?: Variables, options?: Options] : [variables: Variables, options?: Options];

/**
 * Variables and options as the last arguments of a generic call, where TypeScript cannot tell yet whether variables are required.
 */
export function variablesAnd<Variables, Options>(variables: Variables, options: Options): VariablesAnd<Variables, Options> {
  return [variables, options] as unknown as VariablesAnd<Variables, Options>;
}

export interface GatewayClient {
  /**
   * Sends a document, of this package or any other, and returns its data. Fails with a GatewayError when the answer has errors,
   * with a TransportError when there is no answer, and with the signal's reason when it is aborted.
   */
  readonly request: <Data, Variables>(
    document: AnyDocument<Data, Variables>,
    ...rest: VariablesAnd<Variables, RequestOptions>
  ) => Promise<Data>;
  /**
   * Yields the events of a subscription until the gateway completes it, over server-sent events ("distinct connections" of the
   * GraphQL over SSE protocol). Fails as `request` does; a lost connection is a TransportError.
   */
  readonly subscribe: <Data, Variables>(
    document: AnyDocument<Data, Variables>,
    ...rest: VariablesAnd<Variables, Pick<RequestOptions, "signal">>
  ) => AsyncGenerator<Data, void, undefined>;
}

/** Makes a client of one gateway. The client holds no state: no cache, no connection. */
export function createGatewayClient({
  url,
  headers = {},
  documents = "text",
  timeoutMs = 120_000,
  // Looked up at each call, so that a later replacement is used: MSW, instrumentation, a framework's cache.
  fetch = (input, init) => globalThis.fetch(input, init),
  print,
}: GatewayClientOptions): GatewayClient {
  /** Sends a request. `signal` ends it and the reading of its answer. */
  async function send({ document, variables, options }: GraphQLCall, accept: string, signal: AbortSignal): Promise<Response> {
    const sent = new Headers(typeof headers === "function" ? await headers() : headers);
    sent.set("accept", accept);
    sent.set("content-type", "application/json");
    if (options?.idempotencyKey !== undefined) sent.set("idempotency-key", headerOf(options.idempotencyKey));
    const hash = documents === "hash" ? hashOf(document) : null;
    // GraphQL over HTTP, appendix on persisted documents.
    const body = JSON.stringify({ ...(hash === null ? { query: textOf(document, print) } : { documentId: hash }), variables });
    return whileConnected(options?.signal, () => fetch(url, { method: "POST", headers: sent, body, signal }));
  }

  return {
    request: async <Data, Variables>(
      document: AnyDocument<Data, Variables>,
      ...[variables, options]: [variables?: Variables, options?: RequestOptions]
    ) => {
      const accept = "application/graphql-response+json, application/json;q=0.9";
      const { signal, within, end } = limitedTo(timeoutMs, options?.signal);
      try {
        const response = await within(send({ document, variables, options }, accept, signal));
        const text = await whileConnected(options?.signal, () => within(response.text()), response);
        return dataOf(text, response) as Data;
      } finally {
        end();
      }
    },

    subscribe: async function* <Data, Variables>(
      document: AnyDocument<Data, Variables>,
      ...[variables, options]: [variables?: Variables, options?: RequestOptions]
    ) {
      const { signal, within, stopClock, end } = limitedTo(timeoutMs, options?.signal);
      try {
        const response = await within(send({ document, variables, options }, "text/event-stream", signal));
        const { status, body } = response;
        const circumstances = circumstancesOf(response);
        if (!body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
          const text = await whileConnected(options?.signal, () => within(response.text()), response);
          dataOf(text, response);
          throw new TransportError(`HTTP ${status}: this is not an event stream.`, circumstances);
        }
        stopClock();
        const events = readEvents(body);
        try {
          for (;;) {
            const { done, value: event } = await whileConnected(options?.signal, () => events.next(), response);
            if (done) throw new TransportError("The event stream was interrupted.", circumstances);
            if (event.type === "complete") return;
            if (event.type === "next") yield dataOf(event.data, response) as Data;
          }
        } finally {
          await events.return();
        }
      } finally {
        end();
      }
    },
  };
}

/**
 * Encodes a key as UTF-8, one character for each byte. Quotes it (RFC 8941) if the gateway would otherwise read it as a quoted
 * string.
 */
function headerOf(key: string): string {
  const text = key.trim().startsWith('"') ? `"${key.replace(/["\\]/g, "\\$&")}"` : key;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

interface GraphQLCall {
  readonly document: AnyDocument<unknown, never>;
  readonly variables: unknown;
  readonly options: RequestOptions | undefined;
}

/** Makes an aborted request fail with its signal's reason on every platform, and any other failure here a TransportError. */
async function whileConnected<Result>(
  signal: AbortSignal | undefined,
  act: () => Promise<Result>,
  response?: Response,
): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof TransportError) throw cause;
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    throw new TransportError(`The gateway did not answer${detail}`, { ...(response && circumstancesOf(response)), cause });
  }
}
