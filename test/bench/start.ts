import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { atEnd } from "../support/endings.ts";
import { beginningOf, median, megabytes, table } from "./figures.ts";

/**
 * `npm run bench -- start`: how long a configured gateway takes from its process's start to its first answer, and what it holds when
 * it then idles. From source and from dist, with and without what Node kept of the start before, in turns.
 */

interface Subject {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Start {
  readonly milliseconds: number;
  /** Of the process until its first answer; null if the system does not show it (no /proc). */
  readonly processorMs: number | null;
  /** Bytes of resident memory; null like processorMs. */
  readonly idleMemory: number | null;
}

const folder = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
atEnd(() => rmSync(folder, { recursive: true, force: true }));

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Stands in for each password of the example: no backend is called. */
const passwords = { ENSWITCH_PASSWORD: "-", HOSTEDSUITE_PASSWORD: "-", V01_PASSWORD: "-" };
/** Node's own switch (nodejs.org/api/module.html, Module compile cache). */
const nothingKept = { NODE_DISABLE_COMPILE_CACHE: "1" };

const expected = JSON.stringify({ data: { backends: ["pbx", "suite", "recurring"].map((key) => ({ key })) } });
/** Goal for dist. */
const most = { milliseconds: 600, megabytes: 130 };
/** Long enough for what a start leaves to be collected. */
const idleMs = 500;

const programs = [
  { name: "source", file: "src/main.ts" },
  { name: "dist", file: "dist/main.js" },
];
const subjects: readonly Subject[] = programs
  .filter(({ file }) => existsSync(join(root, file)))
  .flatMap(({ name, file }) => [
    { name: `${name}, first start`, file, environment: nothingKept },
    { name: `${name}, later start`, file, environment: { NODE_COMPILE_CACHE: join(folder, "compiled") } },
  ]);

const { rounds } = new Command("bench start")
  .description("Measures the time to the first answer of a configured gateway, and its memory when idle.")
  .option("--rounds <count>", "starts of each, alternating", atLeastOne, 10)
  .parse()
  .opts<{ rounds: number }>();

// Without this a signal ends the process without its "exit" event, in which the processes and files that it made are removed.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

// Not measured: what is kept from one start to the next is there after it.
for (const subject of subjects) await startOnce(subject);
const measured = subjects.map((subject) => ({ subject, starts: [] as Start[] }));
for (let round = 0; round < rounds; round += 1) {
  for (const { subject, starts } of measured) starts.push(await startOnce(subject));
}
console.log(
  table(
    ["", "first answer ms", "range", "processor ms", "idle MB"],
    measured.map(({ subject, starts }) => {
      const times = starts.map(({ milliseconds }) => milliseconds);
      return [
        subject.name,
        median(times).toFixed(0),
        `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`,
        shown(
          starts.map(({ processorMs }) => processorMs),
          (milliseconds) => milliseconds.toFixed(0),
        ),
        shown(
          starts.map(({ idleMemory }) => idleMemory),
          megabytes,
        ),
      ];
    }),
  ).join("\n"),
);
for (const problem of measured.flatMap(problemsOf)) console.log(problem);
console.log(
  `\nMedians of ${rounds} starts of each in turn; config/gateway.example.yaml, SQLite; Node ${process.versions.node}. Later: with NODE_COMPILE_CACHE.`,
);
if (subjects.length < 2 * programs.length) console.log("dist is not measured: npm run build makes it.");

function problemsOf({ subject, starts }: (typeof measured)[number]): readonly string[] {
  if (!subject.name.startsWith("dist")) return [];
  const milliseconds = median(starts.map((start) => start.milliseconds));
  const memory = median(starts.map(({ idleMemory }) => idleMemory ?? 0)) / 2 ** 20;
  return [
    ...(milliseconds > most.milliseconds ? [`${subject.name}: the first answer took more than ${most.milliseconds} ms`] : []),
    ...(memory > most.megabytes ? [`${subject.name}: more than ${most.megabytes} MB when idle`] : []),
  ];
}

async function startOnce({ file, environment }: Subject): Promise<Start> {
  const parameters = ["--config", join(root, "config/gateway.example.yaml")];
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, file), ...parameters], {
    // Its journal is made in the folder that it is started in.
    cwd: folder,
    env: { ...passwords, ...environment, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const forget = atEnd(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  try {
    await askOnce(await printedOrigin(child.stdout));
    const milliseconds = performance.now() - began;
    const processorMs = quietly(() => processorMsIn(readFileSync(`/proc/${child.pid}/stat`, "utf8")));
    await pause(idleMs);
    return { milliseconds, processorMs, idleMemory: quietly(() => memoryIn(readFileSync(`/proc/${child.pid}/status`, "utf8"))) };
  } finally {
    // In good order: Node keeps what it compiled when it ends.
    child.kill("SIGTERM");
    await ended;
    forget();
  }
}

/** Rejects when it ends before it has printed where it listens. */
async function printedOrigin(stdout: Readable): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const [, onTerminal, inLog] = /^GraphQL +(http:\S+)\/graphql$|"origin":"(http:[^"]+)".*"msg":"listening"/.exec(line) ?? [];
    const origin = onTerminal ?? inLog;
    if (origin !== undefined) {
      // Its further output is read, or it would block.
      stdout.resume();
      return origin;
    }
  }
  throw new Error("The gateway ended before it listened.");
}

async function askOnce(origin: string): Promise<void> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ backends { key } }" }),
  });
  const answer = await response.text();
  if (answer !== expected) throw new Error(`Not what was to be answered: ${beginningOf(answer)}`);
}

/** proc_pid_stat(5): utime and stime are fields 14 and 15, in ticks of 10 ms; field 2 is the name, in brackets. */
function processorMsIn(stat: string): number {
  const [user = Number.NaN, system = Number.NaN] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

/** proc_pid_status(5); kB are 1024 bytes. */
function memoryIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

function quietly(look: () => number): number | null {
  try {
    return look();
  } catch {
    return null;
  }
}

function shown(values: readonly (number | null)[], format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? "?" : format(median(known));
}

function atLeastOne(given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}
