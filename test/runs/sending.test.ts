import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallScope } from "../../src/adapter/adapter.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge } from "../../src/model/model.ts";
import { latestOf } from "../../src/runs/checking.ts";
import { readyAgain } from "../../src/runs/lane.ts";
import type { RowOutcome, RunHold, RunRow } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import { type SendingOptions, sendRow } from "../../src/runs/sending.ts";
import { createFakeBackend, type Ending, journalOver } from "../journal/fake-backend.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { createHeldRun, takeOver } from "./held-run.ts";

/**
 * Two runs of a series have the same row. Each knows the journal as it last read it, perhaps long ago, and sends its row again
 * after a failure. Whatever they do and whatever happens to the requests, the row is charged once.
 */

const endings: readonly Ending[] = ["done", "neverLeft", "lostAfter", "lostBefore", "refused"];

interface Move {
  readonly run: 0 | 1;
  /** Reads the journal; without it, the run uses what it read earlier. */
  readonly reads: boolean;
  /** From this move on, requests stay under way until a move lets them go, or the end. */
  readonly stays: boolean;
  readonly letsGo: boolean;
}

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const often = seldom.map((is) => !is);

function mostly(ending: Ending): fc.Arbitrary<Ending> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(ending) }, { weight: 1, arbitrary: fc.constantFrom(...endings) });
}

const worlds = fc.record({
  actors: fc.constantFrom(["ada", "ada"] as const, ["ada", "bob"] as const),
  /** The second run's row has other content under the same key. */
  isCorrected: fc.boolean(),
  // Most begin with a failure that is sent again, and what is sent then mostly succeeds: only a charge can be one too many.
  endings: fc.oneof(
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...endings), { maxLength: 5 }) },
    { weight: 3, arbitrary: fc.array(mostly("done"), { maxLength: 4 }).map((later): Ending[] => ["neverLeft", ...later]) },
  ),
  // A run sees what the other has under way only if it reads while the request stays, and acts on it only with a move after that.
  moves: fc.array(
    fc.record({ run: fc.constantFrom(0, 1), reads: often, stays: fc.boolean(), letsGo: seldom }) as fc.Arbitrary<Move>,
    {
      minLength: 4,
      maxLength: 10,
      size: "max",
    },
  ),
});

const charge = { customerId: "customer", amount: "19.99" };
const blank = newRow(
  1,
  1,
  { key: "row", charge, customerReference: null, allowDuplicate: false, problems: [] },
  { key: "row", problem: null },
  "series",
);

/** The fake backend's charges have no amount. Its requests are under way until `whenFree` resolves. */
function priced(target: Target, whenFree: () => Promise<unknown> = async () => undefined): Target<Charge> {
  const { plan: unheld } = target;
  if (unheld instanceof BillingError) throw unheld;
  const held = unheld.steps.map((step): typeof step => ({
    ...step,
    send: async (...parameters) => {
      await whenFree();
      return step.send(...parameters);
    },
  }));
  const plan = { ...unheld, steps: held };
  const read = async (id: string, scope: CallScope): Promise<Charge> =>
    ({ ...(await plan.read(id, scope)), amount: null }) as Charge;
  return { ...target, plan: { ...plan, read } } as Target<Charge>;
}

/** What is saved of a row once it is sent is its outcome: nothing else of it may change. */
function withoutOutcome({ state, problems, warnings, operationId, onceNumber, nodeId, stored, ...rest }: RunRow) {
  // A member that RowOutcome gets must be named here too.
  return rest satisfies Omit<RunRow, Exclude<keyof RowOutcome, "position">>;
}

