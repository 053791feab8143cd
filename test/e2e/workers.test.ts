import { describe, expect, it } from "vitest";
import { freePort, occupy } from "../support/ports.ts";
import { ask } from "./ask.ts";
import { chargeSpecs, createCharge, eventually, everythingSettled, operations } from "./operations/charges.ts";
import { brisk, type Gateways, gatewaysOf, hasty } from "./operations/gateways.ts";
import { createFunctions, type Sandbox, startSandbox } from "./operations/sandbox.ts";
import { type Ended, run } from "./process.ts";
import { changeConfiguration, childrenOf, connectTo, logOf, parentOf, type WorkerConnection } from "./processes.ts";

/** Several processes behind one port: what is true of one is true of all. */

/** Two show what several do, and each further one is another process that starts. */
const workers = 2;

function workersOf(sandbox: Sandbox, limits: object = {}): Gateways {
  const gateways = gatewaysOf(sandbox);
  changeConfiguration(gateways.configuration.file, { server: { workers, shutdownGraceMs: 60_000 }, limits: { ...limits } });
  return gateways;
}

async function connectToAll(gateway: Awaited<ReturnType<Gateways["start"]>>): Promise<readonly WorkerConnection[]> {
  const connections = new Map<number, WorkerConnection>();
  await eventually("every worker has been reached", async () => {
    // Many at once: one after another, the same idle worker would accept nearly all of them.
    for (const connection of await Promise.all(Array.from({ length: 4 * workers }, () => connectTo(gateway)))) {
      if (connections.has(connection.pid)) connection[Symbol.dispose]();
      else connections.set(connection.pid, connection);
    }
    return connections.size === workers;
  });
  return [...connections.values()];
}

const dispose = (connections: readonly Disposable[]): void => connections.forEach((each) => void each[Symbol.dispose]());

describe("workers", () => {
  it("share a port and an address that is printed once; a key acts once, wherever its calls arrive", async () => {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    const gateway = await gateways.start();
    const connections = await connectToAll(gateway);
    const spec = (await chargeSpecs(gateway.origin))("pbx", "Only once");
    const query = `mutation ($charge: ChargeSpec!) {
      createCharge(input: { charge: $charge, idempotencyKey: "same" }) { charge { id } operation { replayed } }
    }`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, call) => connections[call % connections.length]?.send(query, { charge: spec })),
    );
    const payloads = answers.map(
      (answer) => (answer as { data: { createCharge: { charge: { id: string } } } }).data.createCharge,
    );
    expect(new Set(payloads.map(({ charge }) => charge.id))).toEqual(new Set([expect.any(String)]));
    expect(payloads.filter((payload) => "operation" in payload)).toHaveLength(20);
    expect(sandbox.chargeTexts("Only once")).toEqual(["Only once"]);
    expect(sandbox.creates(["pbx"])).toBe(1);
    expect(gateway.stdout().match(/"msg":"listening"/g)).toHaveLength(1);
    dispose(connections);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  });

  it("count a caller's requests together", async () => {
    await using sandbox = await startSandbox();
    const requestsPerMinute = 30;
    await using gateways = workersOf(sandbox, { requestsPerMinute });
    const gateway = await gateways.start();
    const connections = await connectToAll(gateway);
    await Promise.all(connections.flatMap(({ send }) => Array.from({ length: requestsPerMinute }, () => send("{ __typename }"))));
    for (const { send } of connections) {
      expect(await send("{ __typename }")).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
    }
    // Whichever worker it was that answered, and however many requests it took to reach each of them.
    const served = logOf(gateway).filter(({ msg, status }) => msg === "request" && status === 200);
    expect(served).toHaveLength(requestsPerMinute);
    dispose(connections);
  });

  it("are replaced when they die, and their operations are taken over", async () => {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    changeConfiguration(gateways.configuration.file, { operations: brisk.operations });
    const gateway = await gateways.start();
    const spec = (await chargeSpecs(gateway.origin))("pbx", "Orphan");
    // All of them are up: with the only one, the port would be gone for a moment.
    const [connection, ...idle] = await connectToAll(gateway);
    dispose(idle);
    if (!connection) throw new Error("no worker was reached");
    sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: createFunctions.pbx }], ["pbx"]);
    const query = `mutation ($charge: ChargeSpec!) {
      createCharge(input: { charge: $charge, idempotencyKey: "orphan" }) { operation { id } }
    }`;
    const lost = connection.send(query, { charge: spec }).catch(String);
    await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
    process.kill(connection.pid, "SIGKILL");
    expect(await lost).toBeTypeOf("string");
    sandbox.setFaults([]);

    await gateway.printed(/"msg":"a worker has ended and is replaced"/);
    const connections = await connectToAll(gateway);
    expect(connections.map(({ pid }) => pid)).not.toContain(connection.pid);
    dispose(connections);
    await everythingSettled(gateway.origin);
    expect(await operations(gateway.origin)).toMatchObject([{ idempotencyKey: "orphan", status: "SUCCEEDED" }]);
    const { data } = await createCharge(gateway.origin, spec, "orphan");
    expect(data?.createCharge).toMatchObject({ charge: { id: expect.any(String) }, operation: { replayed: true } });
    expect(sandbox.chargeTexts("Orphan")).toEqual(["Orphan"]);
  });

  it("end when their primary is told to, after their requests in flight, and when it is killed", async () => {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    const gateway = await gateways.start();
    const specs = await chargeSpecs(gateway.origin);
    sandbox.setFaults([{ kind: "delay", milliseconds: 2_000, function: createFunctions.pbx }], ["pbx"]);
    const answers = ["a", "b", "c"].map((key) => createCharge(gateway.origin, specs("pbx", `Last ${key}`), key));
    await eventually("the backend has them", () => sandbox.creates(["pbx"]) === 3);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
    for (const { data } of await Promise.all(answers)) expect(data?.createCharge).toMatchObject({ errors: [] });
    expect(sandbox.chargeTexts("Last")).toHaveLength(3);

    sandbox.setFaults([]);
    const another = await gateways.start();
    const connections = await connectToAll(another);
    await another.stop("SIGKILL");
    for (const { pid } of connections) await eventually("it has ended", () => !isRunning(pid));
    dispose(connections);
  });

  it("all serve the configuration after their primary's reload", async () => {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    const gateway = await gateways.start();
    const connections = await connectToAll(gateway);
    const primary = parentOf(connections[0]?.pid ?? 0);
    changeConfiguration(gateways.configuration.file, { server: { workers: workers + 1 } });
    process.kill(primary, "SIGHUP");
    await gateway.printed(/Only a restart changes server\.workers/);
    changeConfiguration(gateways.configuration.file, { server: { workers }, limits: { maxTokens: 3 } });
    process.kill(primary, "SIGHUP");
    const reloaded = (): readonly number[] =>
      logOf(gateway).flatMap(({ msg, pid }) => (msg === "the configuration was reloaded" ? [pid] : []));
    const everybody = [primary, ...connections.map(({ pid }) => pid)];
    await eventually("everybody says so", () => new Set(reloaded()).size === everybody.length);
    expect(reloaded().toSorted()).toEqual(everybody.toSorted());
    for (const { send } of connections) expect(await send("{ a: __typename }")).toMatchObject({ errors: [{}] });
    dispose(connections);
  });
});

