import fc from "fast-check";
import { Client } from "pg";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlikeError } from "../../src/journal/alike.ts";
import { byItself, gathering } from "../../src/journal/gathering.ts";
import type { Hold, Operation } from "../../src/journal/model.ts";
import { OwnershipLostError, StepClaimedError } from "../../src/journal/recorder.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createHeldRun, takeOver } from "../runs/held-run.ts";
import { startPostgres } from "../support/postgres.ts";
import { heldBy, operation, step, storeDialects } from "./fixture.ts";

/** Requests to the journal at the same moment are batched, and each has the same outcome as if it were alone. */

const server = await startPostgres();
afterAll(() => server?.stop());

const since = "2026-11-20T10:00:00.000Z";

interface Wish {
  readonly key: number;
  readonly once: number | null;
  readonly likenesses: readonly number[];
  /** Null: recorded whatever similar charges there are. */
  readonly guarded: boolean;
  /** Whether the charge run that it is recorded for is held, or another process has claimed it; null = it is for none. */
  readonly run: "held" | "lost" | null;
  readonly store: 0 | 1;
}

const wishes = fc.array(
  fc.record({
    key: fc.nat(9),
    once: fc.option(fc.nat(9)),
    likenesses: fc.uniqueArray(fc.nat(7), { maxLength: 3 }),
    guarded: fc.boolean(),
    run: fc.constantFrom(null, "held", "held", "lost"),
    store: fc.constantFrom(0, 1),
  }) as fc.Arbitrary<Wish>,
  { minLength: 1, maxLength: 24 },
);

