import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

/** Freezes processes for a while, like a paused container or virtual machine. */

/** Stops a process, or a group (negative number), at any point. Disposing of the result lets it continue. */
function freeze(pid: number): Disposable {
  sendSignal(pid, "SIGSTOP");
  return { [Symbol.dispose]: () => sendSignal(pid, "SIGCONT") };
}

/**
 * Stops it where it holds SQLite's write lock, or where it does not: while a frozen process is within a transaction, nobody else
 * can write. Never stops it within the microseconds between requesting a permit and writing the request: such a process would
 * send when it continues, and no clock of its own could show that. Rejects if that point cannot be found.
 */
export async function freezeAt(pid: number, storeUrl: string, isWriting: boolean): Promise<Disposable> {
  const until = Date.now() + 60_000;
  for (;;) {
    const frozen = freeze(pid);
    const isElsewhere = isWriting || processesOf(pid).every(isInSystemCall);
    if (isElsewhere && (await isLocked(storeUrl)) === isWriting) return frozen;
    frozen[Symbol.dispose]();
    if (Date.now() > until) throw new Error(`was never frozen ${isWriting ? "in" : "outside of"} a transaction`);
    await pause(Math.random() * 3);
  }
}

/** A process, or those of a group (proc(5), /proc/pid/stat: the fields behind the name are state, parent, group). */
function processesOf(pid: number): readonly number[] {
  if (pid > 0) return [pid];
  return readdirSync("/proc")
    .map(Number)
    .filter((each) => Number(readProc(each, "stat").split(") ").at(-1)?.split(" ")[2]) === -pid);
}

/** Outside of the program's own code, which shows as "running" or -1 (proc(5), /proc/pid/syscall). Unknown without /proc. */
function isInSystemCall(pid: number): boolean {
  return !/^(running|-1)/.test(readProc(pid, "syscall"));
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Whether somebody holds the lock for longer than a commit takes. Never true for a server's database. */
async function isLocked(storeUrl: string): Promise<boolean> {
  if (!storeUrl.startsWith("sqlite:")) return false;
  const database = new DatabaseSync(storeUrl.slice("sqlite:".length), { timeout: 0 });
  try {
    for (let tries = 0; tries < 20; tries += 1) {
      if (canLock(database)) return false;
      await pause(5);
    }
    return true;
  } finally {
    database.close();
  }
}

function canLock(database: DatabaseSync): boolean {
  try {
    database.exec("begin immediate; rollback");
    return true;
  } catch {
    return false;
  }
}

/** A process that has ended needs no signal. */
function sendSignal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
