import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type GatewayProgram, runGateway } from "../e2e/process.ts";
import type { LogLine } from "../e2e/processes.ts";
import { depth, seed } from "../support/sample.ts";
import { problemOf } from "./malformed-answers.ts";
import { type Exchange, exchangeWith } from "./malformed-exchange.ts";
import { type MalformedRequest, requests } from "./malformed-requests.ts";
import type { Known } from "./malformed-values.ts";

/**
 * Thousands of requests that no honest program sends, over real sockets to a real process: it answers each as GraphQL, and
 * continues normally.
 */

const count = 2_000 * depth;
const atOnce = 20;
const requestTimeoutMs = 20_000;
const heapMegabytes = 200;
const key = "bgw_of-the-malformed";

let sandbox: Sandbox;
let gateway: GatewayProgram;
let exchange: Exchange;
const directory = mkdtempSync(join(tmpdir(), "billing-gateway-malformed-"));

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 8 });
  const file = join(directory, "gateway.yaml");
  const apiKey = { name: "anybody", sha256: hash("sha256", key), scopes: ["admin"], backends: ["*"] };
  const document = {
    server: { port: 0 },
    auth: { mode: "apiKeys", apiKeys: [apiKey] },
    limits: { requestsPerMinute: 1_000_000, maxBodyBytes: 100_000, maxBackendCalls: 60, requestTimeoutMs },
    store: { url: `sqlite:${join(directory, "gateway.db")}` },
    backends: sandbox.configuration,
  };
  writeFileSync(file, stringify(document));
  // A process that kept its requests would run out of this, and end.
  gateway = await runGateway(["--config", file], { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
  exchange = exchangeWith(gateway.origin, atOnce, requestTimeoutMs + 10_000);
});
afterAll(async () => {
  exchange?.[Symbol.dispose]();
  await gateway?.[Symbol.asyncDispose]();
  await sandbox?.close();
  rmSync(directory, { recursive: true });
});

const authorization = `Bearer ${key}`;

async function ask(query: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${gateway.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

const page = "nodes { id } pageInfo { endCursor }";
const everything = `{
  backends { key }
  customers(first: 12) { nodes { id charges(first: 2) { ${page} } plan { id } } pageInfo { endCursor } }
  taxes(first: 3) { ${page} }
  backend(key: "suite") { services(first: 2) { ${page} } }
}`;

async function whatItKnows(): Promise<Known> {
  const text = JSON.stringify(await ask(everything));
  const all = (pattern: RegExp): readonly string[] =>
    Array.from(new Set([...text.matchAll(pattern)].map(([, value = ""]) => value)));
  return { ids: all(/"id":"([^"]+)"/g), cursors: all(/"endCursor":"([^"]+)"/g), backends: all(/"key":"([^"]+)"/g) };
}

async function metric(name: string): Promise<number> {
  const response = await fetch(`${gateway.origin}/metrics`, { headers: { authorization } });
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await response.text())?.[1]);
}

async function problemsOf(request: MalformedRequest): Promise<readonly string[]> {
  const answers = await exchange.send(request).catch((error: Error) => error);
  if (answers instanceof Error) return [`there is no answer: ${answers.message}`];
  return answers.flatMap((answer) => {
    const problem = problemOf(answer, request);
    return problem === null
      ? []
      : [`${problem}: ${answer.status} ${JSON.stringify(answer.headers)} ${answer.body.slice(0, 2_000)}`];
  });
}

const banner = /^(GraphQL|GraphiQL|Console|Backends| {2}\w)/;
/** Memory limit of a process whose heap is limited to `heapMegabytes`: that, programs, buffers and the allocators' reserves. */
const mostBytes = 600 * 2 ** 20;

it("answers malformed requests by the thousand, and continues normally", { timeout: 600_000 }, async () => {
  const lengths = { minLength: 1, maxLength: 2 * atOnce - 1, size: "max" } as const;
  const batch = fc.noBias(fc.array(requests(await whatItKnows(), key), lengths));
  const started = await metric("process_start_time_seconds");
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(batch, async (all) => {
      sent += all.length;
      const problems = await Promise.all(all.map(problemsOf));
      expect(problems.flat()).toEqual([]);
    }),
    { seed, numRuns: Math.ceil((1.1 * count) / atOnce) },
  );
  expect(sent).toBeGreaterThanOrEqual(count);

  expect(await ask("{ customers(first: 1) { nodes { __typename } } }")).toEqual({
    data: { customers: { nodes: [{ __typename: "Customer" }] } },
  });
  expect(await metric("process_start_time_seconds")).toBe(started);
  expect(await metric("process_resident_memory_bytes")).toBeLessThan(mostBytes);
});

it("has logged them as lines of JSON, without a failure of its own", async () => {
  const { code, stdout, stderr } = await gateway.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const printed = stdout.trimEnd().split("\n");
  expect(printed.filter((line) => !line.startsWith("{") && !banner.test(line))).toEqual([]);
  const lines = printed.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  expect(lines.length).toBeGreaterThan(count / 2);
  expect(new Set(lines.map(({ pid }) => pid)).size).toBe(1);
  expect(lines.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
});
