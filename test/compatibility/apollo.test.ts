import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from "@apollo/client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { apolloDocument, subscriptionLink, typePolicies, updateCache } from "../../src/client/apollo.ts";
import {
  AccountsDocument,
  CreateChargeDocument,
  CustomerDocument,
  CustomersDocument,
  createGatewayClient,
  LinkCustomersDocument,
  OperationUpdatedDocument,
} from "../../src/client/index.ts";
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

/** Apollo Client 4, with its normalising cache, and the package's module for it. */

const CUSTOMERS: TypedDocumentNode<CustomersData, CustomersVariables> = gql(customersQuery);
const CUSTOMER: TypedDocumentNode<CustomerData, { id: string }> = gql(customerQuery);
const RENAME: TypedDocumentNode<RenameData, RenameVariables> = gql(renameMutation);

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway();
});
afterAll(async () => gateway?.close());
afterEach(() => gateway.heal());

function connect(url: string): ApolloClient {
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      subscriptionLink(createGatewayClient({ url })),
      new HttpLink({ uri: url }),
    ),
    cache: new InMemoryCache({ typePolicies }),
  });
  return client;
}

const CREATE_CHARGE = apolloDocument(CreateChargeDocument);

/** The list, watched like a component does. `shown` is what the component shows, once it was notified. */
async function watch(client: ApolloClient, variables: CustomersVariables) {
  const list = client.watchQuery({ query: CUSTOMERS, variables });
  let told = 0;
  list.subscribe(() => {
    told += 1;
  });
  const shown = () => {
    const { dataState, data } = list.getCurrentResult();
    return dataState === "complete" ? data.customers : null;
  };
  await vi.waitFor(() => expect(shown()).not.toBeNull(), patience);
  return { list, shown, told: () => told };
}

