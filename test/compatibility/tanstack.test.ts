import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type CustomerData,
  type CustomersData,
  type CustomersVariables,
  customerQuery,
  customersQuery,
  nameIsRequired,
  type RenameData,
  type RenameVariables,
  renameMutation,
  renaming,
} from "./documents.ts";
import { type ServedGateway, serveGateway } from "./gateway.ts";
import { createRequest, type RequestError } from "./request.ts";

/** TanStack Query below its hooks: the observers that useInfiniteQuery, useQuery and useMutation are made of. */

let gateway: ServedGateway;
let request: ReturnType<typeof createRequest>;
beforeAll(async () => {
  gateway = await serveGateway();
  request = createRequest(gateway.url);
});
afterAll(async () => gateway?.close());
afterEach(() => gateway.heal());

function connect(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retryDelay: 0 } } });
}

const retry = (failures: number, { errors = [] }: RequestError) => failures < 3 && errors.every((e) => e.extensions?.retryable);

const customers = (variables: Omit<CustomersVariables, "after">) => ({
  queryKey: ["customers", variables],
  queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
    request<CustomersData>(customersQuery, { ...variables, after: pageParam }, signal),
  initialPageParam: null,
  getNextPageParam: ({ customers }: CustomersData) => (customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null),
  retry,
});

describe("TanStack Query", () => {
  it("pages through the customers of all backends to the end", async () => {
    const list = new InfiniteQueryObserver(connect(), customers({ first: 10 }));
    const stop = list.subscribe(() => {});
    await list.refetch();
    while (list.getCurrentResult().hasNextPage) await list.fetchNextPage();
    const { data } = list.getCurrentResult();
    expect(data?.pages).toHaveLength(Math.ceil(gateway.customers.length / 10));
    expect(nodesOf(data).map(({ id }) => id)).toEqual(gateway.customers.map(({ id }) => id));
    stop();
  });

  it("shows what a mutation changed in every page once the list is invalidated", async () => {
    const client = connect();
    const list = new InfiniteQueryObserver(client, customers({ first: 3 }));
    const stop = list.subscribe(() => {});
    await list.refetch();
    await list.fetchNextPage();
    const rename = new MutationObserver(client, {
      mutationFn: (variables: RenameVariables) => request<RenameData>(renameMutation, variables),
      onSuccess: () => client.invalidateQueries({ queryKey: ["customers"] }),
    });
    const input = renaming(gateway.customers[1]);
    const { updateCustomer } = await rename.mutate({ input });
    expect(updateCustomer.errors).toEqual([]);
    const nodes = nodesOf(list.getCurrentResult().data);
    expect(nodes).toHaveLength(6);
    expect(nodes[1]).toMatchObject(input);
    stop();
  });

  it("shows with each page which backends are missing from the list", async () => {
    gateway.breakDown("pbx");
    const list = new InfiniteQueryObserver(connect(), customers({ first: 3 }));
    const stop = list.subscribe(() => {});
    await list.refetch();
    const { data, isError } = await list.fetchNextPage();
    expect(isError).toBe(false);
    const missing = data?.pages.map(({ customers }) => customers.unavailable.map(({ backend, code }) => [backend.key, code]));
    expect(missing).toEqual([[["pbx", "UNAVAILABLE"]], [["pbx", "UNAVAILABLE"]]]);
    stop();
  });

  it("shows a failed query's code, and does not repeat what cannot succeed", async () => {
    const queryFn = vi.fn(({ signal }: { signal: AbortSignal }) =>
      request<CustomerData>(customerQuery, { id: "nonsense" }, signal),
    );
    const query = new QueryObserver<CustomerData, RequestError>(connect(), { queryKey: ["customer"], queryFn, retry });
    const { error, isError } = await query.refetch();
    expect(isError).toBe(true);
    expect(error?.errors[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["id"] });
    expect(queryFn).toHaveBeenCalledTimes(1);
  });

  it("repeats a query while its failure is retryable", async () => {
    gateway.breakDown("suite");
    const queryFn = vi.fn(async () => {
      if (queryFn.mock.calls.length === 3) gateway.heal();
      return request<CustomerData>(customerQuery, { id: idOf("suite") });
    });
    const query = new QueryObserver<CustomerData, RequestError>(connect(), { queryKey: ["customer"], queryFn, retry });
    const { data } = await query.refetch();
    expect(data?.customer?.id).toBe(idOf("suite"));
    expect(queryFn).toHaveBeenCalledTimes(3);
  });

  it("gets a mutation's errors as data, with the field at fault", async () => {
    const mutationFn = (variables: RenameVariables) => request<RenameData>(renameMutation, variables);
    const rename = new MutationObserver(connect(), { mutationFn });
    const { updateCustomer } = await rename.mutate({ input: { id: idOf("pbx"), name: "" } });
    expect(updateCustomer).toMatchObject({ customer: null, errors: [nameIsRequired] });
  });

  it("ends a query at the gateway too when it is cancelled, as when nobody observes it any more", async () => {
    gateway.hang("pbx");
    const client = connect();
    const list = new InfiniteQueryObserver(client, customers({ first: 1 }));
    const stop = list.subscribe(() => {});
    await gateway.received("pbx");
    stop();
    expect(client.getQueryState(["customers", { first: 1 }])?.fetchStatus).toBe("idle");
    await gateway.freed("pbx");
  });
});

function nodesOf(data: { readonly pages: readonly CustomersData[] } | undefined) {
  return data?.pages.flatMap(({ customers }) => customers.edges.map(({ node }) => node)) ?? [];
}

function idOf(key: string): string {
  return gateway.customers.find(({ backend }) => backend.key === key)?.id ?? "";
}
