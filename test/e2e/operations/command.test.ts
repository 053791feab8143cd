import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { type Ended, run } from "../process.ts";
import { type ChargeSpecs, chargeSpecs, createCharge, type OperationSeen, operations } from "./charges.ts";
import { type Gateways, gatewaysOf } from "./gateways.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

/** `npm run gateway -- operations`, beside a gateway on the same store that would not look again for an hour. */

let sandbox: Sandbox;
let gateways: Gateways;
let specs: ChargeSpecs;
let origin: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  gateways = gatewaysOf(sandbox, { operations: { settleSeconds: 3_600, reconcileSeconds: [3_600] } });
  origin = (await gateways.start()).origin;
  specs = await chargeSpecs(origin);
});
afterAll(async () => {
  await gateways?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
});

async function command(...parameters: readonly string[]): Promise<Ended> {
  const { file, environment } = gateways.configuration;
  await using program = run("src/main.ts", ["operations", "--config", file, ...parameters], environment);
  const ended = await program.ended();
  for (const { password } of sandbox.backends) expect(`${ended.stdout}${ended.stderr}`).not.toContain(password);
  return ended;
}

/** Makes a charge whose answer is lost: after it was carried out, or before. */
async function loseAnswer(kind: "dropAfter" | "dropBefore", name: string): Promise<OperationSeen> {
  sandbox.setFaults([{ kind, times: 1, function: "charges/create" }], ["pbx"]);
  const { data } = await createCharge(origin, specs("pbx", name), name);
  expect(data?.createCharge.operation.status).toBe("UNKNOWN");
  return data?.createCharge.operation as OperationSeen;
}

async function chargeNamed(name: string): Promise<string> {
  const { customerId } = specs("pbx", name);
  const { data } = await ask<{
    readonly charges: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
  }>(origin, "query ($id: ID!) { charges(customerIds: [$id], first: 200) { nodes { id name } } }", {
    variables: { id: customerId },
  });
  return data.charges.nodes.find((charge) => charge.name === name)?.id ?? "";
}

describe("list", () => {
  it("says that there is nothing", async () => {
    expect(await command("list")).toEqual({ code: 0, stdout: "No operations.\n", stderr: "" });
  });

  it("shows one line per operation, newest first, as filtered", async () => {
    const lost = await loseAnswer("dropAfter", "Listed, lost");
    const { data } = await createCharge(origin, specs("recurring", "Listed"), "listed");
    const made = data?.createCharge.operation.id ?? "";
    const lines = async (...parameters: readonly string[]): Promise<readonly string[]> => {
      const { code, stdout, stderr } = await command("list", ...parameters);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return stdout.trimEnd().split("\n");
    };
    // Customer, amount and purpose: shows the customer's id until the gateway has read the name.
    const about = (text: string): string => String.raw`\S.* · 19\.99( EUR)? · ${text}`;
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    const lostLine = expect.stringMatching(
      new RegExp(`^${lost.id}  ${time}  UNKNOWN {6}createCharge {5}Telephony {2}${about("Listed, lost")}$`),
    );
    const madeLine = expect.stringMatching(
      new RegExp(`^${made}  ${time}  SUCCEEDED {4}createCharge {5}recurring {2}${about("Listed")}$`),
    );
    expect(await lines()).toEqual([madeLine, lostLine]);
    expect(await lines("--first", "1")).toEqual([madeLine]);
    expect(await lines("--status", "unknown", "succeeded")).toEqual([madeLine, lostLine]);
    expect(await lines("--status", "UNKNOWN", "--backend", "pbx", "--mutation", "createCharge")).toEqual([lostLine]);
    expect(await lines("--mutation", "createCharges")).toEqual(["No operations."]);
  });

  it.each([
    { parameters: ["--status", "LOST"], problem: "There is no status LOST; there are PENDING, SUCCEEDED" },
    { parameters: ["--first", "many"], problem: "It must be a whole number from 1 to 10000." },
    { parameters: ["--backend", "fax"], problem: "There is no backend fax; there are pbx (Telephony), suite" },
  ])("refuses $parameters", async ({ parameters, problem }) => {
    const { code, stdout, stderr } = await command("list", ...parameters);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain(" at ");
  });
});

