import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { parse, stringify } from "yaml";
import { lastLines } from "../support/failing.ts";
import type { GatewayProgram } from "./process.ts";

/** The processes of a gateway as an operator deals with them: their configuration file, their log, and signals by process id. */

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Merges keys into sections of a configuration file; a value of undefined takes a key out. */
export function changeConfiguration(file: string, sections: Sections): void {
  const document = parse(readFileSync(file, "utf8")) as Sections;
  const changed = Object.entries(sections).map(([name, section]) => [name, { ...document[name], ...section }]);
  writeFileSync(file, stringify({ ...document, ...Object.fromEntries(changed) }));
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly pid: number;
  /** Only in lines of requests. */
  readonly status?: number;
  readonly problem?: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
}

/** All log lines of a gateway so far, oldest first. */
export function logOf({ stdout }: Pick<GatewayProgram, "stdout">): readonly LogLine[] {
  const lines = stdout().split("\n").slice(0, -1);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
}

export interface WorkerConnection extends Disposable {
  /** The process that answers on it. */
  readonly pid: number;
  /** Sends a document over this connection. Rejects when it breaks off. */
  readonly send: (query: string, variables?: object) => Promise<unknown>;
}

/** One connection, which is kept alive and therefore always reaches the same process. */
export async function connectTo({ origin, stdout }: GatewayProgram): Promise<WorkerConnection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const requestId = crypto.randomUUID();
  const send = (query: string, variables: object = {}): Promise<unknown> => post(agent, origin, requestId, { query, variables });
  await send("{ __typename }");
  // The log is written when an answer has been sent, by then it is read here. Not at all by a worker that was killed in between.
  const until = Date.now() + 60_000;
  for (;;) {
    const line = stdout()
      .split("\n")
      .find((each) => each.includes(requestId) && each.endsWith("}"));
    if (line !== undefined) return { pid: (JSON.parse(line) as LogLine).pid, send, [Symbol.dispose]: () => agent.destroy() };
    if (Date.now() > until) throw new Error(`request ${requestId} was answered and is not in the log:\n${lastLines(stdout())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function post(agent: Agent, origin: string, requestId: string, document: object): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const body = JSON.stringify(document);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-request-id": requestId };
  request(`${origin}/graphql`, { method: "POST", agent, headers }, async (response) => {
    try {
      resolve(JSON.parse(Buffer.concat(await Array.fromAsync(response)).toString("utf8")));
    } catch (error) {
      reject(error);
    }
  })
    .on("error", reject)
    .end(body);
  return promise;
}

/** The process that started another one (POSIX ps). */
export function parentOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }));
}

/** The processes that one has started and that still run, zombies left out. */
export function childrenOf(pid: number): readonly number[] {
  return childrenInProc(pid) ?? childrenByPs(pid);
}

/** As Linux tells it (proc(5)), for those who ask hundreds of times: every start of ps costs as much as ten requests. Null without it. */
function childrenInProc(pid: number): readonly number[] | null {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? [] : children.split(" ").map(Number).filter(isNoZombie);
  } catch {
    return null;
  }
}

/**
 * False while a child of node:cluster is a copy of its parent that has not become a program yet. Whoever stops it then stops its parent
 * with it: libuv's uv_spawn waits for that moment without end.
 */
export function isProgram(worker: number): boolean {
  try {
    return readFileSync(`/proc/${worker}/environ`, "utf8").includes("NODE_UNIQUE_ID=");
  } catch {
    return !existsSync("/proc/self/environ");
  }
}

/** False also for one that has ended. */
function isNoZombie(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function childrenByPs(pid: number): readonly number[] {
  const rows = execFileSync("ps", ["-e", "-o", "pid=,ppid=,stat=,comm="], { encoding: "utf8" }).trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent, state = "", program]) => Number(parent) === pid && !state.startsWith("Z") && program !== "ps")
    .map(([child]) => Number(child));
}
