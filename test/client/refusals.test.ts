import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DocumentTypeDecoration } from "@graphql-typed-document-node/core";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { parse, print } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type AnyDocument,
  BackendsDocument,
  CreateChargeDocument,
  createGatewayClient,
  createSubmissions,
  isUnauthenticated,
  type KeyStorage,
  OperationUpdatedDocument,
  ViewerDocument,
  watch,
} from "../../src/client/index.ts";
import { gatewayQuery, keyedMutation, retryDelay } from "../../src/client/react/index.ts";

/** Refusals that a front end meets: the gateway requires credentials, asks it to wait, or accepts trusted documents only. */

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const refusal = (code: string, extensions = {}) => ({ errors: [{ message: code, extensions: { code, ...extensions } }] });
const unauthenticated: Reply = {
  status: 401,
  headers: { "www-authenticate": 'Bearer realm="billing-gateway"', "x-request-id": "r-1" },
  body: refusal("UNAUTHENTICATED", { retryable: false }),
};
const busy = (retryAfter: string): Reply => ({
  status: 429,
  headers: { "retry-after": retryAfter, "x-request-id": "r-2" },
  body: refusal("RATE_LIMITED", { retryable: true }),
});
const viewer: Reply = { status: 200, body: { data: { viewer: { name: "auditor", scopes: ["read"] } } } };

/** A server that sends these replies in turn; the last one repeats. */
let replies: Reply[] = [];
let received: Received[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync<Buffer>(request);
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Received["body"] });
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? viewer;
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server?.close());
beforeEach(() => {
  replies = [];
  received = [];
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error,
  );
}

describe("a request without a valid credential", () => {
  it("fails as unauthenticated, with the id to quote", async () => {
    replies = [unauthenticated];
    const error = await failureOf(createGatewayClient({ url }).request(ViewerDocument));
    expect(error).toMatchObject({ name: "GatewayError", code: "UNAUTHENTICATED", status: 401, requestId: "r-1" });
    expect(isUnauthenticated(error)).toBe(true);
  });

  it("fails the same way as a subscription, which is not retried", async () => {
    replies = [unauthenticated];
    const failures: unknown[] = [];
    const { signal } = new AbortController();
    const onFailure = (error: unknown) => failures.push(error);
    await watch(
      createGatewayClient({ url }),
      OperationUpdatedDocument,
      {},
      { signal, onData: () => expect.unreachable(), onFailure },
    );
    expect(failures.map(isUnauthenticated)).toEqual([true]);
    expect(received).toHaveLength(1);
  });

  it("differs from a backend that refuses the gateway's own credentials", async () => {
    replies = [{ status: 200, body: { data: null, ...refusal("UNAUTHENTICATED", { backend: "pbx" }) } }];
    const error = await failureOf(createGatewayClient({ url }).request(BackendsDocument));
    expect(error).toMatchObject({ code: "UNAUTHENTICATED", backend: "pbx" });
    expect(isUnauthenticated(error)).toBe(false);
  });
});

describe("credentials", () => {
  it("are computed anew for each request and subscription", async () => {
    let key = "k1";
    const client = createGatewayClient({ url, headers: () => ({ authorization: `Bearer ${key}` }) });
    await client.request(ViewerDocument);
    key = "k2";
    await failureOf(client.subscribe(OperationUpdatedDocument).next());
    expect(received.map(({ headers }) => headers.authorization)).toEqual(["Bearer k1", "Bearer k2"]);
  });
});

