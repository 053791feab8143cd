import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { bombs, type Growing, growingDocuments, growingVariables } from "./growing-requests.ts";

/**
 * The cost of a request grows at most linearly with its size, so nobody can stop the service with one request. Compares processor
 * time within one run, so that a slow machine slows both sides: per byte, and with the time for parsing the same body as JSON.
 */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 3 } });
  // One-time compilation and filling of caches is not measured.
  for (const { body, headers } of growingVariables) await gateway.post(body(2_000), headers);
  for (const { body, headers } of growingDocuments) await gateway.post(body(0.1), headers);
});
afterAll(async () => gateway?.close());

/** Processor time of this thread in milliseconds: other work does not count. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Maximum time of one request compared with many small ones of the same total length. Quadratic growth would give `times`. */
const room = 8;
/** Milliseconds. The clock of processor time ticks about this roughly, and other work only adds. */
const always = 15;

/** @param turns how often each is asked at least: a time near the clock's tick cannot be measured alone */
async function expectLinear({ body, headers }: Growing, size: number, times: number, turns: number): Promise<void> {
  const ask = (count: number, each: number): Promise<number> => {
    const bodies = Array.from({ length: count }, () => body(each));
    return timeOf(async () => {
      for (const text of bodies) await gateway.post(text, headers);
    });
  };
  let forMany = 0;
  let forOne = 0;
  // What seems too long is asked a few times more.
  for (let turn = 1; turn < turns + 4; turn += 1) {
    forMany += await ask(times, size / times);
    forOne += await ask(1, size);
    if (turn >= turns && forOne < room * forMany + always) return;
  }
  expect(forOne).toBeLessThan(room * forMany + always);
}

describe("variables of growing size cost time in proportion", () => {
  it.each(growingVariables)("$name", (growing) => expectLinear(growing, 1_000_000, 32, 1));
});

describe("documents of growing size cost time in proportion", () => {
  it.each(growingDocuments)("$name", (growing) => expectLinear(growing, 1, 16, 5));
});

describe("fragments that double what is below them cost no more with every level", () => {
  it.each(bombs)("$name", async ({ query, headers }) => {
    // Each repetition counts as an alias; limits.maxAliases allows 30.
    for (const levels of [10, 20, 28, 60]) {
      const body = JSON.stringify({ query: query(levels) });
      expect(await timeOf(() => gateway.post(body, headers)), `${levels} levels`).toBeLessThan(500);
    }
  });
});
