import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { untilFilled } from "../directory/filled.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { type Ask, everything, type Found, idsOf, search } from "./searching.ts";

/** Search over all backends, as callers see it: from the directory, from the backends themselves, and from both. */

describe("with a directory", () => {
  let gateway: TestGateway;
  const ask: Ask = async (variables) => (await gateway.data(search, variables)).search;

  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { customers: 40 }, directory: { refreshMinutes: 60 } });
    await untilFilled(gateway.directory);
  });
  afterAll(async () => gateway?.close());
  afterEach(() => {
    for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
  });

  it("finds a company in every backend that knows it, the best match first, and says where it looked", async () => {
    const found = await ask({ text: "ada's bakery", types: ["CUSTOMER"], first: 50 });
    const [first] = found.edges;
    expect(first?.node.name.toLowerCase()).toContain("ada");
    expect(found.edges.length).toBeGreaterThan(1);
    const looked = Object.fromEntries(found.sources.map(({ backend, source }) => [backend.key, source]));
    expect(looked).toEqual({ pbx: "BOTH", suite: "INDEX", offices: "BOTH", recurring: "INDEX" });
    expect(found.sources.find(({ backend }) => backend.key === "suite")?.records).toBeGreaterThan(30);
  });

  it("makes no call to a backend that the directory has read, for ids and names", async () => {
    gateway.callsSince();
    const found = await ask({ text: "an", types: ["CUSTOMER"], backends: ["suite", "recurring"], first: 100 });
    expect(found.edges.length).toBeGreaterThan(2);
    expect(gateway.callsSince()).toMatchObject({ suite: [], recurring: [], pbx: [], offices: [] });
  });

  it("finds customers by their other members, and says which one matched", async () => {
    const { customers } = await gateway.data(`{ customers(backends: ["suite"], first: 5) { nodes { id email } } }`);
    const { id, email } = customers.nodes.find((each: { email: string | null }) => each.email !== null);
    const found = await ask({ text: email, backends: ["suite"], types: ["CUSTOMER"] });
    expect(found.edges).toContainEqual(expect.objectContaining({ matched: email, node: expect.objectContaining({ id }) }));
  });

  it("shows the details of the customers, charges and taxes that it finds", async () => {
    const details = `query ($text: String!) { search(text: $text, first: 50) { nodes {
      ... on Customer { id status email } ... on Charge { id amount { amount currency } customer { id } } ... on Tax { id rate }
    } unavailable { code } } }`;
    const [charge] = (await everything(ask, { text: "in", types: ["CHARGE"], first: 50 })).map(({ node }) => node);
    expect(charge?.__typename).toBe("Charge");
    const { search: found } = await gateway.data(details, { text: charge?.name });
    expect(found.unavailable).toEqual([]);
    expect(found.nodes.some(({ id }: { id: string }) => id === charge?.id)).toBe(true);
    expect(
      (await everything(ask, { text: "vat", types: ["TAX"], first: 50 })).every(({ node }) => node.__typename === "Tax"),
    ).toBe(true);
  });

  it("pages give everything once, whatever their size, and every cursor continues exactly after its row", async () => {
    const question = { text: "an", backends: ["suite", "recurring"] };
    const whole = await everything(ask, { ...question, first: 100 });
    expect(new Set(idsOf(whole)).size).toBe(whole.length);
    expect(whole.length).toBeGreaterThan(20);
    for (const first of [1, 7]) {
      const paged = await everything(ask, { ...question, first });
      expect(idsOf(paged).toSorted()).toEqual(idsOf(whole).toSorted());
    }
    const page = await ask({ ...question, first: 10 });
    for (const [index, { cursor }] of page.edges.entries()) {
      const rest = await everything(ask, { ...question, first: 100, after: cursor });
      expect(idsOf([...page.edges.slice(0, index + 1), ...rest]).toSorted()).toEqual(idsOf(whole).toSorted());
    }
  });

  it("names a backend that fails, shows the records of the others, and continues with it when it is back", async () => {
    const whole = idsOf(await everything(ask, { text: "an", types: ["CUSTOMER"], first: 100 })).toSorted();
    gateway.sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
    const page = await ask({ text: "an", types: ["CUSTOMER"], first: 5 });
    expect(page.unavailable).toMatchObject([{ backend: { key: "pbx" } }]);
    expect(page.sources.find(({ backend }) => backend.key === "pbx")?.complete).toBe(false);
    expect(page.edges.length).toBe(5);
    gateway.sandbox.backends.pbx.setFaults([]);
    const rest = await everything(ask, { text: "an", types: ["CUSTOMER"], first: 100, after: page.pageInfo.endCursor });
    expect(idsOf([...page.edges, ...rest]).toSorted()).toEqual(whole);
  });

  it("finds a record that the gateway has just created", async () => {
    const create = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { customer { id } errors { message } } } }`;
    const input = {
      backends: ["recurring"],
      name: "Quillfeather Instruments",
      firstName: "Ada",
      lastName: "Quill",
      email: "ada@quillfeather.example",
    };
    const { createCustomer } = await gateway.data(create, { input });
    expect(createCustomer.results[0].errors).toEqual([]);
    const { id } = createCustomer.results[0].customer;
    await expect.poll(async () => idsOf((await ask({ text: "quillf", backends: ["recurring"] })).edges)).toEqual([id]);
  });

  it.each([
    [{ text: "a" }, ["text"]],
    [{ text: "  a " }, ["text"]],
    [{ text: "x".repeat(201) }, ["text"]],
    [{ text: "ada", backends: ["nowhere"] }, ["backends", "0"]],
    [{ text: "ada", first: 0 }, ["first"]],
    [{ text: "ada", after: "x" }, ["after"]],
  ])("refuses %j", async (variables, field) => {
    const { errors } = await gateway.send(search, variables);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field });
  });

  it("refuses the cursor of another search", async () => {
    const { edges } = await ask({ text: "an", first: 1 });
    const { errors } = await gateway.send(search, { text: "in", after: edges[0]?.cursor });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });

  it.each(['""', "%%", "{}[]()", "\\\\", "≡≡"])("refuses a text that can match nothing: %s", async (text) => {
    const { errors } = await gateway.send(search, { text });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["text"] });
  });

  it.each(["' or 1=1", "a* NOT b", "name_words : ada", "≡ada", "né", "+49 (0)30 / 12345"])(
    "survives any text: %s",
    async (text) => {
      await expect(ask({ text })).resolves.toMatchObject({ unavailable: [] });
    },
  );
});

describe("with a store that fails", () => {
  it("search and changes are UNAVAILABLE, and no backend is blamed for it", async () => {
    const url = `sqlite:${sqliteFile()}`;
    const gateway = await startTestGateway({ sandbox: { customers: 20 }, store: url, directory: { refreshMinutes: 60 } });
    const store = await openStore(url);
    try {
      await untilFilled(gateway.directory);
      const question = { text: "an", types: ["CUSTOMER"], first: 1 };
      const { search: found }: { search: Found } = await gateway.data(search, question);
      const { schema } = store.engine.database;
      for (const table of ["records", "changes"]) await schema.dropTable(`directory_${table}`).execute();
      const failed = [
        await gateway.send(search, question),
        await gateway.send(search, { ...question, after: found.pageInfo.endCursor }),
        await gateway.send(`{ changes { nodes { kind } } }`),
      ];
      const told = failed.map(({ errors }) => [errors?.[0]?.path, errors?.[0]?.extensions["code"]]);
      expect(told).toEqual(["search", "search", "changes"].map((field) => [[field], "UNAVAILABLE"]));
    } finally {
      await store.close();
      await gateway.close();
    }
  });
});

describe("without a directory", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { customers: 20 } });
  });
  afterAll(async () => gateway?.close());

  it("customers and taxes are searched for in the backends, and charges are named as missing", async () => {
    const { search: found }: { search: Found } = await gateway.data(search, { text: "an", first: 100 });
    expect(found.edges.length).toBeGreaterThan(1);
    expect(found.sources.every(({ source }) => source === "LIVE")).toBe(true);
    expect(found.unavailable.map(({ backend, code }) => [backend.key, code])).toEqual(
      ["pbx", "suite", "offices", "recurring"].map((key) => [key, "UNSUPPORTED"]),
    );
  });
});