describe("Apollo Client", () => {
  it("pages through the customers of all backends to the end, into one list", async () => {
    const { list, shown } = await watch(connect(gateway.url), { first: 10 });
    let pages = 1;
    for (let page = shown()?.pageInfo; page?.hasNextPage; pages += 1) {
      const { data } = await list.fetchMore({ variables: { after: page.endCursor } });
      page = data?.customers.pageInfo;
    }
    expect(pages).toBe(Math.ceil(gateway.customers.length / 10));
    await vi.waitFor(() => expect(shown()?.pageInfo.hasNextPage).toBe(false), patience);
    expect(idsOf(shown()?.edges)).toEqual(gateway.customers.map(({ id }) => id));
  });

  it("keeps lists with other arguments apart", async () => {
    const client = connect(gateway.url);
    const all = await watch(client, { first: 3 });
    const recurring = await watch(client, { first: 3, backends: ["recurring"] });
    expect(all.shown()?.edges.map(({ node }) => node.backend.key)).toEqual(["pbx", "pbx", "pbx"]);
    expect(recurring.shown()?.edges.map(({ node }) => node.backend.key)).toEqual(["recurring", "recurring", "recurring"]);
  });

  it("joins the edges of pages, and their nodes, and has none twice", async () => {
    const list = `query ($after: String) {
      customers(first: 2, after: $after) { nodes { id } edges { node { id } } pageInfo { endCursor } }
    }`;
    const client = connect(gateway.url);
    const query: TypedDocumentNode<{ customers: CustomersData["customers"] & { nodes: readonly { id: string }[] } }> = gql(list);
    const first = await client.query({ query });
    const variables = { after: first.data?.customers.pageInfo.endCursor };
    await client.query({ query, variables, fetchPolicy: "network-only" });
    await client.query({ query, variables, fetchPolicy: "network-only" });
    const { data } = await client.query({ query });
    const expected = gateway.customers.slice(0, 4).map(({ id }) => id);
    expect(data?.customers.nodes.map(({ id }) => id)).toEqual(expected);
    expect(idsOf(data?.customers.edges)).toEqual(expected);
  });

  it("shows a new charge in its customer's list, which is asked for again after updateCache, and not without", async () => {
    const client = connect(gateway.url);
    const customerId = gateway.customers.find(({ backend }) => backend.key === "recurring")?.id ?? "";
    const names: string[][] = [];
    const watched = client
      .watchQuery({ query: apolloDocument(CustomerDocument), variables: { id: customerId, first: 5 } })
      .subscribe(({ data, dataState }) => {
        if (dataState === "complete") names.push(data.customer?.charges.nodes.map(({ name }) => name ?? "") ?? []);
      });
    await vi.waitFor(() => expect(names).toHaveLength(1), patience);
    const create = async (description: string, options: { readonly update?: typeof updateCache }): Promise<string> => {
      const charge = { customerId, amount: "19.99", description } as const;
      const variables = { input: { charge } };
      const { data } = await client.mutate({ mutation: CREATE_CHARGE, variables, ...options });
      expect(data?.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
      return data?.createCharge.charge?.id ?? "";
    };
    const shownIds = (): readonly string[] =>
      client
        .readQuery({ query: apolloDocument(CustomerDocument), variables: { id: customerId, first: 5 } })
        ?.customer?.charges.nodes.map(({ id }) => id) ?? [];
    const unseen = await create("Without", {});
    expect(shownIds()).not.toContain(unseen);
    const seen = await create("With", { update: updateCache });
    await vi.waitFor(() => expect(shownIds()).toEqual(expect.arrayContaining([unseen, seen])), patience);
    watched.unsubscribe();
  });

  it("mutates as docs/clients/README.md says", async () => {
    const client = connect(gateway.url);
    const customerId = gateway.customers.find(({ backend }) => backend.key === "recurring")?.id ?? "";
    const variables = { input: { charge: { customerId, amount: "1.00" }, validateOnly: true } } as const;
    const before = client.cache.extract();

    await client.mutate({ mutation: CREATE_CHARGE, variables, update: updateCache });

    // Nothing was changed, and nothing is requested again.
    expect(client.cache.extract()).toMatchObject(before as object);
  });

  it("drops the list of accounts when customers are linked", async () => {
    const client = connect(gateway.url);
    const query = apolloDocument(AccountsDocument);
    const before = await client.query({ query, variables: { first: 50 } });
    const customerIds = ["pbx", "suite"].map((key) => gateway.customers.find(({ backend }) => backend.key === key)?.id ?? "");
    await client.mutate({
      mutation: apolloDocument(LinkCustomersDocument),
      variables: { input: { customerIds } },
      update: updateCache,
    });
    const after = await client.query({ query, variables: { first: 50 } });
    expect(after.data?.accounts.nodes.length).toBe((before.data?.accounts.nodes.length ?? 0) + 1);
  });

  it("takes the package's documents, the same object each time, and pages through them", async () => {
    const client = connect(gateway.url);
    const query = apolloDocument(CustomersDocument);
    expect(apolloDocument(CustomersDocument)).toBe(query);
    const list = client.watchQuery({ query, variables: { first: 3 } });
    const first = await list.fetchMore({ variables: { after: null } });
    expect(first.data?.customers.nodes).toHaveLength(3);
    const second = await list.fetchMore({ variables: { after: first.data?.customers.pageInfo.endCursor ?? null } });
    expect(second.data?.customers.nodes).toHaveLength(3);
    expect(client.readQuery({ query, variables: { first: 3 } })?.customers.nodes).toHaveLength(6);
  });

  it("watches operations over server-sent events, until nobody does", async () => {
    const client = connect(gateway.url);
    const seen: unknown[] = [];
    const subscription = client
      .subscribe({ query: apolloDocument(OperationUpdatedDocument), variables: {} })
      .subscribe(({ data }) => seen.push(data?.operationUpdated.status));
    const input = renaming(gateway.customers[2]);
    // Only changes after the gateway began to watch are reported.
    await vi.waitFor(async () => {
      await client.mutate({ mutation: RENAME, variables: { input } });
      expect(seen).toContain("SUCCEEDED");
    }, patience);
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
  });

  it("goes on watching when the connection is lost, and when it cannot be made again at once", async () => {
    const cut = new AbortController();
    let connections = 0;
    const unstable: typeof fetch = (input, init) => {
      connections += 1;
      if (connections === 2) return Promise.reject(new TypeError("fetch failed"));
      const signals = [init?.signal, connections === 1 ? cut.signal : null].filter((signal) => signal != null);
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    };
    const finals: boolean[] = [];
    const link = subscriptionLink(createGatewayClient({ url: gateway.url, fetch: unstable }), {
      delayMs: (inARow) => inARow,
      onFailure: (_, final) => finals.push(final),
    });
    const watching = new ApolloClient({ link, cache: new InMemoryCache() });
    const seen: unknown[] = [];
    const ended = vi.fn();
    const subscription = watching
      .subscribe({ query: apolloDocument(OperationUpdatedDocument), variables: {} })
      .subscribe({ next: ({ data }) => seen.push(data?.operationUpdated.status), error: ended, complete: ended });
    const changing = connect(gateway.url);
    const input = renaming(gateway.customers[2]);
    const change = () => changing.mutate({ mutation: RENAME, variables: { input } });
    await vi.waitFor(async () => {
      await change();
      expect(seen).toContain("SUCCEEDED");
    }, patience);
    cut.abort();
    await vi.waitFor(() => expect(connections).toBe(3), patience);
    seen.length = 0;
    await vi.waitFor(async () => {
      await change();
      expect(seen).toContain("SUCCEEDED");
    }, patience);
    expect(finals).toEqual([false, false]);
    expect(ended).not.toHaveBeenCalled();
    subscription.unsubscribe();
  });

  it("ends a subscription that the gateway refuses, with its error", async () => {
    const failed = Promise.withResolvers<unknown>();
    connect(gateway.url)
      .subscribe({ query: apolloDocument(OperationUpdatedDocument), variables: { id: "nonsense" }, errorPolicy: "all" })
      .subscribe({ next: ({ error }) => error && failed.resolve(error), error: failed.resolve });
    expect(await failed.promise).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("shows what a mutation changed in every list, by type and id, without asking again", async () => {
    const client = connect(gateway.url);
    const { shown, told } = await watch(client, { first: 3 });
    const before = told();
    const input = renaming(gateway.customers[1]);
    const { data } = await client.mutate({ mutation: RENAME, variables: { input } });
    expect(data?.updateCustomer).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    expect(client.cache.extract()).toHaveProperty([`Customer:${input.id}`, "name"], input.name);
    expect(shown()?.edges[1]?.node).toMatchObject(input);
    await vi.waitFor(() => expect(told()).toBeGreaterThan(before), patience);
  });

  it("gets the customers of the others when a backend is down, and who is missing, without an error", async () => {
    gateway.breakDown("pbx");
    const { data, error } = await connect(gateway.url).query({ query: CUSTOMERS, variables: { first: 3 } });
    expect(error).toBeUndefined();
    expect(data?.customers.edges.map(({ node }) => node.backend.key)).toEqual(["suite", "suite", "suite"]);
    expect(data?.customers.unavailable).toMatchObject([{ backend: { key: "pbx" }, code: "UNAVAILABLE", retryable: true }]);
  });

  it("goes on to show which backend is missing when the next page has come", async () => {
    gateway.breakDown("pbx");
    const { list, shown } = await watch(connect(gateway.url), { first: 3 });
    expect(shown()?.unavailable).toHaveLength(1);
    await list.fetchMore({ variables: { after: shown()?.pageInfo.endCursor ?? null } });
    await vi.waitFor(() => expect(shown()?.edges).toHaveLength(6), patience);
    expect(shown()?.unavailable).toMatchObject([{ backend: { key: "pbx" }, code: "UNAVAILABLE" }]);
  });

  it("rejects a failed query with the error's code, or hands out both data and errors", async () => {
    const client = connect(gateway.url);
    const query = { query: CUSTOMER, variables: { id: "nonsense" } };
    const rejected = await client.query(query).catch((error: unknown) => error);
    expect(codesOf(rejected)).toEqual(["INVALID_INPUT"]);
    const { data, error } = await client.query({ ...query, errorPolicy: "all" });
    expect(data).toEqual({ customer: null });
    expect(codesOf(error)).toEqual(["INVALID_INPUT"]);
  });

  it("tells an invalid document from a failing network, by its code", async () => {
    const rejected = await connect(gateway.url)
      .query({ query: gql`query Misspelt { customer(id: "1") { nam } }` })
      .catch((error: unknown) => error);
    expect(codesOf(rejected)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });

  it("gets a mutation's errors as data, with the field at fault", async () => {
    const variables = { input: { id: gateway.customers[0]?.id ?? "", name: "" } };
    const { data, error } = await connect(gateway.url).mutate({ mutation: RENAME, variables });
    expect(error).toBeUndefined();
    expect(data?.updateCustomer).toMatchObject({ customer: null, errors: [nameIsRequired] });
  });

  it("ends a query at the gateway too when nobody watches any more", async () => {
    gateway.hang("pbx");
    const watching = connect(gateway.url)
      .watchQuery({ query: CUSTOMERS, variables: { first: 1 } })
      .subscribe(() => {});
    await gateway.received("pbx");
    watching.unsubscribe();
    await gateway.freed("pbx");
  });

  it("ends a query at the gateway too when its signal is aborted", async () => {
    gateway.hang("pbx");
    const abort = new AbortController();
    const query = connect(gateway.url).query({
      query: CUSTOMERS,
      variables: { first: 1 },
      context: { fetchOptions: { signal: abort.signal } },
    });
    const rejection = expect(query).rejects.toMatchObject({ name: "AbortError" });
    await gateway.received("pbx");
    abort.abort();
    await rejection;
    await gateway.freed("pbx");
  });
});

function codesOf(error: unknown): readonly unknown[] {
  if (!CombinedGraphQLErrors.is(error)) throw error;
  return error.errors.map(({ extensions }) => extensions?.["code"]);
}
