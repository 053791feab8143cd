import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unreachable } from "../../src/commands/ask.ts";
import { excess } from "../../src/commands/run.ts";
import { untilStill } from "../../src/commands/run-waiting.ts";
import { mostBytes } from "../../src/runs/model.ts";
import { ask } from "../e2e/ask.ts";
import { type Ended, type GatewayProgram, run } from "../e2e/process.ts";
import { runOnSmallSandbox } from "../e2e/sandbox.ts";
import { startProcess } from "../support/processes.ts";
import { startable } from "../support/program-files.ts";

let gateway: GatewayProgram;
let folder: string;
let references: readonly string[];

beforeAll(async () => {
  gateway = await runOnSmallSandbox();
  folder = await mkdtemp(join(tmpdir(), "runs-"));
  const query = '{ customers(first: 100, backends: ["recurring"]) { nodes { reference status } } }';
  const { data } = await ask<{ customers: { nodes: { reference: string | null; status: string }[] } }>(gateway.origin, query);
  const all = data.customers.nodes.filter(({ status }) => status === "ACTIVE").flatMap(({ reference }) => reference ?? []);
  references = all.filter((reference) => all.indexOf(reference) === all.lastIndexOf(reference));
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function command(...parameters: readonly string[]): Promise<Ended> {
  const [name = "", ...more] = parameters;
  await using program = run("src/main.ts", ["run", name, "--url", gateway.origin, ...more]);
  return await program.ended();
}

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const map =
  "columns: { customerReference: Kd.-Nr., amount: Betrag, date: Datum, name: Text }\nvalues: { backend: recurring }\ndecimals: comma\ndates: dd.MM.yyyy\nencoding: latin1\n";
const csv = (...lines: readonly string[]): Uint8Array =>
  Buffer.from(["Kd.-Nr.;Text;Betrag;Datum", ...lines, ""].join("\r\n"), "latin1");

describe("npm run gateway -- run", () => {
  it("prepares a clerk's file, executes the confirmed plan, returns the result, and leaves out rows that are done", async () => {
    const mapping = await file("map.yaml", map);
    const usage = await file(
      "usage.csv",
      csv(`${references[0]};Büro =1+1;1.012,50;5.11.2026`, `${references[1]};=Porto;0,70;6.11.2026`),
    );
    const prepared = await command("prepare", usage, "--name", "Mail room 2026-11", "--map", mapping);
    expect(prepared).toMatchObject({ code: 0, stderr: "" });
    expect(prepared.stdout).toMatch(/^series {2}Mail room$/m);
    expect(prepared.stdout).toMatch(/^state {3}READY$/m);
    expect(prepared.stdout).toMatch(/^total {3}Subscriptions: 2 rows, 1013\.20 USD$/m);
    const [, id = ""] = /^run +(\S+)$/m.exec(prepared.stdout) ?? [];
    const [, plan = ""] = /^plan +(\S+)$/m.exec(prepared.stdout) ?? [];
    expect((await command("execute", id, "--plan", "other")).code).toBe(1);
    const executed = await command("execute", id, "--plan", plan);
    expect(executed).toMatchObject({ code: 0, stderr: "" });
    expect(executed.stdout).toMatch(/^state {3}DONE$/m);
    const result = await command("result", id);
    expect(result.code).toBe(0);
    const [header, first, second] = result.stdout.split("\r\n");
    expect(header?.split(",").slice(0, 5)).toEqual(["line", "key", "state", "backend", "customer"]);
    expect(first).toMatch(/^2,[0-9a-f:]+,SUCCEEDED,recurring,.*Büro =1\+1,2026-11-05,1012\.50,1012\.50,USD/);
    // Text that a spreadsheet would calculate stays text.
    expect(second).toContain(",'=Porto,");
    const again = await command("prepare", usage, "--name", "Mail room 2026-12", "--map", mapping);
    expect(again.stdout).toMatch(/^state {3}DONE$/m);
    expect(again.stdout).toMatch(/^rows {4}2 LEFT_OUT$/m);
    const preview = await command("undo", id);
    expect(preview).toMatchObject({ code: 2, stderr: "Nothing was changed; --yes takes them back.\n" });
    expect(preview.stdout).toMatch(/^2 charges can be taken back\.$/m);
    const undone = await command("undo", id, "--yes");
    expect(undone.stdout).toMatch(/^rows {4}2 UNDONE$/m);
    expect(undone.code).toBe(0);
  });

  it("ends with 2 when a run is undone whose charges the backend keeps", async () => {
    const query = '{ customers(first: 1, backends: ["pbx"], filter: { status: ACTIVE }) { nodes { id } } }';
    const { data } = await ask<{ customers: { nodes: { id: string }[] } }>(gateway.origin, query);
    const kept = await file(
      "kept.csv",
      `customerId,name,amount,currency,date\n${data.customers.nodes[0]?.id},Kept,1.00,EUR,2026-11-05\n`,
    );
    const executed = await command("prepare", kept, "--name", "Kept 2026-11", "--execute-if-clean", "--max", "EUR=5");
    expect(executed).toMatchObject({ code: 0, stderr: "" });
    const [, id = ""] = /^run +(\S+)$/m.exec(executed.stdout) ?? [];
    const undone = await command("undo", id, "--yes");
    expect(undone.stdout).toMatch(/^state {3}UNDONE$/m);
    expect(undone.stdout).toMatch(/^rows {4}1 SUCCEEDED$/m);
    expect(undone.code).toBe(2);
  });

  it("works as the guide shows, with the guide's sample file", async () => {
    const sample = ["docs/charge-run.csv", "--map", "docs/charge-run.yaml"];
    const prepared = await command("prepare", ...sample, "--name", "Front desk 2026-11");
    expect(prepared).toMatchObject({ code: 0, stderr: "" });
    expect(prepared.stdout).toMatch(/^series {2}Front desk$/m);
    expect(prepared.stdout).toMatch(/^rows {4}5 READY$/m);
    expect(prepared.stdout).toMatch(/^total {3}Hosted offices: 1 row, 1240\.00 USD$/m);
  });

  it("executes unattended only a clean run within the maximum", async () => {
    const row = (key: string, amount: string, reference = references[2]) =>
      `${JSON.stringify({ key, backend: "recurring", customerReference: reference, name: `Night ${key}`, amount, date: "2026-11-05" })}\n`;
    const unattended = ["--execute-if-clean", "--max", "USD=100"];
    const large = await file("large.jsonl", row("a", "60") + row("b", "40.01"));
    const refused = await command("prepare", large, "--name", "large", ...unattended);
    expect(refused).toMatchObject({ code: 2, stderr: "Not executed: 100.01 USD is more than 100.\n" });
    const broken = await file("broken.jsonl", row("c", "1") + row("d", "1", "nobody"));
    const attention = await command("prepare", broken, "--name", "broken", ...unattended);
    expect(attention.code).toBe(2);
    expect(attention.stderr).toMatch(/^line 2 \(d\): .*no customer with the reference "nobody"/);
    const clean = await file("clean.jsonl", row("e", "60") + row("f", "40"));
    const done = await command("prepare", clean, "--name", "clean", ...unattended);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toMatch(/^rows {4}2 SUCCEEDED$/m);
    expect((await command("prepare", clean, "--name", "clean", "--execute-if-clean")).code).toBe(1);
  });

  it.each([
    ["no CSV", "customerReference,amount\n1,2,3\n", /line 2 has 3 cells/],
    ["not UTF-8", Buffer.from("name\nBüro\n", "latin1"), /not UTF-8/],
    ["too long", Buffer.alloc(mostBytes + 1, "a"), /at most/],
  ])("says why it refuses a file that is %s", async (_what, content, message) => {
    const refused = await command("prepare", await file("refused.csv", content), "--name", "refused");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });

  it("shows what a file holds without the signs that turn a terminal's text around", async () => {
    const sheet = await file("signs.csv", "backend,customerReference,amount,name\nrecurring,no\u202ebody,1.00,Shelf\n");
    const { stderr } = await command("prepare", sheet, "--name", "Signs");
    expect(stderr).toContain('no customer with the reference "no body"');
  });

  it("refuses options without effect, a repeated maximum, and a path that is not a file", async () => {
    const clean = await file("options.csv", "name\na\n");
    const refused = async (...parameters: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await command("prepare", ...parameters);
      expect([code, stdout]).toEqual([1, ""]);
      return stderr;
    };
    expect(await refused(clean)).toMatch(/needs a name/);
    expect(await refused(clean, "--name", "a", "--max", "EUR=1")).toMatch(/--max does nothing without --execute-if-clean/);
    const twice = ["--max", "EUR=1", "--max", "EUR=5000"];
    expect(await refused(clean, "--name", "a", "--execute-if-clean", ...twice)).toMatch(/maximum for EUR already/);
    for (const option of [["--name", "a"], ["--series", "a"], ["--dry-run"], ["--rows-per-second", "1"], ["--key", "k"]]) {
      expect(await refused(clean, "--replace", "ID", ...option), option[0]).toMatch(/cannot be used with/);
    }
    expect(await refused(folder, "--name", "a")).toMatch(/is a directory/);
    expect(await refused(join(folder, "nothing"), "--name", "a")).toMatch(/There is no file/);
  });

  it("reads a file from a pipe, as from zcat", async () => {
    const row = `recurring,${references[3]},Piped,1.50,2026-11-05`;
    const usage = await file("piped.csv", `backend,customerReference,name,amount,date\n${row}\n`);
    const { script, environment } = startable("src/main.ts");
    const line = 'cat "$0" | "$1" "$2" run prepare - --url "$3" --name piped';
    const shell = startProcess("/bin/sh", ["-c", line, usage, process.execPath, script, gateway.origin], { env: environment });
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^rows {4}1 READY$/m);
  });

  it("serves files and authorized callers only", async () => {
    const post = (path: string, type: string) =>
      fetch(`${gateway.origin}${path}`, { method: "POST", headers: { "content-type": type }, body: "name\na\n" });
    expect((await post("/runs?name=a", "text/plain")).status).toBe(415);
    expect((await post("/runs", "text/csv")).status).toBe(400);
    expect((await post("/runs?name=a&other=b", "text/csv")).status).toBe(400);
    expect((await post("/runs/nothing", "text/csv")).status).toBe(404);
    expect((await fetch(`${gateway.origin}/runs/nothing/result.csv`)).status).toBe(404);
  });

  it("executes nothing unattended without a maximum", () => {
    const total = { backendLabel: "Telephony", currency: "EUR", rows: 1, amount: "0.10", unpriced: 0 };
    expect(excess({ totals: [total, { ...total, backendLabel: "Hosted offices", amount: "0.20" }] }, { EUR: "0.3" })).toBeNull();
    expect(
      excess({ totals: [total, { ...total, backendLabel: "Hosted offices", amount: "0.20" }] }, { EUR: "0.29" }),
    ).not.toBeNull();
    expect(excess({ totals: [total] }, { USD: "1" })).toMatch(/EUR/);
    expect(excess({ totals: [{ ...total, unpriced: 1 }] }, { EUR: "1" })).toMatch(/prices 1 row,/);
  });
});

describe("waiting for a run", () => {
  const patience = { lookEveryMs: 1, outcomesMs: 10, absenceMs: 5 };

  /** Sees one of these after the other, the last one again and again; each look takes a millisecond. */
  async function see(...states: readonly (string | Error)[]): Promise<{ state: string; looks: number }> {
    let looks = 0;
    const look = async () => {
      const seen = states[Math.min(looks++, states.length - 1)] ?? "";
      if (seen instanceof Error) throw seen;
      const [state = "", rows] = seen.split(" ");
      return { state, counts: [{ state: "SUCCEEDED", rows: Number(rows ?? 0) }] };
    };
    const { state } = await untilStill(look, patience, { now: () => looks, pause: async () => undefined });
    return { state, looks };
  }
  const away = unreachable("http://127.0.0.1:4000", new Error("refused"));

  it("ends when the run has ended or needs a person", async () => {
    expect(await see("PREPARING", "READY")).toEqual({ state: "READY", looks: 2 });
    expect(await see("RUNNING", "WAITING", "DONE")).toEqual({ state: "DONE", looks: 3 });
  });

  it("ends while outcomes stay unknown, so that a night job does not stand still until somebody settles them", async () => {
    const { state, looks } = await see("RUNNING", "WAITING");
    expect(state).toBe("WAITING");
    expect(looks).toBeGreaterThan(patience.outcomesMs);
    // Rows that are sent again begin the time anew.
    const again = Array.from({ length: 8 }, () => "WAITING");
    expect(await see(...again, "RUNNING", ...again, "DONE")).toEqual({ state: "DONE", looks: 18 });
  });

  it("ends while a run that is being undone stands still, and goes on as long as charges are taken back", async () => {
    const { state, looks } = await see("UNDOING 3", "UNDOING 2");
    expect(state).toBe("UNDOING");
    expect(looks).toBeGreaterThan(patience.outcomesMs);
    const working = Array.from({ length: 40 }, (_, at) => `UNDOING ${40 - Math.floor(at / 8)}`);
    expect(await see(...working, "UNDONE")).toEqual({ state: "UNDONE", looks: 41 });
  });

  it("goes on while the gateway starts again, not for ever, and not after a refusal", async () => {
    expect(await see("RUNNING", away, away, "RUNNING", away, away, away, "DONE")).toEqual({ state: "DONE", looks: 8 });
    await expect(see("RUNNING", away)).rejects.toThrow("cannot be reached");
    await expect(see("RUNNING", new Error("This needs the scope read."), "DONE")).rejects.toThrow("scope");
  });
});
