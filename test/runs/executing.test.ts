import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/journal/model.ts";
import { BillingError } from "../../src/model/errors.ts";
import { sendAll, type Task } from "../../src/runs/executing.ts";
import { problemOf, type Run, type RunHold, type RunRow } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import { RunLostError, type RunStore } from "../../src/runs/store.ts";

/** Rows are read ahead of their sending: what happens to the run in between counts when they are sent. */

const happenings = ["nothing", "pause", "cancel", "lost", "away", "ending", "storeFails"] as const;
type Happening = (typeof happenings)[number];

const backends = ["pbx", "suite"];
const concurrency = 3;

const worlds = fc.record({
  rows: fc.integer({ min: 1, max: 900 }),
  happening: fc.constantFrom(...happenings),
  /** After so many questions to the store and to backends. */
  at: fc.nat(900),
  /** Turns of the event loop that a piece of rows, and a backend, take. */
  readTurns: fc.nat(6),
  sendTurns: fc.nat(3),
  /** Every so many rows fail for their backend's reasons when they are sent first; 0 = none. */
  failsEvery: fc.constantFrom(0, 7, 40),
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

const rowOf = (position: number): RunRow => ({
  ...newRow(
    position,
    position,
    { key: `row ${position}`, charge: {}, customerReference: null, allowDuplicate: false, problems: [] },
    { key: `row ${position}`, problem: null },
    "series",
  ),
  state: "READY",
  backend: backends[position % backends.length] ?? "",
});

describe("a run that is carried out", () => {
  it("sends each row once and in its order, and nothing more once it has heard that it is to stop", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ rows: count, happening, at, readTurns, sendTurns, failsEvery }) => {
        const rows = new Map(Array.from({ length: count }, (_, index) => [index + 1, rowOf(index + 1)]));
        const hold: RunHold = { id: "run", owner: "us", epoch: 1 };
        let run = {
          id: "run",
          backends,
          wanted: null,
          options: { rowsPerSecond: null },
          owner: "us",
          epoch: 1,
        } as unknown as Run;
        const ending = new AbortController();
        let questions = 0;
        let isBroken = false;
        let isAway = false;
        let mayBegin = true;
        const forbid = (): void => {
          mayBegin = false;
        };
        const change = (changes: Partial<Run>): void => {
          run = { ...run, ...changes };
        };
        const happen: Record<Happening, () => void> = {
          nothing: () => {},
          pause: () => change({ wanted: "PAUSE" }),
          cancel: () => change({ wanted: "CANCEL" }),
          lost: () => change({ owner: "others", epoch: 2 }),
          // Frozen: it knows itself when it wakes, before it is told.
          away: () => {
            forbid();
            isAway = true;
          },
          ending: () => {
            forbid();
            ending.abort();
          },
          storeFails: () => {
            isBroken = true;
          },
        };
        const asked = (): void => {
          if (questions++ === at) happen[happening]();
        };
        const store = {
          rows: async (_id: string, { backend }: { backend: string }, first: number, after: number) => {
            await turns(readTurns);
            asked();
            if (isBroken) throw new BillingError("UNAVAILABLE", "The store is down.");
            return [...rows.values()]
              .filter((row) => row.state === "READY" && row.backend === backend && row.position > after)
              .slice(0, first);
          },
          byId: async () => {
            // Whoever has read this knows it, from the next turn at the latest.
            if (run.wanted !== null || run.owner !== "us") void nextTurn().then(() => forbid());
            return run;
          },
          save: async ({ owner, epoch }: RunHold, _changes: object, saved: readonly RunRow[] = []) => {
            if (owner !== run.owner || epoch !== run.epoch) throw new RunLostError();
            for (const row of saved) rows.set(row.position, row);
          },
        } as unknown as RunStore;
        const begun: number[] = [];
        const underWay = new Map<string, number>();
        let late = 0;
        const send: Task["send"] = async (row, _latest, answered) => {
          if (!mayBegin) late += 1;
          asked();
          const backend = row.backend ?? "";
          underWay.set(backend, (underWay.get(backend) ?? 0) + 1);
          expect(underWay.get(backend)).toBeLessThanOrEqual(concurrency);
          begun.push(row.position);
          await turns(sendTurns);
          underWay.set(backend, (underWay.get(backend) ?? 0) - 1);
          answered();
          await nextTurn();
          const isFirst = begun.indexOf(row.position) === begun.lastIndexOf(row.position);
          return failsEvery > 0 && row.position % failsEvery === 0 && isFirst
            ? { ...row, state: "FAILED", problems: [problemOf(new BillingError("TIMEOUT", "Too late."))] }
            : { ...row, state: "SUCCEEDED" };
        };
        const journal = { ofOnce: async (): Promise<readonly Operation[]> => [] };
        const task: Task = { run, hold, from: "READY", onceKeyOf: ({ onceKey }) => onceKey, send, kept: (row) => row };
        const pace = { lookEveryMs: 1, backendPausesMs: [0, 0, 0, 0, 0, 0, 0, 0] };
        const options = { store, journal, concurrencyOf: () => concurrency, holds: () => !isAway, ending: ending.signal, pace };
        const ended = await sendAll(task, options).catch((error: unknown) => ({ error }));

        expect(late).toBe(0);
        const afterwards = begun.length;
        await turns(20);
        expect(begun).toHaveLength(afterwards);
        const sent = new Set(begun);
        if (failsEvery === 0) {
          expect(begun).toHaveLength(sent.size);
          for (const backend of backends) {
            const own = begun.filter((position) => rows.get(position)?.backend === backend);
            expect(own).toEqual(own.toSorted((left, right) => left - right));
          }
        }
        if ("error" in ended) {
          expect(ended.error).toMatchObject(happening === "storeFails" ? { code: "UNAVAILABLE" } : { name: "RunLostError" });
          expect(["lost", "away", "storeFails"]).toContain(happening);
        } else if (ended.stopped === null && ended.paused.length === 0) {
          expect([...rows.values()].every(({ state }) => state === "SUCCEEDED")).toBe(true);
        }
        // What has ended is kept, unless somebody else keeps it; what was not sent is as it was.
        for (const { position, state } of happening === "lost" || happening === "away" ? [] : rows.values()) {
          if (state === "SUCCEEDED") expect(sent.has(position)).toBe(true);
          else if (failsEvery === 0) expect(sent.has(position)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});
