import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";
import { serveWitnessed, type WitnessedGateway } from "./witness.ts";

/**
 * Text that would be SQL if it were pasted into a statement: the journal stores it and compares it, and does nothing else with
 * it.
 */

const server = await startPostgres();
afterAll(() => server?.stop());

const hostile = [
  "' OR '1'='1",
  "'; DROP TABLE operations; --",
  "' UNION SELECT name FROM sqlite_master --",
  "1); DELETE FROM operations; --",
  '" OR ""="',
  "\\'; SELECT pg_sleep(10); --",
  "%",
  "_",
  "$1",
  "?1",
  ":name",
  "\u02BC OR 1=1",
];

const charge = `mutation ($customer: ID!, $key: String!, $name: String!) {
  createCharge(input: { charge: { customerId: $customer, name: $name, amount: "1" }, idempotencyKey: $key }) {
    charge { id } operation { id replayed idempotencyKey }
  }
}`;
const all = "{ operations(first: 200) { nodes { id } } }";

interface Charged {
  readonly createCharge: { readonly charge: { id: string }; readonly operation: { id: string; replayed: boolean } };
}

const dialects = storeDialects(server).filter(({ available }) => available);

describe.each(dialects)("a journal in $name", ({ createUrl }) => {
  let gateway: WitnessedGateway;
  let customer: string;
  beforeAll(async () => {
    gateway = await serveWitnessed(await createUrl());
    const { data } = await gateway.send('{ customers(backends: ["pbx"], first: 1) { nodes { id } } }');
    customer = (data as { customers: { nodes: { id: string }[] } }).customers.nodes[0]?.id ?? "";
  });
  afterAll(async () => gateway?.[Symbol.asyncDispose]());

  const idsOfAll = async (): Promise<readonly string[]> =>
    ((await gateway.send(all)).data as { operations: { nodes: { id: string }[] } }).operations.nodes.map(({ id }) => id);

  it("stores every key unchanged: the same text finds it, and no other", async () => {
    const charges = new Set<string>();
    for (const text of hostile) {
      const variables = { customer, key: text, name: text };
      const first = (await gateway.send(charge, variables)).data as unknown as Charged;
      const again = (await gateway.send(charge, variables)).data as unknown as Charged;
      expect(first.createCharge.operation, text).toMatchObject({ replayed: false, idempotencyKey: text });
      expect(again.createCharge, text).toMatchObject({
        charge: first.createCharge.charge,
        operation: { id: first.createCharge.operation.id, replayed: true },
      });
      charges.add(first.createCharge.charge.id);
    }
    expect(charges.size).toBe(hostile.length);
    expect(await idsOfAll()).toHaveLength(hostile.length);
  });

  it("finds nothing by a meaningless filter, id or cursor, and loses nothing", async () => {
    const before = await idsOfAll();
    const query = `query ($text: String!, $id: ID!) {
      byMutation: operations(filter: { mutation: $text }) { nodes { id } }
      operation(id: $id) { id }
      node(id: $id) { id }
    }`;
    for (const text of hostile) {
      const id = encodeId({ type: "Operation", backend: "", id: text });
      const answer = await gateway.send(query, { text, id });
      expect(answer, text).toEqual({ status: 200, data: { byMutation: { nodes: [] }, operation: null, node: null } });
      for (const other of ["filter: { backend: $text }", "after: $text"]) {
        const { data, errors } = await gateway.send(`query ($text: String!) { operations(${other}) { nodes { id } } }`, {
          text,
        });
        const refused = errors?.map(({ extensions }) => extensions.code);
        expect(refused ?? (data as { operations: { nodes: unknown } }).operations.nodes, text).toEqual(
          refused ? ["INVALID_INPUT"] : [],
        );
      }
    }
    expect(await idsOfAll()).toEqual(before);
  });
});
