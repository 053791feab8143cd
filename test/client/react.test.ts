import {
  InfiniteQueryObserver,
  MutationObserver,
  onlineManager,
  QueryClient,
  QueryClientProvider,
  QueryObserver,
} from "@tanstack/react-query";
import { createElement, type ReactElement } from "react";
import { renderToString } from "react-dom/server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  CreateChargeDocument,
  type CreateChargeMutation,
  type CreateChargeMutationVariables,
  CreateCreditDocument,
  CustomerDocument,
  CustomersDocument,
  createGatewayClient,
  createSubmissions,
  type Decimal,
  type GatewayClient,
  type KeyStorage,
  memoryKeys,
  OperationDocument,
  ReconcileOperationDocument,
} from "../../src/client/index.ts";
import {
  GatewayProvider,
  gatewayPages,
  gatewayQuery,
  keyedMutation,
  queryKey,
  type RequestError,
  useCreateChargeMutation,
  useCustomersQuery,
  useInfiniteCustomersQuery,
  useOperationUpdates,
} from "../../src/client/react/index.ts";
import { type ListeningGateway, losingAnswers, startListeningGateway } from "./gateway.ts";

/** The options that the hooks pass to TanStack Query, run by its observers; and the hooks themselves, rendered to a string. */

let gateway: ListeningGateway;
let customerId: string;
beforeAll(async () => {
  gateway = await startListeningGateway();
  const { customers } = await gateway.client.request(CustomersDocument, { first: 1, backends: ["recurring"] });
  customerId = customers.nodes[0]?.id ?? "";
});
afterAll(async () => gateway?.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const createQueryClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { retryDelay: 1 }, mutations: { retryDelay: 1 } } });

describe("a browser that calls itself offline", () => {
  afterEach(() => onlineManager.setOnline(true));

  it("sends nothing later that somebody submitted now: it fails now, and is sent once when it is submitted again", async () => {
    const queryClient = createQueryClient();
    const submissions = createSubmissions({ storage: memoryKeys() });
    let isCut = true;
    const sent: string[] = [];
    const client = createGatewayClient({
      url: gateway.url,
      fetch: async (input, init) => {
        if (isCut) throw new TypeError("Failed to fetch");
        sent.push(String(init?.body));
        return fetch(input, init);
      },
    });
    const submit = (amount: Decimal) => {
      const options = keyedMutation({ client, submissions }, CreateChargeDocument);
      const input = { charge: { customerId, description: "Offline", amount } };
      return new MutationObserver(queryClient, options).mutate({ input });
    };
    onlineManager.setOnline(false);
    await expect(submit("10.00")).rejects.toMatchObject({ name: "TransportError" });
    isCut = false;
    onlineManager.setOnline(true);
    await queryClient.resumePausedMutations();
    const { createCharge } = await submit("1.00");
    expect(createCharge.charge?.amount?.amount).toBe("1.00");
    expect(sent).toHaveLength(1);
  });

  it("reaches a gateway that needs no network, and reads again once it is back", async () => {
    onlineManager.setOnline(false);
    const queryClient = createQueryClient();
    queryClient.mount();
    const observer = new QueryObserver(queryClient, {
      ...gatewayQuery(gateway.client, CustomersDocument, { first: 1 }),
      staleTime: 0,
    });
    const seen: string[] = [];
    const unsubscribe = observer.subscribe(({ fetchStatus }) => seen.push(fetchStatus));
    await expect.poll(() => observer.getCurrentResult().isSuccess).toBe(true);
    seen.length = 0;
    onlineManager.setOnline(true);
    await expect.poll(() => seen.includes("fetching")).toBe(true);
    unsubscribe();
    queryClient.unmount();
  });
});

