import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { depth, seed } from "../support/sample.ts";
import { type Serving, serveOn } from "./serving.ts";

/** A caller whose write was answered sees it in all later reads, however many callers read and write. */

const backendKeys = ["pbx", "suite", "offices", "recurring"] as const;

interface WrittenTarget {
  readonly id: string;
  readonly backend: string;
}

/** How a customer is read: alone, among all that are written to, in a list. */
const questions = {
  one: `query ($id: ID!) { found: customer(id: $id) { id name } }`,
  several: `query ($ids: [ID!]!) { found: nodes(ids: $ids) { ... on Customer { id name } } }`,
  list: `query ($backend: String!) { found: customers(backends: [$backend], first: 100) { nodes { id name } } }`,
};

const action = fc.record({
  afterMs: fc.nat(12),
  kind: fc.constantFrom("write", "one", "one", "several", "list", "list"),
  customer: fc.nat(7),
});

describe.each([0, 60])("with cacheSeconds: %i", (cacheSeconds) => {
  let sandbox: Sandbox;
  let gateway: Serving;
  let customers: readonly WrittenTarget[];
  beforeAll(async () => {
    sandbox = await startSandbox({ customers: 15 });
    gateway = await serveOn(sandbox, { backend: { cacheSeconds } });
    const found = backendKeys.map(async (backend) => {
      const list = `query ($backend: String!) { customers(backends: [$backend], first: 2) { nodes { id } } }`;
      const { customers: page } = await gateway.data(list, { backend });
      return page.nodes.map(({ id }: { id: string }) => ({ id, backend }));
    });
    customers = (await Promise.all(found)).flat();
    // Answers show the backend as it was when the call came in, and arrive in another order.
    for (const backend of Object.values(sandbox.backends)) {
      backend.setFaults([
        { kind: "delay", milliseconds: 4, probability: 0.5 },
        { kind: "delay", milliseconds: 15, probability: 0.4 },
        { kind: "delay", milliseconds: 60, probability: 0.1 },
      ]);
    }
  });
  afterAll(async () => {
    await gateway?.close();
    await sandbox?.close();
  });

  it("no read that begins after a write was answered shows the state before it", async () => {
    const versions = new Map<string, number>();
    const writing = new Map<string, Promise<void>>();
    let written = 0;
    let read = 0;

    async function write(id: string): Promise<void> {
      const version = (versions.get(id) ?? 0) + 1;
      const mutation = `mutation ($id: ID!, $name: String!) {
        updateCustomer(input: { id: $id, name: $name }) { errors { code message } customer { name } }
      }`;
      const { updateCustomer } = await gateway.data(mutation, { id, name: `Version ${version}` });
      expect(updateCustomer).toEqual({ errors: [], customer: { name: `Version ${version}` } });
      versions.set(id, version);
      written += 1;
    }

    async function ask(kind: keyof typeof questions, { id, backend }: WrittenTarget): Promise<void> {
      const told = new Map(versions);
      const variables = { one: { id }, several: { ids: customers.map((customer) => customer.id) }, list: { backend } };
      const { found } = await gateway.data(questions[kind], variables[kind]);
      const shown: { id: string; name: string }[] = [found.nodes ?? found].flat();
      for (const customer of shown) {
        const version = Number(/^Version (\d+)$/.exec(customer.name)?.[1] ?? 0);
        expect(version, `${kind} ${backend}`).toBeGreaterThanOrEqual(told.get(customer.id) ?? 0);
      }
      read += 1;
    }

    const property = fc.asyncProperty(fc.array(action, { minLength: 80, maxLength: 160 }), async (actions) => {
      const failures: unknown[] = [];
      const asked: Promise<unknown>[] = [];
      const under = (task: Promise<void>): void => void asked.push(task.catch((error: unknown) => failures.push(error)));
      for (const { afterMs, kind, customer } of actions) {
        const target = customers[customer % customers.length] as WrittenTarget;
        if (kind === "write") {
          // One write at a time for each customer: otherwise nobody could say which is the last.
          const next = (writing.get(target.id) ?? Promise.resolve()).then(() => write(target.id));
          writing.set(target.id, next);
          under(next);
        } else under(ask(kind, target));
        if (afterMs > 0) await pause(afterMs);
      }
      await Promise.all(asked);
      expect(failures).toEqual([]);
    });
    await fc.assert(property, { numRuns: 2 * depth, seed, endOnFailure: true });
    expect(written).toBeGreaterThan(20);
    expect(read).toBeGreaterThan(100);
  });
});
