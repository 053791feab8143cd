import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BackendsDocument,
  CreateChargeDocument,
  createGatewayClient,
  createSubmissions,
  memoryKeys,
  OperationUpdatedDocument,
  TransportError,
  watch,
} from "../../src/client/index.ts";
import { keyedMutation } from "../../src/client/react/index.ts";

/** Connections that are lost without a sign of it, and streams that end with their token. */

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const url = "http://gateway.invalid/graphql";
const never = <Result>(): Promise<Result> => new Promise(() => undefined);
const encoder = new TextEncoder();

/** A response of an event stream that sends these texts and then stays open. */
function stream(...texts: readonly string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const text of texts) controller.enqueue(encoder.encode(text));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const event = (answer: object): string => `event: next\ndata: ${JSON.stringify(answer)}\n\n`;
const failing = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => expect.unreachable(), String);

describe("a gateway that never answers", () => {
  it.each<[string, typeof fetch]>([
    ["does not begin", () => never()],
    ["does not begin, whose fetch follows the signal", (_, init) => rejectedWith(init?.signal ?? null)],
    ["stops in the middle", async () => new Response(new ReadableStream())],
  ])("fails as a transport error if its answer %s", async (_, fetch) => {
    const failure = failing(createGatewayClient({ url, fetch, timeoutMs: 5_000 }).request(BackendsDocument));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await failure).toBe("TransportError: The gateway did not answer within 5 seconds.");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is asked again under the same key", async () => {
    const keys: (string | null)[] = [];
    const answer = { data: { createCharge: { operation: { status: "SUCCEEDED" }, errors: [] } } };
    const fetch: typeof globalThis.fetch = async (_, init) => {
      keys.push(new Headers(init?.headers).get("idempotency-key"));
      return keys.length === 1 ? never() : Response.json(answer);
    };
    const submissions = createSubmissions({ storage: memoryKeys() });
    const { mutationFn, retry } = keyedMutation(
      { client: createGatewayClient({ url, fetch }), submissions },
      CreateChargeDocument,
    );
    const variables = { input: { charge: { customerId: "c", amount: "1.00" } } } as const;
    const first = mutationFn(variables).then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(120_000);
    const error = await first;
    expect(error).toBeInstanceOf(TransportError);
    expect(retry(0, error as TransportError)).toBe(true);
    await mutationFn(variables);
    expect(keys[0]).toBeTruthy();
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it("leaves the signal's reason to a request that is aborted", async () => {
    const controller = new AbortController();
    const client = createGatewayClient({ url, fetch: (_, init) => rejectedWith(init?.signal ?? null) });
    const failure = failing(client.request(BackendsDocument, {}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1);
    controller.abort(new Error("left"));
    expect(await failure).toBe("Error: left");
    const before = failing(client.request(BackendsDocument, {}, { signal: controller.signal }));
    expect(await before).toBe("Error: left");
  });
});

function rejectedWith(signal: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

describe("a subscription", () => {
  it("is made again after a silence that is longer than the gateway's", async () => {
    const connections: AbortSignal[] = [];
    const failures: unknown[] = [];
    const stopped = new AbortController();
    const fetch: typeof globalThis.fetch = async (_, init) => {
      connections.push(init?.signal as AbortSignal);
      return stream(":\n\n");
    };
    void watch(
      createGatewayClient({ url, fetch }),
      OperationUpdatedDocument,
      {},
      { signal: stopped.signal, onData: () => undefined, onFailure: (error) => failures.push(error) },
    );
    await vi.advanceTimersByTimeAsync(44_000);
    expect(connections).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(connections).toHaveLength(2);
    expect(failures.map(String)).toEqual(["TransportError: The gateway did not answer within 45 seconds."]);
    stopped.abort();
  });

  it("is not lost while the gateway shows that it is there, for however long", async () => {
    const push = Promise.withResolvers<(text: string) => void>();
    const fetch: typeof globalThis.fetch = async () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => push.resolve((text) => controller.enqueue(encoder.encode(text))),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    const stopped = new AbortController();
    const onFailure = vi.fn();
    void watch(
      createGatewayClient({ url, fetch }),
      OperationUpdatedDocument,
      {},
      { signal: stopped.signal, onData: () => undefined, onFailure },
    );
    const send = await push.promise;
    for (let ping = 0; ping < 30; ping += 1) {
      await vi.advanceTimersByTimeAsync(12_000);
      send(":\n\n");
    }
    expect(onFailure).not.toHaveBeenCalled();
    stopped.abort();
  });

  const expired = { errors: [{ message: "The token of this stream has expired.", extensions: { code: "UNAUTHENTICATED" } }] };
  const refused = Response.json(expired, { status: 401 });

  it("goes on with the next token when its token expires, and ends when that is refused", async () => {
    const tokens: (string | null)[] = [];
    const failures: unknown[] = [];
    const onData = vi.fn();
    const fetch: typeof globalThis.fetch = async (_, init) => {
      tokens.push(new Headers(init?.headers).get("authorization"));
      return tokens.length === 3 ? refused : stream(event({ data: { operationUpdated: { id: "o1" } } }), event(expired));
    };
    const { signal } = new AbortController();
    const following = watch(
      createGatewayClient({ url, fetch, headers: () => ({ authorization: `Bearer t${tokens.length + 1}` }) }),
      OperationUpdatedDocument,
      {},
      { signal, onData, onFailure: (error) => failures.push(error) },
    );
    await vi.advanceTimersByTimeAsync(60_000);
    await following;
    expect(tokens).toEqual(["Bearer t1", "Bearer t2", "Bearer t3"]);
    expect(onData).toHaveBeenCalledTimes(2);
    expect(failures).toHaveLength(3);
  });

  it("ends when a backend refuses the gateway's own credentials", async () => {
    const [error] = expired.errors;
    const answer = { errors: [{ ...error, extensions: { code: "UNAUTHENTICATED", backend: "pbx" } }] };
    const fetch = vi.fn(async () => stream(event(answer)));
    const { signal } = new AbortController();
    await watch(createGatewayClient({ url, fetch }), OperationUpdatedDocument, {}, { signal, onData: () => undefined });
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
