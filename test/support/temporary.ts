import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "./endings.ts";

const prefix = "billing-gateway-tests-";
const nameOfRun = new RegExp(`^${prefix}(\\d+)-`);

/**
 * From now on, everything that tests write to the system's temporary folder goes into a folder of this run. The returned function
 * removes it. Killed runs could not remove theirs: that is done here.
 */
export function openTemporary(): () => void {
  const usual = process.env["TMPDIR"];
  const parent = usual === undefined && isRoomy(memory) ? memory : tmpdir();
  for (const place of [parent, memory]) if (existsSync(place)) removeLeft(place);
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  // PostgreSQL, which has its data there, runs as somebody else.
  chmodSync(folder, 0o755);
  process.env["TMPDIR"] = folder;
  return () => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    remove(folder);
  };
}

/**
 * A new folder for a few small files that wait for no disk: in memory, where there is such a place, also if that is too small for all
 * that a run writes. The caller removes it; if it is killed, the next run does.
 */
export function openQuickFolder(): string {
  const parent = existsSync(memory) && !tmpdir().startsWith(memory) ? memory : tmpdir();
  return mkdtempSync(join(parent, `${prefix}${process.pid}-`));
}

/** Removes the folders of processes that have ended. */
function removeLeft(place: string): void {
  for (const name of readdirSync(place)) {
    const [, run] = nameOfRun.exec(name) ?? [];
    if (run !== undefined && !isRunning(Number(run))) remove(join(place, name));
  }
}

/** Linux' folder in memory: what npm installs takes a sixth of the kernel's time there. Nothing that tests write outlives a power cut. */
const memory = "/dev/shm";

/** A run writes up to 2 GB. Containers often have 64 MB there, and start no programs from it. */
function isRoomy(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const options = mounts.map((line) => line.split(" ")).findLast(([, place]) => place === folder)?.[3] ?? "noexec";
    return Math.min(bavail * bsize, process.availableMemory()) > 8 * 2 ** 30 && !options.split(",").includes("noexec");
  } catch {
    return false;
  }
}

function remove(folder: string): void {
  try {
    // A process that was just killed may still be writing there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`${folder} stays behind:`, error);
  }
}
