import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  BackendsDocument,
  CreateChargeDocument,
  CustomerDocument,
  CustomersDocument,
  createGatewayClient,
  GatewayError,
  isRetryable,
  OperationsDocument,
  OperationUpdatedDocument,
  TransportError,
  unwrap,
  watch,
} from "../../src/client/index.ts";
import { type ListeningGateway, startListeningGateway } from "./gateway.ts";

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await startListeningGateway();
});
afterAll(async () => gateway?.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error,
  );
}

async function customerIn(backend: string): Promise<string> {
  const { customers } = await gateway.client.request(CustomersDocument, { first: 1, backends: [backend] });
  return customers.nodes[0]?.id ?? "";
}

describe("a request", () => {
  it("answers with typed data, without variables where there are none", async () => {
    const { backends } = await gateway.client.request(BackendsDocument);
    expect(backends.map(({ key }) => key)).toEqual(["pbx", "suite", "offices", "recurring"]);
    expect(backends[0]?.capabilities).toContain("CHARGE_CREATE");
  });

  it("sends headers, also ones that are computed for each request", async () => {
    const seen: (string | null)[] = [];
    let token = 0;
    const client = createGatewayClient({
      url: gateway.url,
      headers: () => Promise.resolve({ authorization: `Bearer ${++token}` }),
      fetch: (input, init) => {
        seen.push(new Headers(init?.headers).get("authorization"));
        return fetch(input, init);
      },
    });
    await client.request(BackendsDocument);
    await client.request(BackendsDocument);
    expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
  });

  it("carries an idempotency key of any printable characters, which is the same one in the input", async () => {
    const charge = { customerId: await customerIn("pbx"), amount: "3", name: "Setup" } as const;
    for (const idempotencyKey of ["plain", "Zo\u00eb / Ключ 🏃", '"quoted\\ "', "Ã©"]) {
      const { createCharge: sent } = await gateway.client.request(
        CreateChargeDocument,
        { input: { charge } },
        { idempotencyKey },
      );
      expect(sent.operation).toMatchObject({ idempotencyKey, replayed: false });
      const { createCharge: again } = await gateway.client.request(CreateChargeDocument, { input: { charge, idempotencyKey } });
      expect(again.operation).toMatchObject({ id: sent.operation.id, replayed: true });
    }
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    gateway.sandbox.backends.pbx.setFaults([{ kind: "delay", milliseconds: 5000 }]);
    const request = gateway.client.request(CustomersDocument, { backends: ["pbx"], first: 7 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await failureOf(request)).toBe(controller.signal.reason);
    const late = gateway.client.request(BackendsDocument, {}, { signal: AbortSignal.abort() });
    expect(await failureOf(late)).toMatchObject({ name: "AbortError" });
  });
});

describe("a failure", () => {
  it("of the gateway has code, field and request id", async () => {
    const error = await failureOf(gateway.client.request(CustomerDocument, { id: "nonsense" }));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      name: "GatewayError",
      code: "INVALID_INPUT",
      field: ["id"],
      backend: null,
      retryable: false,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      errors: [{ path: ["customer"] }],
    });
    expect(isRetryable(error)).toBe(false);
  });

  it("of a backend names it, with its message", async () => {
    const id = await customerIn("recurring");
    gateway.sandbox.backends.recurring.setFaults([{ kind: "html502" }]);
    const error = await failureOf(gateway.client.request(CustomerDocument, { id }));
    expect(error).toMatchObject({ name: "GatewayError", code: "UNAVAILABLE", backend: "recurring", retryable: true });
    expect(isRetryable(error)).toBe(true);
  });

  it("in a payload is data, until it is unwrapped", async () => {
    const customerId = await customerIn("pbx");
    const { createCharge } = await gateway.client.request(CreateChargeDocument, {
      input: { charge: { customerId, amount: "1" } },
    });
    expect(createCharge).toMatchObject({ charge: null, operation: { status: "FAILED", replayed: false } });
    expect(() => unwrap(createCharge)).toThrow(GatewayError);
    expect(() => unwrap(createCharge)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", field: createCharge.errors[0]?.field, data: createCharge }),
    );
    const { createCharge: created } = await gateway.client.request(CreateChargeDocument, {
      input: { charge: { customerId, amount: "1", name: "Setup" }, validateOnly: true },
    });
    expect(unwrap(created)).toBe(created);
  });

  it("without an answer is a transport error", async () => {
    const error = await failureOf(createGatewayClient({ url: "http://127.0.0.1:1/graphql" }).request(BackendsDocument));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ status: null, cause: expect.any(TypeError) });
    expect(isRetryable(error)).toBe(true);
  });

  it.each([
    [502, "<html>Bad Gateway</html>", true],
    [404, "{}", false],
    [429, "", true],
    [200, '{"data":{"backends"', true],
  ])("with status %i and %s is a transport error", async (status, body, retryable) => {
    const client = createGatewayClient({ url: gateway.url, fetch: async () => new Response(body, { status }) });
    const error = await failureOf(client.request(BackendsDocument));
    expect(error).toMatchObject({ name: "TransportError", status });
    expect(isRetryable(error)).toBe(retryable);
  });

  it("keeps all errors and the partial data", async () => {
    const answer = {
      data: { backends: null },
      errors: [{ message: "one" }, { message: "two", extensions: { code: "TIMEOUT" } }],
    };
    const client = createGatewayClient({ url: gateway.url, fetch: async () => Response.json(answer, { status: 500 }) });
    const error = await failureOf(client.request(BackendsDocument));
    expect(error).toMatchObject({ message: "one", code: "INTERNAL", errors: [{}, { code: "TIMEOUT" }], data: answer.data });
  });
});

