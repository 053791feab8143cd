import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { callerOf, startCallingGateway } from "./calling.ts";

/** A router's requests to a subgraph. */

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Customer { id name }
    ... on Charge { id customer { id } }
    ... on Tax { id name }
    ... on Backend { key }
  }
}`;

interface Entity {
  readonly __typename: string;
  readonly id: string;
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => gateway.close());
beforeEach(() => void gateway.callsSince());

async function customersOf(backend: string, first: number): Promise<Entity[]> {
  const { customers } = await gateway.data(
    "query ($backend: String!, $first: Int!) { customers(backends: [$backend], first: $first) { nodes { __typename id } } }",
    { backend, first },
  );
  return customers.nodes;
}

describe("entities", () => {
  it("come in the order of their representations, whatever their types, with the same data as from node()", async () => {
    const customers = await customersOf("recurring", 12);
    const { charges, taxes } = await gateway.data(
      `query ($ids: [ID!]!) { charges(customerIds: $ids, first: 3) { nodes { __typename id } } taxes(first: 3) { nodes { __typename id } } }`,
      { ids: customers.map(({ id }) => id) },
    );
    expect(charges.nodes).toHaveLength(3);
    const wanted: Entity[] = [...charges.nodes, ...customers, ...taxes.nodes].reverse();
    const { _entities: found } = await gateway.data(entities, { representations: wanted });
    expect(found.map(({ __typename, id }: Entity) => ({ __typename, id }))).toEqual(wanted);
  });

  it("of one backend are read together", async () => {
    const wanted = await customersOf("offices", 30);
    gateway.callsSince();
    await gateway.data(entities, { representations: wanted });
    expect(gateway.callsSince()["offices"]).toHaveLength(1);
  });

  it("are null if they do not exist, and an error if an id is invalid or of another type", async () => {
    const [customer] = await customersOf("pbx", 1);
    const representations = [
      { __typename: "Customer", id: encodeId({ type: "Customer", backend: "pbx", id: "99999999" }) },
      { __typename: "Charge", id: customer?.id },
      { __typename: "Customer", id: "nonsense" },
      { __typename: "Customer" },
      "text",
      null,
      customer,
    ].filter((each) => each !== null);
    const { data, errors } = await gateway.send(entities, { representations });
    expect(data._entities.map((each: Entity | null) => each?.id ?? null)).toEqual([null, null, null, null, null, customer?.id]);
    const told = errors?.map(({ path, extensions }) => [path, extensions["code"], extensions["field"]]);
    expect(told?.toSorted()).toEqual([
      [["_entities", 1], "INVALID_INPUT", ["representations", "1", "id"]],
      [["_entities", 2], "INVALID_INPUT", ["representations", "2", "id"]],
      [["_entities", 3], "INVALID_INPUT", ["representations", "3"]],
      [["_entities", 4], "INVALID_INPUT", ["representations", "4"]],
    ]);
  });

  it("count for the limits of a query, one each", async () => {
    const one = { __typename: "Customer", id: encodeId({ type: "Customer", backend: "pbx", id: "1" }) };
    const { errors } = await gateway.send(entities, { representations: Array.from({ length: 501 }, () => one) });
    expect(errors?.[0]?.message).toMatch(/limits\.maxComplexity/);
  });
});

it("exist for a caller only if it may see them", async () => {
  const sandbox = await startSandbox({ customers: 20 });
  const callers = [callerOf("all", ["read"]), callerOf("one", ["read"], ["pbx"]), callerOf("none", [])];
  const calling = await startCallingGateway(sandbox, { callers });
  try {
    const list = '{ customers(first: 1, backends: ["recurring"]) { nodes { __typename id } } }';
    const { customers } = await calling.data("all", list);
    const ask = (caller: string) => calling.send(caller, entities, { representations: customers.nodes });
    expect((await ask("all")).data._entities[0].id).toBe(customers.nodes[0].id);
    expect((await ask("one")).data._entities).toEqual([null]);
    expect((await ask("none")).errors?.[0]?.extensions["code"]).toBe("FORBIDDEN");
  } finally {
    await calling.composition.close();
    await sandbox.close();
  }
});

it("the schema is shown to callers with a credential, with the directives of federation", async () => {
  const { _service: service } = await gateway.data("{ _service { sdl } }");
  expect(service.sdl).toMatch(/^extend schema @link\(url: "https:\/\/specs\.apollo\.dev\/federation\/v2/);
  expect(service.sdl).toMatch(/type Customer implements Node @key\(fields: "id"\)/);
});