describe.each(storeDialects(server))("simultaneous requests to $name", ({ available, createUrl }) => {
  let store: Store;
  let other: Store;
  let world = 0;
  let held: Hold;
  let lost: Hold;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const url = await createUrl();
    store = await openStore(url);
    other = await openStore(url);
    held = await createHeldRun(store, "held");
    lost = await createHeldRun(store, "lost");
    await takeOver(store, "lost");
  });
  afterEach(async () => {
    await store?.close();
    await other?.close();
  });

  it("record one operation per key and `once`, and one of similar guarded charges", async () => {
    await fc.assert(
      fc.asyncProperty(wishes, async (given) => {
        world += 1;
        const name = (what: string, number: number): string => `${world} ${what} ${number}`;
        const planned = given.map(({ key, once, likenesses }, index) =>
          operation({
            id: `${world}-${index}`,
            idempotencyKey: name("key", key),
            once: once === null ? null : { runId: `run ${index}`, key: name("once", once), number: 1 },
            steps: likenesses.map((likeness, position) => ({
              ...step,
              position,
              target: position,
              status: "SENDING",
              likeness: name("like", likeness),
            })),
          }),
        );
        const endings = await Promise.allSettled(
          planned.map((each, index) => {
            const { guarded, run, store: at } = given[index] as Wish;
            const likenesses = each.steps.flatMap(({ likeness }) => likeness ?? []);
            return (at === 0 ? store : other).insert(each, {
              unlessAlike: guarded ? { likenesses, since, besides: each } : undefined,
              heldRun: run === null ? undefined : { held, lost }[run],
            });
          }),
        );
        const wishOf = ({ id }: Operation): Wish => given[planned.findIndex((each) => each.id === id)] as Wish;
        const recorded: Operation[] = [];
        for (const [index, ending] of endings.entries()) {
          if (ending.status === "rejected") {
            if (given[index]?.run === "lost") expect(ending.reason.name).toMatch(/^(RunLost|Alike)Error$/);
            else expect(ending.reason).toBeInstanceOf(AlikeError);
          } else if (ending.value) recorded.push(ending.value);
          else expect((await store.byKey(planned[index] as Operation)) ?? (await onceOf(planned[index]))).not.toBeNull();
        }
        const kept = await store.byIds(planned.map(({ id }) => id));
        expect(kept.toSorted(byId)).toEqual(recorded.toSorted(byId));
        expect(kept.filter((each) => wishOf(each).run === "lost")).toEqual([]);
        const unique = (of: (each: Operation) => string | undefined): void => {
          const names = kept.flatMap((each) => of(each) ?? []);
          expect(names).toEqual([...new Set(names)]);
        };
        unique(({ idempotencyKey }) => idempotencyKey);
        unique(({ once }) => once?.key);
        // If two similar charges are both guarded, the second one has found the first.
        const guarded = kept.filter((each) => wishOf(each).guarded).flatMap((each) => wishOf(each).likenesses);
        expect(guarded).toEqual([...new Set(guarded)]);
      }),
      { numRuns: 40 },
    );
    async function onceOf(planned: Operation | undefined): Promise<Operation | null> {
      return (await store.ofOnce([planned?.once?.key ?? ""]))[0] ?? null;
    }
  });

  it("change only what each holder holds, in the members that each names, and grant one claim", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `op-${String(index).padStart(2, "0")}`);
    await Promise.all(ids.map((id) => store.insert(operation({ id, nextLookAt: "2026-11-21T11:00:00.000Z", looks: 3 }))));
    const completedAt = "2026-11-21T12:00:00.000Z";
    const sent = { ...step, status: "SUCCEEDED" as const, attempts: 1 };
    const asked = ids.map((id, index) => {
      // In this case another process has taken over every third operation.
      const hold = heldBy(id, "worker", index % 3 === 0 ? 7 : 1);
      const claim = index % 3 === 1 ? "the only one" : `claim ${id}`;
      return index % 2 === 0
        ? store.saveStep(hold, { ...sent, claim }, { status: "SUCCEEDED", completedAt, owner: null, nextLookAt: null })
        : store.saveStep(hold, { ...sent, claim });
    });
    const endings = await Promise.allSettled(asked);
    const kept = (await store.byIds(ids)).toSorted(byId);
    let claimed = 0;
    for (const [index, ending] of endings.entries()) {
      const isOurs = index % 3 !== 0;
      const isDone = ending.status === "fulfilled";
      if (index % 3 === 1 && isDone) claimed += 1;
      if (!isOurs) expect(ending).toMatchObject({ reason: expect.any(OwnershipLostError) });
      if (index % 3 === 1 && !isDone) expect(ending.reason).toBeInstanceOf(StepClaimedError);
      if (index % 3 === 2) expect(ending.status).toBe("fulfilled");
      const isCompleted = isDone && index % 2 === 0;
      expect(kept[index]).toMatchObject({
        status: isCompleted ? "SUCCEEDED" : "PENDING",
        completedAt: isCompleted ? completedAt : null,
        owner: isCompleted ? null : "worker",
        nextLookAt: isCompleted ? null : "2026-11-21T11:00:00.000Z",
        looks: 3,
        steps: [{ status: isDone ? "SUCCEEDED" : "PENDING", attempts: isDone ? 1 : 0 }],
      });
    }
    expect(claimed).toBe(1);
  });

  it("reject only the request that the database refused", async () => {
    // A number that fits no column of either database; the gateway never makes one.
    const asked = Array.from({ length: 9 }, (_, index) =>
      operation({ id: `op-${index}`, epoch: index === 4 ? ("none" as never) : 1, input: index === 4 ? undefined : {} }),
    ).map((each, index) => (index === 4 ? { ...each, mutation: null as never } : each));
    const endings = await Promise.allSettled(asked.map((each) => store.insert(each)));
    expect(endings.map(({ status }) => status)).toEqual(asked.map((_, index) => (index === 4 ? "rejected" : "fulfilled")));
    expect(await store.byIds(asked.map(({ id }) => id))).toHaveLength(8);
  });
});

