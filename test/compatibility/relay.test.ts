import {
  type ConcreteRequest,
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  getPaginationMetadata,
  getPaginationVariables,
  getRefetchMetadata,
  getSingularSelector,
  getValueAtPath,
  Network,
  Observable,
  type ReaderFragment,
  RecordSource,
  Store,
  type Variables,
} from "relay-runtime";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { nameIsRequired, type RenameData, renameMutation, renaming } from "./documents.ts";
import { type ServedGateway, serveGateway } from "./gateway.ts";
import { type Artifacts, compile } from "./relay/compile.ts";
import { createRequest } from "./request.ts";

/** Relay: its compiler on the committed schema, and its store below the hooks of react-relay. */

let gateway: ServedGateway;
let artifacts: Artifacts;
beforeAll(async () => {
  gateway = await serveGateway();
  artifacts = await compile(new URL("relay/customer-list.ts", import.meta.url));
});
afterAll(async () => {
  await artifacts?.remove();
  await gateway?.close();
});
afterEach(() => gateway.heal());

function connect(url: string): Environment {
  const network = Network.create(({ text: query }, variables) =>
    Observable.create<GraphQLResponse>((sink) => {
      const abort = new AbortController();
      const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
      fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }), signal: abort.signal })
        .then((response) => response.json())
        .then((answer) => [sink.next(answer), sink.complete()])
        .catch((error) => sink.closed || sink.error(error));
      return () => abort.abort();
    }),
  );
  return new Environment({ network, store: new Store(new RecordSource()) });
}

const operation = (name: string) => artifacts.load<ConcreteRequest>(name);
const fragment = (name: string) => artifacts.load<ReaderFragment>(name);

/** Runs an operation and keeps what it found in the store; its data, in which fragments are masked. */
async function run(environment: Environment, name: string, variables: Variables): Promise<Record<string, unknown>> {
  environment.retain(createOperationDescriptor(operation(name), variables));
  return (await fetchQuery(environment, operation(name), variables).toPromise()) as Record<string, unknown>;
}

/** What a fragment shows now of a masked object. */
function read<Data>(environment: Environment, name: string, masked: unknown): Data {
  const selector = getSingularSelector(fragment(name), masked);
  if (!selector) throw new Error(`${name} was not asked for.`);
  return environment.lookup(selector).data as Data;
}

interface Connection {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly unavailable?: readonly { readonly backend: { readonly key: string }; readonly code: string }[];
}

/** usePaginationFragment without React: the connection as it is now, and loadNext. */
function paginated(environment: Environment, name: string, masked: unknown, variables: Variables) {
  const { connectionPathInFragmentData, paginationRequest, paginationMetadata } = getPaginationMetadata(fragment(name), name);
  const connection = () => getValueAtPath(read(environment, name, masked), connectionPathInFragmentData) as Connection;
  const loadNext = async (count: number): Promise<void> => {
    const { endCursor } = connection().pageInfo;
    const page = getPaginationVariables("forward", count, endCursor, variables, {}, paginationMetadata);
    await fetchQuery(environment, paginationRequest, page).toPromise();
  };
  return { connection, loadNext };
}

async function openList(environment: Environment, variables: Variables) {
  return paginated(environment, "customerList_customers", await run(environment, "customerListQuery", variables), variables);
}

interface Customer {
  readonly id: string;
  readonly name: string;
  readonly backend: { readonly key: string };
}

function customersOf(environment: Environment, { edges }: Connection): readonly Customer[] {
  return edges.map(({ node }) => read<Customer>(environment, "customerList_customer", node));
}

