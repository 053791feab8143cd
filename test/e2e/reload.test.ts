import { hash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { backendKeys } from "../../src/sandbox/world.ts";
import { ask } from "./ask.ts";
import { chargeSpecs, createCharge, createCharges, eventually, operations, textOf } from "./operations/charges.ts";
import { gatewaysOf } from "./operations/gateways.ts";
import { createFunctions, startSandbox } from "./operations/sandbox.ts";
import { type GatewayProgram, runGateway } from "./process.ts";
import { changeConfiguration, connectTo, logOf } from "./processes.ts";

/** A running gateway whose configuration file is changed, and that is told so by SIGHUP. */

const reloaded = "the configuration was reloaded";
const refused = "the configuration was not reloaded: the gateway keeps the one it has";

/** Ways to make a gateway read its file again; each resolves when the log shows the result. */
async function hangUpOf(gateway: GatewayProgram): Promise<() => Promise<string>> {
  using connection = await connectTo(gateway);
  const { pid } = connection;
  const endings = (): readonly string[] =>
    logOf(gateway).flatMap(({ msg }) => (msg === reloaded || msg === refused ? [msg] : []));
  return async () => {
    const before = endings().length;
    process.kill(pid, "SIGHUP");
    return eventually("the log says how it ended", () => endings()[before]);
  };
}

it("serves a new configuration to new requests, and finishes those in flight with the old one", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  sandbox.setFaults([{ kind: "delay", milliseconds: 3_000, function: "customers/list" }], ["pbx"]);
  const query = '{ customers(first: 1, backends: ["pbx"]) { nodes { id } unavailable { code } } }';
  const before = sandbox.calls("pbx");
  const underway = ask<object>(gateway.origin, query);
  await eventually("it is under way", () => sandbox.calls("pbx") > before);

  changeConfiguration(gateways.configuration.file, {
    backends: { pbx: undefined },
    limits: { maxPageSize: 5 },
    telemetry: { logLevel: "info" },
  });
  expect(await hangUp()).toBe(reloaded);
  const { data } = await ask<{ readonly backends: readonly { readonly key: string }[] }>(gateway.origin, "{ backends { key } }");
  expect(data.backends.map(({ key }) => key)).toEqual(["suite", "offices", "recurring"]);
  expect((await ask(gateway.origin, "{ customers(first: 6) { nodes { id } } }")).errors).toMatchObject([
    { extensions: { code: "INVALID_INPUT" } },
  ]);
  expect(await underway).toEqual({ data: { customers: { nodes: [{ id: expect.any(String) }], unavailable: [] } } });
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("keeps the old configuration if the file has mistakes, and reports all of them without a value", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  const { file } = gateways.configuration;
  const good = readFileSync(file, "utf8");
  changeConfiguration(file, {
    limits: { maxDepth: "canary-one" },
    backends: { pbx: { kind: "enswitch", password: ["canary-two"] } },
    server: { prot: "canary-three" },
  });
  expect(await hangUp()).toBe(refused);
  const problems = logOf(gateway).findLast(({ msg }) => msg === refused)?.problems ?? [];
  expect(problems.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["server.prot", "limits.maxDepth", "backends.pbx.url", "backends.pbx.password"]),
  );
  expect(gateway.stdout()).not.toContain("canary");
  writeFileSync(file, "server: [canary-four");
  expect(await hangUp()).toBe(refused);
  expect(gateway.stdout()).not.toContain("canary");
  const { data } = await ask<object>(gateway.origin, '{ customers(first: 1, backends: ["pbx"]) { nodes { id } } }');
  expect(data).toMatchObject({ customers: { nodes: [{ id: expect.any(String) }] } });

  writeFileSync(file, good);
  expect(await hangUp()).toBe(reloaded);
});

it("names the keys that only a restart changes, and takes nothing over", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  changeConfiguration(gateways.configuration.file, {
    server: { port: 4321, workers: 2 },
    store: { url: "sqlite:./other.db" },
    limits: { maxPageSize: 5 },
  });
  expect(await hangUp()).toBe(refused);
  expect(logOf(gateway).findLast(({ msg }) => msg === refused)?.problem).toBe(
    "Only a restart changes server.port, server.workers, store.url.",
  );
  expect((await ask(gateway.origin, "{ customers(first: 6) { nodes { id } } }")).errors).toBeUndefined();
});

