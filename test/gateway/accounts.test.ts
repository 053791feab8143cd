import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decodeId, encodeId } from "../../src/model/id.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Accounts of customers in several backends: linking, unlinking, and what callers read of them. */

let gateway: TestGateway;
let ids: Record<string, string[]>;
beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 120 },
    backend: { timeoutMs: 10_000, circuit: { failures: 1000 } },
    limits: { maxPageSize: 200, maxComplexity: 100_000 },
  });
  ids = {};
  for (const backend of ["pbx", "suite", "offices", "recurring"]) {
    const { customers } = await gateway.data(
      `query ($backend: String!) { customers(first: 110, backends: [$backend]) { nodes { id } } }`,
      { backend },
    );
    ids[backend] = customers.nodes.map(({ id }: { id: string }) => id);
  }
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

/** Customers that no other test links. */
let taken = 0;
function take(...backends: string[]): string[] {
  taken += 1;
  return backends.map((backend) => ids[backend]?.[taken] as string);
}

const payload = `account { id name customers { id } } errors { code field retryable message }
  operation { id mutation status replayed steps { action status attempts backend { key } node { id } } }`;
const send = async (mutation: "linkCustomers" | "unlinkCustomers", input: object) => {
  const type = mutation === "linkCustomers" ? "LinkCustomersInput" : "UnlinkCustomersInput";
  const answer = await gateway.data(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${payload} } }`, { input });
  return answer[mutation];
};
const link = (customerIds: string[], more: object = {}) => send("linkCustomers", { customerIds, ...more });
const unlink = (customerIds: string[], more: object = {}) => send("unlinkCustomers", { customerIds, ...more });
const accountOf = async (id: string) => {
  const { customer } = await gateway.data(`query ($id: ID!) { customer(id: $id) { account { id customers { id } } } }`, { id });
  return customer.account;
};
const idsIn = (account: { customers: { id: string }[] } | null) => account?.customers.map(({ id }) => id).sort();
const callCount = (): number => Object.values(gateway.callsSince()).reduce((sum, calls) => sum + calls.length, 0);

describe("linking", () => {
  it("makes customers one account, which each of them and node() show", async () => {
    const customers = take("pbx", "suite", "offices");
    const { account, errors, operation } = await link(customers, { name: "  Ada's Bakery " });
    expect(errors).toEqual([]);
    expect(account.name).toBe("Ada's Bakery");
    expect(idsIn(account)).toEqual([...customers].sort());
    expect(operation).toMatchObject({ mutation: "linkCustomers", status: "SUCCEEDED", replayed: false });
    expect(operation.steps).toEqual(
      customers.map((id, index) => ({
        action: "accounts/link",
        status: "SUCCEEDED",
        attempts: 1,
        backend: { key: ["pbx", "suite", "offices"][index] },
        node: { id },
      })),
    );
    for (const id of customers) expect((await accountOf(id))?.id).toBe(account.id);
    const { node, account: again } = await gateway.data(
      `query ($id: ID!) { node(id: $id) { __typename id ... on Account { name } } account(id: $id) { createdAt updatedAt } }`,
      { id: account.id },
    );
    expect(node).toEqual({ __typename: "Account", id: account.id, name: "Ada's Bakery" });
    expect(Date.parse(again.updatedAt)).toBeGreaterThanOrEqual(Date.parse(again.createdAt));
  });

  it("checks in each backend once whether the customers exist, writes to none, and reads no names", async () => {
    const [pbx, suite] = take("pbx", "suite") as [string, string];
    const other = ids["pbx"]?.at(-1) as string;
    gateway.callsSince();
    const { linkCustomers } = await gateway.data(
      `mutation ($input: LinkCustomersInput!) {
        linkCustomers(input: $input) { account { name customers { id name backend { key } } } }
      }`,
      { input: { customerIds: [pbx, suite, other] } },
    );
    const called = gateway.callsSince();
    await gateway.data(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { status } } }`, { ids: [pbx, suite, other] });
    const read = gateway.callsSince();
    for (const key of ["pbx", "suite", "offices", "recurring"]) expect(called[key]).toHaveLength(read[key]?.length ?? 0);
    expect(linkCustomers.account.name).toBe(linkCustomers.account.customers[0].name);
    expect(linkCustomers.account.customers).toHaveLength(3);
  });

  it("merges the account of a customer, whose old id still works", async () => {
    const [pbx, suite] = take("pbx", "suite") as [string, string];
    const [offices, recurring] = take("offices", "recurring") as [string, string];
    const first = await link([pbx, suite]);
    const second = await link([offices, recurring], { name: "Second" });
    const { account } = await link([suite, offices]);
    expect(account).toMatchObject({ id: first.account.id, name: "Second" });
    expect(idsIn(account)).toEqual([pbx, suite, offices, recurring].sort());
    const { node } = await gateway.data(`query ($id: ID!) { node(id: $id) { id } }`, { id: second.account.id });
    expect(node).toEqual({ id: first.account.id });
  });

  it("has no further effect when repeated with its key, even after the customers were unlinked", async () => {
    const customers = take("pbx", "suite");
    const first = await link(customers, { idempotencyKey: "link once" });
    gateway.callsSince();
    const again = await link(customers, { idempotencyKey: "link once" });
    expect(again).toMatchObject({ account: first.account, operation: { id: first.operation.id, replayed: true } });
    // The answer shows the steps' customers, which needs one read of each backend.
    expect(callCount()).toBe(2);
    await unlink(customers);
    const late = await link(customers, { idempotencyKey: "link once" });
    expect(late).toMatchObject({ account: null, operation: { id: first.operation.id, replayed: true } });
    const other = await link(take("pbx", "suite"), { idempotencyKey: "link once" });
    expect(other).toMatchObject({ account: null, operation: { id: first.operation.id } });
    expect(other.errors[0].code).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  it("links nobody if one of the customers does not exist, and says which", async () => {
    const [pbx, suite] = take("pbx", "suite") as [string, string];
    const nobody = encodeId({ type: "Customer", backend: "suite", id: "999999" });
    const { account, errors, operation } = await link([pbx, nobody, suite]);
    expect(account).toBeNull();
    expect(errors.map(({ code, field }: { code: string; field: string[] }) => [code, field])).toEqual([
      ["CONFLICT", ["input", "customerIds", "0"]],
      ["NOT_FOUND", ["input", "customerIds", "1"]],
      ["CONFLICT", ["input", "customerIds", "2"]],
    ]);
    expect(operation.status).toBe("FAILED");
    expect(await accountOf(pbx)).toBeNull();
  });

  it("links nobody while a backend is down, and completes when the call is repeated", async () => {
    const customers = take("pbx", "suite");
    gateway.sandbox.backends.suite.setFaults([{ kind: "html502" }]);
    const failed = await link(customers, { idempotencyKey: "link later" }).finally(() =>
      gateway.sandbox.backends.suite.setFaults([]),
    );
    expect(failed.account).toBeNull();
    expect(failed.errors.every(({ retryable }: { retryable: boolean }) => retryable)).toBe(true);
    const { account, errors, operation } = await link(customers, { idempotencyKey: "link later" });
    expect(errors).toEqual([]);
    expect(operation).toMatchObject({ id: failed.operation.id, status: "SUCCEEDED" });
    expect(idsIn(account)).toEqual([...customers].sort());
  });

  it.each([
    [() => [], ["input", "customerIds"]],
    [() => take("pbx"), ["input", "customerIds"]],
    [() => [...take("pbx"), ...take("pbx")].flatMap((id) => [id, id]), ["input", "customerIds", "1"]],
    [() => [...take("pbx"), "?"], ["input", "customerIds", "1"]],
    [() => [encodeId({ type: "Tax", backend: "pbx", id: "1" }), ...take("pbx")], ["input", "customerIds", "0"]],
    [() => [...take("pbx"), encodeId({ type: "Customer", backend: "none", id: "1" })], ["input", "customerIds", "1"]],
  ])("refuses customers that cannot be meant (%#)", async (customerIds, field) => {
    const { errors } = await gateway.send(
      `mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { ${payload} } }`,
      {
        input: { customerIds: customerIds() },
      },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field });
  });

  it("refuses an invalid name", async () => {
    for (const name of ["", "   ", "a\u0000b", "x".repeat(201)]) {
      const { errors } = await gateway.send(
        `mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { ${payload} } }`,
        {
          input: { customerIds: take("pbx", "suite"), name },
        },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "name"] });
    }
  });
});

