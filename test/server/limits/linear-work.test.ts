import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { bombs, type Growing, growingDocuments, growingVariables } from "./growing-requests.ts";

/**
 * What a request costs grows with its size and no faster: nobody stops the service with one. Processor time of this thread is
 * compared within one run, so that a slow machine is slow on both sides: per byte, and with what reading the same body as JSON takes.
 */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 3 } });
  // What is compiled and filled once is not measured.
  for (const { body, headers } of growingVariables) await gateway.post(body(2_000), headers);
  for (const { body, headers } of growingDocuments) await gateway.post(body(0.1), headers);
});
afterAll(async () => gateway?.close());

/** Of this thread, in milliseconds, in which nobody else's work counts. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** What one request may take in comparison with many small ones that are as long together. By the square it would be `times`. */
const room = 8;
/** Milliseconds: the clock of processor time ticks this roughly, and what else happens only ever adds. */
const always = 15;

/** @param turns how often each is asked: what takes less than the clock's tick is not to be seen alone */
async function expectLinear({ body, headers }: Growing, size: number, times: number, turns: number): Promise<void> {
  const ask = (count: number, each: number): Promise<number> => {
    const bodies = Array.from({ length: count * turns }, () => body(each));
    return timeOf(async () => {
      for (const text of bodies) await gateway.post(text, headers);
    });
  };
  const forMany = await ask(times, size / times);
  const forOne = await ask(1, size);
  expect(forOne).toBeLessThan(room * forMany + always);
}

describe("variables of growing size cost time in proportion", () => {
  it.each(growingVariables)("$name", (growing) => expectLinear(growing, 1_000_000, 32, 2));
});

describe("documents of growing size cost time in proportion", () => {
  it.each(growingDocuments)("$name", (growing) => expectLinear(growing, 1, 16, 5));
});

describe("fragments that double what is below them cost no more with every level", () => {
  it.each(bombs)("$name", async ({ query, headers }) => {
    // Each repetition counts as an alias, of which limits.maxAliases takes 30.
    for (const levels of [10, 20, 28, 60]) {
      const body = JSON.stringify({ query: query(levels) });
      expect(await timeOf(() => gateway.post(body, headers)), `${levels} levels`).toBeLessThan(500);
    }
  });
});
