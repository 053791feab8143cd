import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { subscribe } from "../../e2e/operations/subscription.ts";
import { type Serving, serveOn } from "../../gateway/serving.ts";

/** Once a request is answered, the gateway waits for nothing on its behalf. */

/** No other timer of the process has this duration. */
const requestTimeoutMs = 54_321;

let sandbox: Sandbox;
let gateway: Serving;
let customer: string;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 3 });
  gateway = await serveOn(sandbox, { sections: { limits: { requestTimeoutMs } } });
  const { customers } = await gateway.data(`{ customers(first: 1, backends: ["suite"]) { nodes { id } } }`);
  customer = customers.nodes[0].id;
});
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});

const running = new Set<unknown>();
let started = 0;
beforeEach(() => {
  running.clear();
  started = 0;
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((callback: () => void, delay?: number, ...given: unknown[]) => {
    const timer = start(callback, delay, ...given);
    if (delay === requestTimeoutMs) {
      running.add(timer);
      started += 1;
    }
    return timer;
  }) as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
    running.delete(timer);
    stop(timer);
  });
});
afterEach(() => void vi.restoreAllMocks());

const rename = "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { errors { code } } }";

describe("no timer remains for", () => {
  it.each([
    ["a query", "{ customers(first: 1) { nodes { id } } }", undefined],
    ["a mutation", rename, () => ({ input: { id: customer, name: "Renamed" } })],
    ["a mutation that is refused", rename, () => ({ input: { id: "nothing", name: "Renamed" } })],
  ])("%s that is answered", async (_what, document, variables) => {
    await gateway.ask(document, variables?.());
    await expect.poll(() => [started > 0, running.size]).toEqual([true, 0]);
  });

  it("a subscription whose client has left, after an event", async () => {
    const subscription = await subscribe(gateway.origin, "subscription { operationUpdated { status } }");
    await gateway.data(rename, { input: { id: customer, name: "Told" } });
    await expect.poll(() => subscription.events.length).toBeGreaterThan(0);
    expect(running.size).toBe(1);
    await subscription[Symbol.asyncDispose]();
    await expect.poll(() => running.size).toBe(0);
  });

  it("a subscription that is refused", async () => {
    await using _refused = await subscribe(gateway.origin, `subscription { operationUpdated(id: "nothing") { status } }`);
    await expect.poll(() => [started > 0, running.size]).toEqual([true, 0]);
  });
});
