import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

/** Processes that stand still for a while, as a paused container or virtual machine does. */

/** Stops a process, or with a negative number a group, wherever it is. Disposing of it lets it go on. */
function freeze(pid: number): Disposable {
  sendSignal(pid, "SIGSTOP");
  return { [Symbol.dispose]: () => sendSignal(pid, "SIGCONT") };
}

/**
 * Stops it where it holds SQLite's lock for writing, or where it does not: nobody else can write while a frozen process is in the
 * middle of a transaction. And never between asking for a permit and writing the request that it is for, some microseconds of
 * JavaScript: who is stopped there sends when it goes on, whatever happened meanwhile, and no clock of its own can tell it. Rejects
 * where it cannot be had.
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

/** Not in the program's own code: that shows as "running" or -1 (proc(5), /proc/pid/syscall). Without /proc it cannot be told. */
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

/** Whether somebody holds the lock for longer than a commit takes. Of a server's database, nobody ever holds all of it. */
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

/** One that has ended needs no signal. */
function sendSignal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
