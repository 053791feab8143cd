import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openQuickFolder, openTemporary } from "./temporary.ts";

it("tests write into their run's own folder", () => {
  expect(tmpdir()).toMatch(/billing-gateway-tests-\d+-\w+$/);
  expect(tmpdir()).toContain(`-${process.ppid}-`);
});

it("goes with all that is in it, and takes what killed runs have left", () => {
  const before = tmpdir();
  const ended = spawnSync(process.execPath, ["--version"]);
  const [left, running] = [ended.pid, process.pid].map((pid) => join(before, `billing-gateway-tests-${pid}-abc`));
  for (const folder of [left, running]) mkdirSync(join(folder ?? "", "deep"), { recursive: true });

  const remove = openTemporary();
  const opened = tmpdir();
  expect(dirname(opened)).toBe(before);
  expect([left, running].map((folder) => existsSync(folder ?? ""))).toEqual([false, true]);
  writeFileSync(join(opened, "file"), "");
  remove();
  expect(existsSync(opened)).toBe(false);
  expect(tmpdir()).toBe(before);
});

it.skipIf(!existsSync("/dev/shm"))(
  "small files are in memory wherever the run's folder is; what a killed process left there goes",
  () => {
    const before = tmpdir();
    const ended = spawnSync(process.execPath, ["--version"]);
    const left = `/dev/shm/billing-gateway-tests-${ended.pid}-abc`;
    process.env["TMPDIR"] = process.cwd();
    try {
      const quick = openQuickFolder();
      expect(dirname(quick)).toBe("/dev/shm");
      mkdirSync(left);
      openTemporary()();
      expect([left, quick].map(existsSync)).toEqual([false, true]);
      rmSync(quick, { recursive: true });
    } finally {
      process.env["TMPDIR"] = before;
    }
    const usual = openQuickFolder();
    expect(dirname(usual)).toBe(before.startsWith("/dev/shm") ? before : "/dev/shm");
    rmSync(usual, { recursive: true });
  },
);
