import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { startProxy } from "../store/proxy.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { heldBy, operation, step, storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))("watching the store on $name", ({ available, createUrl }) => {
  let url: string;
  let store: Store;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    url = await createUrl();
    store = await openStore(url);
  });
  afterEach(async () => store?.close());

  it("reports every change to every listener once it can be read, and to none that has stopped", async () => {
    await store.insert(operation({ id: "before" }));
    const heard: string[] = [];
    const alsoHeard: string[] = [];
    const stop = await store.watch((id) => heard.push(id));
    const stopOther = await store.watch((id) => alsoHeard.push(id));
    await store.insert(operation({ id: "op-1" }));
    await vi.waitFor(() => expect(heard).toEqual(["op-1"]), patience);
    await store.saveStep(heldBy("op-1"), { ...step, status: "SENDING" });
    await vi.waitFor(() => expect(heard).toEqual(["op-1", "op-1"]), patience);
    await store.claim("before", "worker-1");
    await vi.waitFor(() => expect(heard).toEqual(["op-1", "op-1", "before"]), patience);
    expect(alsoHeard).toEqual(heard);
    await store.insert(operation({ id: "twice", idempotencyKey: "key of op-1" }));
    await store.claim("nothing", "worker-2");
    await store.heartbeat("worker-1", 60_000);
    await stopOther();
    await store.save(heldBy("op-1"), { looks: 1 });
    await vi.waitFor(() => expect(heard).toEqual(["op-1", "op-1", "before", "op-1"]), patience);
    expect(alsoHeard).toHaveLength(3);
    await stop();
    await stop();
    await store.save(heldBy("op-1"), { looks: 2 });
    const stopAgain = await store.watch((id) => heard.push(`${id} again`));
    await store.save(heldBy("op-1"), { looks: 3 });
    await vi.waitFor(() => expect(heard.slice(4)).toEqual(["op-1 again"]), patience);
    await stopAgain();
  });

  it("reports what others change in the same database", async () => {
    const heard: string[] = [];
    await store.watch((id) => heard.push(id));
    const other = await openStore(url);
    try {
      for (let index = 0; index < 5; index += 1) {
        await other.insert(operation({ id: `theirs-${index}` }));
        await store.insert(operation({ id: `ours-${index}` }));
      }
      const all = Array.from({ length: 5 }, (_, index) => [`ours-${index}`, `theirs-${index}`]).flat();
      await vi.waitFor(() => expect(heard.toSorted()).toEqual(all.toSorted()), patience);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(heard).toHaveLength(10);
    } finally {
      await other.close();
    }
  });
});

describe.skipIf(server === null)("watching a PostgreSQL that goes away", () => {
  it("goes on once it is back, with what changed meanwhile and nothing else", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const proxy = await startProxy(url);
    const store = await openStore(proxy.url);
    const other = await openStore(url);
    try {
      const heard: string[] = [];
      await other.insert(operation({ id: "untouched" }));
      await store.watch((id) => heard.push(id));
      await other.insert(operation({ id: "before" }));
      await vi.waitFor(() => expect(heard).toEqual(["before"]), patience);
      await proxy.interrupt();
      await other.insert(operation({ id: "meanwhile" }));
      await other.save(heldBy("meanwhile"), { looks: 1 });
      await proxy.resume();
      await vi.waitFor(() => expect(heard).toEqual(["before", "meanwhile"]), patience);
      await store.insert(operation({ id: "after" }));
      await vi.waitFor(() => expect(heard).toEqual(["before", "meanwhile", "after"]), patience);
    } finally {
      await store.close();
      await other.close();
      await proxy.close();
    }
  });

  it("can be stopped while it is away", async () => {
    const proxy = await startProxy((await server?.createDatabase()) ?? "");
    const store = await openStore(proxy.url);
    const stop = await store.watch(() => {});
    await proxy.interrupt();
    await stop();
    await store.close();
    await proxy.close();
  });
});
