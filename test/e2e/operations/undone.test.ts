import { afterAll, describe, expect, it } from "vitest";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { ask } from "../ask.ts";
import type { GatewayProgram } from "../process.ts";
import { eventually } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** A gateway is killed with SIGKILL while it undoes a run, and another one goes on: each charge is voided once, and its row says so. */

const server = await startPostgres();
afterAll(() => server?.stop());

interface Run {
  readonly id: string;
  readonly state: string;
  readonly planHash: string;
  readonly undoPreview: { readonly rows: number; readonly planHash: string };
  readonly counts: readonly { readonly state: string; readonly rows: number }[];
  readonly rows: {
    readonly nodes: readonly { state: string; chargeId: string; problems: { code: string; message: string }[] }[];
  };
}
const fields =
  "id state planHash undoPreview { rows planHash } counts { state rows } rows(first: 99) { nodes { state chargeId problems { code message } } }";
/** Rows of the run. */
const size = 24;

async function mutate({ origin }: GatewayProgram, mutation: string, input: object): Promise<Run> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { run { ${fields} } errors { message } } }`;
  const { data, errors } = await ask<{ done: { run: Run; errors: unknown[] } }>(origin, document, { variables: { input } });
  if (errors || data.done.errors.length > 0) throw new Error(JSON.stringify(errors ?? data.done.errors));
  return data.done.run;
}
const read = async ({ origin }: GatewayProgram, id: string): Promise<Run> => {
  const { data } = await ask<{ chargeRun: Run }>(origin, `query ($id: ID!) { chargeRun(id: $id) { ${fields} } }`, {
    variables: { id },
  });
  return data.chargeRun;
};
const until = (gateway: GatewayProgram, id: string, states: readonly string[]) =>
  eventually(
    `the run is ${states}`,
    async () => {
      const run = await read(gateway, id);
      return states.includes(run.state) && run;
    },
    { withinMs: 60_000 },
  );

describe.each(storeDialects(server))("a run whose undo was killed, on $name", ({ available, createUrl }) => {
  it.skipIf(!available)("is undone to its end by another", async () => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: await createUrl() });
    const gateway = await gateways.start();
    const found = await ask<{ customers: { nodes: { id: string }[] } }>(
      gateway.origin,
      '{ customers(first: 3, backends: ["recurring"]) { nodes { id } } }',
    );
    const customers = found.data.customers.nodes;
    const rows = Array.from({ length: size }, (_, index) => ({
      key: `row ${index}`,
      name: `undone ${index}`,
      amount: `${index + 1}.00`,
      customerId: customers[index % customers.length]?.id,
      date: "2026-11-05",
    }));
    const made = await mutate(gateway, "createChargeRun", { name: "Undone", rows });
    await mutate(gateway, "executeChargeRun", { id: made.id, planHash: made.planHash });
    const done = await until(gateway, made.id, ["DONE"]);
    sandbox.setFaults(
      [
        { kind: "dropAfter", probability: 0.3, function: "~reverse" },
        { kind: "dropBefore", probability: 0.2, function: "~reverse" },
        { kind: "delay", milliseconds: 150, function: "~reverse" },
      ],
      ["recurring"],
    );
    await mutate(gateway, "undoChargeRun", { id: made.id, planHash: done.undoPreview.planHash });
    await eventually("a charge is voided", async () =>
      (await read(gateway, made.id)).rows.nodes.some(({ state }) => state === "UNDONE"),
    );
    await gateway.stop("SIGKILL");
    sandbox.setFaults([]);
    const again = await gateways.start();
    let undone = await until(again, made.id, ["UNDONE"]);
    const ledger = async (run: Run) =>
      Promise.all(
        run.rows.nodes.map(async ({ chargeId }) => {
          const { data } = await ask<{ node: { status: string } }>(
            again.origin,
            "query ($id: ID!) { node(id: $id) { ... on Charge { status } } }",
            { variables: { id: chargeId } },
          );
          return data.node.status === "VOIDED" ? "UNDONE" : "SUCCEEDED";
        }),
      );
    expect(await ledger(undone)).toEqual(undone.rows.nodes.map(({ state }) => state));
    if (undone.undoPreview.rows > 0) {
      await mutate(again, "undoChargeRun", { id: made.id, planHash: undone.undoPreview.planHash });
      undone = await until(again, made.id, ["UNDONE"]);
    }
    expect(await ledger(undone)).toEqual(undone.rows.nodes.map(({ state }) => state));
    expect(undone.counts.map(({ state, rows: count }) => [state, count])).toEqual([["UNDONE", size]]);
  });
});