describe("unlinking", () => {
  it("leaves the others together, dissolves an account with fewer than two, and calls no backend", async () => {
    const [pbx, suite, offices] = take("pbx", "suite", "offices") as [string, string, string];
    const { account } = await link([pbx, suite, offices]);
    gateway.callsSince();
    const left = await unlink([suite], { idempotencyKey: "unlink once" });
    expect(left).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" }, account: { id: account.id } });
    expect(left.operation.steps).toHaveLength(1);
    expect(idsIn(left.account)).toEqual([pbx, offices].sort());
    expect(await unlink([suite], { idempotencyKey: "unlink once" })).toMatchObject({
      account: { id: account.id },
      operation: { replayed: true },
    });
    // The journal shows the customer, which needs a read; nothing else does.
    const calls = Object.values(gateway.callsSince()).flat();
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(await accountOf(suite)).toBeNull();
    const gone = await unlink([pbx]);
    expect(gone).toMatchObject({ account: null, errors: [], operation: { status: "SUCCEEDED" } });
    expect(await accountOf(offices)).toBeNull();
    const { node, account: none } = await gateway.data(`query ($id: ID!) { node(id: $id) { id } account(id: $id) { id } }`, {
      id: account.id,
    });
    expect([node, none]).toEqual([null, null]);
  });

  it("changes nothing for a customer that is not linked", async () => {
    const customers = take("pbx");
    expect(await unlink(customers)).toMatchObject({ account: null, errors: [], operation: { status: "SUCCEEDED" } });
  });

  it("works while the backend is down, and for a deleted customer", async () => {
    const [pbx, suite] = take("pbx", "suite") as [string, string];
    await link([pbx, suite]);
    gateway.sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
    const { unlinkCustomers } = await gateway.data(
      `mutation ($input: UnlinkCustomersInput!) { unlinkCustomers(input: $input) { account { id } operation { status } } }`,
      { input: { customerIds: [pbx] } },
    );
    expect(unlinkCustomers).toEqual({ account: null, operation: { status: "SUCCEEDED" } });
  });
});

