import { once } from "node:events";
import { expect, it } from "vitest";
import { startProcess } from "../support/processes.ts";
import { startable } from "../support/program-files.ts";
import { chargeSpecs, createCharge, eventually, everythingSettled, operation, operations } from "./operations/charges.ts";
import { type Gateways, gatewaysOf } from "./operations/gateways.ts";
import { createFunctions, type Sandbox, startSandbox } from "./operations/sandbox.ts";
import { changeConfiguration, connectTo } from "./processes.ts";

/** A gateway that is told to end: with charges in flight, with idle and with subscribed clients, once and twice. */

/** Longer than these tests wait for a process to end: a test that waits for it fails. */
const longGrace = { server: { shutdownGraceMs: 600_000 } };

function gatewaysWith(sandbox: Sandbox, server: { readonly shutdownGraceMs: number }): Gateways {
  const gateways = gatewaysOf(sandbox);
  changeConfiguration(gateways.configuration.file, { server });
  return gateways;
}

it.each(["SIGTERM", "SIGINT"] as const)("finishes a charge in flight at %s: it is answered, and made once", async (signal) => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysWith(sandbox, longGrace.server);
  const gateway = await gateways.start();
  const specs = await chargeSpecs(gateway.origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 2_000, function: createFunctions.pbx }], ["pbx"]);
  const answer = createCharge(gateway.origin, specs("pbx", "Last one"), "last");
  await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
  const ended = gateway.stop(signal);
  await gateway.printed(/"msg":"stopping"/);
  await expect(fetch(gateway.origin), "nobody new is let in").rejects.toThrow();
  expect((await answer).data?.createCharge).toMatchObject({
    charge: { id: expect.any(String) },
    errors: [],
    operation: { status: "SUCCEEDED", replayed: false },
  });
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  // All of the log is JSON, from the first line to the last.
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly msg: string });
  expect([lines[0], lines.at(-1)]).toMatchObject([{ msg: "listening", origin: gateway.origin }, { msg: "stopped" }]);
  expect(sandbox.chargeTexts("Last one")).toEqual(["Last one"]);
});

it("hands over what does not end in time: the next start settles it, and nobody is charged twice", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysWith(sandbox, { shutdownGraceMs: 200 });
  const gateway = await gateways.start();
  const specs = await chargeSpecs(gateway.origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: createFunctions.pbx }], ["pbx"]);
  const lost = createCharge(gateway.origin, specs("pbx", "Too slow"), "slow").catch(String);
  await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  expect(await lost, "the client has lost its answer").toBeTypeOf("string");
  sandbox.setFaults([]);

  const again = await gateways.start();
  await everythingSettled(again.origin);
  expect(await operations(again.origin)).toMatchObject([{ idempotencyKey: "slow", status: "SUCCEEDED" }]);
  const { data } = await createCharge(again.origin, specs("pbx", "Too slow"), "slow");
  expect(data?.createCharge).toMatchObject({ charge: { id: expect.any(String) }, operation: { replayed: true } });
  expect(sandbox.chargeTexts("Too slow")).toEqual(["Too slow"]);
});

it("hands over to a replica at once, without waiting for its lease to lapse", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysWith(sandbox, { shutdownGraceMs: 200 });
  const [stopping, staying] = [await gateways.start(), await gateways.start()];
  const specs = await chargeSpecs(stopping.origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: createFunctions.pbx }], ["pbx"]);
  const lost = createCharge(stopping.origin, specs("pbx", "Handed over"), "over").catch(String);
  await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
  expect(await stopping.stop()).toMatchObject({ code: 0 });
  await lost;
  sandbox.setFaults([]);
  const [{ id = "" } = {}] = await operations(staying.origin);
  // A lease lasts for 12 seconds.
  const settled = async (): Promise<boolean> => (await operation(staying.origin, id))?.status === "SUCCEEDED";
  await eventually("it is settled", settled, { withinMs: 10_000 });
  expect(sandbox.chargeTexts("Handed over")).toEqual(["Handed over"]);
});

it("does not wait for idle connections, and ends event streams as such", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysWith(sandbox, longGrace.server);
  const gateway = await gateways.start();
  using idle = await connectTo(gateway);
  const stream = await fetch(`${gateway.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: "subscription { operationUpdated { id } }" }),
  });
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  const events = (await stream.text()).split("\n\n").filter((event) => event.startsWith("event:"));
  expect(events).toEqual([expect.stringMatching(/^event: next\ndata: /), "event: complete\ndata:"]);
  expect(JSON.parse(events[0]?.split("data: ")[1] ?? "")).toEqual({
    errors: [{ message: expect.stringContaining("Subscribe again"), extensions: { code: "UNAVAILABLE", retryable: true } }],
  });
  await expect(idle.send("{ __typename }")).rejects.toThrow();
});

it("ends at once when it is told a second time, and says so by its exit code", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysWith(sandbox, longGrace.server);
  const gateway = await gateways.start();
  const specs = await chargeSpecs(gateway.origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: createFunctions.pbx }], ["pbx"]);
  const lost = createCharge(gateway.origin, specs("pbx", "Left behind"), "left").catch(String);
  await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
  const first = gateway.stop("SIGTERM");
  await gateway.printed(/"msg":"stopping"/);
  expect(await gateway.stop("SIGTERM")).toMatchObject({ code: 143 });
  await Promise.all([first, lost]);
});

it("ends when nobody reads its log any more", async () => {
  const { script, environment } = startable("src/main.ts");
  const child = startProcess(process.execPath, [script, "--port", "0"], { env: environment });
  await once(child.stdout, "data");
  child.stdout.destroy();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