it("refuses a key from the moment it is revoked, and ends its event streams", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const { file } = gateways.configuration;
  const [kept, revoked] = ["kept", "revoked"].map((name) => ({ name, key: `bg_${name}_0123456789abcdef0123456789abcdef` }));
  const rowOf = ({ name, key }: { name: string; key: string } = { name: "", key: "" }) => ({
    ...{ name, sha256: hash("sha256", key), scopes: ["read"], backends: ["*"] },
  });
  changeConfiguration(file, { auth: { mode: "apiKeys", apiKeys: [rowOf(kept), rowOf(revoked)] } });
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  const asked = (key = "", query = "{ __typename }", accept = "application/json"): Promise<Response> =>
    fetch(`${gateway.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept, authorization: `Bearer ${key}` },
      body: JSON.stringify({ query }),
    });
  expect((await asked(revoked?.key)).status).toBe(200);
  const stream = await asked(revoked?.key, "subscription { operationUpdated { id } }", "text/event-stream");

  changeConfiguration(file, { auth: { apiKeys: [rowOf(kept)] } });
  expect(await hangUp()).toBe(reloaded);
  expect((await asked(revoked?.key)).status).toBe(401);
  expect((await asked(kept?.key)).status).toBe(200);
  expect(await stream.text()).toMatch(/"code":"UNAVAILABLE"[\s\S]*event: complete\ndata:\n\n$/);
});

it("reads secrets from files again, and the variables of its environment file", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const { file } = gateways.configuration;
  const secrets = { file: join(dirname(file), "first.sha256"), variables: join(dirname(file), "secrets.env") };
  const write = (generation: string): void => {
    writeFileSync(secrets.file, `${hash("sha256", `first-${generation}`)}\n`);
    writeFileSync(secrets.variables, `SECOND_SHA256=${hash("sha256", `second-${generation}`)}\n`);
  };
  const rowOf = (name: string, sha256: string) => ({ name, sha256, scopes: ["read"], backends: ["*"] });
  const rows = [rowOf("first", `\${file:${secrets.file}}`), rowOf("second", `\${SECOND_SHA256}`)];
  changeConfiguration(file, { auth: { mode: "apiKeys", apiKeys: rows } });
  write("old");
  const gateway = await gateways.start({ environment: { BILLING_GATEWAY_ENVIRONMENT_FILE: secrets.variables } });
  const hangUp = await hangUpOf(gateway);
  const statuses = (generation: string): Promise<readonly number[]> =>
    Promise.all(
      ["first", "second"].map(async (name) => {
        const answer = await fetch(`${gateway.origin}/graphql?query={__typename}`, {
          headers: { accept: "application/json", authorization: `Bearer ${name}-${generation}` },
        });
        return answer.status;
      }),
    );
  expect([await statuses("old"), await statuses("new")]).toEqual([
    [200, 200],
    [401, 401],
  ]);
  write("new");
  expect(await hangUp()).toBe(reloaded);
  expect([await statuses("old"), await statuses("new")]).toEqual([
    [401, 401],
    [200, 200],
  ]);
  rmSync(secrets.file);
  expect(await hangUp()).toBe(refused);
  expect(await statuses("new")).toEqual([200, 200]);
});

it("switches mutations off and on again", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  const specs = await chargeSpecs(gateway.origin);
  const create = (key: string) => createCharge(gateway.origin, specs("pbx", key), key);
  const { file } = gateways.configuration;
  const good = readFileSync(file, "utf8");
  writeFileSync(file, `readOnly: true\n${good}`);
  expect(await hangUp()).toBe(reloaded);
  expect(await create("off")).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAVAILABLE", retryable: true } }] });
  expect(await operations(gateway.origin)).toEqual([]);
  writeFileSync(file, good);
  expect(await hangUp()).toBe(reloaded);
  expect((await create("off")).data?.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
  expect(sandbox.creates()).toBe(1);
});

it("loses no operation and sends none twice when it is reloaded during a fan-out, under load", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  changeConfiguration(gateways.configuration.file, { limits: { requestsPerMinute: 0 } });
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  const specs = await chargeSpecs(gateway.origin);
  const wanted = Array.from({ length: 160 }, (_, index) =>
    specs(backendKeys[index % backendKeys.length] ?? "pbx", `Rent ${index}`, index),
  );
  sandbox.setFaults(Object.values(createFunctions).map((name) => ({ kind: "delay", milliseconds: 300, function: name })));
  let ended = false;
  const fanOut = createCharges(gateway.origin, wanted, "rent").finally(() => {
    ended = true;
  });
  const readers = Array.from({ length: 4 }, async () => {
    const answers: unknown[] = [];
    while (!ended) answers.push(await ask(gateway.origin, "{ customers(first: 3) { nodes { id } unavailable { code } } }"));
    return answers;
  });
  for (let reload = 1; reload <= 3; reload += 1) {
    await eventually("more have arrived", () => sandbox.creates() >= reload * 20, { everyMs: 5 });
    changeConfiguration(gateways.configuration.file, { limits: { maxPageSize: 200 + reload } });
    expect(await hangUp()).toBe(reloaded);
  }
  // The same key, meanwhile: it waits for the operation, on which the earlier configuration works.
  const [{ data }, repeated] = await Promise.all([fanOut, createCharges(gateway.origin, wanted, "rent")]);
  const texts = wanted.map(textOf);
  expect(data?.createCharges.results.map(({ charge }) => textOf(charge))).toEqual(texts);
  expect(data?.createCharges.operation).toMatchObject({ status: "SUCCEEDED", replayed: false });
  expect(repeated.data?.createCharges.operation).toMatchObject({ status: "SUCCEEDED", replayed: true });
  expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(texts.toSorted());
  expect(sandbox.creates()).toBe(wanted.length);
  expect(await operations(gateway.origin)).toHaveLength(1);
  const answers = (await Promise.all(readers)).flat();
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) expect(answer).toMatchObject({ data: { customers: { unavailable: [] } } });
});

it("shows operations of a backend that was removed like all others, and settles their unknown outcomes once it is back", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const { file } = gateways.configuration;
  const gateway = await gateways.start();
  const hangUp = await hangUpOf(gateway);
  const specs = await chargeSpecs(gateway.origin);
  const lost: Fault[] = [
    { kind: "dropAfter", function: "charges/create", times: 1 },
    { kind: "html502", function: "charges/list", after: "charges/create" },
  ];
  sandbox.setFaults(lost, ["pbx"]);
  const { data } = await createCharge(gateway.origin, specs("pbx", "Rent"), "rent");
  expect(data?.createCharge.operation).toMatchObject({ status: "UNKNOWN" });
  const configured = readFileSync(file, "utf8");
  changeConfiguration(file, { backends: { pbx: undefined } });
  expect(await hangUp()).toBe(reloaded);

  await createCharge(gateway.origin, specs("recurring", "Rent elsewhere"), "elsewhere");
  const backend =
    "backend { key kind kindLabel label currency timeZone capabilities readOnly inputs { write } health { status message } }";
  const query = `{ operations { nodes { id status mutation subjectCount subject { customerName object { id } } steps {
    status action ${backend} error { message } warnings { code } node { id } candidates { id differs }
    subject { customer { id name backend { key } } }
  } } } }`;
  const shown = await ask<{ readonly operations: { readonly nodes: readonly unknown[] } }>(gateway.origin, query);
  expect(shown.errors).toBeUndefined();
  expect(shown.data.operations.nodes).toMatchObject([
    { status: "SUCCEEDED", steps: [{ backend: { key: "recurring" } }] },
    {
      status: "UNKNOWN",
      steps: [{ status: "UNKNOWN", backend: { key: "pbx", kind: "UNCONFIGURED", capabilities: [], readOnly: true }, node: null }],
    },
  ]);

  sandbox.setFaults([], ["pbx"]);
  writeFileSync(file, configured);
  expect(await hangUp()).toBe(reloaded);
  await eventually("it is settled", async () => (await operations(gateway.origin)).every(({ status }) => status === "SUCCEEDED"));
  expect(sandbox.chargeTexts("Rent")).toHaveLength(2);
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it("without a configuration file there is nothing to reload: the log says so, and the gateway continues", async () => {
  await using gateway = await runGateway(["--port", "0"]);
  using connection = await connectTo(gateway);
  process.kill(connection.pid, "SIGHUP");
  await gateway.printed(/"msg":"there is no configuration file that could be reloaded"/);
  expect(await connection.send("{ __typename }")).toMatchObject({ data: { __typename: "Query" } });
  expect(await gateway.stop()).toMatchObject({ code: 0 });
});
