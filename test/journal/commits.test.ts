import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WritePlan } from "../../src/adapter/adapter.ts";
import { createPresence, processClock } from "../../src/journal/leases.ts";
import type { MutationCall } from "../../src/journal/planned-operation.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";

/** What a mutation commits to the journal, and when: every commit waits for the disk. */

let store: Store;
let backend: ReturnType<typeof createFakeBackend>;
/** Changes of the journal and requests to the backend, in order. */
let events: string[];

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  backend = createFakeBackend();
  events = [];
});
afterEach(async () => store.close());

/** The store, which logs each change once it is made: each is one transaction. */
function watched(): Store {
  const tell = async <T>(change: string, made: Promise<T>): Promise<T> => {
    const result = await made;
    events.push(change);
    return result;
  };
  return {
    ...store,
    insert: (operation) => tell(`insert ${operation.steps.map(({ status }) => status)}`, store.insert(operation)),
    saveStep: (id, step, changes = {}) =>
      tell([step.status, changes.status ?? []].flat().join(", operation "), store.saveStep(id, step, changes)),
    addSteps: (id, steps) => tell("steps added", store.addSteps(id, steps)),
    save: (id, changes) => tell(`operation ${changes.status}`, store.save(id, changes)),
    claim: (id, owner) => tell("claim", store.claim(id, owner)),
  };
}

/** The target, which logs what it sends and reads. `answered`: the backend's answer contains the object. */
function told(target: Target, answered: boolean): Target {
  const plan = target.plan as WritePlan<WrittenEntity>;
  const read: typeof plan.read = async (id, scope) => {
    events.push("read back");
    return plan.read(id, scope);
  };
  const steps = plan.steps.map((step) => ({
    ...step,
    send: async (...parameters: Parameters<typeof step.send>) => {
      events.push("sent");
      const written = await step.send(...parameters);
      return answered ? { ...written, value: await plan.read(written.id ?? "", {}) } : written;
    },
  }));
  return { ...target, plan: { ...plan, steps, read } };
}

async function run(targets: readonly Target[], changes: Partial<MutationCall> = {}, answered = true) {
  const runner = createRunner(journalOver(watched(), () => targets));
  const { operation } = await runner.run(
    callOf(
      targets.map((target) => told(target, answered)),
      changes,
    ),
    {},
  );
  expect(await store.byId(operation.id)).toEqual({ ...operation, updatedAt: expect.any(String) });
  return operation;
}

describe("a mutation commits", () => {
  it("twice for a create: operation and step as SENDING before it is sent, success and completion afterwards", async () => {
    const operation = await run([backend.target({ key: "a" })]);
    expect(events).toEqual(["insert SENDING", "sent", "SUCCEEDED, operation SUCCEEDED"]);
    expect(operation).toMatchObject({ status: "SUCCEEDED", owner: null, completedAt: expect.any(String) });
    expect(operation.steps[0]).toMatchObject({ attempts: 1, startedAt: expect.any(String), finishedAt: expect.any(String) });
  });

  it("the completion by itself if the object must be read back first: nothing is read for a completed operation", async () => {
    await run([backend.target({ key: "a" })], {}, false);
    expect(events).toEqual(["insert SENDING", "sent", "SUCCEEDED", "read back", "operation SUCCEEDED"]);
  });

  it("each later step of a target as SENDING by itself, once the one before it has ended", async () => {
    const target = backend.target({ key: "a" });
    const plan = target.plan as WritePlan<WrittenEntity>;
    await run([{ ...target, plan: { ...plan, steps: [...plan.steps, ...plan.steps] } }]);
    expect(events).toEqual(["insert SENDING,PENDING", "sent", "SUCCEEDED", "SENDING", "sent", "SUCCEEDED, operation SUCCEEDED"]);
  });

  it("a step as SENDING by itself if its note needs a read first", async () => {
    const target = backend.target({ key: "a" });
    const plan = target.plan as WritePlan<WrittenEntity>;
    const steps = plan.steps.map((step) => ({ ...step, note: async () => "seen" }));
    const operation = await run([{ ...target, plan: { ...plan, steps } }]);
    expect(events).toEqual(["insert PENDING", "SENDING", "sent", "SUCCEEDED, operation SUCCEEDED"]);
    expect(operation.steps[0]?.note).toBe("seen");
  });

  it("a create as SENDING at once if its note needs no call", async () => {
    const target = backend.target({ key: "a" });
    const plan = target.plan as WritePlan<WrittenEntity>;
    const steps = plan.steps.map((step) => ({ ...step, noteAtOnce: () => "noted", note: async () => "seen" }));
    const operation = await run([{ ...target, plan: { ...plan, steps } }]);
    expect(events).toEqual(["insert SENDING", "sent", "SUCCEEDED, operation SUCCEEDED"]);
    expect(operation.steps[0]?.note).toBe("noted");
  });

  it("a change of an existing object as SENDING only when nothing unknown blocks it", async () => {
    await run([backend.change({ key: "a" }, "7")]);
    expect(events).toEqual(["insert PENDING", "SENDING", "sent", "SUCCEEDED, operation SUCCEEDED"]);
  });

  it("an outcome that leaves something open separately from the operation's completion", async () => {
    await run([backend.target({ key: "a", endings: ["lostAfter"] })]);
    expect(events).toEqual(["insert SENDING", "sent", "UNKNOWN", "operation UNKNOWN"]);
  });

  it("the first creates of a fan-out as SENDING, as many as go out at once, and the others at their turn", async () => {
    const operation = await run(Array.from({ length: 20 }, (_, index) => backend.target({ key: String(index) })));
    expect(events[0]).toBe(`insert ${[...Array(16).fill("SENDING"), ...Array(4).fill("PENDING")]}`);
    expect(events.filter((event) => event === "SENDING")).toHaveLength(4);
    expect(events.filter((event) => event === "sent")).toHaveLength(20);
    expect(events.at(-1)).toBe("operation SUCCEEDED");
    expect(operation.status).toBe("SUCCEEDED");
  });

  it("nothing as SENDING in a dry run", async () => {
    await run([backend.target({ key: "a" })], { validateOnly: true });
    expect(events).toEqual(["insert PENDING", "VALIDATED", "operation VALIDATED"]);
  });
});

describe("a step that was recorded as SENDING with its operation", () => {
  it("is neither sent nor reported as sent if the process was away before its turn", async () => {
    const target = told(backend.target({ key: "a" }), true);
    let names = 0;
    let awayMs = 0;
    const clock = { ...processClock };
    const journal = journalOver(watched(), () => [target]);
    const presence = createPresence({
      store,
      leaseMs: 12_000,
      heartbeatMs: 3_000,
      clock: { ...clock, monotonic: () => performance.now() + awayMs },
      report: () => undefined,
      name: () => `name-${names++}`,
    });
    presence.start();
    const inserting: Store = {
      ...watched(),
      insert: async (operation) => {
        const inserted = await store.insert(operation);
        awayMs = 60_000;
        return inserted;
      },
      byId: async (id) => {
        const found = await store.byId(id);
        // Another process that takes over ends the operation at once.
        return found && { ...found, owner: null };
      },
    };
    const { operation } = await createRunner({ ...journal, store: inserting, presence }).run(callOf([target]), {});
    expect(backend.sent).toEqual([]);
    expect(operation.steps[0]?.status).toBe("SENDING");
    await presence.stop();
  });
});
