import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { backendKeys } from "../../../src/sandbox/world.ts";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { depth, randomFor, seed } from "../../support/sample.ts";
import { type Answer, ask } from "../ask.ts";
import type { GatewayProgram } from "../process.ts";
import { chargeSpecs, eventually } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { createFunctions, startSandbox } from "./sandbox.ts";

/**
 * Two people prepare the same file at once on two replicas, and both execute it. The replicas are killed with SIGKILL at random
 * moments and started again, and the same file comes once more. Each row is charged exactly once.
 */
vi.setConfig({ testTimeout: 900_000 });

const kills = 3 * depth;
const rows = 120 * depth;

const server = await startPostgres();
afterAll(() => server?.stop());

interface Run {
  readonly id: string;
  readonly state: string;
  readonly planHash: string | null;
  readonly counts: readonly { readonly state: string; readonly rows: number }[];
}

async function upload({ origin }: GatewayProgram, name: string, file: string): Promise<string> {
  const place = `${origin}/runs?${new URLSearchParams({ name, series: "killed" })}`;
  const call = { method: "POST", headers: { "content-type": "application/x-ndjson" }, body: file };
  return eventually("the rows have arrived", async () => {
    const response = await fetch(place, call);
    const { id, errors } = (await response.json()) as { id?: string; errors?: unknown };
    // A replica that was away for as long as its lease says so: 409, "Repeat the call".
    if (id === undefined && response.status !== 409) throw new Error(JSON.stringify(errors));
    return id;
  });
}

const fields = "id state planHash counts { state rows }";

async function read({ origin }: GatewayProgram, id: string): Promise<Run> {
  const { data, errors } = await ask<{ chargeRun: Run }>(origin, `query ($id: ID!) { chargeRun(id: $id) { ${fields} } }`, {
    variables: { id },
  });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.chargeRun;
}

async function still(gateway: GatewayProgram, id: string): Promise<Run> {
  const ended = eventually(
    "the run is still",
    async () => {
      const run = await read(gateway, id);
      return !["PREPARING", "RUNNING", "WAITING"].includes(run.state) && run;
    },
    { withinMs: 300_000 },
  );
  try {
    return await ended;
  } catch (cause) {
    throw new Error(await whyNotDone(gateway, id), { cause });
  }
}

/** Everything that tells why a run does not end: what it waits for, its rows that are not done, and what the journal has open. */
async function whyNotDone({ origin, stdout }: GatewayProgram, id: string): Promise<string> {
  const operation = "operation { id status createdAt steps { status attempts startedAt error { code message } } }";
  const document = `query ($id: ID!) {
    chargeRun(id: $id) {
      state progress { rows ended rowsPerSecond } pausedBackends { backend code message since }
      counts { backend state rows }
      rows(first: 20, filter: { state: [READY, UNKNOWN, FAILED] }) { nodes { key backend state problems { code message } ${operation} } }
    }
    operations(first: 50, filter: { status: [PENDING, UNKNOWN] }) {
      nodes { id status idempotencyKey createdAt steps { status attempts startedAt error { code message } } }
    }
  }`;
  const answer = await ask(origin, document, { variables: { id } }).catch((error: unknown) => String(error));
  return `${JSON.stringify(answer, null, 1).slice(0, 20_000)}\nlog:\n${stdout().slice(-4_000)}`;
}

async function mutate({ origin }: GatewayProgram, mutation: string, input: object): Promise<void> {
  const type = mutation === "executeChargeRun" ? "ExecuteChargeRunInput" : "ChargeRunIdInput";
  const document = `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { run { id } errors { message } } }`;
  const { data, errors } = await ask<{ done: { errors: readonly unknown[] } }>(origin, document, { variables: { input } });
  const found = errors ?? data.done.errors;
  if (found.length > 0) throw new Error(JSON.stringify(found));
}

/** Until nothing is left to do: rows that failed without effect are checked and sent again. */
async function finish(gateway: GatewayProgram, id: string): Promise<Run> {
  const seen: string[] = [];
  const done = eventually(
    "all of the run is done",
    async () => {
      const run = await still(gateway, id);
      seen.push(`${new Date().toISOString()} ${run.state}`);
      if (run.state === "DONE") return run;
      if (run.state === "READY") await mutate(gateway, "executeChargeRun", { id, planHash: run.planHash });
      else if (run.state === "PAUSED") await mutate(gateway, "resumeChargeRun", { id });
      else await mutate(gateway, "checkChargeRun", { id });
      return false;
    },
    { withinMs: 300_000 },
  );
  try {
    return await done;
  } catch (cause) {
    throw new Error(`${seen.join("\n")}\n${await whyNotDone(gateway, id)}`, { cause });
  }
}

