import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** Who sees a run with rows whose customer was not found, so that only the row itself says for which backend it is. */

let sandbox: Sandbox;
let gateway: CallingGateway;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 20 });
  const callers = [
    callerOf("maker", ["read", "write"]),
    callerOf("colleague", ["read"], ["pbx", "suite", "offices", "recurring"]),
    callerOf("outsider", ["read", "write", "approve"], ["pbx", "recurring"]),
    callerOf("auditor", ["read", "admin"]),
  ];
  gateway = await startCallingGateway(sandbox, { callers });
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

const fields = "id state backends rows(first: 10) { nodes { state name problems { message candidates { name } } } }";

async function mutate(mutation: string, input: object) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation Run($input: ${type}!) { done: ${mutation}(input: $input) { run { ${fields} } errors { message } } }`;
  const { done } = await gateway.data("maker", document, { input });
  expect(done.errors).toEqual([]);
  return done.run;
}

async function customerOf(backend: string): Promise<string> {
  const { customers } = await gateway.data("maker", `{ customers(first: 1, backends: ["${backend}"]) { nodes { id } } }`);
  return customers.nodes[0].id;
}

/** The callers who find the run by its id and in the list. */
async function onlookers(id: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const caller of ["maker", "colleague", "outsider", "auditor"]) {
    const query = `query Run($id: ID!) { chargeRun(id: $id) { ${fields} } chargeRuns(first: 50) { nodes { id } } }`;
    const { chargeRun, chargeRuns } = await gateway.data(caller, query, { id });
    const isListed = chargeRuns.nodes.some((each: { id: string }) => each.id === id);
    expect(isListed, caller).toBe(chargeRun !== null);
    if (chargeRun) seen.push(caller);
  }
  return seen;
}

describe("a run with a row whose customer was not found", () => {
  it.each([
    ["a reference", { backend: "suite", customerReference: "nobody" }, "suite"],
    ["an id of the backend", { backend: "suite", customerId: "nobody" }, "suite"],
    ["an id of the gateway", { customerId: encodeId({ type: "Customer", backend: "suite", id: "nobody" }) }, "suite"],
  ])(
    "by %s is hidden from callers who may not see its backend, before the row is skipped and after",
    async (_by, whose, backend) => {
      const rows = [
        { customerId: await customerOf("recurring"), name: "Copies", amount: "1.00", allowDuplicate: true },
        { ...whose, name: "Confidential", amount: "77.00" },
      ];
      const run = await mutate("createChargeRun", { name: `For ${JSON.stringify(whose)}`, rows });
      expect(run).toMatchObject({ state: "NEEDS_ATTENTION", backends: ["recurring", backend] });
      expect(await onlookers(run.id)).toEqual(["maker", "colleague", "auditor"]);
      const skipped = await mutate("skipChargeRunRows", { id: run.id, reason: "not ours" });
      expect(skipped).toMatchObject({ state: "READY", backends: ["recurring", backend] });
      expect(await onlookers(run.id)).toEqual(["maker", "colleague", "auditor"]);
    },
  );

  it("and that names no backend is hidden while it needs attention, from callers who may see less than its maker", async () => {
    const rows = [
      { customerId: await customerOf("recurring"), name: "Copies", amount: "2.00", allowDuplicate: true },
      { customerReference: "nobody", name: "For whom", amount: "3.00" },
      { backend: "nowhere", customerReference: "nobody", name: "For whom", amount: "3.00" },
    ];
    const run = await mutate("createChargeRun", { name: "Unknown", rows });
    expect(run).toMatchObject({ state: "NEEDS_ATTENTION", backends: ["recurring"] });
    expect(await onlookers(run.id)).toEqual(["maker", "colleague", "auditor"]);
  });
});

describe("a row of an account", () => {
  it("with several customers in the backend names them by the members of the row", async () => {
    const { customers } = await gateway.data("maker", '{ customers(first: 9, backends: ["recurring"]) { nodes { id } } }');
    const customerIds = customers.nodes.slice(-2).map(({ id }: { id: string }) => id);
    const link = "mutation Link($ids: [ID!]!) { linkCustomers(input: { customerIds: $ids }) { account { id } } }";
    const { linkCustomers } = await gateway.data("maker", link, { ids: customerIds });
    const accountId = linkCustomers.account.id;
    const rows = ["recurring", "pbx"].map((backend) => ({ backend, accountId, name: "Copies", amount: "1.00" }));
    const run = await mutate("createChargeRun", { name: "Twins", rows });
    const messages = run.rows.nodes.map(({ problems }: { problems: { message: string }[] }) => problems[0]?.message);
    expect(messages).toEqual([
      "backend: the account has several customers in this backend: give the customerId",
      "backend: the account has no customer in this backend",
    ]);
  });
});

describe("a row with a date that is far away", () => {
  it("gets a warning, as the year may be mistyped, and is sent", async () => {
    const customerId = await customerOf("recurring");
    const today = Date.now();
    const daysAway = (days: number): string => new Date(today + days * 86_400_000).toISOString().slice(0, 10);
    const dates = [daysAway(360), daysAway(-360), daysAway(380), daysAway(-380), "0026-11-30", "2926-11-30"];
    const rows = dates.map((date, at) => ({ customerId, name: `Dated ${at}`, amount: "1.00", date }));
    const run = await mutate("createChargeRun", { name: "Dated", rows });
    expect(run.state).toBe("READY");
    const query = "query W($id: ID!) { chargeRun(id: $id) { rows(first: 10) { nodes { warnings } } } }";
    const { chargeRun } = await gateway.data("maker", query, { id: run.id });
    const warned = chargeRun.rows.nodes.map(({ warnings }: { warnings: string[] }) => warnings.length);
    expect(warned).toEqual([0, 0, 1, 1, 1, 1]);
  });
});

describe("rows of a series", () => {
  it("act once, whatever the case and the spaces of its name", async () => {
    const row = { customerId: await customerOf("pbx"), name: "Parcels", amount: "4.00", date: "2026-11-05" };
    const run = await mutate("createChargeRun", { name: "Front desk 2026-11", rows: [row] });
    const { chargeRun } = await gateway.data("maker", "query Plan($id: ID!) { chargeRun(id: $id) { planHash } }", { id: run.id });
    await mutate("executeChargeRun", { id: run.id, planHash: chargeRun.planHash });
    await expect
      .poll(
        async () => (await gateway.data("maker", "query S($id: ID!) { chargeRun(id: $id) { state } }", { id: run.id })).chargeRun,
      )
      .toEqual({ state: "DONE" });
    for (const name of ["FRONT DESK November 2026", "front  desk nov '26", "Front Desk November"]) {
      const again = await mutate("createChargeRun", { name, rows: [row] });
      expect(again.rows.nodes[0].state, name).toBe("LEFT_OUT");
    }
    const query = "query L($series: String!) { chargeRuns(first: 10, filter: { series: $series }) { nodes { name } } }";
    for (const series of ["Front desk", "FRONT DESK", " front  desk "]) {
      const { chargeRuns } = await gateway.data("maker", query, { series });
      expect(chargeRuns.nodes, series).toHaveLength(4);
    }
    const { chargeRuns } = await gateway.data("maker", query, { series: "Front" });
    expect(chargeRuns.nodes).toEqual([]);
  });
});