describe("a subscription", () => {
  it("reports an operation as it is, over server-sent events, and ends when its reader leaves", async () => {
    const customerId = await customerIn("pbx");
    const input = { charge: { customerId, name: "Watched", amount: "2.50" as const } };
    const { createCharge } = await gateway.client.request(CreateChargeDocument, { input });
    const { id } = createCharge.operation;
    for await (const { operationUpdated } of gateway.client.subscribe(OperationUpdatedDocument, { id })) {
      expect(operationUpdated).toMatchObject({ id, mutation: "createCharge", status: "SUCCEEDED" });
      break;
    }
  });

  it("fails like a request", async () => {
    const refused = gateway.client.subscribe(OperationUpdatedDocument, { id: "nonsense" });
    expect(await failureOf(refused.next())).toMatchObject({ name: "GatewayError", code: "INVALID_INPUT" });
    const nowhere = createGatewayClient({ url: "http://127.0.0.1:1/" }).subscribe(OperationUpdatedDocument);
    expect(await failureOf(nowhere.next())).toBeInstanceOf(TransportError);
    const noStream = createGatewayClient({ url: gateway.url, fetch: async () => Response.json({ data: {} }) });
    expect(await failureOf(noStream.subscribe(OperationUpdatedDocument).next())).toMatchObject({ status: 200 });
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const updates = gateway.client.subscribe(OperationUpdatedDocument, {}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await failureOf(updates.next())).toBe(controller.signal.reason);
  });

  it("is renewed when it is lost, until nobody watches", async () => {
    const { operations } = await gateway.client.request(OperationsDocument, { first: 1 });
    const id = operations.nodes[0]?.id ?? "";
    const controller = new AbortController();
    const failures: unknown[] = [];
    let tries = 0;
    const unstable = createGatewayClient({
      url: gateway.url,
      fetch: (input, init) => (++tries < 3 ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init)),
    });
    const seen = await new Promise<string>((resolve) => {
      void watch(
        unstable,
        OperationUpdatedDocument,
        { id },
        {
          signal: controller.signal,
          onData: ({ operationUpdated }) => resolve(operationUpdated.id),
          onFailure: (_, final) => failures.push(final),
          delayMs: (inARow) => inARow,
        },
      );
    });
    controller.abort();
    expect(seen).toBe(id);
    expect(failures).toEqual([false, false]);
  });

  it("is given up when the gateway refuses it", async () => {
    const failures: unknown[] = [];
    await watch(
      gateway.client,
      OperationUpdatedDocument,
      { id: "nonsense" },
      {
        signal: new AbortController().signal,
        onData: () => expect.unreachable(),
        onFailure: (...failure) => failures.push(failure),
      },
    );
    expect(failures).toEqual([[expect.objectContaining({ code: "INVALID_INPUT" }), true]]);
  });
});