describe("show and reconcile", () => {
  it("show what is known, and settle an operation that happened", async () => {
    const { id } = await loseAnswer("dropAfter", "Shown");
    const shown = await command("show", id);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toMatch(/^operation {8}\S+\nmutation {9}createCharge\nstatus {11}UNKNOWN\n/);
    expect(shown.stdout).toContain("idempotency key  Shown\n");
    expect(shown.stdout).toMatch(
      /^steps\n {4}0 Telephony {8}UNKNOWN {4}1x {2}charges\/create\n {6}.+ · \d.* · Shown\n {6}OUTCOME_UNKNOWN: .+\n$/m,
    );

    const settled = await command("reconcile", id);
    expect(settled).toMatchObject({ code: 0, stderr: "" });
    expect(settled.stdout).toMatch(/^status {11}SUCCEEDED$/m);
    expect(settled.stdout).toMatch(/^ {4}0 Telephony {8}SUCCEEDED {2}1x {2}charges\/create {2}\S+$/m);
    expect(await command("show", id)).toEqual(settled);
    // The gateway sees it too, and its caller gets the charge.
    const { data } = await createCharge(origin, specs("pbx", "Shown"), "Shown");
    expect(data?.createCharge).toMatchObject({ errors: [], operation: { id, status: "SUCCEEDED", replayed: true } });
    expect(sandbox.chargeTexts("Shown")).toEqual(["Shown"]);
  });

  it("reconcile is not disturbed by the gateway", async () => {
    const { id } = await loseAnswer("dropAfter", "Looked at");
    const looks = sandbox.calls("pbx", "charges/list");
    // Longer than the gateway's interval of looking for operations of lost processes.
    sandbox.setFaults([{ kind: "delay", milliseconds: 4_000, times: 1, function: "charges/list" }], ["pbx"]);
    expect(await command("reconcile", id)).toMatchObject({ code: 0, stdout: expect.stringContaining("SUCCEEDED") });
    expect(sandbox.calls("pbx", "charges/list") - looks).toBe(1);
  });

  it("end with 2 if it stays unknown, also with the journal's own id", async () => {
    const { id } = await loseAnswer("dropBefore", "Unsettled");
    const ownId =
      Buffer.from(id, "base64url")
        .toString()
        .match(/[0-9a-f-]{36}$/)?.[0] ?? "";
    const looked = await command("reconcile", ownId);
    expect(looked).toMatchObject({ code: 2, stderr: "" });
    expect(looked.stdout).toMatch(/^status {11}UNKNOWN$/m);
    expect((await command("show", ownId)).stdout).toBe(looked.stdout);
  });

  it.each([["show"], ["reconcile"], ["resolve", "--step", "0", "--not-happened", "--reason", "r"]])(
    "%s reports that the operation does not exist",
    async (name, ...options) => {
      expect(await command(name, "absent", ...options)).toEqual({
        code: 1,
        stdout: "",
        stderr: "There is no operation absent (any more).\n",
      });
    },
  );
});

