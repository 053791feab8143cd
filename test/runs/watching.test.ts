import { expect, it, onTestFinished, vi } from "vitest";
import { createCounting } from "../../src/runs/counting.ts";
import type { Run, RunState } from "../../src/runs/model.ts";
import { createRunReads } from "../../src/runs/run-reads.ts";
import type { RowCount } from "../../src/runs/store.ts";

/** A caller watches a run while it is executed: the run changes many times a second. */

const scopes = new Set(["read"] as const);
const caller = { actor: "ada", name: "ada", scopes, backends: "*", expiresAt: null } as const;
const run = (state: RunState, change: number): Run =>
  ({
    id: "run",
    actor: "ada",
    state,
    backends: [],
    reach: { actor: "ada", backends: "*" },
    updatedAt: `change ${change}`,
  }) as unknown as Run;

it("reports a run at a limited rate, and always its last state", async () => {
  const lookEveryMs = 40;
  let changes = 0;
  let state: RunState = "RUNNING";
  const changing = setInterval(() => {
    changes += 1;
  }, 1);
  onTestFinished(() => clearInterval(changing));
  try {
    const store = { byId: async () => run(state, changes), list: async () => [], rows: async () => [] };
    const countRows = async (): Promise<readonly RowCount[]> => [];
    const reads = createRunReads({
      store,
      countRows,
      caller,
      users: {},
      usersOf: () => ({}),
      backendsOf: () => [],
      maxPageSize: 10,
      lookEveryMs,
    });
    const watched = await reads.watch("run");
    const began = performance.now();
    let told = 0;
    for await (const each of watched) {
      told += 1;
      // One at once, and one more after each pause: a timer's time begins with the turn of the event loop, which may be some time ago.
      expect((told - 1) * (lookEveryMs / 2)).toBeLessThanOrEqual(performance.now() - began);
      if (told === 8) {
        clearInterval(changing);
        state = "DONE";
        changes += 1;
      }
      if (told === 9) {
        expect(each).toMatchObject({ state: "DONE", updatedAt: `change ${changes}` });
        break;
      }
    }
    expect(told).toBe(9);
  } finally {
    clearInterval(changing);
  }
});

it("counts the rows of a running run once for all who ask, and again when it has ended", async () => {
  let counted = 0;
  const count = createCounting({ counts: async () => [{ state: "READY", backend: "pbx", rows: ++counted }] });
  const rows = async (state: RunState, change: number): Promise<number | undefined> => (await count(run(state, change)))[0]?.rows;
  const asked = await Promise.all(Array.from({ length: 50 }, (_, change) => rows("RUNNING", change)));
  expect(new Set(asked)).toEqual(new Set([1]));
  expect(await rows("DONE", 50)).toBe(2);
  expect(await rows("DONE", 50)).toBe(2);
  // Nobody works on it, so that whatever has changed counts.
  expect(await rows("READY", 51)).toBe(3);
  expect(await rows("PAUSED", 52)).toBe(4);
});

it.each([
  ["once a second", 5, 1_000],
  ["less often, where counting takes longer", 60, 3_000],
  ["every ten seconds, however long counting takes", 4_000, 10_000],
] as const)("counts the rows of a running run %s", async (_name, tookMs, everyMs) => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  let counted = 0;
  const count = createCounting({
    counts: async () => {
      vi.advanceTimersByTime(tookMs);
      return [{ state: "READY", backend: "pbx", rows: ++counted }];
    },
  });
  const rows = async (): Promise<number | undefined> => (await count(run("RUNNING", 1)))[0]?.rows;
  expect(await rows()).toBe(1);
  // Counted from when counting began.
  vi.advanceTimersByTime(everyMs - tookMs - 1);
  expect(await rows()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await rows()).toBe(2);
});

it("counts the rows again after the store has failed", async () => {
  let isDown = true;
  const count = createCounting({ counts: async () => (isDown ? Promise.reject(new Error("The store is down.")) : []) });
  await expect(count(run("RUNNING", 1))).rejects.toThrow("The store is down.");
  isDown = false;
  expect(await count(run("RUNNING", 1))).toEqual([]);
});
