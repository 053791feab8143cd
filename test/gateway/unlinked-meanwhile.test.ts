import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** What is asked for an account at one gateway, while somebody unlinks one of its customers at another one on the same store. */

const keys = ["pbx", "suite", "recurring"] as const;
type Key = (typeof keys)[number];
const server = await startPostgres();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
});
afterAll(async () => {
  await sandbox?.close();
  await server?.stop();
});
afterEach(() => {
  for (const key of keys) sandbox.backends[key].setFaults([]);
});

describe.each(storeDialects(server))("a customer that is unlinked, on $name", ({ name, available, createUrl }) => {
  let asking: CallingGateway;
  let other: CallingGateway;
  let ids: Readonly<Record<Key, string>>;
  beforeAll(async () => {
    if (!available) return;
    const options = { callers: [callerOf("office", ["read", "write"])], store: await createUrl() };
    asking = await startCallingGateway(sandbox, options);
    other = await startCallingGateway(sandbox, options);
    asking.composition.keepHouse(undefined, { lookEveryMs: 20 });
    const find = "query ($key: String!) { customers(first: 1, backends: [$key]) { nodes { id } } }";
    const found = await Promise.all(keys.map(async (key) => [key, (await mutateless(find, { key })).customers.nodes[0].id]));
    ids = Object.fromEntries(found) as Record<Key, string>;
  });
  afterAll(async () => {
    await asking?.composition.close();
    await other?.composition.close();
  });

  const mutateless = (query: string, variables: Record<string, unknown>) => asking.data("office", query, variables);
  async function mutate(gateway: CallingGateway, mutation: string, input: object, shown: string) {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { ${shown} } }`;
    return (await gateway.data("office", document, { input })).done;
  }
  const link = async (): Promise<string> =>
    (await mutate(asking, "linkCustomers", { customerIds: Object.values(ids) }, "account { id }")).account.id;
  const unlink = (key: Key) =>
    mutate(other, "unlinkCustomers", { customerIds: [ids[key]] }, "errors { code } operation { status createdAt }");
  const callsTo = (key: Key, action: string): number =>
    sandbox.backends[key].calls.filter((call) => JSON.stringify(call).includes(action)).length;

  it("while the others' values are still being read gets nothing written, and the caller is told", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const accountId = await link();
    const email = `${name.toLowerCase()}@unlinked.example`;
    await mutate(asking, "updateCustomer", { id: ids.recurring, email }, "errors { code }");
    // The values are read after the account, and the call is recorded after that.
    sandbox.backends.suite.setFaults([{ kind: "delay", milliseconds: 2_000, times: 1 }]);
    const reads = sandbox.backends.pbx.calls.length;
    const input = { accountId, from: ids.recurring, fields: ["EMAIL"] };
    const shown = "operation { createdAt } results { backend { key } status errors { code message } }";
    const aligning = mutate(asking, "alignCustomers", input, shown);
    await expect.poll(() => sandbox.backends.pbx.calls.length, patience).toBeGreaterThan(reads);
    const changes = callsTo("pbx", "customers/update");
    const { operation: unlinked } = await unlink("pbx");
    expect(unlinked.status).toBe("SUCCEEDED");
    const { results } = await aligning;
    const statuses = Object.fromEntries(results.map((each: { backend: { key: string } }) => [each.backend.key, each]));
    expect(statuses["pbx"]).toMatchObject({
      status: "FAILED",
      errors: [{ code: "CONFLICT", message: expect.stringMatching(/unlinked/) }],
    });
    expect(statuses["suite"]).toMatchObject({ status: "SUCCEEDED" });
    expect(callsTo("pbx", "customers/update")).toBe(changes);
    const { customer } = await mutateless("query ($id: ID!) { customer(id: $id) { email account { id } } }", { id: ids.pbx });
    expect(customer.email).not.toBe(email);
    expect(customer.account).toBeNull();
  });

  it("after a charge run was checked is not charged by it", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const accountId = await link();
    const shown = "run { id planHash state }";
    const charge = { accountId, backend: "recurring", amount: "3.00", date: "2026-11-05", name: `Copies on ${name}` };
    const { run } = await mutate(asking, "createChargeRun", { name: `Unlinked ${name}`, rows: [charge] }, shown);
    expect(run.state).toBe("READY");
    expect((await unlink("recurring")).errors).toEqual([]);
    const creates = callsTo("recurring", "PUT");
    await mutate(asking, "executeChargeRun", { id: run.id, planHash: run.planHash }, shown);
    const read = "query ($id: ID!) { chargeRun(id: $id) { state rows(first: 1) { nodes { state problems { code } } } } }";
    const now = async () => (await mutateless(read, { id: run.id })).chargeRun;
    await expect.poll(async () => (await now()).state, patience).toBe("INCOMPLETE");
    expect((await now()).rows.nodes).toEqual([{ state: "FAILED", problems: [{ code: "CONFLICT" }] }]);
    expect(callsTo("recurring", "PUT")).toBe(creates);
  });

  it("and linked by others at the same moment is in one account at the end, or in none", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    await link();
    const pairs = [
      [ids.pbx, ids.suite],
      [ids.suite, ids.recurring],
      [ids.recurring, ids.pbx],
    ];
    const linking = pairs.map((customerIds, index) =>
      mutate(index === 1 ? other : asking, "linkCustomers", { customerIds }, "errors { code } operation { status }"),
    );
    const [unlinked, ...linked] = await Promise.all([unlink("suite"), ...linking]);
    for (const each of linked) expect(each).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    expect(unlinked.errors).toEqual([]);
    const read = "query ($id: ID!) { customer(id: $id) { account { id customers { id } } } }";
    const accounts = await Promise.all(
      Object.values(ids).map(async (id) => ({ id, account: (await mutateless(read, { id })).customer.account })),
    );
    const { accounts: all } = await mutateless("{ accounts(first: 9) { nodes { id customers { id } } } }", {});
    const members = all.nodes.flatMap(({ customers }: { customers: { id: string }[] }) => customers.map(({ id }) => id));
    expect(new Set(members).size).toBe(members.length);
    for (const { id, account } of accounts) {
      if (account === null) expect(members).not.toContain(id);
      else expect(account.customers.map((each: { id: string }) => each.id)).toContain(id);
    }
    // Nobody unlinked these two.
    expect(accounts[0]?.account).not.toBeNull();
    expect(accounts[0]?.account.id).toBe(accounts[2]?.account?.id);
  });
});
