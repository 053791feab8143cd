import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { depth } from "../../support/sample.ts";
import { ask } from "../ask.ts";
import { chargeSpecs, createCharge, eventually, openKeys, textOf } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** The disk of the journal is full, again and again, while a run and single mutations are under way. */
vi.setConfig({ testTimeout: 600_000 });

const rounds = 3 * depth;
const rows = 60 * rounds;

/** A small file system of its own; null where this user may not mount one. */
function smallDisk() {
  const folder = mkdtempSync(join(tmpdir(), "small-disk-"));
  try {
    // More than SQLite's log grows to.
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    fill: () => {
      const file = openSync(filler, "a");
      for (const size of [65_536, 4_096, 512, 1]) while (isWritten(file, size));
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isWritten(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch {
    return false;
  }
}

interface Run {
  readonly state: string;
  readonly planHash: string | null;
}

it("nothing is sent without its record, each is told so, and all goes on when there is room again", async ({ skip }) => {
  using disk = smallDisk();
  if (disk === null) return skip("This user may not mount a file system");
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: `sqlite:${join(disk.folder, "gateway.db")}` });
  const gateway = await gateways.start();
  const { origin } = gateway;
  const specs = await chargeSpecs(origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 30, function: "charges/create" }], ["pbx"]);

  const mutate = (mutation: string, type: string, input: object) =>
    ask(origin, `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { message } } }`, { variables: { input } });
  const read = async (): Promise<Run> => {
    const query = "query ($id: ID!) { chargeRun(id: $id) { state planHash } }";
    return (await ask<{ chargeRun: Run }>(origin, query, { variables: { id } })).data.chargeRun;
  };
  /** Does what the run's state asks for. Returns whether it is done. */
  const goOn = async (): Promise<boolean> => {
    const { state, planHash } = await read();
    if (state === "READY") await mutate("executeChargeRun", "ExecuteChargeRunInput", { id, planHash });
    else if (state === "PAUSED") await mutate("resumeChargeRun", "ChargeRunIdInput", { id });
    // Rows whose record failed before they were sent.
    else if (state === "INCOMPLETE") await mutate("checkChargeRun", "ChargeRunIdInput", { id });
    return state === "DONE";
  };
  const lines = Array.from({ length: rows }, (_, row) =>
    JSON.stringify({ ...specs("pbx", `Row ${row}`, row), key: `row ${row}` }),
  );
  const uploaded = await fetch(`${origin}/runs?name=full&series=full`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: lines.join("\n"),
  });
  const { id } = (await uploaded.json()) as { id: string };
  await eventually("the run is ready", async () => (await read()).state === "READY");
  await goOn();

  let isOver = false;
  const texts: string[] = [];
  const told = new Set<string>();
  const keepCharging = async (lane: number): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const spec = specs("pbx", `Single ${lane}.${count}`, lane);
      const text = String(textOf(spec));
      texts.push(text);
      const isDone = async (): Promise<boolean> => {
        const { data, errors } = await createCharge(origin, spec, text);
        for (const { extensions } of errors ?? []) told.add(String(extensions["code"]));
        return data?.createCharge.operation.status === "SUCCEEDED";
      };
      await eventually(`${text} has happened`, isDone, { withinMs: 120_000 });
    }
  };
  const ready: number[] = [];
  const charging = Promise.all([keepCharging(0), keepCharging(1)]);
  for (let round = 0; round < rounds; round += 1) {
    const before = sandbox.creates(["pbx"]);
    await eventually("charges go on", () => sandbox.creates(["pbx"]) > before + 20);
    disk.fill();
    // Longer than the pause of a run after a failure. SQLite may still have room in its log.
    await pause(3_500);
    ready.push((await fetch(`${origin}/ready`)).status);
    disk.free();
  }
  isOver = true;
  await charging;
  await eventually("the run is done", goOn, { everyMs: 200, withinMs: 120_000 });
  await eventually("nothing stays open", async () => (await openKeys(origin)).length === 0);
  expect(ready).toContain(503);
  expect(told).toContain("UNAVAILABLE");
  expect([...told.difference(new Set(["UNAVAILABLE", "OUTCOME_UNKNOWN"]))]).toEqual([]);
  expect((await gateway.stop()).code).toBe(0);
  expect(sandbox.chargeTexts("Single").toSorted()).toEqual(texts.toSorted());
  expect(sandbox.chargeTexts("Row").toSorted()).toEqual(Array.from({ length: rows }, (_, row) => `Row ${row}`).toSorted());
});
