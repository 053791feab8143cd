import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/**
 * Two people undo a run, each at a gateway of their own on the same store, while the backend refuses or somebody has voided a charge. What
 * they are told is compared with the ledger of the backend.
 */

const server = await startPostgres();
/** Of runs: each is of a day of its own, so that no charge looks like an earlier one. */
let names = 0;
/** Of the rows. They differ: v01's ledger tells reversals of the same amount apart only when all are done. */
const amounts = ["10.00", "11.00", "12.00"];
/** The backends that void charges. */
const voiding = ["recurring", "pbx", "offices"];
let sandbox: Sandbox;
/** By backend. */
let customerIds: Record<string, string>;
let serviceId: string;
/** Somebody in the backend, who does not go through the gateway: one whose store nobody knows. */
let stranger: CallingGateway;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5, pbx: { functions: { chargesDelete: true } } });
  stranger = await startCallingGateway(sandbox, { callers: [callerOf("eve", ["read", "write"])] });
  const { backend: offices } = await stranger.data("eve", '{ backend(key: "offices") { services { nodes { id } } } }');
  serviceId = offices.services.nodes[0].id;
  const found = voiding.map(async (backend) => {
    const document = "query ($backend: String!) { customers(first: 1, backends: [$backend]) { nodes { id } } }";
    const { customers } = await stranger.data("eve", document, { backend });
    return [backend, customers.nodes[0].id] as const;
  });
  customerIds = Object.fromEntries(await Promise.all(found));
});
afterAll(async () => {
  await stranger?.composition.close();
  await sandbox?.close();
  await server?.stop();
});
afterEach(() => sandbox.backends.recurring.setFaults([]));

interface Run {
  readonly id: string;
  readonly state: string;
  readonly planHash: string;
  readonly undoPreview: { readonly rows: number; readonly planHash: string };
  readonly charged: readonly { readonly rows: number; readonly amount: string }[] | null;
  readonly rows: { readonly nodes: readonly Row[] };
}
interface Row {
  readonly key: string;
  readonly state: string;
  readonly chargeId: string;
  readonly problems: readonly { readonly code: string }[];
  readonly warnings: readonly string[];
}

const fields =
  "id state planHash undoPreview { rows planHash } charged { rows amount } rows(first: 9) { nodes { key state chargeId warnings problems { code } } }";

