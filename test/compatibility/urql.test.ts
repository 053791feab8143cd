import { Client, cacheExchange, fetchExchange, gql, type OperationResult, subscriptionExchange } from "@urql/core";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import { CustomersDocument, type CustomersQuery, createGatewayClient as clientOf, watch } from "../../src/client/index.ts";
import { patience } from "../support/patience.ts";
import {
  type CustomerData,
  type CustomersData,
  type CustomersVariables,
  customerQuery,
  customersQuery,
  idsOf,
  nameIsRequired,
  type RenameData,
  type RenameVariables,
  renameMutation,
  renaming,
} from "./documents.ts";
import { type ServedGateway, serveGateway } from "./gateway.ts";

/** urql with its default exchanges: a cache of whole answers, emptied by type. */

const customersDocument = gql<CustomersData, CustomersVariables>(customersQuery);
const customerDocument = gql<CustomerData, { id: string }>(customerQuery);
const renameDocument = gql<RenameData, RenameVariables>(renameMutation);

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway();
});
afterAll(async () => gateway?.close());
afterEach(() => gateway.heal());

function connect(url: string, fetch?: typeof globalThis.fetch): Client {
  // The page shows these lines as a program has them.
  const createGatewayClient = (options: { readonly url: string }) => clientOf({ ...options, fetch });
  const gateway = createGatewayClient({ url });
  const subscriptions = subscriptionExchange({
    forwardSubscription: ({ query = "", variables }) => ({
      subscribe: (sink) => {
        const left = new AbortController();
        const onData = (data: Record<string, unknown>) => sink.next({ data });
        const onFailure = (error: unknown, final: boolean) => final && sink.error(error);
        watch(gateway, query, variables, { signal: left.signal, onData, onFailure }).then(sink.complete);
        return { unsubscribe: () => left.abort() };
      },
    }),
  });

  const client = new Client({ url, exchanges: [cacheExchange, fetchExchange, subscriptions], preferGetMethod: false });

  return client;
}

