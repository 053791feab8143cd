import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/journal/model.ts";
import { RunLostError } from "../../src/journal/recorder.ts";
import { BillingError } from "../../src/model/errors.ts";
import { sendAll, type Task } from "../../src/runs/executing.ts";
import { problemOf, type Run, type RunHold, type RunRow } from "../../src/runs/model.ts";
import { createPlaces } from "../../src/runs/places.ts";
import { newRow } from "../../src/runs/rows.ts";
import type { RunStore } from "../../src/runs/store.ts";

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
  /** Rows of another run of the process, to the same backends at the same time. */
  others: fc.constantFrom(0, 0, 30, 200),
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

const journal = { ofOnce: async (): Promise<readonly Operation[]> => [] };

const taskOf = (run: Run, hold: RunHold, send: Task["send"]): Task => ({
  ...{ run, hold, from: "READY", onceKeyOf: ({ onceKey }) => onceKey, send, kept: (row) => row },
});

/** A run that nothing happens to. */
function otherRun(count: number) {
  const rows = new Map(Array.from({ length: count }, (_, index) => [index + 1, rowOf(index + 1)]));
  const run = { id: "other", backends, wanted: null, options: { rowsPerSecond: null }, owner: "us", epoch: 1 } as unknown as Run;
  const store = {
    rows: async (_id: string, { backend }: { backend: string }, first: number, after: number) =>
      [...rows.values()]
        .filter((row) => row.state === "READY" && row.backend === backend && row.position > after)
        .slice(0, first),
    byId: async () => run,
    saveOutcomes: async (_hold: RunHold, saved: readonly RunRow[]) => {
      for (const row of saved) rows.set(row.position, row);
    },
  } as unknown as RunStore;
  return {
    ...{ run, store, hold: { id: "other", owner: "us", epoch: 1 } },
    states: () => new Set([...rows.values()].map(({ state }) => state)),
  };
}

describe("a run that is carried out", () => {
  it("sends each row once and in order, and nothing more once it is told to stop", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ rows: count, happening, at, readTurns, sendTurns, others, failsEvery }) => {
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
          saveOutcomes: async ({ owner, epoch }: RunHold, saved: readonly RunRow[]) => {
            if (owner !== run.owner || epoch !== run.epoch) throw new RunLostError();
            for (const row of saved) rows.set(row.position, row);
          },
        } as unknown as RunStore;
        const begun: number[] = [];
        const underWay = new Map<string, number>();
        let most = 0;
        /** As long as the backend takes: never more rows at once than it has places, of whichever run. */
        const call = async (backend: string): Promise<void> => {
          const now = (underWay.get(backend) ?? 0) + 1;
          underWay.set(backend, now);
          most = Math.max(most, now);
          await turns(sendTurns);
          underWay.set(backend, (underWay.get(backend) ?? 0) - 1);
        };
        let late = 0;
        const send: Task["send"] = async (row, _latest, answered) => {
          if (!mayBegin) late += 1;
          asked();
          begun.push(row.position);
          await call(row.backend ?? "");
          answered();
          await nextTurn();
          const isFirst = begun.indexOf(row.position) === begun.lastIndexOf(row.position);
          return failsEvery > 0 && row.position % failsEvery === 0 && isFirst
            ? { ...row, state: "FAILED", problems: [problemOf(new BillingError("TIMEOUT", "Too late."))] }
            : { ...row, state: "SUCCEEDED" };
        };
        const pace = { lookEveryMs: 1, backendPausesMs: [0, 0, 0] };
        const options = { journal, placesOf: createPlaces(() => concurrency), ending: ending.signal, pace };
        const besides = otherRun(others);
        const [ended, otherEnded] = await Promise.all([
          sendAll(taskOf(run, hold, send), { ...options, store, holds: () => !isAway }).catch((error: unknown) => ({ error })),
          sendAll(
            taskOf(besides.run, besides.hold, async (row, _latest, answered) => {
              await call(row.backend ?? "");
              answered();
              return { ...row, state: "SUCCEEDED" };
            }),
            { ...options, store: besides.store, holds: () => true },
          ),
        ]);
        // As many again as it takes calls, as it is quick: see places.test.ts.
        expect(most).toBeLessThanOrEqual(2 * concurrency);
        if (happening !== "ending") {
          expect(otherEnded).toEqual({ paused: [], stopped: null });
          expect(besides.states()).toEqual(new Set(others > 0 ? ["SUCCEEDED"] : []));
        }

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

  it.each([
    ["works again and again in between", 40, { paused: [], stopped: null }],
    ["refuses every call", Number.POSITIVE_INFINITY, { paused: [{ backend: "pbx" }, { backend: "suite" }], stopped: null }],
  ] as const)("gives time to a backend that %s", async (_name, attemptsUntilItWorks, expected) => {
    const given = otherRun(600);
    const attempts = new Map<string, number>();
    // Where it works, 12 fail of so many: more than those after which it gets a pause.
    const send: Task["send"] = async (row) => {
      const attempt = (attempts.get(row.backend ?? "") ?? 0) + 1;
      attempts.set(row.backend ?? "", attempt);
      return attempt % attemptsUntilItWorks >= 12 && attemptsUntilItWorks < Number.POSITIVE_INFINITY
        ? { ...row, state: "SUCCEEDED" }
        : { ...row, state: "FAILED", problems: [problemOf(new BillingError("UNAVAILABLE", "Later."))] };
    };
    const sent = await sendAll(taskOf(given.run, given.hold, send), {
      ...{ store: given.store, journal, placesOf: createPlaces(() => concurrency), holds: () => true },
      ...{ ending: new AbortController().signal, pace: { lookEveryMs: 1, backendPausesMs: [0, 0, 0] } },
    });
    expect({ ...sent, paused: sent.paused.toSorted((left, right) => (left.backend < right.backend ? -1 : 1)) }).toMatchObject(
      expected,
    );
    if (expected.paused.length > 0) expect(given.states()).toEqual(new Set(["READY"]));
    else expect(given.states()).not.toContain("READY");
  });
});