describe.each(storeDialects(server))("a run that two people undo, on $name", ({ name, available, createUrl }) => {
  let ada: CallingGateway;
  let bob: CallingGateway;
  beforeAll(async () => {
    if (!available) return;
    const options = {
      callers: [callerOf("ada", ["read", "write"]), callerOf("bob", ["read", "write"])],
      store: await createUrl(),
    };
    ada = await startCallingGateway(sandbox, options);
    bob = await startCallingGateway(sandbox, options);
    for (const { composition } of [ada, bob]) composition.keepHouse(undefined, { lookEveryMs: 20 });
  });
  afterAll(async () => {
    await ada?.composition.close();
    await bob?.composition.close();
  });

  const of = { ada: () => ada, bob: () => bob };
  async function mutate(person: "ada" | "bob", mutation: string, input: object) {
    const type = mutation === "checkChargeRun" ? "ChargeRunIdInput" : `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { run { ${fields} } errors { code } } }`;
    const { done } = await of[person]().data(person, document, { input });
    return done as { run: Run | null; errors: { code: string }[] };
  }
  const undo = (person: "ada" | "bob", { id, undoPreview }: Run, more: object = {}) =>
    mutate(person, "undoChargeRun", { id, planHash: undoPreview.planHash, ...more });
  const read = async (id: string): Promise<Run> =>
    (await bob.data("bob", `query ($id: ID!) { chargeRun(id: $id) { ${fields} } }`, { id })).chargeRun;
  async function ended(id: string): Promise<Run> {
    await expect.poll(async () => (await read(id)).state, patience).not.toMatch(/RUNNING|WAITING|UNDOING/);
    return read(id);
  }
  async function charged(backend = "recurring"): Promise<Run> {
    names += 1;
    const charge = { customerId: customerIds[backend], date: `2026-11-${String(names).padStart(2, "0")}` };
    const called = (text: string) => (backend === "offices" ? { serviceId, notes: text } : { name: text });
    const rows = ["a", "b", "c"].map((key, index) => ({
      key,
      ...called(`${key} of ${names} on ${name}`),
      ...charge,
      amount: amounts[index],
    }));
    const { run } = await mutate("ada", "createChargeRun", { name: `Undone ${names}`, rows });
    await mutate("ada", "executeChargeRun", { id: run?.id, planHash: run?.planHash });
    const done = await ended(run?.id ?? "");
    expect(done.state).toBe("DONE");
    return done;
  }
  /** By key of the row: the status of its charge in the backend. */
  async function ledgerOf({ rows }: Run): Promise<Record<string, string>> {
    const found = rows.nodes.map(async ({ key, chargeId }) => {
      const { node } = await ada.data("ada", "query ($id: ID!) { node(id: $id) { ... on Charge { status } } }", { id: chargeId });
      return [key, node.status === "VOIDED" ? "voided" : "charged"] as const;
    });
    return Object.fromEntries(await Promise.all(found));
  }
  const toldOf = ({ rows }: Run): Record<string, string> =>
    Object.fromEntries(rows.nodes.map(({ key, state }) => [key, state === "UNDONE" ? "voided" : "charged"]));
  const reversals = (): number =>
    sandbox.backends.recurring.calls.filter((call) => JSON.stringify(call).includes("reverse")).length;

  it("at the same moment is undone once, and both are told the same", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const run = await charged();
    const before = reversals();
    const answers = await Promise.all([undo("ada", run), undo("bob", run, { idempotencyKey: `bob ${names}` })]);
    expect(answers.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(["CONFLICT"]);
    const undone = await ended(run.id);
    expect(reversals() - before).toBe(3);
    expect(toldOf(undone)).toEqual({ a: "voided", b: "voided", c: "voided" });
    expect(await ledgerOf(undone)).toEqual(toldOf(undone));
  });

  it("is undone again as far as the backend refused it before; the first call, repeated, does nothing", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const run = await charged();
    sandbox.backends.recurring.setFaults([{ kind: "rateLimit", function: "~reverse" }]);
    await undo("ada", run);
    const refused = await ended(run.id);
    expect(refused).toMatchObject({ state: "UNDONE", undoPreview: { rows: 3 }, charged: [{ rows: 3, amount: "33.00" }] });
    expect(refused.rows.nodes.map(({ problems: [first] }) => first?.code)).toEqual(Array(3).fill("RATE_LIMITED"));
    expect(await ledgerOf(refused)).toEqual(toldOf(refused));
    sandbox.backends.recurring.setFaults([]);
    const before = reversals();
    expect(await undo("bob", run)).toMatchObject({ run: { state: "UNDONE" }, errors: [] });
    expect(reversals()).toBe(before);
    // The backend has had ada's requests, and she is gone: bob goes on with them.
    expect((await undo("bob", refused)).errors).toEqual([]);
    const undone = await ended(run.id);
    expect(undone).toMatchObject({ undoPreview: { rows: 0 }, charged: [] });
    expect(toldOf(undone)).toEqual({ a: "voided", b: "voided", c: "voided" });
    expect(await ledgerOf(undone)).toEqual(toldOf(undone));
  });

  it.for(
    voiding.flatMap((backend) => [
      { backend, by: "bob" },
      { backend, by: "eve" },
    ]),
  )(
    "in $backend, of which $by voided a charge before, is undone as a whole, which the row tells",
    async ({ backend, by }, { skip }) => {
      skip(!available, "PostgreSQL could not be started");
      // This backend takes a second void as the first one.
      const told = backend === "offices" ? [] : [expect.stringContaining("was void already")];
      const run = await charged(backend);
      const [a] = run.rows.nodes;
      const document = "mutation ($id: ID!) { voidCharge(input: { id: $id }) { errors { code } } }";
      const gateway = by === "bob" ? bob : stranger;
      expect((await gateway.data(by, document, { id: a?.chargeId })).voidCharge.errors).toEqual([]);
      await undo("ada", run);
      const undone = await ended(run.id);
      expect(undone.rows.nodes).toMatchObject([
        { state: "UNDONE", problems: [], warnings: told },
        { state: "UNDONE", problems: [], warnings: [] },
        { state: "UNDONE", problems: [], warnings: [] },
      ]);
      expect(undone).toMatchObject({ undoPreview: { rows: 0 }, charged: [] });
      // All rows can be sent again, once.
      const checked = await mutate("ada", "checkChargeRun", { id: run.id });
      await mutate("ada", "executeChargeRun", { id: run.id, planHash: checked.run?.planHash });
      const again = await ended(run.id);
      expect(again.charged).toMatchObject([{ rows: 3, amount: "33.00" }]);
      expect(new Set([...undone.rows.nodes, ...again.rows.nodes].map(({ chargeId }) => chargeId)).size).toBe(6);
    },
  );
});
