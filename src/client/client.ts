import { circumstancesOf, dataOf } from "./answer.ts";
import { type AnyDocument, hashOf, type PrintDocument, textOf } from "./documents.ts";
import { TransportError } from "./errors.ts";
import { readEvents } from "./events.ts";

export interface GatewayClientOptions {
  /** The gateway's GraphQL address, e.g. "https://billing.example.com/graphql"; in a browser it may be relative. */
  readonly url: string | URL;
  /** Sent with every request; a function is asked each time, for credentials that change. */
  readonly headers?: HeadersGiven | (() => HeadersGiven | Promise<HeadersGiven>);
  /**
   * "hash" sends the hash of a document of this package instead of its text, to a gateway whose limits.trustedDocuments is "allow"
   * or "require"; documents without a hash are sent as text all the same. Default: "text", which every gateway takes.
   */
  readonly documents?: "text" | "hash";
  /** Instead of the platform's own, which is looked up at each call: for cookies, proxies, tests. */
  readonly fetch?: typeof globalThis.fetch;
  /** `print` of graphql, for parsed documents (TypedDocumentNode) of your own. This package's documents are texts. */
  readonly print?: PrintDocument;
}

export type HeadersGiven = Headers | Readonly<Record<string, string>>;

export interface RequestOptions {
  /** Ends the request; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Makes a mutation safe to repeat. One mutation in the document. */
  readonly idempotencyKey?: string | undefined;
}

/** The variables may be left out where all of them may. */
export type VariablesAnd<Variables, Options> =
  Record<never, never> extends Variables ? [variables?: Variables, options?: Options] : [variables: Variables, options?: Options];

/** Variables and options as the end of a generic call, where TypeScript cannot yet tell whether the variables may be left out. */
export function variablesAnd<Variables, Options>(variables: Variables, options: Options): VariablesAnd<Variables, Options> {
  return [variables, options] as unknown as VariablesAnd<Variables, Options>;
}

export interface GatewayClient {
  /**
   * The data that a document asks for, of this package's documents or any other. Fails with a GatewayError when the
   * answer has errors, with a TransportError when there is no answer, and with the signal's reason.
   */
  readonly request: <Data, Variables>(
    document: AnyDocument<Data, Variables>,
    ...rest: VariablesAnd<Variables, RequestOptions>
  ) => Promise<Data>;
  /**
   * What a subscription tells, over server-sent events ("distinct connections" of the GraphQL over SSE protocol), until the
   * gateway completes it. Fails like `request`; a connection that breaks off is a TransportError.
   */
  readonly subscribe: <Data, Variables>(
    document: AnyDocument<Data, Variables>,
    ...rest: VariablesAnd<Variables, Pick<RequestOptions, "signal">>
  ) => AsyncGenerator<Data, void, undefined>;
}

/** A client of one gateway. It keeps nothing: no cache, no connection. */
export function createGatewayClient({
  url,
  headers = {},
  documents = "text",
  // Looked up at each call, so that what replaces it later is used: MSW, instrumentation, a framework's cache.
  fetch = (input, init) => globalThis.fetch(input, init),
  print,
}: GatewayClientOptions): GatewayClient {
  async function send(call: GraphQLCall, accept: string): Promise<Response> {
    const { document, variables, options } = call;
    const sent = new Headers(typeof headers === "function" ? await headers() : headers);
    sent.set("accept", accept);
    sent.set("content-type", "application/json");
    if (options?.idempotencyKey !== undefined) sent.set("idempotency-key", headerOf(options.idempotencyKey));
    const hash = documents === "hash" ? hashOf(document) : null;
    // GraphQL over HTTP, appendix on persisted documents.
    const body = JSON.stringify({ ...(hash === null ? { query: textOf(document, print) } : { documentId: hash }), variables });
    return whileConnected(options?.signal, () =>
      fetch(url, { method: "POST", headers: sent, body, signal: options?.signal ?? null }),
    );
  }

  return {
    request: async <Data, Variables>(
      document: AnyDocument<Data, Variables>,
      ...[variables, options]: [variables?: Variables, options?: RequestOptions]
    ) => {
      const response = await send({ document, variables, options }, "application/graphql-response+json, application/json;q=0.9");
      const text = await whileConnected(options?.signal, () => response.text(), response);
      return dataOf(text, response) as Data;
    },

    subscribe: async function* <Data, Variables>(
      document: AnyDocument<Data, Variables>,
      ...[variables, options]: [variables?: Variables, options?: RequestOptions]
    ) {
      const response = await send({ document, variables, options }, "text/event-stream");
      const { status, body } = response;
      const circumstances = circumstancesOf(response);
      if (!body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
        const text = await whileConnected(options?.signal, () => response.text(), response);
        dataOf(text, response);
        throw new TransportError(`HTTP ${status}: this is no stream of events.`, circumstances);
      }
      const events = readEvents(body);
      try {
        for (;;) {
          const { done, value: event } = await whileConnected(options?.signal, () => events.next(), response);
          if (done) throw new TransportError("The stream of events broke off.", circumstances);
          if (event.type === "complete") return;
          if (event.type === "next") yield dataOf(event.data, response) as Data;
        }
      } finally {
        await events.return();
      }
    },
  };
}

/** A key in UTF-8, one character for each byte; as a quoted string (RFC 8941) where the gateway would take it for one. */
function headerOf(key: string): string {
  const text = key.trim().startsWith('"') ? `"${key.replace(/["\\]/g, "\\$&")}"` : key;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

interface GraphQLCall {
  readonly document: AnyDocument<unknown, never>;
  readonly variables: unknown;
  readonly options: RequestOptions | undefined;
}

/** An aborted request fails with its signal's reason on every platform; everything else that fails here is the transport. */
async function whileConnected<Result>(
  signal: AbortSignal | undefined,
  act: () => Promise<Result>,
  response?: Response,
): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    signal?.throwIfAborted();
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    throw new TransportError(`The gateway did not answer${detail}`, { ...(response && circumstancesOf(response)), cause });
  }
}
