import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { shown } from "../docs/executed.ts";
import { ask } from "./ask.ts";
import { writeConfiguration } from "./configuration.ts";
import { runGateway } from "./process.ts";
import { callsOf, runSandbox } from "./sandbox.ts";

/** The operating guide's backup of a SQLite journal, taken from its text, and what its restored copy can be used for. */

const [command] = shown("a backup");

interface Charged {
  readonly createCharge: {
    readonly charge: object | null;
    readonly operation: { readonly id: string; readonly replayed: boolean };
  };
}

const firstCustomer = '{ customers(backends: ["pbx"], first: 1) { nodes { id } } }';
const createCharge = `mutation ($customerId: ID!, $key: String!) {
  createCharge(input: { charge: { customerId: $customerId, amount: "19.99", name: "Setup" }, idempotencyKey: $key }) {
    charge { id } operation { id replayed }
  }
}`;

it("a backup taken while the gateway runs is complete: after a restore, its keys charge nobody again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "billing-gateway-backup-"));
  mkdirSync(join(folder, "data"));
  await using sandbox = await runSandbox(20);
  using before = writeConfiguration(sandbox, { storeUrl: `sqlite:${join(folder, "data", "gateway.db")}` });
  using after = writeConfiguration(sandbox, { storeUrl: `sqlite:${join(folder, "backup.db")}` });
  const pbx = sandbox.backends.find(({ key }) => key === "pbx")?.url ?? "";
  try {
    const first = await runGateway(["--config", before.file], before.environment);
    const { data } = await ask<{ readonly customers: { readonly nodes: readonly { readonly id: string }[] } }>(
      first.origin,
      firstCustomer,
    );
    const variables = { customerId: data.customers.nodes[0]?.id, key: "before-the-backup" };
    const { data: charged, errors } = await ask<Charged>(first.origin, createCharge, { variables });
    expect(errors).toBeUndefined();
    const parameters = /^node --eval '(.+)'$/m.exec(command?.text ?? "")?.slice(1) ?? [];
    await promisify(execFile)(process.execPath, ["--eval", ...parameters], { cwd: folder });
    expect(await first.stop("SIGKILL")).toMatchObject({ code: null });

    await using second = await runGateway(["--config", after.file], after.environment);
    const { data: again } = await ask<Charged>(second.origin, createCharge, { variables });
    const { charge, operation } = charged.createCharge;
    expect(operation.replayed).toBe(false);
    expect(again.createCharge).toEqual({ charge, operation: { ...operation, replayed: true } });
    expect((await callsOf(pbx)).filter((call) => call.function === "charges/create")).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