describe.runIf(server !== null)("a likeness that PostgreSQL locks", () => {
  // Otherwise a statement that began before another one's commit would have the lock after it, and not see what was committed.
  it("is looked for after the lock is had, by a statement that began before it was used", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const [store, holder, waiter] = [await openStore(url), new Client(url), new Client(url)];
    try {
      await Promise.all([holder.connect(), waiter.connect()]);
      const lock = (likeness: string): Promise<{ rows: readonly { unused: boolean }[] }> =>
        waiter.query("select pg_advisory_xact_lock(1), lock_unused_likeness($1, 2) as unused", [likeness]);
      expect((await lock("like")).rows).toMatchObject([{ unused: true }]);
      await holder.query("select pg_advisory_lock(1)");
      const looked = lock("like");
      const waits =
        "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())";
      await expect.poll(async () => (await holder.query(waits)).rowCount).toBe(1);
      await store.insert(operation({ id: "op-1", steps: [{ ...step, likeness: "like" }] }));
      await holder.query("select pg_advisory_unlock(1)");
      expect((await looked).rows).toMatchObject([{ unused: false }]);
    } finally {
      await Promise.all([holder.end(), waiter.end(), store.close()]);
    }
  });
});

describe("simultaneous requests", () => {
  it("go in one batch, and later ones in the next; those that cannot be batched go alone", async () => {
    const pieces: (readonly { n: number }[])[] = [];
    const alone: number[] = [];
    const gate = Promise.withResolvers<void>();
    const ask = gathering<{ n: number }, number>({
      together: async (asked) => {
        pieces.push(asked);
        if (pieces.length === 1) await gate.promise;
        return asked.map(({ n }) => (n % 5 === 0 ? byItself : n % 7 === 0 ? new Error("seven") : n));
      },
      alone: async ({ n }) => {
        alone.push(n);
        return -n;
      },
      mayBeOnes: () => false,
    });
    const first = [1, 2].map((n) => ask({ n }));
    await expect.poll(() => pieces.length).toBe(1);
    const second = [3, 4, 5, 7].map((n) => ask({ n }));
    gate.resolve();
    expect(await Promise.all(first)).toEqual([1, 2]);
    expect((await Promise.allSettled(second)).map((each) => ("value" in each ? each.value : each.reason.message))).toEqual([
      3,
      4,
      -5,
      "seven",
    ]);
    expect(pieces.map((piece) => piece.map(({ n }) => n))).toEqual([
      [1, 2],
      [3, 4, 5, 7],
    ]);
    expect(alone).toEqual([5]);
  });

  it("are not held up by a batch that waits for another process", async () => {
    const never = Promise.withResolvers<readonly number[]>();
    let pieces = 0;
    const ask = gathering<{ n: number }, number>({
      together: async (asked) => {
        pieces += 1;
        return asked[0]?.n === 0 ? never.promise : asked.map(({ n }) => n);
      },
      alone: async ({ n }) => n,
      mayBeOnes: () => false,
    });
    const stuck = ask({ n: 0 });
    await expect.poll(() => pieces).toBe(1);
    for (const n of [1, 2, 3]) expect(await ask({ n })).toBe(n);
    never.resolve([0]);
    expect(await stuck).toBe(0);
  });

  it.each([
    ["each by itself where it may be one's own fault", true, ["refused", 2, 3]],
    ["as a whole otherwise", false, ["broken", "broken", "broken"]],
  ])("fail %s", async (_, mayBeOnes, expected) => {
    const ask = gathering<{ n: number }, number>({
      together: () => Promise.reject(new Error("broken")),
      alone: async ({ n }) => (n === 1 ? Promise.reject(new Error("refused")) : n),
      mayBeOnes: () => mayBeOnes,
    });
    const endings = await Promise.allSettled([1, 2, 3].map((n) => ask({ n })));
    expect(endings.map((each) => ("value" in each ? each.value : each.reason.message))).toEqual(expected);
  });
});

function byId({ id }: Operation, other: Operation): number {
  return id < other.id ? -1 : 1;
}
