import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Environment } from "../e2e/process.ts";
import { atEnd, mark } from "../support/endings.ts";
import { questionsTo } from "./ipc.ts";
import { withoutTypes } from "./without-types.ts";

/** A process that the bench measures. */
export interface WatchedProgram extends AsyncDisposable {
  readonly pid: number;
  /** Sends a request to its probe; see probe.ts. */
  readonly ask: ReturnType<typeof questionsTo>;
  /** Resets the maximum of its memory. */
  readonly resetPeak: () => void;
  /** Bytes of resident memory: now, and at most since the last reset. Null where the system does not tell (no /proc). */
  readonly memory: () => { readonly now: number; readonly peak: number } | null;
}

export interface Starting {
  /** From the repository's root. */
  readonly file: string;
  readonly parameters?: readonly string[];
  readonly environment?: Environment;
  /** Waits until it accepts connections here. */
  readonly port?: number;
}

/** Time limit for a process that hangs: a busy machine is slow. */
const patienceMs = 120_000;
/** Where this process keeps compiled code, as in the tests. A bench has none, like production. */
const { NODE_COMPILE_CACHE: cache } = process.env;
const compileCache = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
const probe = withoutTypes("probe", "ipc", "recording");

/**
 * Starts a file of the repository under this Node. Its log goes to /dev/null: it is written, but nobody spends time on reading
 * it. Rejects with its stderr if it ends or does not listen in time.
 */
export async function startProgram({ file, parameters = [], environment = {}, port }: Starting): Promise<WatchedProgram> {
  const script = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child = spawn(process.execPath, ["--import", probe, script, ...parameters], {
    env: { ...environment, ...compileCache, ...mark() },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(0, 10_000);
  });
  const forget = atEnd(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} cannot be started.`);
  const program: WatchedProgram = {
    pid,
    ask: questionsTo(child),
    resetPeak: () => quietly(() => writeFileSync(`/proc/${pid}/clear_refs`, "5")),
    memory: () => quietly(() => memoryIn(readFileSync(`/proc/${pid}/status`, "utf8"))),
    [Symbol.asyncDispose]: async () => {
      forget();
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await ended;
    },
  };
  const deadline = Date.now() + patienceMs;
  while (port !== undefined && !(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await program[Symbol.asyncDispose]();
      throw new Error(`${file} does not listen on ${port}. It said:\n${complaint}`);
    }
    await pause(10);
  }
  return program;
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ port, host: "127.0.0.1" });
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** proc_pid_status(5): VmRSS is current memory, VmHWM the maximum; kB are 1024 bytes. */
function memoryIn(status: string): { readonly now: number; readonly peak: number } {
  const bytesOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { now: bytesOf("VmRSS"), peak: bytesOf("VmHWM") };
}

function quietly<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}
