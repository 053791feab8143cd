import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { FetcherOpts, FetcherParams, Observable } from "@graphiql/toolkit";
import type { ExecutionResult } from "graphql";
import { expect, it, vi } from "vitest";
import { createFetcher } from "../../src/graphiql/fetcher.ts";
import { patience } from "../support/patience.ts";

/** What GraphiQL shows of answers of a gateway, of proxies, and of broken connections. */

interface Served extends AsyncDisposable {
  readonly url: string;
}

async function serve(answer: RequestListener): Promise<Served> {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const subscription: FetcherParams = { query: "subscription { operationUpdated { id } }" };

async function shown({ url }: Served, params: FetcherParams, options?: FetcherOpts): Promise<unknown> {
  return await createFetcher(url)(params, options);
}

/** All events of a subscription, until it ends. */
function told({ url }: Served, params: FetcherParams = subscription): Promise<readonly ExecutionResult[]> {
  const results: ExecutionResult[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly ExecutionResult[]>();
  follow(url, params).subscribe({ next: (result) => void results.push(result), error: reject, complete: () => resolve(results) });
  return promise;
}

const follow = (url: string, params: FetcherParams = subscription): Observable<ExecutionResult> =>
  createFetcher(url)(params) as Observable<ExecutionResult>;

const stream =
  (text: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).end(text);

it("sends a query by GraphQL over HTTP, with the headers of the tab", async () => {
  let seen: IncomingMessage | undefined;
  let body: unknown;
  await using gateway = await serve(async (request, response) => {
    seen = request;
    body = await json(request);
    response.end('{"data":{"a":"1.10"}}');
  });
  const params = { query: "query A($b: Int) { a }", operationName: "A", variables: { b: 1 } };
  expect(await shown(gateway, params, { headers: { authorization: "Bearer k" } })).toEqual({ data: { a: "1.10" } });
  expect(body).toEqual(params);
  expect(seen).toMatchObject({
    method: "POST",
    headers: { authorization: "Bearer k", "content-type": "application/json", accept: /^application\/graphql-response\+json,/ },
  });
});

it.each([
  ["a refusal of the gateway", 401, '{"errors":[{"message":"no"}]}', { errors: [{ message: "no" }] }],
  ["a proxy's page", 502, "<h1>Bad Gateway</h1>", { errors: [{ message: "HTTP 502: <h1>Bad Gateway</h1>" }] }],
])("shows %s, to a query and to a subscription", async (_, status, text, result) => {
  await using gateway = await serve((_request, response) => void response.writeHead(status).end(text));
  expect(await shown(gateway, { query: "{ a }" })).toEqual(result);
  expect(await told(gateway)).toEqual([result]);
});

it("shows that the gateway does not answer", async () => {
  const gateway = await serve(() => undefined);
  await gateway[Symbol.asyncDispose]();
  const nothing = { errors: [{ message: expect.stringMatching(/^The gateway did not answer: /) }] };
  expect(await shown(gateway, { query: "{ a }" })).toEqual(nothing);
  expect(await told(gateway)).toEqual([nothing]);
});

it("shows the events of a subscription until the gateway completes it", async () => {
  await using gateway = await serve(
    stream(':\n\nevent: next\ndata: {"data":{"n":1}}\n\n:\n\nevent: next\ndata: {"data":{"n":2}}\n\nevent: complete\ndata:\n\n'),
  );
  expect(await told(gateway)).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
});

it("reports that a subscription was interrupted", async () => {
  await using gateway = await serve(stream('event: next\ndata: {"data":{"n":1}}\n\n'));
  expect(await told(gateway)).toEqual([
    { data: { n: 1 } },
    { errors: [{ message: "The gateway did not answer: The event stream was interrupted." }] },
  ]);
});

it("ends the request of a subscription that is stopped, without an error", async () => {
  const closed = vi.fn<() => void>();
  await using gateway = await serve((request, response) => {
    request.socket.once("close", closed);
    response.writeHead(200, { "content-type": "text/event-stream" }).write('event: next\ndata: {"data":1}\n\n');
  });
  const results: unknown[] = [];
  const complete = vi.fn<() => void>();
  const { unsubscribe } = follow(gateway.url).subscribe({
    next: (result) => void results.push(result),
    error: (error) => void results.push(error),
    complete,
  });
  await vi.waitFor(() => expect(results).toEqual([{ data: 1 }]), patience);
  unsubscribe();
  await vi.waitFor(() => expect(closed).toHaveBeenCalled(), patience);
  await vi.waitFor(() => expect(complete).toHaveBeenCalledOnce(), patience);
  expect(results).toEqual([{ data: 1 }]);
});

it.each([
  ["subscription A { a }", "Before", true],
  ["subscription A { a } query B { b }", "A", true],
  ["subscription A { a } query B { b }", "B", false],
  ["{ a ", undefined, false],
])("asks for a stream by the operation that is run: %s %s", async (query, operationName, isStream) => {
  let accept: string | undefined;
  let body: unknown;
  await using gateway = await serve(async (request, response) => {
    accept = request.headers.accept;
    body = await json(request);
    response.end('{"data":null}');
  });
  const params = { query, ...(operationName !== undefined && { operationName }) };
  const result = isStream ? (await told(gateway, params))[0] : await shown(gateway, params);
  expect(result).toEqual({ data: null });
  expect(accept === "text/event-stream").toBe(isStream);
  const sent = operationName === "Before" ? "A" : (operationName ?? null);
  expect(body).toEqual({ query, operationName: sent });
});
