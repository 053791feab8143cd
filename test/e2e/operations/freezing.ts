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
 * middle of a transaction. Rejects where it cannot be had.
 */
export async function freezeAt(pid: number, storeUrl: string, isWriting: boolean): Promise<Disposable> {
  const until = Date.now() + 30_000;
  for (;;) {
    const frozen = freeze(pid);
    if ((await isLocked(storeUrl)) === isWriting) return frozen;
    frozen[Symbol.dispose]();
    if (Date.now() > until) throw new Error(`was never frozen ${isWriting ? "in" : "outside of"} a transaction`);
    await pause(Math.random() * 3);
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
