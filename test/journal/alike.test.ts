import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlikeError } from "../../src/journal/alike.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Comparable, Duplicates, Target } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import { encodeId } from "../../src/model/id.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { operation, step, storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const since = "2026-11-20T10:00:00.000Z";
const once = (key: string) => ({ runId: "run", key, number: 1 });

describe.each(storeDialects(server))("charges that look the same, on $name", ({ available, createUrl }) => {
  let store: Store;
  /** The runner of another replica. */
  let other: Store;
  let backend: ReturnType<typeof createFakeBackend>;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const url = await createUrl();
    store = await openStore(url);
    other = await openStore(url);
    backend = createFakeBackend();
  });
  afterEach(async () => {
    await store?.close();
    await other?.close();
  });

  const runners = () =>
    [store, other].map((each, index) => createRunner(journalOver(each, () => [], { owner: `replica ${index}` })));

  /** A charge with likenesses that it shares with others. */
  const charge = (key: string, ...likenesses: string[]): Target => ({
    ...backend.target({ key }),
    comparable: { what: "charge", likenesses: () => likenesses, day: null },
  });
  const call = (idempotencyKey: string, targets: readonly Target[], duplicates: Partial<Duplicates> = {}) => ({
    ...callOf(targets, { idempotencyKey, repeats: () => true }),
    duplicates: { handling: "refuse", since, ...duplicates } as const,
  });
  const codesOf = ({ steps }: Operation) => steps.map(({ errors: [first] }) => first?.code ?? null);

  it("are sent once if they are refused: of many at the same moment on two replicas, the others name that one", async () => {
    const calls = Array.from({ length: 16 }, (_, index) => call(`key ${index}`, [charge("like", "like")]));
    const [one, two] = runners();
    const outcomes = await Promise.all(calls.map((each, index) => (index % 2 === 0 ? one : two)?.run(each, {})));
    expect(backend.sent).toEqual(["charges/create like"]);
    const [sent, ...more] = outcomes.flatMap((each) => (each?.operation.status === "SUCCEEDED" ? each.operation : []));
    expect(more).toEqual([]);
    const refused = outcomes.flatMap((each) => (each?.operation.status === "FAILED" ? each.operation : []));
    expect(refused).toHaveLength(15);
    const name = encodeId({ type: "Operation", backend: "", id: sent?.id ?? "" });
    for (const each of refused) {
      expect(codesOf(each)).toEqual(["LIKELY_DUPLICATE"]);
      expect(each.steps[0]?.errors[0]).toMatchObject({ message: expect.stringContaining(name), retryable: false });
    }
    // Repeated with its own key, each keeps its outcome; a refused one counts as similar to nothing.
    expect(await one?.run(calls[3] as never, {})).toMatchObject({ replayed: true });
    expect(backend.sent).toHaveLength(1);
    expect(await store.alike({ likenesses: ["like"], since })).toHaveLength(1);
  });

  it("are refused per target, also within one call; with all or nothing, nothing is sent", async () => {
    const [runner] = runners();
    const targets = [charge("a", "a"), charge("b", "b"), charge("again", "a"), charge("c", "c", "b")];
    const { operation: kept } = (await runner?.run(call("keep", targets), {})) ?? {};
    expect(kept?.status).toBe("PARTIAL");
    expect(codesOf(kept as Operation)).toEqual([null, null, "LIKELY_DUPLICATE", "LIKELY_DUPLICATE"]);
    expect(kept?.steps[2]?.errors[0]?.message).toContain("charge 1 of this call");
    const all = { ...call("all", [charge("d", "d"), charge("e", "a")]), onFailure: "ROLL_BACK" as const };
    const { operation: nothing } = (await runner?.run(all, {})) ?? {};
    expect(codesOf(nothing as Operation)).toEqual(["CONFLICT", "LIKELY_DUPLICATE"]);
    expect(backend.sent.toSorted()).toEqual(["charges/create a", "charges/create b"]);
  });

  it("are sent with a recorded warning if they are only warned about; another caller's operation is not named", async () => {
    const [runner] = runners();
    await runner?.run(call("first", [charge("a", "like")]), {});
    const second = { ...call("second", [charge("b", "like")], { handling: "warn" }), maySee: () => false };
    const { operation: sent } = (await runner?.run(second, {})) ?? {};
    expect(sent?.status).toBe("SUCCEEDED");
    const charged = encodeId({ type: "Charge", backend: "pbx", id: "1" });
    const message = expect.stringContaining(`charge ${charged}`);
    expect((await store.byId(sent?.id ?? ""))?.steps[0]?.warnings).toMatchObject([{ code: "LIKELY_DUPLICATE", message }]);
    const { operation: checked } = (await runner?.run({ ...call("dry", [charge("c", "like")]), validateOnly: true }, {})) ?? {};
    expect(codesOf(checked as Operation)).toEqual(["LIKELY_DUPLICATE"]);
  });

  it("are also searched for in the backend, and each is named once; a charge that could not be searched for is not sent", async () => {
    const [runner] = runners();
    await runner?.run(call("first", [charge("a", "like")]), {});
    const charged = encodeId({ type: "Charge", backend: "pbx", id: "1" });
    const held = new Map([[0, [charged, "by-hand"]]]);
    const { operation: refused } = (await runner?.run(call("second", [charge("b", "like")], { held }), {})) ?? {};
    const [error] = refused?.steps[0]?.errors ?? [];
    expect(error?.message).toMatch(/as operation \S+, charge by-hand\./);
    const away = new Map([[0, new BillingError("UNAVAILABLE", "pbx cannot be reached.")]]);
    const { operation: unseen } = (await runner?.run(call("third", [charge("c", "c")], { held: away }), {})) ?? {};
    expect(codesOf(unseen as Operation)).toEqual(["UNAVAILABLE"]);
    const { operation: told } =
      (await runner?.run(call("fourth", [charge("c", "c")], { held: away, handling: "warn" }), {})) ?? {};
    expect(told?.steps[0]?.warnings).toMatchObject([{ code: "DUPLICATES_NOT_LOOKED_AT" }]);
  });

  it("a failed charge is not sent again if a similar one was sent since", async () => {
    const [one, two] = runners();
    const failing = call("first", [
      { ...backend.target({ key: "a", endings: ["neverLeft", "done"] }), comparable: charge("a", "like").comparable },
    ]);
    expect((await one?.run(failing, {}))?.operation.status).toBe("FAILED");
    expect((await two?.run(call("second", [charge("b", "like")]), {}))?.operation.status).toBe("SUCCEEDED");
    for (const runner of [one, two]) {
      const { operation: refused } = (await runner?.run(failing, {})) ?? {};
      expect(refused?.status).toBe("FAILED");
      expect(codesOf(refused as Operation)).toEqual(["LIKELY_DUPLICATE"]);
    }
    expect(backend.all()).toEqual(["b:1"]);
  });

  /** As if an operation had been recorded, and sent, at that time. */
  async function recordedAt(idempotencyKey: string, at: string) {
    const { database } = store.engine;
    const its = sql`operation_id in (select id from operations where idempotency_key = ${idempotencyKey})`;
    await sql`update steps set started_at = ${at} where ${its}`.execute(database);
    await sql`update operations set created_at = ${at} where idempotency_key = ${idempotencyKey}`.execute(database);
  }

  const failingOnce = (key: string, comparable: Target["comparable"]): Target => ({
    ...backend.target({ key, endings: ["neverLeft", "done"] }),
    comparable,
  });

  it("a charge that failed and is sent long after it was recorded counts from then on", async () => {
    const [one, two] = runners();
    const failing = call("first", [failingOnce("a", charge("a", "like").comparable)]);
    expect((await one?.run(failing, {}))?.operation.status).toBe("FAILED");
    await recordedAt("first", "2026-10-01T10:00:00.000Z");
    expect((await one?.run(failing, {}))?.operation.status).toBe("SUCCEEDED");
    const { operation: refused } = (await two?.run(call("second", [charge("b", "like")]), {})) ?? {};
    expect(codesOf(refused as Operation)).toEqual(["LIKELY_DUPLICATE"]);
    // Had it been sent then, it would not count any more.
    await recordedAt("first", "2026-10-01T10:00:00.000Z");
    expect((await two?.run(call("third", [charge("c", "like")]), {}))?.operation.status).toBe("SUCCEEDED");
  });

  it("a failed charge is compared with all since it was recorded, however long ago", async () => {
    const [one, two] = runners();
    const failing = call("first", [failingOnce("a", charge("a", "like").comparable)]);
    expect((await one?.run(failing, {}))?.operation.status).toBe("FAILED");
    expect((await two?.run(call("second", [charge("b", "like")]), {}))?.operation.status).toBe("SUCCEEDED");
    await recordedAt("first", "2026-10-01T10:00:00.000Z");
    await recordedAt("second", "2026-10-02T10:00:00.000Z");
    const { operation: refused } = (await one?.run(failing, {})) ?? {};
    expect(codesOf(refused as Operation)).toEqual(["LIKELY_DUPLICATE"]);
    expect(backend.all()).toEqual(["b:1"]);
  });

  it("a failed charge without a date is compared with those of each day since it was recorded", async () => {
    const [one, two] = runners();
    const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const undated = (name: string): Comparable => ({
      what: "charge",
      likenesses: (at) => [`${name} ${at.slice(0, 10)}`],
      day: null,
    });
    for (const day of [null, dayAgo(5).slice(0, 10)]) {
      for (let ago = 4; ago >= 1; ago -= 1) {
        const name = `${day} ${ago}`;
        const failing = call(`first ${name}`, [failingOnce(name, { ...undated(name), day })]);
        expect((await one?.run(failing, {}))?.operation.status).toBe("FAILED");
        await recordedAt(`first ${name}`, dayAgo(5));
        const meanwhile = call(`second ${name}`, [charge(`b ${name}`, `${name} ${dayAgo(ago).slice(0, 10)}`)]);
        expect((await two?.run(meanwhile, {}))?.operation.status).toBe("SUCCEEDED");
        const { operation: again } = (await one?.run(failing, {})) ?? {};
        expect([name, codesOf(again as Operation)]).toEqual([name, [day === null ? "LIKELY_DUPLICATE" : null]]);
      }
    }
  });

  it("a failed charge is sent again if there is no similar one, or if similar ones are only warned about", async () => {
    const [runner] = runners();
    for (const [key, handling] of [
      ["a", "refuse"],
      ["b", "warn"],
    ] as const) {
      const target = { ...backend.target({ key, endings: ["neverLeft", "done"] }), comparable: charge(key, "like").comparable };
      const failing = call(key, [target], { handling });
      expect((await runner?.run(failing, {}))?.operation.status).toBe("FAILED");
      expect((await runner?.run(failing, {}))?.operation.status).toBe("SUCCEEDED");
    }
    expect(backend.things.size).toBe(2);
  });

  it("a failed charge is sent again with one warning if a similar one was sent since and is only warned about", async () => {
    const [one, two] = runners();
    const endings = ["neverLeft", "neverLeft", "done"] as const;
    const target = { ...backend.target({ key: "a", endings: [...endings] }), comparable: charge("a", "like").comparable };
    const failing = call("first", [target], { handling: "warn" });
    expect((await one?.run(failing, {}))?.operation.status).toBe("FAILED");
    expect((await two?.run(call("second", [charge("b", "like")]), {}))?.operation.status).toBe("SUCCEEDED");
    const warned = [{ code: "LIKELY_DUPLICATE", message: expect.stringContaining("recorded since") }];
    for (const [runner, status] of [
      [one, "FAILED"],
      [two, "SUCCEEDED"],
    ] as const) {
      const { operation: again } = (await runner?.run(failing, {})) ?? {};
      expect(again).toMatchObject({ status, steps: [{ warnings: warned }] });
      expect((await store.byId(again?.id ?? ""))?.steps[0]?.warnings).toHaveLength(1);
    }
    expect(backend.all().toSorted()).toEqual(["a:2", "b:1"]);
  });

  it("at most one is sent of many failed charges that are repeated on two replicas while new ones come", async () => {
    const [one, two] = runners();
    const failed = Array.from({ length: 6 }, (_, index) =>
      call(`failed ${index}`, [
        { ...backend.target({ key: `a${index}`, endings: ["neverLeft", "done"] }), comparable: charge("a", "like").comparable },
      ]),
    );
    for (const each of failed) expect((await one?.run(each, {}))?.operation.status).toBe("FAILED");
    const fresh = Array.from({ length: 4 }, (_, index) => call(`new ${index}`, [charge(`b${index}`, "like")]));
    const calls = failed.flatMap((each, index) => [each, ...fresh.slice(index, index + 1)]);
    await Promise.all(calls.map((each, index) => (index % 2 === 0 ? one : two)?.run(each, {})));
    expect(backend.all().length).toBeLessThanOrEqual(1);
    // Refused ones stay refused.
    await Promise.all(calls.map((each, index) => (index % 2 === 0 ? two : one)?.run(each, {})));
    expect(backend.all().length).toBeLessThanOrEqual(1);
  });

  it("of similar charges that are recorded at the same moment, only one is", async () => {
    const query = { likenesses: ["like", "other"], since };
    const one = (index: number) =>
      operation({ id: `op-${index}`, idempotencyKey: `key ${index}`, steps: [{ ...step, status: "SENDING", likeness: "like" }] });
    const racing = Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? store : other).insert(one(index), { unlessAlike: { ...query, besides: one(index) } }),
    );
    const endings = await Promise.allSettled(racing);
    expect(endings.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const ending of endings) if (ending.status === "rejected") expect(ending.reason).toBeInstanceOf(AlikeError);
    expect(await store.list({}, 100, null)).toHaveLength(1);
    // A call is no duplicate of itself, and rows of one run were compared with each other earlier.
    const [won] = await store.list({}, 1, null);
    expect(
      await store.insert({ ...one(99), idempotencyKey: won?.idempotencyKey ?? "" }, { unlessAlike: { ...query, besides: won } }),
    ).toBeNull();
    await store.insert({ ...one(50), once: once("row") }, { unlessAlike: { likenesses: ["nothing"], since } });
    const [found] = await store.alike({ ...query, besides: won });
    expect(found?.operationId).toBe("op-50");
    expect(await store.alike({ ...query, besides: won, besidesRun: once("row").runId })).toEqual([]);
  });

  it("are found, except those that failed, are too old, or were voided", async () => {
    const like = (id: string, status: "SUCCEEDED" | "FAILED" | "UNKNOWN", changes: Partial<Operation> = {}) =>
      store.insert(
        operation({
          id,
          steps: [{ ...step, status, likeness: "like", nodeId: `charge of ${id}` }],
          createdAt: "2026-11-21T10:00:00.000Z",
          ...changes,
        }),
      );
    await like("done", "SUCCEEDED");
    await like("unknown", "UNKNOWN");
    await like("failed", "FAILED");
    await like("old", "SUCCEEDED", { createdAt: "2026-11-19T10:00:00.000Z" });
    await like("voided", "SUCCEEDED");
    const voiding = { ...step, status: "SUCCEEDED", objectId: "charge of voided" } as const;
    await store.insert(operation({ id: "voiding", mutation: "voidCharge", steps: [voiding] }));
    const found = await store.alike({ likenesses: ["like", "other"], since: "2026-11-20T10:00:00.000Z" });
    expect(found.map(({ operationId }) => operationId).sort()).toEqual(["done", "unknown"]);
    expect(found[0]).toMatchObject({ likeness: "like", actor: null, backend: "pbx" });
    expect(await store.alike({ likenesses: [], since: "2026-11-20T10:00:00.000Z" })).toEqual([]);
  });
});
