import { copyFileSync, constants as files, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { patience } from "../support/patience.ts";
import { freePort } from "../support/ports.ts";
import { depth, randomFor, seed } from "../support/sample.ts";
import { eventually } from "./operations/charges.ts";
import { type Gateways, gatewaysOf } from "./operations/gateways.ts";
import { type Sandbox, startSandbox } from "./operations/sandbox.ts";
import type { GatewayProgram } from "./process.ts";
import { changeConfiguration, childrenOf, connectTo, isProgram, logOf, parentOf } from "./processes.ts";

/** Workers die and stand still in the moments in which node:cluster speaks to them: nobody else dies, and no caller waits forever. */
vi.setConfig({ testTimeout: 240_000 });

async function twoWorkers(sandbox: Sandbox, sections: Parameters<typeof changeConfiguration>[1] = {}): Promise<Gateways> {
  const gateways = gatewaysOf(sandbox);
  // With any free port, it would be another one once all are gone.
  changeConfiguration(gateways.configuration.file, { server: { workers: 2, port: await freePort() }, ...sections });
  return gateways;
}

/** Starts a gateway; both of its workers serve. */
async function startBoth({ start }: Gateways, options: Parameters<Gateways["start"]>[0] = {}) {
  const gateway = await start(options);
  const pids = new Set<number>();
  await eventually("both serve", async () => {
    using connection = await connectTo(gateway);
    return pids.add(connection.pid).size === 2;
  });
  const [pid = Number.NaN] = pids;
  return { gateway, pid, primary: parentOf(pid) };
}

const replaced = (gateway: GatewayProgram): number => logOf(gateway).filter(({ msg }) => msg.includes("is replaced")).length;

async function isServing({ origin }: GatewayProgram): Promise<boolean> {
  return fetch(`${origin}/health`, { signal: AbortSignal.timeout(patience.timeout) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

it("a worker that dies while the primary has an answer for it takes nobody with it", async () => {
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox, { limits: { requestsPerMinute: 1_000 } });
  const { gateway, primary } = await startBoth(gateways);
  using connection = await connectTo(gateway);
  process.kill(primary, "SIGSTOP");
  // The worker asks the primary whether this caller may, and answers without it when that takes too long.
  expect(await connection.send("{ __typename }")).toEqual({ data: { __typename: "Query" } });
  process.kill(connection.pid, "SIGKILL");
  await eventually("it is dead, which the primary does not know", () => !childrenOf(primary).includes(connection.pid));
  process.kill(primary, "SIGCONT");
  await eventually("it is replaced", () => replaced(gateway) === 1);
  await eventually("it serves", () => isServing(gateway));
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("connections that were offered to a worker that stands still are served by another one when it is gone", async () => {
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox);
  const { gateway, pid } = await startBoth(gateways);
  process.kill(pid, "SIGSTOP");
  const stuck = new Set<Promise<unknown>>();
  await eventually("one was offered to it", async () => {
    const answer = ask(gateway.origin);
    stuck.add(answer);
    const first = await Promise.race([answer.then(() => "answered"), pause(1_000, "stuck")]);
    if (first === "answered") stuck.delete(answer);
    return first === "stuck";
  });
  process.kill(pid, "SIGKILL");
  expect(await Promise.all(stuck)).toEqual([200]);
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("connections that were offered to a worker that stands still are served by another one while it does, and by nobody twice", async () => {
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox, { operations: { leaseSeconds: 60 } });
  const { gateway, pid, primary } = await startBoth(gateways);
  const ids: string[] = [];
  const askOnce = async (): Promise<number> => {
    const id = `asked-${ids.length}`;
    ids.push(id);
    return (await fetch(`${gateway.origin}/graphql?query={__typename}`, { headers: headersOf(id) })).status;
  };
  process.kill(pid, "SIGSTOP");
  for (let round = 0; round < 5; round += 1) {
    expect(new Set(await Promise.all(Array.from({ length: 10 }, askOnce)))).toEqual(new Set([200]));
  }
  // It was neither killed nor replaced for that.
  expect(childrenOf(primary)).toContain(pid);
  expect(replaced(gateway)).toBe(0);
  process.kill(pid, "SIGCONT");
  await eventually("it serves again", async () => {
    using connection = await connectTo(gateway);
    return connection.pid === pid;
  });
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  const served = logOf(gateway).flatMap((line) => ("requestId" in line ? [String(line.requestId)] : []));
  expect(served.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
});

const headersOf = (id: string) => ({ connection: "close", accept: "application/json", "x-request-id": id });

it("where all workers stand still and are killed, callers are told so", async () => {
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox);
  const { gateway, primary } = await startBoth(gateways);
  const workers = childrenOf(primary);
  for (const each of workers) process.kill(each, "SIGSTOP");
  const asked = Array.from({ length: 5 }, () => ask(gateway.origin).catch(String));
  await pause(500);
  for (const each of workers) process.kill(each, "SIGKILL");
  for (const answer of await Promise.all(asked)) expect([200, "TypeError: fetch failed"]).toContain(answer);
  await eventually("it serves", () => isServing(gateway));
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("when the system starts no process any more, it is tried again until it does", async () => {
  const folder = mkdtempSync(join(tmpdir(), "node-"));
  const node = join(folder, "node");
  copyFileSync(process.execPath, node, files.COPYFILE_FICLONE);
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox);
  const { gateway, pid, primary } = await startBoth(gateways, { node });
  renameSync(node, `${node}-away`);
  process.kill(pid, "SIGKILL");
  await gateway.printed(/"explanation":"A worker could not be started: spawn \S+ ENOENT"/);
  expect(await ask(gateway.origin)).toBe(200);
  renameSync(`${node}-away`, node);
  await eventually("both are there", () => childrenOf(primary).length === 2);
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("killed and frozen at random moments, from their first on, workers come back; every request ends", async () => {
  const random = randomFor("dying workers");
  await using sandbox = await startSandbox();
  await using gateways = await twoWorkers(sandbox, {
    // Some stand still while they start.
    server: { workers: 2, port: await freePort(), startSeconds: 20 },
    limits: { requestsPerMinute: 1_000_000 },
    operations: { leaseSeconds: 2, settleSeconds: 1 },
  });
  const { gateway, primary } = await startBoth(gateways);
  const met = new Set<number>();
  const pending = new Map<Promise<unknown>, string>();
  const until = Date.now() + 6_000 * depth;
  const hit = async (worker: number): Promise<void> => {
    await pause(random.integer(0, 1) * random.integer(0, 1_500));
    const signal = random.integer(0, 3) === 0 ? "SIGSTOP" : "SIGKILL";
    try {
      process.kill(worker, signal);
    } catch {
      // It was ended meanwhile.
    }
  };
  const hits: Promise<void>[] = [];
  while (Date.now() < until || met.size <= 3) {
    for (const worker of childrenOf(primary).filter((each) => !met.has(each) && isProgram(each))) {
      met.add(worker);
      hits.push(hit(worker));
    }
    const path = ["/health", "/metrics", "/graphql?query={__typename}"][random.integer(0, 2)] ?? "";
    const request = ask(gateway.origin, path).catch(String);
    pending.set(request, path);
    void request.then(() => pending.delete(request));
    await pause(random.integer(0, 20));
  }
  await Promise.all(hits);
  await eventually(`seed ${seed}: both are back`, () => childrenOf(primary).length === 2 && isServing(gateway));
  await eventually(
    () => `seed ${seed}: every request has ended, of which these have not: ${[...pending.values()].join(" ")}`,
    () => pending.size === 0,
  );
  expect(met.size).toBeGreaterThan(3);
  expect(replaced(gateway)).toBeGreaterThan(1);
  expect((await gateway.stop()).stderr, `seed ${seed}`).toBe("");
});

/** Over a connection of its own. */
async function ask(origin: string, path = "/health"): Promise<number> {
  const response = await fetch(`${origin}${path}`, { headers: { connection: "close" } });
  await response.text();
  return response.status;
}