describe("a row that two runs of a series have", () => {
  let store: Store;
  let runner: Runner;

  beforeEach(async () => {
    store = await openStore(`sqlite:${sqliteFile()}`);
    runner = createRunner(journalOver(store, () => []));
  });
  afterEach(async () => store.close());

  /** How a run sends a row whose charge is the target. */
  const sendingOf = (hold: RunHold, target: Target<Charge>, changes: Partial<SendingOptions> = {}): SendingOptions => ({
    run: { id: hold.id },
    hold,
    actor: "ada",
    users: {},
    planners: { createCharge: () => [target], voidCharge: () => [] },
    runner,
    journal: store,
    refusal: () => null,
    duplicates: { inRuns: "off", windowHours: 24 },
    scope: {},
    ...changes,
  });
  const latest = async (key = "row") => latestOf(await store.ofOnce([key])).get(key);

  it("is charged once, whatever the runs know of each other and whatever fails", async () => {
    let series = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async ({ actors, isCorrected, endings: given, moves }) => {
        series += 1;
        const key = `series ${series}`;
        const backend = createFakeBackend(`${series}-`);
        let gate: PromiseWithResolvers<void> | null = null;
        let held = Promise.withResolvers<void>();
        const target = priced(backend.target({ key, endings: [...given, "done"] }), async () => {
          // Only then: a request that passes is over before the next move.
          if (gate) held.resolve();
          await gate?.promise;
        });
        const repeating = createRunner(journalOver(store, () => [target]));
        const rows: RunRow[] = [0, 1].map((run) => ({
          ...blank,
          onceKey: key,
          charge: run === 1 && isCorrected ? { ...charge, amount: "20.00" } : charge,
          state: "READY",
        }));
        const holds = [await createHeldRun(store, `${key} run 0`), await createHeldRun(store, `${key} run 1`)];
        const known: (Operation | undefined)[] = [undefined, undefined];
        const read = async (run: number): Promise<void> => {
          known[run] = await latest(key);
        };
        const optionsOf = (run: number) =>
          sendingOf(holds[run] as RunHold, target, { actor: actors[run] ?? null, runner: repeating });
        const send = async (run: number): Promise<void> => {
          const row = rows[run] ?? blank;
          if (row.state !== "READY") return;
          try {
            const ended = await sendRow(row, known[run], optionsOf(run));
            expect(withoutOutcome(ended)).toEqual(withoutOutcome(row));
            // A lane holds back the failed row and sends it again.
            rows[run] = ended.state === "FAILED" ? readyAgain(ended) : ended;
          } catch (error) {
            // The worker rests, and continues from the journal.
            if (!(error instanceof BillingError)) throw error;
            await read(run);
          }
        };
        const sending = new Map<number, Promise<void>>();
        const letGo = (): void => {
          gate?.resolve();
          gate = null;
        };
        for (const { run, reads, stays, letsGo } of moves) {
          if (letsGo) letGo();
          if (stays) gate ??= Promise.withResolvers();
          if (reads) await read(run);
          if (sending.has(run)) continue;
          held = Promise.withResolvers();
          const sent = send(run).finally(() => sending.delete(run));
          sending.set(run, sent);
          // With neither, it waits for an operation that the other run has under way.
          await Promise.race([sent, held.promise, pause(20)]);
        }
        letGo();
        await Promise.all(sending.values());
        expect(backend.things.get(key)?.length ?? 0).toBeLessThanOrEqual(1);
      }),
      { numRuns: Number(process.env["WORLDS"] ?? 100) },
    );
  });

  it("is not charged again if the other run has continued what failed here", async () => {
    const backend = createFakeBackend();
    const target = priced(backend.target({ key: "row", endings: ["neverLeft", "done"] }));
    const holds = { first: await createHeldRun(store, "first"), second: await createHeldRun(store, "second") };
    const options = (id: "first" | "second") => sendingOf(holds[id], target);
    const row: RunRow = { ...blank, onceKey: "row", charge, state: "READY" };
    const failed = await sendRow(row, undefined, options("first"));
    expect(failed).toMatchObject({ state: "FAILED", onceNumber: 1 });
    const checked = { ...row, onceNumber: 1 };
    expect((await sendRow(checked, await latest(), options("second"))).state).toBe("LEFT_OUT");
    expect((await sendRow(readyAgain(failed), await latest(), options("first"))).state).toBe("SUCCEEDED");
    expect(backend.sent).toHaveLength(1 + 1);
  });

  it("is not charged again while the other run is sending again what failed", async () => {
    const backend = createFakeBackend();
    const free = Promise.withResolvers<void>();
    const underWay = Promise.withResolvers<void>();
    let sends = 0;
    const target = priced(backend.target({ key: "row", endings: ["neverLeft", "done"] }), async () => {
      sends += 1;
      if (sends !== 2) return;
      underWay.resolve();
      await free.promise;
    });
    const holds = { first: await createHeldRun(store, "first"), second: await createHeldRun(store, "second") };
    const options = (id: "first" | "second") => sendingOf(holds[id], target);
    const row: RunRow = { ...blank, onceKey: "row", charge, state: "READY" };
    const failed = await sendRow(row, undefined, options("first"));
    const again = sendRow(readyAgain(failed), await latest(), options("first"));
    await underWay.promise;
    const seen = await latest();
    expect(seen?.status).toBe("PENDING");
    expect((await sendRow({ ...row, onceNumber: 1 }, seen, options("second"))).state).toBe("UNKNOWN");
    free.resolve();
    expect((await again).state).toBe("SUCCEEDED");
    expect(backend.things.get("row")).toHaveLength(1);
  });

  it.each([
    ["is sent again, as nothing happened", "neverLeft", "SUCCEEDED", 2],
    ["stays failed, where it would fail again", "refused", "FAILED", 1],
  ] as const)("that failed while a process was lost %s", async (_name, ending, state, sends) => {
    const backend = createFakeBackend();
    const target = priced(backend.target({ key: "row", endings: [ending, "done"] }));
    const options = sendingOf(await createHeldRun(store, "run"), target);
    const row: RunRow = { ...blank, onceKey: "row", charge, state: "READY" };
    // Sent, and the run has kept nothing of it.
    await sendRow(row, undefined, options);
    expect(await sendRow(row, await latest(), options)).toMatchObject({ state, onceNumber: 1 });
    expect(backend.sent).toHaveLength(sends);
  });

  it.each(["before it is sent", "after it has failed"] as const)(
    "is neither recorded nor sent by a process that has lost the run %s, although it was not away",
    async (lostWhen) => {
      const backend = createFakeBackend();
      const target = priced(
        backend.target({ key: "row", endings: lostWhen === "after it has failed" ? ["neverLeft", "done"] : [] }),
      );
      const optionsOf = (hold: RunHold) => sendingOf(hold, target);
      const lost = await createHeldRun(store, "run");
      const row: RunRow = { ...blank, onceKey: "row", charge, state: "READY" };
      const before = lostWhen === "after it has failed" ? readyAgain(await sendRow(row, undefined, optionsOf(lost))) : row;
      const known = await latest();
      const heir = await takeOver(store, "run");
      const sends = backend.sent.length;
      await expect(sendRow(before, known, optionsOf(lost))).rejects.toMatchObject({ name: "RunLostError" });
      expect(backend.sent).toHaveLength(sends);
      expect(await latest()).toEqual(known);
      expect((await sendRow(before, known, optionsOf(heir))).state).toBe("SUCCEEDED");
      expect(backend.things.get("row")).toHaveLength(1);
      // It knows nothing of that, and would send its row.
      const next = sendRow({ ...before, onceKey: "next" }, undefined, optionsOf(lost));
      await expect(next).rejects.toMatchObject({ name: "RunLostError" });
      expect(await store.ofOnce(["next"])).toEqual([]);
    },
  );
});
