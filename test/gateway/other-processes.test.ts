import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** How a gateway without caches learns of another one's writes on the same store. */

let folder: string;
let sandbox: Sandbox;
let gateways: readonly CallingGateway[];
let customers: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "other-processes-"));
  sandbox = await startSandbox({ customers: 3 });
  const options = { callers: [callerOf("office", ["read", "write"])], store: `sqlite:${join(folder, "store.db")}` };
  gateways = [await startCallingGateway(sandbox, options), await startCallingGateway(sandbox, options)];
  const found = await gateways[0]?.data(
    "office",
    `{ a: customers(first: 1, backends: ["suite"]) { nodes { id } } b: customers(first: 1, backends: ["offices"]) { nodes { id } } }`,
  );
  customers = [found.a, found.b].map(({ nodes }) => nodes[0].id);
});
afterAll(async () => {
  for (const { composition } of gateways ?? []) await composition.close();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("no request joins a read that began before another process", () => {
  it.each([
    ["wrote to a backend", "updateCustomer", () => ({ id: customers[0], name: "Renamed" })],
    ["linked customers, which writes to none", "linkCustomers", () => ({ customerIds: customers })],
    ["unlinked customers", "unlinkCustomers", () => ({ customerIds: customers.slice(0, 1) })],
  ])("%s", async (_what, mutation, input) => {
    const [writer, reader] = gateways;
    let renewals = 0;
    reader?.composition.services.onWrite(() => {
      renewals += 1;
    });
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    await writer?.data("office", `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code } } }`, {
      input: input(),
    });
    await expect.poll(() => renewals).toBeGreaterThan(0);
  });
});