/** The operations of the rows that have these texts. */
async function journalOf({ origin }: GatewayProgram, id: string, texts: readonly string[]): Promise<readonly string[]> {
  const operation =
    "operation { id status idempotencyKey createdAt steps { status attempts startedAt finishedAt error { message } } }";
  const document = `query ($id: ID!, $after: String) { chargeRun(id: $id) {
    rows(first: 100, after: $after) { nodes { key state ${operation} } pageInfo { hasNextPage endCursor } }
  } }`;
  interface Rows {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  }
  const keys = texts.map((text) => `row ${text.split("-").at(-1)}`);
  const found: string[] = [];
  let after: string | null = null;
  for (let more = true; more; ) {
    const answer: Answer<{ chargeRun: { rows: Rows } }> = await ask<{ chargeRun: { rows: Rows } }>(origin, document, {
      variables: { id, after },
    });
    const { nodes, pageInfo }: Rows = answer.data.chargeRun.rows;
    found.push(...nodes.filter(({ key }) => keys.includes(key)).map((row) => JSON.stringify(row)));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return found;
}

describe.each(storeDialects(server))("charge runs on $name", ({ name, available, createUrl }) => {
  it.skipIf(!available)("killed at random moments charge each row exactly once", async () => {
    await using sandbox = await startSandbox();
    // The sandbox is in this process, beside everything else: on a busy machine it may pause for seconds.
    const operations = { ...hasty.operations, settleSeconds: 5 };
    await using gateways = gatewaysOf(sandbox, { ...hasty, operations, storeUrl: await createUrl() });
    const replicas = await Promise.all([gateways.start(), gateways.start()]);
    const [first, second] = replicas as [GatewayProgram, GatewayProgram];
    const specs = await chargeSpecs(first.origin);
    const file = Array.from({ length: rows }, (_, index) => {
      const backend = backendKeys[index % backendKeys.length] ?? "pbx";
      return JSON.stringify({ key: `row ${index}`, ...specs(backend, `once-${name}-${index}`, index), allowDuplicate: true });
    }).join("\n");
    // Slow enough that requests are in flight whenever a process dies.
    for (const key of backendKeys)
      sandbox.setFaults([{ kind: "delay", milliseconds: 400, function: createFunctions[key] }], [key]);
    // At once: neither knows of the other's rows when it is checked.
    const ids = await Promise.all([upload(first, "One 2026-11", file), upload(second, "Other 2026-11", file)]);
    await Promise.all(
      ids.map(async (id, index) => {
        const run = await still(replicas[index] ?? first, id);
        expect(run.state).toBe("READY");
        await mutate(replicas[index] ?? first, "executeChargeRun", { id, planHash: run.planHash });
      }),
    );
    const random = randomFor(`killed during a run, ${name}`);
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(random.integer(20, 900));
      const victim = random.integer(0, 1);
      await replicas[victim]?.stop("SIGKILL");
      replicas[victim] = await gateways.start();
    }
    sandbox.setFaults([]);
    const survivor = replicas[0] ?? first;
    for (const id of ids) await finish(survivor, id);
    // The same file again, tomorrow and by a colleague: all rows are left out.
    const again = await still(survivor, await upload(survivor, "Again", file));
    expect(again.state).toBe("DONE");
    expect(new Set(again.counts.map(({ state }) => state))).toEqual(new Set(["LEFT_OUT"]));
    const wanted = Array.from({ length: rows }, (_, index) => `once-${name}-${index}`);
    const made = sandbox.chargeTexts(`once-${name}-`);
    const doubled = made.filter((text, index) => made.indexOf(text) !== index);
    // If a row was charged twice, the journal shows which operations did it.
    const journal = doubled.length === 0 ? [] : await Promise.all(ids.map((id) => journalOf(survivor, id, doubled)));
    expect({ seed, doubled, journal, missing: wanted.filter((text) => !made.includes(text)) }).toEqual({
      seed,
      doubled: [],
      journal: [],
      missing: [],
    });
  });
});