describe("creating a customer in several backends", () => {
  const create = async (input: object) => {
    const { createCustomer } = await gateway.data(
      `mutation ($input: CreateCustomerInput!) {
        createCustomer(input: $input) {
          results { status customer { id name account { id } } errors { code field } }
          account { id name customers { id } }
          operation { id status replayed steps { action status } }
        }
      }`,
      { input },
    );
    return createCustomer;
  };
  const customer = (changes: object = {}) => ({
    backends: ["suite", "offices"],
    firstName: "Ada",
    lastName: "Baker",
    email: "ada@example.com",
    ...changes,
  });

  it("links them, with a step for each that the dry run shows too", async () => {
    const planned = await create(customer({ validateOnly: true }));
    expect(planned).toMatchObject({ account: null, operation: { status: "VALIDATED" } });
    const input = customer({ idempotencyKey: "create linked" });
    const { results, account, operation } = await create(input);
    expect(operation.status).toBe("SUCCEEDED");
    const created = results.map(({ customer: each }: { customer: { id: string } }) => each.id);
    expect(idsIn(account)).toEqual([...created].sort());
    expect(account.name).toBe(results[0].customer.name);
    for (const { customer: each } of results) expect(each.account.id).toBe(account.id);
    const actions = ({ steps }: { steps: { action: string }[] }) => steps.map(({ action }) => action);
    expect(actions(operation)).toEqual(actions(planned.operation));
    expect(actions(operation).filter((action) => action === "accounts/link")).toHaveLength(2);
    const again = await create(input);
    expect(again).toMatchObject({ account: { id: account.id }, operation: { id: operation.id, replayed: true } });
  });

  it.each([
    ["link: false", { link: false }],
    ["one backend", { backends: ["suite"] }],
  ])("with %s it links nobody, and plans no step for it", async (_, changes) => {
    const { account, operation } = await create(customer(changes));
    expect(operation.status).toBe("SUCCEEDED");
    expect(account).toBeNull();
    expect(operation.steps.some(({ action }: { action: string }) => action.startsWith("accounts/"))).toBe(false);
  });

  it("links the others if one backend fails", async () => {
    gateway.sandbox.backends.recurring.setFaults([{ kind: "rateLimit" }]);
    const { results, account, operation } = await create(customer({ backends: ["suite", "recurring", "offices"] }));
    expect(results.map(({ status }: { status: string }) => status)).toEqual(["SUCCEEDED", "FAILED", "SUCCEEDED"]);
    expect(operation.status).toBe("PARTIAL");
    expect(account.customers).toHaveLength(2);
  });

  it("leaves no account if it is rolled back", async () => {
    const { backend } = await gateway.data(`{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }`);
    gateway.sandbox.backends.offices.setFaults([{ kind: "rateLimit" }]);
    const { results, account, operation } = await create(
      customer({ backends: ["suite", "pbx", "offices"], planId: backend.plans.nodes[0].id, onFailure: "ROLL_BACK" }),
    );
    expect(operation.status).toBe("ROLLED_BACK");
    expect(account).toBeNull();
    const taken = operation.steps.filter(({ action }: { action: string }) => action === "accounts/unlink");
    expect(taken.map(({ status }: { status: string }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    for (const { customer: each } of results) expect(each?.account ?? null).toBeNull();
  });
});

describe("reading accounts", () => {
  it("fifty of them with their customers need as many calls as the customers alone", async () => {
    const pairs = Array.from({ length: 50 }, (_, index) => [ids["pbx"]?.[index + 55], ids["suite"]?.[index + 55]] as string[]);
    await Promise.all(pairs.map((pair) => link(pair, { name: "One of fifty" })));
    const fields = "id name reference status backend { key }";
    const { accounts } = await gateway.data(`{ accounts(first: 200) { nodes { customers { id } } } }`);
    const all = accounts.nodes.flatMap(({ customers }: { customers: { id: string }[] }) => customers.map(({ id }) => id));
    gateway.callsSince();
    await gateway.data(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { ${fields} } } }`, { ids: all });
    const alone = callCount();
    await gateway.data(`{ accounts(first: 200) { nodes { id name customers { ${fields} account { id name } } } } }`);
    expect(callCount()).toBe(alone);
    await gateway.data(`{ accounts(first: 200) { nodes { id name customers { id name backend { key } account { name } } } } }`);
    expect(callCount()).toBe(0);
  });

  it("finds them page by page, by text in their names", async () => {
    const named = await link(take("pbx", "suite"), { name: "Zwölfbäcker & Söhne" });
    await link(take("pbx", "suite"), { name: "ZWÖLFBÄCKER Uhren" });
    const page = (after: string | null) =>
      gateway.data(
        `query ($after: String) { accounts(first: 1, after: $after, search: "zwölfbä") { nodes { name } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
    const { accounts: first } = await page(null);
    const { accounts: second } = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual(["ZWÖLFBÄCKER Uhren", named.account.name]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const { errors } = await gateway.send(`{ accounts(first: 1, after: "nonsense") { nodes { id } } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });

  it("refuses an id of another type, and returns nothing for an unknown one", async () => {
    const { errors } = await gateway.send(`query ($id: ID!) { account(id: $id) { id } }`, { id: take("pbx")[0] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["id"] });
    const id = encodeId({ type: "Account", backend: "", id: "nobody" });
    expect(decodeId(id)?.type).toBe("Account");
    expect(await gateway.data(`query ($id: ID!) { account(id: $id) { id } node(id: $id) { id } }`, { id })).toEqual({
      account: null,
      node: null,
    });
  });
});
