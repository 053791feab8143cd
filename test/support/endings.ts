import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Whatever a test or a bench starts outside of its own process ends with it, even after a failure. */

const endings = new Set<() => unknown>();
process.once("exit", () => {
  for (const end of endings) end();
});

/**
 * Runs the function when the test file is over, failed or not, and when this process exits, also by a signal whose only other
 * handler is process.exit: processes and files must not stay behind. Returns a function that cancels it.
 */
export function atEnd(end: () => unknown): () => void {
  endings.add(end);
  return () => void endings.delete(end);
}

/** Ends what the test file has left, in reverse order. */
export async function endAll(): Promise<void> {
  const left = [...endings].reverse();
  endings.clear();
  for (const end of left) await end();
}

/** The variable that marks processes started by a test, even indirectly. The gateway does not use it. */
const markName = "STARTED_BY_TEST";

/** For processes that do not get this process's environment. */
export const mark = (): Readonly<Record<string, string>> => {
  const value = process.env[markName];
  return value === undefined ? {} : { [markName]: value };
};

/** From now on, every process that this one starts is marked. */
export function markWhatIsStarted(): void {
  process.env[markName] = `${process.ppid}-${process.pid}`;
}

export interface Found {
  readonly pid: number;
  readonly command: string;
}

/**
 * The running processes that were started by tests of a worker, or of all workers of a run, which is identified by the process
 * that started them. Finds nothing without /proc.
 */
export function startedBy(run: number, worker?: number): readonly Found[] {
  const marks = `\0${markName}=${run}-${worker === undefined ? "" : `${worker}\0`}`;
  return processIds().flatMap((pid) => {
    const environment = `\0${textOf(`/proc/${pid}/environ`)}`;
    return pid !== process.pid && environment.includes(marks) ? [{ pid, command: commandOf(pid) }] : [];
  });
}

/** Waits until none of them run, and returns those that still do. */
export async function stillRunning(look: () => readonly Found[], withinMs = 10_000): Promise<readonly Found[]> {
  const until = Date.now() + withinMs;
  while (look().length > 0 && Date.now() < until) await pause(50);
  return look();
}

/** Kills them and returns which they were; nothing if there are none. */
export function killLeftOvers(found: readonly Found[]): string | null {
  for (const { pid } of found) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  return found.length === 0 ? null : `Left running, and killed now: ${found.map(({ command }) => command).join("; ")}`;
}

/** Also somebody else's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();

/** "" where there is no such process any more, or it is somebody else's. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
