import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { atEnd, mark } from "./endings.ts";

export type StartedProcess = ChildProcessByStdio<null, Readable, Readable>;

export interface StartOptions {
  readonly cwd?: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In a process group of its own, which is ended as a whole. For programs that start others and do not pass on signals. */
  readonly group?: boolean;
}

/** Starts a process that ends with the test file, or with this process, at the latest. */
export function startProcess(program: string, parameters: readonly string[], { cwd, env, group }: StartOptions): StartedProcess {
  const child = spawn(program, parameters, {
    cwd,
    env: { ...env, ...mark() },
    stdio: ["ignore", "pipe", "pipe"],
    detached: group === true,
  });
  const forget = atEnd(async () => {
    signal(child, "SIGKILL", group);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  child.once("exit", forget).once("error", forget);
  return child;
}

/** Sends a signal to the process, or to all of its group. Does nothing if it has ended. */
export function signal(child: StartedProcess, name: NodeJS.Signals, group = false): void {
  if (!group) child.kill(name);
  else if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
}