describe("queries", () => {
  it("are kept under the document's name and the variables", async () => {
    const queryClient = createQueryClient();
    const variables = { first: 2, backends: ["pbx"] };
    const { customers } = await queryClient.fetchQuery(gatewayQuery(gateway.client, CustomersDocument, variables));
    expect(customers.nodes).toHaveLength(2);
    expect(queryClient.getQueryData(queryKey(CustomersDocument, variables))).toEqual({ customers });
    await queryClient.invalidateQueries({ queryKey: queryKey(CustomersDocument) });
    expect(queryClient.getQueryState(queryKey(CustomersDocument, variables))).toMatchObject({ isInvalidated: true });
  });

  it("read a list page by page to its end", async () => {
    const pageOf = (data: { customers: { pageInfo: { hasNextPage: boolean; endCursor: string | null } } }) =>
      data.customers.pageInfo;
    const pages = gatewayPages(gateway.client, CustomersDocument, pageOf, { first: 25, backends: ["pbx"] });
    const observer = new InfiniteQueryObserver(createQueryClient(), pages);
    const unsubscribe = observer.subscribe(() => undefined);
    let result = await observer.fetchNextPage();
    while (result.hasNextPage) result = await observer.fetchNextPage();
    unsubscribe();
    const ids = result.data?.pages.flatMap(({ customers }) => customers.nodes.map(({ id }) => id)) ?? [];
    expect(result.data?.pages.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
    const { customers } = await gateway.client.request(CustomersDocument, { first: 100, backends: ["pbx"] });
    expect(ids).toEqual(customers.nodes.map(({ id }) => id));
  });

  it("are retried only when that may help", async () => {
    let calls = 0;
    const client = createGatewayClient({
      url: gateway.url,
      fetch: (...request) => (++calls < 3 ? Promise.reject(new TypeError("fetch failed")) : fetch(...request)),
    });
    await settled(client, "nonsense");
    expect(calls).toBe(3);
    calls = 10;
    expect(await settled(client, "nonsense")).toMatchObject({ code: "INVALID_INPUT" });
    expect(calls).toBe(11);
  });

  /** The final error of a customer's query. */
  function settled(client: GatewayClient, id: string): Promise<RequestError | null> {
    const observer = new QueryObserver(createQueryClient(), gatewayQuery(client, CustomerDocument, { id }));
    return new Promise((resolve) => {
      const unsubscribe = observer.subscribe(({ isFetching, error }) => {
        if (isFetching) return;
        unsubscribe();
        resolve(error);
      });
    });
  }
});

describe("a mutation with a key", () => {
  const charge = (name: string): CreateChargeMutationVariables => ({
    input: { charge: { customerId, amount: "19.99", description: name } },
  });

  /** The action of a page's submit button, with the hook's own mutation. */
  function createForm(client: GatewayClient, storage: KeyStorage = createStorage()) {
    const submissions = createSubmissions({ storage });
    const submit = (variables: CreateChargeMutationVariables): Promise<CreateChargeMutation> => {
      const mutation = keyedMutation({ client, submissions }, CreateChargeDocument);
      return new MutationObserver<CreateChargeMutation, RequestError, CreateChargeMutationVariables>(
        createQueryClient(),
        mutation,
      ).mutate(variables);
    };
    return { submit, submissions };
  }

  function createStorage(): KeyStorage & { readonly keys: () => readonly string[] } {
    const kept = new Map<string, string>();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, key) => void kept.set(name, key),
      removeItem: (name) => void kept.delete(name),
      keys: () => [...kept.values()],
    };
  }

  /** Number of charges made in the backend meanwhile. */
  async function chargesMadeBy(act: () => Promise<unknown>): Promise<number> {
    const before = gateway.callsOf("recurring", creation);
    await act();
    return gateway.callsOf("recurring", creation) - before;
  }
  let creation = "";
  beforeAll(async () => {
    const known = gateway.sandbox.backends.recurring.calls.length;
    await createForm(gateway.client).submit(charge("First"));
    const posted = gateway.sandbox.backends.recurring.calls.slice(known).find(({ method }) => method !== "GET");
    creation = posted?.function ?? "";
    expect(creation).not.toBe("");
  });

  it("has a separate form for each customer to charge, and for each to give a credit", async () => {
    const names = async (customer: string): Promise<readonly string[]> => {
      const kept: string[] = [];
      const storage = { getItem: () => null, setItem: (name: string) => void kept.push(name), removeItem: () => undefined };
      const client = { request: async () => Promise.reject(new Error("not sent")) } as Pick<GatewayClient, "request">;
      const connection = { client, submissions: createSubmissions({ storage }) };
      const owed = { customerId: customer, amount: "5" } as const;
      const send = [
        keyedMutation(connection, CreateChargeDocument).mutationFn({ input: { charge: owed } }),
        keyedMutation(connection, CreateCreditDocument).mutationFn({ input: { credit: owed } }),
      ];
      await Promise.allSettled(send);
      return kept;
    };
    const all = [...(await names("one")), ...(await names("other"))];
    expect(new Set(all).size).toBe(4);
  });

  it("charges once when the answer is lost, since it retries with the key", async () => {
    const { submit } = createForm(createGatewayClient({ url: gateway.url, fetch: losingAnswers(1) }));
    let answer: CreateChargeMutation | undefined;
    const made = await chargesMadeBy(async () => {
      answer = await submit(charge("Lost once"));
    });
    expect(answer?.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", replayed: true } });
    expect(made).toBe(1);
  });

  it("charges once when every answer is lost and the page is loaded again", async () => {
    const storage = createStorage();
    const made = await chargesMadeBy(async () => {
      const { submit } = createForm(createGatewayClient({ url: gateway.url, fetch: losingAnswers(9) }), storage);
      await expect(submit(charge("Lost"))).rejects.toMatchObject({ name: "TransportError" });
      expect(storage.keys()).toHaveLength(1);
      const { createCharge } = await createForm(gateway.client, storage).submit(charge("Lost"));
      expect(createCharge.operation).toMatchObject({ status: "SUCCEEDED", replayed: true });
    });
    expect(made).toBe(1);
    expect(storage.keys()).toEqual([]);
  });

  it("charges once on a double click, and again on the next submit", async () => {
    const { submit } = createForm(gateway.client);
    expect(await chargesMadeBy(() => Promise.all([submit(charge("Twice")), submit(charge("Twice"))]))).toBe(1);
    expect(await chargesMadeBy(() => submit(charge("Twice")))).toBe(1);
  });

  it("charges once when the backend's answer is lost: the key stays until the operation is settled", async () => {
    const storage = createStorage();
    const { submit } = createForm(gateway.client, storage);
    const made = await chargesMadeBy(async () => {
      gateway.sandbox.backends.recurring.setFaults([{ kind: "dropAfter", function: creation, times: 1 }]);
      const { createCharge } = await submit(charge("Dropped"));
      expect(createCharge.errors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
      const { id, idempotencyKey } = createCharge.operation;
      expect(storage.keys()).toEqual([idempotencyKey]);
      const { reconcileOperation } = await gateway.client.request(ReconcileOperationDocument, { input: { id } });
      expect(reconcileOperation).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
      const again = await submit(charge("Dropped"));
      expect(again.createCharge.operation).toMatchObject({ id, status: "SUCCEEDED", replayed: true });
    });
    expect(made).toBe(1);
    expect(storage.keys()).toEqual([]);
  });

  it("refuses another input while the outcome of the first is unknown to the page, and accepts it afterwards", async () => {
    const storage = createStorage();
    const { submit } = createForm(createGatewayClient({ url: gateway.url, fetch: losingAnswers(3) }), storage);
    await expect(submit(charge("Meant"))).rejects.toMatchObject({ name: "TransportError" });
    const { createCharge: refused } = await submit(charge("Corrected"));
    expect(refused).toMatchObject({ errors: [{ code: "IDEMPOTENCY_KEY_REUSED" }], operation: { status: "SUCCEEDED" } });
    expect((await submit(charge("Corrected"))).createCharge.operation).toMatchObject({ status: "SUCCEEDED", replayed: false });
  });

  it("keeps no key for a dry run, and none if the caller gives one", async () => {
    const storage = createStorage();
    const { submit } = createForm(createGatewayClient({ url: gateway.url, fetch: losingAnswers(1) }), storage);
    const { input } = charge("Checked");
    const checked = await submit({ input: { ...input, validateOnly: true } });
    expect(checked.createCharge.operation.status).toBe("VALIDATED");
    const { createCharge } = await submit({ input: { ...input, idempotencyKey: "from the caller" } });
    expect(createCharge.operation.idempotencyKey).toBe("from the caller");
    expect(storage.keys()).toEqual([]);
  });
});

describe("the hooks", () => {
  const variables = { first: 3, backends: ["pbx"] };

  function render(page: () => ReactElement | string, queryClient = createQueryClient()): string {
    const provided = createElement(GatewayProvider, { client: gateway.client }, createElement(page));
    return renderToString(createElement(QueryClientProvider, { client: queryClient }, provided));
  }

  it("show loaded data, and load missing data", async () => {
    const queryClient = createQueryClient();
    const page = (): string => {
      const { data, isPending } = useCustomersQuery(variables, { select: ({ customers }) => customers.nodes });
      return isPending ? "loading" : (data?.map(({ backend }) => backend.key).join() ?? "");
    };
    expect(render(page, queryClient)).toBe("loading");
    await queryClient.fetchQuery(gatewayQuery(gateway.client, CustomersDocument, variables));
    expect(render(page, queryClient)).toBe("pbx,pbx,pbx");
  });

  it("start a list at its first page", () => {
    const page = (): string => {
      const { isPending, hasNextPage } = useInfiniteCustomersQuery(variables);
      return `${isPending} ${hasNextPage}`;
    };
    expect(render(page)).toBe("true false");
  });

  it("change nothing when they are rendered", () => {
    const page = (): string => {
      const { isIdle } = useCreateChargeMutation({ form: "new charge" });
      return `${isIdle} ${useOperationUpdates(null).operation}`;
    };
    expect(render(page)).toBe("true null");
  });

  it("name the missing provider", () => {
    const orphan = createElement(() => `${useCustomersQuery().status}`);
    const page = createElement(QueryClientProvider, { client: createQueryClient() }, orphan);
    expect(() => renderToString(page)).toThrow("GatewayProvider");
  });

  it("write an operation's updates into its query's cache", () => {
    expect(queryKey(OperationDocument, { id: "1" })).toEqual(["billing-gateway", "Operation", "answer", { id: "1" }]);
  });
});
