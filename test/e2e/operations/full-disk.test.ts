import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { depth } from "../../support/sample.ts";
import { busyTexts, keepBusy } from "./busy.ts";
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

it("nothing is sent without its record, each is told so, and all goes on when there is room again", async ({ skip }) => {
  using disk = smallDisk();
  if (disk === null) return skip("This user may not mount a file system");
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: `sqlite:${join(disk.folder, "gateway.db")}` });
  const gateway = await gateways.start();
  const busy = await keepBusy([gateway], sandbox, rows);
  const ready: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await busy.goesOn();
    disk.fill();
    // Longer than the pause of a run after a failure. SQLite may still have room in its log.
    await pause(3_500);
    ready.push((await fetch(`${gateway.origin}/ready`)).status);
    disk.free();
  }
  const told = await busy.ended();
  expect(ready).toContain(503);
  expect(told).toContain("UNAVAILABLE");
  expect([...told.difference(new Set(["UNAVAILABLE", "OUTCOME_UNKNOWN"]))]).toEqual([]);
  expect((await gateway.stop()).code).toBe(0);
  expect(busyTexts(sandbox)).toEqual(busy.texts());
});