describe("Relay", () => {
  it("pages through the customers of all backends to the end, into one connection", async () => {
    const environment = connect(gateway.url);
    const { connection, loadNext } = await openList(environment, { first: 10 });
    while (connection().pageInfo.hasNextPage) await loadNext(10);
    expect(customersOf(environment, connection())).toMatchObject(
      gateway.customers.map(({ id, backend: { key } }) => ({ id, backend: { key } })),
    );
    expect(connection().pageInfo).toMatchObject({ hasPreviousPage: false, startCursor: expect.any(String) });
  });

  it("takes every list of the schema for a connection", async () => {
    const customerIds = gateway.customers.slice(0, 2).map(({ id }) => id);
    const data = await run(connect(gateway.url), "customerListConnectionsQuery", { customerIds });
    const pageInfo = { hasNextPage: expect.any(Boolean), endCursor: expect.toSatisfy(isStringOrNull) };
    const connection = { edges: expect.any(Array), pageInfo };
    expect(data).toMatchObject({
      taxes: connection,
      operations: connection,
      charges: connection,
      pbx: { plans: { ...connection, edges: [{ node: { charges: connection } }, { node: { charges: connection } }] } },
      suite: { services: connection },
    });
  });

  it("pages through a list of an object, through node(id:)", async () => {
    const environment = connect(gateway.url);
    const { id } = gateway.customers[0] ?? { id: "" };
    const { customer } = await run(environment, "customerListChargesQuery", { id });
    const { connection, loadNext } = paginated(environment, "customerList_charges", customer, { id });
    expect(connection()).toMatchObject({ edges: { length: 2 }, pageInfo: { hasNextPage: true } });
    while (connection().pageInfo.hasNextPage) await loadNext(2);
    const all = "query ($id: ID!) { customer(id: $id) { charges(first: 200) { edges { node { id } } } } }";
    const whole = await createRequest(gateway.url)<{ customer: { charges: Connection } }>(all, { id });
    expect(connection().edges).toMatchObject(whole.customer.charges.edges);
  });

  it("finds an object again through node(id:), and shows it anew wherever it is shown", async () => {
    const environment = connect(gateway.url);
    const { connection } = await openList(environment, { first: 3 });
    const input = renaming(gateway.customers[2]);
    await createRequest(gateway.url)<RenameData>(renameMutation, { input });
    expect(customersOf(environment, connection())[2]).toMatchObject({ name: gateway.customers[2]?.name });
    const { refetchableRequest } = getRefetchMetadata(fragment("customerList_customer"), "customerList_customer");
    await fetchQuery(environment, refetchableRequest, { id: input.id }).toPromise();
    expect(customersOf(environment, connection())[2]).toMatchObject(input);
  });

  it("shows what a mutation changed in the list", async () => {
    const environment = connect(gateway.url);
    const { connection } = await openList(environment, { first: 3 });
    const input = renaming(gateway.customers[1]);
    const { updateCustomer } = await rename(environment, input);
    expect(updateCustomer.errors).toEqual([]);
    expect(customersOf(environment, connection())[1]).toMatchObject(input);
  });

  it("gets a mutation's errors as data, with the field at fault", async () => {
    const input = { id: gateway.customers[1]?.id ?? "", name: "" };
    expect(await rename(connect(gateway.url), input)).toMatchObject({
      updateCustomer: { customer: null, errors: [nameIsRequired] },
    });
  });

  it("goes on to show which backend is missing when the next page has come", async () => {
    gateway.breakDown("pbx");
    const environment = connect(gateway.url);
    const { connection, loadNext } = await openList(environment, { first: 3 });
    expect(customersOf(environment, connection()).map(({ backend }) => backend.key)).toEqual(["suite", "suite", "suite"]);
    expect(connection().unavailable).toMatchObject([{ backend: { key: "pbx" }, code: "UNAVAILABLE", retryable: true }]);
    await loadNext(3);
    expect(connection().edges).toHaveLength(6);
    expect(connection().unavailable).toMatchObject([{ backend: { key: "pbx" }, code: "UNAVAILABLE" }]);
  });

  it("hands out a failed part of the answer as a value with @catch, with its code", async () => {
    const data = await run(connect(gateway.url), "customerListCaughtQuery", { id: "nonsense" });
    const extensions = { code: "INVALID_INPUT", field: ["id"], retryable: false };
    expect(data).toMatchObject({ customer: { ok: false, errors: [{ extensions }] } });
  });

  it("rejects an answer without data, and carries the codes in the error's source", async () => {
    const failing = run(connect(gateway.url), "customerListQuery", { first: 1_000 });
    const extensions = { code: "INVALID_INPUT", field: ["first"] };
    await expect(failing).rejects.toMatchObject({ name: "RelayNetwork", source: { errors: [{ extensions }] } });
  });

  it("ends a query at the gateway too when nobody listens any more", async () => {
    gateway.hang("pbx");
    const subscription = fetchQuery(connect(gateway.url), operation("customerListQuery"), { first: 1 }).subscribe({});
    await gateway.received("pbx");
    subscription.unsubscribe();
    await gateway.freed("pbx");
  });
});

function rename(environment: Environment, input: { readonly id: string; readonly name: string }): Promise<RenameData> {
  return new Promise((resolve, reject) => {
    commitMutation(environment, {
      mutation: operation("customerListRenameMutation"),
      variables: { input },
      onCompleted: (response) => resolve(response as unknown as RenameData),
      onError: reject,
    });
  });
}

function isStringOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}