describe("a gateway that asks to wait", () => {
  it.each([
    ["12", 12],
    ["0", 0],
    ["soon", null],
    [new Date(0).toUTCString(), 0],
  ])("with Retry-After: %s", async (retryAfter, seconds) => {
    replies = [busy(retryAfter)];
    const error = await failureOf(createGatewayClient({ url }).request(ViewerDocument));
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: seconds, requestId: "r-2" });
  });

  it("may be a proxy in front of it", async () => {
    replies = [{ status: 503, headers: { "retry-after": "7" }, body: "busy" }];
    const error = await failureOf(createGatewayClient({ url }).request(ViewerDocument));
    expect(error).toMatchObject({ name: "TransportError", status: 503, retryAfterSeconds: 7 });
  });

  it("gets queries again afterwards", async () => {
    replies = [busy("0"), viewer];
    const queries = new QueryClient({ defaultOptions: { queries: { retryDelay } } });
    const query = gatewayQuery(createGatewayClient({ url }), ViewerDocument, {});
    const observer = new QueryObserver(queries, query);
    const unsubscribe = observer.subscribe(() => undefined);
    await expect.poll(() => observer.getCurrentResult().data).toEqual({ viewer: { name: "auditor", scopes: ["read"] } });
    unsubscribe();
    expect(received).toHaveLength(2);
  });

  it("delays queries as long as it says, unless that is too long", async () => {
    const errorWith = async (seconds: string): Promise<Error> => {
      replies = [busy(seconds)];
      return (await failureOf(createGatewayClient({ url }).request(ViewerDocument))) as Error;
    };
    expect([retryDelay(0, await errorWith("12")), retryDelay(1, await errorWith("12"))]).toEqual([12_000, 12_000]);
    expect([retryDelay(0, new Error()), retryDelay(1, new Error())]).toEqual([500, 1_000]);
    replies = [busy("3600")];
    const queries = new QueryClient({ defaultOptions: { queries: { retryDelay } } });
    const query = gatewayQuery(createGatewayClient({ url }), ViewerDocument, {});
    const observer = new QueryObserver(queries, query);
    const unsubscribe = observer.subscribe(() => undefined);
    await expect.poll(() => observer.getCurrentResult().status).toBe("error");
    unsubscribe();
  });

  it("gets a mutation again only with its first key", async () => {
    const payload = {
      charge: null,
      errors: [],
      operation: { id: "o", status: "SUCCEEDED", replayed: false, idempotencyKey: "k" },
    };
    replies = [busy("0"), { status: 200, body: { data: { createCharge: payload } } }];
    const kept = new Map<string, string>();
    const storage: KeyStorage = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, key) => void kept.set(name, key),
      removeItem: (name) => void kept.delete(name),
    };
    const connection = { client: createGatewayClient({ url }), submissions: createSubmissions({ storage }) };
    const mutation = keyedMutation(connection, CreateChargeDocument);
    const variables = { input: { charge: { customerId: "c1", amount: "1" as const } } };
    const error = await failureOf(mutation.mutationFn(variables));
    expect(mutation.retry(0, error as never)).toBe(true);
    await mutation.mutationFn(variables);
    const [first, second] = received.map(({ headers }) => headers["idempotency-key"]);
    expect(first).toMatch(/^[\da-f]{32}$/);
    expect(second).toBe(first);
  });
});

describe("documents", () => {
  const hash = `sha256:${createHash("sha256").update(ViewerDocument).digest("hex")}`;

  it("are sent as text, unless hashes are requested", async () => {
    await createGatewayClient({ url }).request(ViewerDocument);
    await createGatewayClient({ url, documents: "hash" }).request(ViewerDocument);
    await failureOf(createGatewayClient({ url, documents: "hash" }).subscribe(OperationUpdatedDocument, { id: "o1" }).next());
    expect(received.map(({ body }) => body)).toEqual([
      { query: expect.stringMatching(/^query Viewer\{/) },
      { documentId: hash },
      { documentId: expect.stringMatching(/^sha256:[\da-f]{64}$/), variables: { id: "o1" } },
    ]);
  });

  it.each<[string, AnyDocument<unknown, unknown>]>([
    ["a text", "query Own{viewer{name}}"],
    ["a TypedDocumentString", new TypedDocumentString("query Own{viewer{name}}")],
    ["a parsed document", parse("query Own { viewer { name } }") as object],
  ])("of the front end's own, %s without a hash, are sent as text anyway", async (_, document) => {
    await createGatewayClient({ url, documents: "hash", print }).request(document);
    expect(received[0]?.body).toEqual({ query: expect.stringMatching(/^query Own ?\{/) });
  });

  it("that are parsed need `print`; other values are refused", async () => {
    const request = createGatewayClient({ url }).request;
    await expect(request(parse("{ viewer { name } }") as object)).rejects.toThrow(/given `print`/);
    await expect(request({} as object)).rejects.toThrow(TypeError);
    expect(received).toEqual([]);
  });
});

/** As GraphQL Code Generator writes it with documentMode "string". */
class TypedDocumentString<Data, Variables> extends String implements DocumentTypeDecoration<Data, Variables> {
  declare readonly __apiType?: NonNullable<DocumentTypeDecoration<Data, Variables>["__apiType"]>;
}