describe("workers that fail together", () => {
  it("are started again, under the same address, however many are killed and whenever", async () => {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    // With any free port, it would be another one once all are gone.
    changeConfiguration(gateways.configuration.file, { server: { port: await freePort() } });
    const gateway = await gateways.start();
    const connections = await connectToAll(gateway);
    const primary = parentOf(connections[0]?.pid ?? 0);
    const [first, ...others] = connections.map(({ pid }) => pid);
    dispose(connections);
    process.kill(first ?? 0, "SIGKILL");
    await gateway.printed(/"msg":"a worker has ended and is replaced"/);
    // Its replacement is starting: it is killed before it serves, with those that do.
    for (const pid of others) process.kill(pid, "SIGKILL");
    const known = [first, ...others];
    const early = await eventually("the replacement is there", () => childrenOf(primary).find((pid) => !known.includes(pid)));
    process.kill(early, "SIGKILL");
    await eventually(
      "all have been missed",
      () => logOf(gateway).filter(({ msg }) => msg.includes("is replaced")).length > workers,
    );
    await eventually("it serves", () =>
      fetch(`${gateway.origin}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const back = await connectToAll(gateway);
    expect(parentOf(back[0]?.pid ?? 0)).toBe(primary);
    expect((await ask<object>(gateway.origin, "{ __typename }")).data).toEqual({ __typename: "Query" });
    dispose(back);
    expect(gateway.stdout().match(/"msg":"listening"/g)).toHaveLength(1);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  });

  it("are replaced when they are frozen, and their operations taken over", async () => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, hasty);
    changeConfiguration(gateways.configuration.file, { server: { workers } });
    const gateway = await gateways.start();
    const connections = await connectToAll(gateway);
    const frozen = connections[0]?.pid ?? 0;
    process.kill(frozen, "SIGSTOP");
    await gateway.printed(new RegExp(`"worker":${frozen},"silentMs":\\d+,"msg":"a worker does not respond and is stopped"`));
    await eventually("it has ended", () => !isRunning(frozen));
    dispose(connections);
    const later = await connectToAll(gateway);
    expect(later.map(({ pid }) => pid)).not.toContain(frozen);
    dispose(later);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("when no worker can start, the program ends and says why, once", () => {
  async function attempt(changes: Parameters<typeof changeConfiguration>[1]): Promise<Ended> {
    await using sandbox = await startSandbox();
    await using gateways = workersOf(sandbox);
    const { file, environment } = gateways.configuration;
    changeConfiguration(file, changes);
    await using program = run("src/main.ts", ["--config", file], environment);
    return await program.ended();
  }

  it("as its port is in use", async () => {
    const server = await occupy(0);
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { code, stderr } = await attempt({ server: { port } });
    server.close();
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} is in use. Give another one with --port, or server.port in the configuration.\n`);
  });

  it("as its store cannot be opened", async () => {
    const { code, stderr } = await attempt({ store: { url: "sqlite:/dev/null/gateway.db" } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The store of operations \(SQLite, \/dev\/null\/gateway\.db\) cannot be opened: .*\n$/);
  });
});

it("a gateway of one process reports it too", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start();
  using connection = await connectTo(gateway);
  expect(parentOf(connection.pid)).toBe(process.pid);
  expect((await ask<object>(gateway.origin, "{ __typename }")).data).toEqual({ __typename: "Query" });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
