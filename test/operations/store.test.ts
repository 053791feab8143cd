import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Operation, Step } from "../../src/operations/model.ts";
import { openStore, type Store } from "../../src/operations/store.ts";

let file: string;
let store: Store;

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), "gateway-store-")), "nested", "gateway.db");
  store = await openStore(`sqlite:${file}`);
});
afterEach(async () => store.close());

const step: Step = {
  position: 0,
  target: 0,
  backend: "pbx",
  action: "charges/create",
  status: "PENDING",
  attempts: 0,
  errors: [],
  nodeId: null,
  startedAt: null,
  finishedAt: null,
};

function operation(changes: Partial<Operation> = {}): Operation {
  return {
    id: "op-1",
    mutation: "createCharge",
    actor: null,
    idempotencyKey: "key-1",
    inputHash: "hash",
    validateOnly: false,
    status: "PENDING",
    createdAt: "2026-11-21T10:00:00.000Z",
    completedAt: null,
    steps: [step],
    ...changes,
  };
}

describe("the store", () => {
  it("gives back what was recorded, also after it was closed and opened again", async () => {
    await store.insert(operation());
    await store.saveStep("op-1", {
      ...step,
      status: "FAILED",
      attempts: 1,
      errors: [{ code: "INVALID_INPUT", message: "no", field: ["input", "amount"], backendCode: "400", retryable: false }],
      startedAt: "2026-11-21T10:00:01.000Z",
    });
    await store.saveStatus("op-1", "FAILED", "2026-11-21T10:00:02.000Z");
    const before = await store.byId("op-1");
    await store.close();
    store = await openStore(`sqlite:${file}`);
    expect(await store.byId("op-1")).toEqual(before);
    expect(before?.steps[0]?.errors[0]?.field).toEqual(["input", "amount"]);
    expect(before?.status).toBe("FAILED");
  });

  it("takes a key once for an actor and a mutation", async () => {
    expect(await store.insert(operation())).not.toBeNull();
    expect(await store.insert(operation({ id: "op-2" }))).toBeNull();
    expect(await store.byId("op-2")).toBeNull();
    expect(await store.insert(operation({ id: "op-3", mutation: "createTax" }))).not.toBeNull();
    expect(await store.insert(operation({ id: "op-4", actor: "ada" }))).not.toBeNull();
    expect(await store.insert(operation({ id: "op-5", validateOnly: true }))).not.toBeNull();
    expect((await store.byKey({ actor: null, mutation: "createCharge", idempotencyKey: "key-1", validateOnly: false }))?.id).toBe(
      "op-1",
    );
  });

  it("lists newest first, in pages without gaps or repeats, filtered", async () => {
    for (let index = 0; index < 25; index += 1) {
      await store.insert(
        operation({
          id: `op-${String(index).padStart(2, "0")}`,
          idempotencyKey: `key-${index}`,
          // Several share an instant: the id decides.
          createdAt: `2026-11-21T10:00:0${Math.floor(index / 5)}.000Z`,
          status: index % 2 === 0 ? "SUCCEEDED" : "UNKNOWN",
          mutation: index % 3 === 0 ? "createTax" : "createCharge",
          steps: [{ ...step, backend: index % 5 === 0 ? "suite" : "pbx" }],
        }),
      );
    }
    const all: string[] = [];
    let after: { createdAt: string; id: string } | null = null;
    for (let page = 0; page < 10; page += 1) {
      const found: readonly Operation[] = await store.list({}, 4, after);
      all.push(...found.map(({ id }) => id));
      const last = found.at(-1);
      if (!last) break;
      after = last;
    }
    expect(all).toEqual(Array.from({ length: 25 }, (_, index) => `op-${String(24 - index).padStart(2, "0")}`));
    expect(await store.list({ status: ["UNKNOWN"] }, 50, null)).toHaveLength(12);
    expect(await store.list({ mutation: "createTax" }, 50, null)).toHaveLength(9);
    expect(await store.list({ backend: "suite" }, 50, null)).toHaveLength(5);
    expect(await store.list({ from: "2026-11-21T10:00:04.000Z" }, 50, null)).toHaveLength(5);
    expect(await store.list({ to: "2026-11-21T10:00:00.000Z" }, 50, null)).toHaveLength(5);
  });

  it("forgets finished operations and their keys after the retention time, never unfinished ones", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    await store.insert(operation({ id: "done", idempotencyKey: "1", status: "SUCCEEDED", completedAt }));
    await store.insert(operation({ id: "unknown", idempotencyKey: "2", status: "UNKNOWN" }));
    await store.insert(
      operation({ id: "recent", idempotencyKey: "3", status: "FAILED", completedAt: "2026-11-20T00:00:00.000Z" }),
    );
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1);
    expect((await store.list({}, 10, null)).map(({ id }) => id).sort()).toEqual(["recent", "unknown"]);
    expect(await store.insert(operation({ id: "again", idempotencyKey: "1" }))).not.toBeNull();
  });

  it("is UNAVAILABLE, and says so, once it does not work", async () => {
    await store.close();
    await expect(store.byId("op-1")).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    store = await openStore(`sqlite:${file}`);
  });
});
