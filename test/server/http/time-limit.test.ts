import { afterAll, beforeAll, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";

/** limits.requestTimeoutMs, as a caller sees it. */

const never = new Promise<never>(() => undefined);

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway({
    limits: { requestTimeoutMs: 300 },
    // A journal that does not answer, so no backend is involved.
    services: (services) => ({
      ...services,
      viewOf: (caller) => {
        const view = services.viewOf(caller);
        return { ...view, operations: () => ({ ...view.operations(), list: () => never }) };
      },
    }),
  });
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

it("a backend that does not answer is missing from the answer, and its call is aborted", async () => {
  const { recurring } = gateway.sandbox.backends;
  recurring.setFaults([{ kind: "delay", milliseconds: 10_000 }]);
  const query = '{ customers(first: 1, backends: ["recurring"]) { nodes { id } unavailable { backend { key } code } } }';
  const response = await gateway.post({ query });
  recurring.setFaults([]);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    data: { customers: { nodes: [], unavailable: [{ backend: { key: "recurring" }, code: "TIMEOUT" }] } },
  });
});

it("waiting for something other than a backend is aborted too", async () => {
  const response = await gateway.post(
    { query: "{ operations(first: 1) { nodes { id } } }" },
    { accept: "application/graphql-response+json" },
  );
  expect(response.status).toBe(504);
  expect(await response.json()).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: "TIMEOUT", retryable: true } }],
  });
});
