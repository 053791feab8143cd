import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type CustomerData,
  type CustomersData,
  customerQuery,
  customersQuery,
  idsOf,
  nameIsRequired,
  type RenameData,
  renameMutation,
} from "./documents.ts";
import { type ServedGateway, serveGateway } from "./gateway.ts";
import { createRequest, type RequestError } from "./request.ts";

/** Without a client: one function around fetch, such as graphql-request. */

let gateway: ServedGateway;
let request: ReturnType<typeof createRequest>;
beforeAll(async () => {
  gateway = await serveGateway();
  request = createRequest(gateway.url);
});
afterAll(async () => gateway?.close());
afterEach(() => gateway.heal());

async function* pages(first: number): AsyncGenerator<readonly string[]> {
  for (let after: string | null = null; ; ) {
    const { customers }: CustomersData = await request<CustomersData>(customersQuery, { first, after });
    yield idsOf(customers.edges);
    if (!customers.pageInfo.hasNextPage) return;
    after = customers.pageInfo.endCursor;
  }
}

describe("fetch", () => {
  it("pages through the customers of all backends to the end", async () => {
    const found = await Array.fromAsync(pages(10));
    expect(found.flat()).toEqual(gateway.customers.map(({ id }) => id));
  });

  it("gets the customers of the others when a backend is down, and who is missing", async () => {
    gateway.breakDown("offices");
    const { customers } = await request<CustomersData>(customersQuery, { first: 200 });
    const others = gateway.customers.filter(({ backend }) => backend.key !== "offices");
    expect(idsOf(customers.edges)).toEqual(others.map(({ id }) => id));
    expect(customers.unavailable).toMatchObject([{ backend: { key: "offices" }, code: "UNAVAILABLE", retryable: true }]);
  });

  it("rejects a failed query with codes, fields and whether to try again", async () => {
    const error = await request<CustomerData>(customerQuery, { id: "nonsense" }).catch((reason: RequestError) => reason);
    const extensions = { code: "INVALID_INPUT", field: ["id"], retryable: false };
    expect(error).toMatchObject({ message: "id: is not an id of this gateway", errors: [{ path: ["customer"], extensions }] });
  });

  it("rejects an invalid document with its code", async () => {
    const error = await request(`{ customer(id: "1") { nam } }`, {}).catch((reason: RequestError) => reason);
    expect(error).toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
  });

  it("gets a mutation's errors as data, with the field at fault", async () => {
    const { updateCustomer } = await request<RenameData>(renameMutation, { input: { id: lastId(), name: "" } });
    expect(updateCustomer).toMatchObject({ customer: null, errors: [nameIsRequired] });
  });

  it("repeats a mutation with its key and gets the first one's outcome", async () => {
    const input = { id: lastId(), name: "Renamed with fetch", idempotencyKey: "rename-1" };
    const first = await request<RenameData>(renameMutation, { input });
    expect(first.updateCustomer).toMatchObject({ customer: { name: "Renamed with fetch" }, errors: [] });
    expect(await request<RenameData>(renameMutation, { input })).toEqual(first);
  });

  it("ends a query at the gateway too when its signal is aborted", async () => {
    gateway.hang("pbx");
    const abort = new AbortController();
    const rejection = expect(request(customersQuery, { first: 1 }, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
    await gateway.received("pbx");
    abort.abort();
    await rejection;
    await gateway.freed("pbx");
  });
});

function lastId(): string {
  return gateway.customers.at(-1)?.id ?? "";
}
