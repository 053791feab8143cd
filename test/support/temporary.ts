import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
  for (const name of readdirSync(tmpdir())) {
    const [, run] = nameOfRun.exec(name) ?? [];
    if (run !== undefined && !isRunning(Number(run))) remove(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // PostgreSQL, which has its data there, runs as somebody else.
  chmodSync(folder, 0o755);
  process.env["TMPDIR"] = folder;
  return () => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    remove(folder);
  };
}

function remove(folder: string): void {
  try {
    // A process that was just killed may still be writing there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`${folder} stays behind:`, error);
  }
}