describe("urql", () => {
  it("pages through the customers of all backends to the end", async () => {
    const client = connect(gateway.url);
    const found: string[] = [];
    let after: string | null = null;
    do {
      const { data, error }: OperationResult<CustomersData> = await client.query(customersDocument, { first: 10, after });
      expect(error).toBeUndefined();
      found.push(...idsOf(data?.customers.edges));
      after = data?.customers.pageInfo.hasNextPage ? data.customers.pageInfo.endCursor : null;
    } while (after !== null);
    expect(found).toEqual(gateway.customers.map(({ id }) => id));
  });

  it("sends what it should by POST, and by GET where that is left on", async () => {
    const methods: unknown[] = [];
    const spy: typeof fetch = (input, init) => {
      methods.push(init?.method);
      return fetch(input, init);
    };
    const shared = { url: gateway.url, exchanges: [cacheExchange, fetchExchange], fetch: spy };
    for (const client of [new Client({ ...shared, preferGetMethod: false }), new Client(shared)]) {
      const filter = { email: "ada@adas-bakery.example" };
      const { data } = await client.query(customersDocument, { first: 5, filter });
      expect(data?.customers.edges[0]?.node.name).toBe("Ada's Bakery");
      const { error } = await client.query(customerDocument, { id: "nonsense" });
      expect(codesOf(error)).toEqual(["INVALID_INPUT"]);
      // Longer than urql's limit for an address: it falls back to POST.
      const long = await client.query(customersDocument, {
        first: 5,
        filter: { email: "x".repeat(1_000), reference: "x".repeat(1_000) },
      });
      expect(long.data?.customers.edges).toEqual([]);
      const { data: changed } = await client.mutation(renameDocument, { input: { id: lastId(), name: "Renamed with urql" } });
      expect(changed?.updateCustomer.errors).toEqual([]);
    }
    expect(methods).toEqual(["POST", "POST", "POST", "POST", "GET", "GET", "POST", "POST"]);
  });

  it("takes the package's documents as they are, with the types of their answers", async () => {
    const client = connect(gateway.url);
    const { data } = await client.query(CustomersDocument, { first: 3 });
    expectTypeOf(data).toEqualTypeOf<CustomersQuery | undefined>();
    expect(data?.customers.nodes.map(({ id }) => id)).toEqual(gateway.customers.slice(0, 3).map(({ id }) => id));
    // @ts-expect-error its first is a number
    void client.query(CustomersDocument, { first: "three" });
  });

  it("asks again for every list that shows an object of a type that a mutation changed", async () => {
    const client = connect(gateway.url);
    let shown: CustomersData | undefined;
    const { unsubscribe } = client.query(customersDocument, { first: 3 }).subscribe(({ data }) => {
      shown = data;
    });
    await vi.waitFor(() => expect(shown?.customers.edges).toHaveLength(3), patience);
    const { data } = await client.query(customersDocument, { first: 3 });
    expect(data).toBe(shown);
    const input = renaming(gateway.customers[1]);
    await client.mutation(renameDocument, { input });
    await vi.waitFor(() => expect(shown?.customers.edges[1]?.node).toMatchObject(input), patience);
    unsubscribe();
  });

  it("gets the customers of the others when a backend is down, and who is missing, without an error", async () => {
    gateway.breakDown("pbx");
    const { data, error } = await connect(gateway.url).query(customersDocument, { first: 3 });
    expect(error).toBeUndefined();
    expect(data?.customers.edges.map(({ node }) => node.backend.key)).toEqual(["suite", "suite", "suite"]);
    expect(data?.customers.unavailable).toMatchObject([{ backend: { key: "pbx" }, code: "UNAVAILABLE", retryable: true }]);
  });

  it("hands out data and errors of a failed query, with codes", async () => {
    const { data, error } = await connect(gateway.url).query(customerDocument, { id: "nonsense" });
    expect(data).toMatchObject({ customer: null });
    expect(codesOf(error)).toEqual(["INVALID_INPUT"]);
    expect(error?.graphQLErrors[0]?.extensions).toMatchObject({ field: ["id"], retryable: false });
  });

  it("tells an invalid document from a failing network, by its code", async () => {
    const { error } = await connect(gateway.url).query(gql`query Misspelt { customer(id: "1") { nam } }`, {});
    expect(error?.networkError).toBeUndefined();
    expect(codesOf(error)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });

  it("gets a mutation's errors as data, with the field at fault", async () => {
    const { data, error } = await connect(gateway.url).mutation(renameDocument, { input: { id: lastId(), name: "" } });
    expect(error).toBeUndefined();
    expect(data?.updateCustomer).toMatchObject({ customer: null, errors: [nameIsRequired] });
  });

  it("watches operations over server-sent events", async () => {
    const client = connect(gateway.url);
    const seen: unknown[] = [];
    const document = gql<{ operationUpdated: { id: string; status: string } }>`subscription { operationUpdated { id status } }`;
    const { unsubscribe } = client.subscription(document, {}).subscribe(({ data }) => seen.push(data?.operationUpdated));
    const input = { id: lastId(), name: "Renamed and watched" };
    // Only changes after the gateway began to watch are reported.
    await vi.waitFor(async () => {
      await client.mutation(renameDocument, { input });
      expect(seen).toContainEqual(expect.objectContaining({ status: "SUCCEEDED" }));
    }, patience);
    unsubscribe();
  });

  it("goes on watching when the connection is lost, and ends with the error of a subscription that is refused", async () => {
    const cut = new AbortController();
    let connections = 0;
    const unstable: typeof fetch = (input, init) => {
      connections += 1;
      const signals = [init?.signal, connections === 1 ? cut.signal : null].filter((signal) => signal != null);
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    };
    const client = connect(gateway.url, unstable);
    const seen: OperationResult[] = [];
    const document = gql`subscription { operationUpdated { id status } }`;
    const { unsubscribe } = client.subscription(document, {}).subscribe((result) => seen.push(result));
    const input = { id: lastId(), name: "Renamed and watched on" };
    const change = async (): Promise<void> => {
      await client.mutation(renameDocument, { input });
      expect(seen).toContainEqual(expect.objectContaining({ data: { operationUpdated: expect.anything() } }));
    };
    await vi.waitFor(change, patience);
    cut.abort();
    await vi.waitFor(() => expect(connections).toBe(2), patience);
    seen.length = 0;
    await vi.waitFor(change, patience);
    expect(seen.filter(({ error }) => error)).toEqual([]);
    unsubscribe();
    const refused = Promise.withResolvers<OperationResult>();
    client.subscription(gql`subscription { operationUpdated(id: "nonsense") { id } }`, {}).subscribe(refused.resolve);
    expect((await refused.promise).error?.networkError).toMatchObject({ name: "GatewayError", code: "INVALID_INPUT" });
  });

  it.each([true, false])("ends a query at the gateway too when nobody listens any more (by GET: %s)", async (byGet) => {
    gateway.hang("pbx");
    const query = connect(gateway.url).query(customersDocument, { first: 1 }, { preferGetMethod: byGet });
    const { unsubscribe } = query.subscribe(() => {});
    await gateway.received("pbx");
    unsubscribe();
    await gateway.freed("pbx");
  });
});

function lastId(): string {
  return gateway.customers.at(-1)?.id ?? "";
}

function codesOf(error: OperationResult["error"]): readonly unknown[] {
  return error?.graphQLErrors.map(({ extensions }) => extensions["code"]) ?? [];
}
