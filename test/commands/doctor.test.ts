import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Ended, run } from "../e2e/process.ts";

let sandbox: Sandbox;
let folder: string;
let config: string;

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 30 });
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  config = join(folder, "gateway.yaml");
  await writeFile(config, stringify({ backends: sandbox.configuration }));
});
afterAll(() => sandbox.close());
afterEach(() => {
  for (const backend of Object.values(sandbox.backends)) backend.setConditions({});
});

async function doctor(...options: readonly string[]): Promise<Ended> {
  await using program = run("src/main.ts", ["doctor", ...options]);
  return await program.ended();
}

const writes = () => sandbox.backends.recurring.calls.filter(({ method }) => method !== "GET");

describe("billing-gateway doctor", () => {
  it("finds nothing dangerous in the sandbox, and writes nothing there", async () => {
    const ended = await doctor("--config", config);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    for (const [key, { kind }] of Object.entries(sandbox.configuration)) expect(ended.stdout).toContain(`${key} (${kind})`);
    expect(ended.stdout.match(/0 danger, 0 differs/g)).toHaveLength(4);
    expect(writes()).toEqual([]);
  });

  it("ends with exit code 1 if something is dangerous, says what to configure, and reaches the same verdicts from its file", async () => {
    const file = join(folder, "doctor.json");
    sandbox.backends.recurring.setConditions({ membersRenamed: { email: "emailAddress" } });
    const live = await doctor("--config", config, "--backend", "recurring", "--json", file);
    expect(live.code).toBe(1);
    expect(live.stdout).toMatch(/members of\s+customers/);
    expect(live.stdout).toContain("emailAddress");
    sandbox.backends.recurring.setConditions({});
    const recorded = await doctor("--sandbox-from", file);
    // The file does not hold the backend's label.
    expect(live.stdout).toMatch(/^Subscriptions, recurring \(v01\)/);
    expect([recorded.code, recorded.stdout]).toEqual([1, live.stdout.replace("Subscriptions, ", "")]);
    expect(await readFile(file, "utf8")).not.toContain("Subscriptions");
    const text = await readFile(file, "utf8");
    expect(text).not.toMatch(/sandbox-recurring|127\.0\.0\.1/);
    const { backends } = JSON.parse(text) as { backends: { diagnoses: { check: string; verdict: string }[] }[] };
    expect(backends[0]?.diagnoses.filter(({ verdict }) => verdict === "DANGER").map(({ check }) => check)).toEqual([
      "members of customers",
    ]);
  });

  it("makes a charge only for a named customer, and first says what it cannot undo", async () => {
    expect(await doctor("--config", config, "--write")).toMatchObject({
      code: 1,
      stderr: "--write needs --backend and --customer.\n",
    });
    const [client] = sandbox.backends.suite.simulated.state.clients.keys();
    const before = sandbox.backends.suite.simulated.state.charges.size;
    const ended = await doctor("--config", config, "--backend", "suite", "--customer", String(client), "--write");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("It cannot be taken back. What stays: a charge of 0.015 USD");
    expect(sandbox.backends.suite.simulated.state.charges.size).toBe(before + 1);
    const [customer] = sandbox.backends.recurring.simulated.state.customers.keys();
    const trial = await doctor("--config", config, "--backend", "recurring", "--customer", String(customer), "--write");
    expect(trial).toMatchObject({ code: 0, stderr: expect.stringContaining("It is taken back at the end.") });
    const entries = sandbox.backends.recurring.simulated.state.ledgers.get(customer as bigint)?.transactions ?? [];
    expect(entries.slice(-2).map(({ type, balance }) => [type, balance])).toEqual([
      ["RI", 0],
      ["RR", 0],
    ]);
  });

  it("explains what is wrong with a command", async () => {
    expect((await doctor("--config", config, "--backend", "nobody")).stderr).toBe(
      "There is no backend nobody; there are pbx (Telephony), suite (Hosted offices), offices (Serviced offices), recurring (Subscriptions).\n",
    );
    expect((await doctor("--sandbox-from", config)).code).toBe(1);
  });
});