describe("resolve", () => {
  /** The customer's charges with this name, as the gateway shows them. */
  it("records what happened, who says so and why; a gateway knows it at once", async () => {
    const { id } = await loseAnswer("dropAfter", "Decided");
    const node = await chargeNamed("Decided");
    const decision = ["resolve", id, "--step", "0", "--happened", "--node", node, "--reason", "seen in the list"];
    const resolved = await command(...decision, "--actor", "Ada");
    expect(resolved).toMatchObject({ code: 0, stderr: "" });
    expect(resolved.stdout).toMatch(/^status {11}SUCCEEDED$/m);
    expect(resolved.stdout).toMatch(/^ {6}decided \S+Z by Ada: it happened\. seen in the list$/m);
    expect(await command("show", id)).toEqual(resolved);
    const { data } = await createCharge(origin, specs("pbx", "Decided"), "Decided");
    expect(data?.createCharge).toMatchObject({ charge: { id: node }, operation: { id, status: "SUCCEEDED", replayed: true } });
    expect(sandbox.chargeTexts("Decided")).toEqual(["Decided"]);
    const late = await command("resolve", id, "--step", "0", "--not-happened", "--reason", "on second thoughts");
    expect(late).toEqual({ code: 1, stdout: "", stderr: "Step 0 is SUCCEEDED: only an unknown outcome can be decided.\n" });
  });

  it("uses the machine's user name if no person is named", async () => {
    const { id } = await loseAnswer("dropAfter", "Decided by name");
    const node = await chargeNamed("Decided by name");
    const { stdout } = await command("resolve", id, "--step", "0", "--happened", "--node", node, "--reason", "seen");
    expect(stdout).toMatch(/^ {6}decided \S+Z by (.+ \(command line\)|command line): it happened\. seen$/m);
  });

  it('refuses "not happened" while the request may be in flight', async () => {
    const { id } = await loseAnswer("dropBefore", "Too early");
    const { code, stdout, stderr } = await command("resolve", id, "--step", "0", "--not-happened", "--reason", "not there");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^The request may still be in flight\. From \S+Z on you can decide that nothing happened\.\n$/);
    expect((await command("show", id)).stdout).not.toContain("decided");
  });

  it.each([
    { parameters: ["--step", "0", "--reason", "r"], problem: "Say what the outcome was: --happened or --not-happened." },
    { parameters: ["--step", "0", "--happened", "--not-happened", "--reason", "r"], problem: "Say what the outcome was" },
    { parameters: ["--step", "0", "--happened", "--reason", " "], problem: "--reason must be one line of 1 to 1000 characters" },
    {
      parameters: ["--step", "0", "--happened", "--reason", "r"],
      problem: "--node must be the id of the object that the step created",
    },
    {
      parameters: ["--step", "9", "--happened", "--reason", "r"],
      problem: "--step must be the position of a step of this operation",
    },
    { parameters: ["--step", "first", "--happened", "--reason", "r"], problem: "It must be the number" },
    { parameters: ["--happened", "--reason", "r"], problem: "required option '--step <number>' not specified" },
    { parameters: ["--step", "0", "--happened"], problem: "required option '--reason <text>' not specified" },
  ])("refuses $parameters", async ({ parameters, problem }) => {
    const [first] = await operations(origin, ["UNKNOWN"]);
    const { code, stdout, stderr } = await command("resolve", first?.id ?? "", ...parameters);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(problem);
  });
});

describe("without what it needs", () => {
  it("asks for a configuration", async () => {
    await using program = run("src/main.ts", ["operations", "list"]);
    expect(await program.ended()).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Name the gateway's configuration with --config FILE or BILLING_GATEWAY_CONFIG: the sandbox keeps its journal in memory.\n",
    });
  });

  it("reads the configuration named by the environment, and reports its mistakes", async () => {
    await using program = run("src/main.ts", ["operations", "list"], { BILLING_GATEWAY_CONFIG: gateways.configuration.file });
    const { code, stdout, stderr } = await program.ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^The configuration has mistakes:\nbackends\.pbx\.password: the variable PBX_PASSWORD is not set\n/);
  });
});

describe("export", () => {
  it("writes the audit trail of everything that happened since, with callers and programs, and it can be verified", async () => {
    const since = new Date().toISOString();
    const { id } = await loseAnswer("dropAfter", "Exported");
    const node = await chargeNamed("Exported");
    const decided = ["resolve", id, "--step", "0", "--happened", "--node", node, "--reason", "is there", "--actor", "ada"];
    expect((await command(...decided)).code).toBe(0);
    const secret = sandbox.backends.find(({ key }) => key === "pbx")?.password ?? "";
    const send = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "graphql-client-name": "back-office", "graphql-client-version": "7.1" },
      body: JSON.stringify({
        query: `mutation ($input: CreateChargeInput!) {
          createCharge(input: $input) { operation { input clientName clientVersion status } }
        }`,
        variables: { input: { charge: specs("pbx", `the password is ${secret}`) } },
      }),
    });
    expect(await send.json()).toMatchObject({
      data: {
        createCharge: {
          operation: { clientName: "back-office", clientVersion: "7.1", input: { charge: { name: expect.any(String) } } },
        },
      },
    });
    const { code, stdout } = await command("export", "--since", since);
    const lines = stdout.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { operation: id, steps: [{ resolution: { actor: "ada", happened: true, reason: "is there" } }] },
      { client: { name: "back-office", version: "7.1" }, input: { charge: { name: "(left out)" } }, mutation: "createCharge" },
    ]);
    const file = join(mkdtempSync(join(tmpdir(), "gateway-trail-")), "trail.jsonl");
    writeFileSync(file, stdout);
    expect(await command("verify", file)).toMatchObject({ code: 0, stdout: expect.stringContaining("2 lines") });
    writeFileSync(file, stdout.replace("is there", "was there"));
    expect(await command("verify", file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Line 1 was changed after it was written"),
    });
  });
});
