import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { ask } from "../e2e/ask.ts";
import { type Ended, type GatewayProgram, run } from "../e2e/process.ts";
import { runOnSmallSandbox, setFaults } from "../e2e/sandbox.ts";

let gateway: GatewayProgram;
let account: string;

beforeAll(async () => {
  gateway = await runOnSmallSandbox();
  const find = `{ customers(first: 10, filter: { search: "Ada's Bakery" }) { nodes { id } } }`;
  const found = await ask<{ customers: { nodes: { id: string }[] } }>(gateway.origin, find);
  const input = { customerIds: found.data.customers.nodes.map(({ id }) => id) };
  const link = "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } } }";
  const linked = await ask<{ linkCustomers: { account: { id: string } } }>(gateway.origin, link, { variables: { input } });
  account = linked.data.linkCustomers.account.id;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const year = new Date().getUTCFullYear();

async function exported(...more: readonly string[]): Promise<Ended> {
  const range = ["--from", `${year - 4}-01-01`, "--to", `${year}-12-31`];
  await using program = run("src/main.ts", ["export", "--url", gateway.origin, "--account", account, ...range, ...more]);
  return await program.ended();
}

async function fail(faults: readonly Fault[]): Promise<void> {
  await setFaults(gateway.backends.find(({ key }) => key === "recurring")?.url ?? "", faults);
}

describe("npm run gateway -- export", () => {
  it("prints the statement of an account as CSV, or writes it to a file", async () => {
    const printed = await exported();
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    const [names, ...rows] = printed.stdout.trimEnd().split("\r\n");
    expect(names?.split(",").slice(0, 5)).toEqual(["month", "backend", "label", "currency", "charges"]);
    expect(new Set(rows.map((row) => row.split(",")[1]))).toEqual(new Set(["pbx", "suite", "recurring"]));
    const file = join(await mkdtemp(join(tmpdir(), "export-")), "statement.csv");
    expect(await exported("--out", file)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await readFile(file, "utf8")).toBe(printed.stdout);
  });

  it("writes nothing while a backend is missing, unless an option allows it", async () => {
    await fail([{ kind: "dropBefore" }]);
    const refused = await exported();
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^The charges in recurring are missing: .+\nNothing was written; --partial writes/);
    const partial = await exported("--partial");
    expect(partial.code).toBe(0);
    expect(partial.stderr).toContain("The charges in recurring are missing");
    expect(partial.stdout).not.toContain(",recurring,");
    await fail([]);
  });

  it.each([
    ["a day that is none", ["--from", "yesterday"], "It must be a day such as 2026-01-31."],
    ["a range that is too long", ["--from", "2000-01-01"], "must not be more than 5 years after from"],
    ["an account that does not exist", ["--account", "QWNjb3VudDo6MQ"], "There is no account QWNjb3VudDo6MQ."],
    ["a gateway that does not answer", ["--url", "http://127.0.0.1:1"], "The gateway at http://127.0.0.1:1 cannot be reached."],
  ])("says what is wrong with %s", async (_name, options, sentence) => {
    const { code, stdout, stderr } = await exported(...options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(sentence);
  });
});
