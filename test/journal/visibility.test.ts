import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { maySee, type Onlooker, type Operation, type OperationFilter } from "../../src/journal/model.ts";
import { createOperationReads } from "../../src/journal/operation-reads.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { anybody, type Caller, type Scope } from "../../src/model/caller.ts";
import { startPostgres } from "../support/postgres.ts";
import { heldBy, operation, step, storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const caller = (actor: string, backends: Caller["backends"], ...scopes: Scope[]): Caller => ({
  actor,
  name: actor,
  backends,
  scopes: new Set<Scope>(["read", ...scopes]),
  expiresAt: null,
});

const desk = caller("desk", "*");
const pbxDesk = caller("desk", new Set(["pbx"]));
const lobby = caller("lobby", new Set(["pbx", "suite"]));
const pbxAdmin = caller("boss", new Set(["pbx"]), "admin");
const wideAdmin = caller("boss", new Set(["pbx", "offices", "gone"]), "admin");
const blind = caller("boss", new Set(), "admin");
const callers = [anybody, desk, pbxDesk, lobby, pbxAdmin, wideAdmin, blind, caller("boss", "*", "admin"), caller("nobody", "*")];
const own = (each: Caller): Onlooker => ({ caller: each, users: {} });
/** Names with special characters: for JSON, SQL and patterns. */
const userNames = ["alice", "Alice", 'al"ice', "a%_", '\\"pbx\\":\\"alice', "constructor"];
const onlookers: readonly Onlooker[] = [
  ...callers.map(own),
  ...userNames.map((name) => ({ caller: anybody, users: { pbx: name } })),
  { caller: desk, users: { pbx: "alice", suite: "Alice" } },
  { caller: pbxAdmin, users: { pbx: "alice", suite: "bob" } },
];

const filters: readonly OperationFilter[] = [
  {},
  { status: ["UNKNOWN"] },
  { status: ["UNKNOWN", "FAILED"] },
  { status: [] },
  { backend: "pbx" },
  { backend: "pbx", status: ["SUCCEEDED"], mutation: "createTax" },
  { backend: "suite", from: "2026-11-21T10:00:03.000Z" },
];

/** Forty, of four actors, each in one or two of three backends, several in the same instant. */
function journal(): Operation[] {
  const backends = [["pbx"], ["suite"], ["pbx", "offices"], ["suite", "pbx"], ["offices"]];
  return Array.from({ length: 40 }, (_, index) =>
    operation({
      id: `op-${String(index * 7).padStart(3, "0")}`,
      createdAt: `2026-11-21T10:00:0${Math.floor(index / 6)}.000Z`,
      actor: ["desk", "lobby", "boss", null][index % 4] ?? null,
      status: (["SUCCEEDED", "UNKNOWN", "FAILED"] as const)[index % 3] ?? "FAILED",
      mutation: index % 2 === 0 ? "createTax" : "createCharge",
      users: index % 3 === 0 ? {} : { pbx: userNames[Math.floor(index / 3) % userNames.length] ?? "", suite: "Alice" },
      steps: (backends[index % 5] ?? []).map((backend, position) => ({ ...step, position, backend })),
    }),
  );
}

describe.each(storeDialects(server))("what a caller sees of the journal on $name", ({ available, createUrl }) => {
  let store: Store;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
    for (const each of journal()) await store.insert(each);
  });
  afterEach(async () => store?.close());

  it("is listed in full pages, each operation once, under every filter", async () => {
    const everything = await store.list({}, 100, null);
    expect(everything).toHaveLength(40);
    for (const each of onlookers) {
      for (const filter of filters) {
        const unfiltered = await store.list(filter, 100, null);
        const expected = unfiltered.filter((found) => maySee(each, found)).map(({ id }) => id);
        const pages: string[][] = [];
        let after: Operation | null = null;
        do {
          const page: readonly Operation[] = await store.list({ ...filter, visibleTo: each }, 4, after);
          pages.push(page.map(({ id }) => id));
          after = page.at(-1) ?? null;
        } while (after && pages.length < 20);
        const label = `${each.caller.name} ${[...each.caller.backends]} ${JSON.stringify([each.users, filter])}`;
        expect(pages.flat(), label).toEqual(expected);
        // Only last pages may have fewer than requested.
        expect(
          pages.slice(0, Math.floor(expected.length / 4)).every(({ length }) => length === 4),
          label,
        ).toBe(true);
      }
    }
  });

  it("is its own operations, or all with admin, but none with a step in a backend that it may not see", async () => {
    const seen = async (each: Caller) =>
      (await store.list({ visibleTo: own(each) }, 100, null)).map(({ actor, steps }) => ({
        actor,
        backends: new Set(steps.map(({ backend }) => backend)),
      }));
    expect(await seen(anybody)).toHaveLength(40);
    expect(await seen(blind)).toEqual([]);
    expect(new Set((await seen(desk)).map(({ actor }) => actor))).toEqual(new Set(["desk"]));
    expect(await seen(desk)).toHaveLength(10);
    const ofPbx = await seen(pbxAdmin);
    expect(new Set(ofPbx.map(({ actor }) => actor))).toEqual(new Set(["desk", "lobby", "boss", null]));
    expect(ofPbx.every(({ backends }) => backends.size === 1 && backends.has("pbx"))).toBe(true);
    expect((await seen(pbxDesk)).every(({ actor, backends }) => actor === "desk" && backends.isSubsetOf(new Set(["pbx"])))).toBe(
      true,
    );
  });

  it("was carried out as the user that the caller is in each of its backends", async () => {
    const seen = await store.list({ visibleTo: { caller: anybody, users: { pbx: "alice" } } }, 100, null);
    const inPbx = seen.filter(({ steps }) => steps.some(({ backend }) => backend === "pbx"));
    expect(new Set(inPbx.map(({ users }) => users["pbx"]))).toEqual(new Set(["alice"]));
    expect(inPbx.length).toBeLessThan(seen.length);
  });

  it("can be found by id exactly if it is listed", async () => {
    const everything = await store.list({}, 100, null);
    for (const each of onlookers) {
      const reads = createOperationReads(store, each, 100);
      const listed = new Set((await reads.list({}, { first: 100 })).edges.map(({ node }) => node.id));
      for (const { id } of everything) expect((await reads.byId(id)) !== null, `${each.caller.name} ${id}`).toBe(listed.has(id));
    }
  });

  it("is reported when it changes, and nothing else is", async () => {
    const watched = await createOperationReads(store, own(pbxDesk), 100).watch(null);
    const pending = watched.next();
    const mine = operation({ id: "mine", actor: "desk" });
    await store.insert(operation({ id: "of others", actor: "lobby" }));
    await store.insert(operation({ id: "mine elsewhere", actor: "desk", steps: [{ ...step, backend: "suite" }] }));
    await store.insert(mine);
    expect(await pending).toMatchObject({ value: { id: "mine" } });
    await watched.return?.();
  });

  it("does not include another's operation, even by its id", async () => {
    await store.insert(operation({ id: "of others", actor: "lobby" }));
    const watched = await createOperationReads(store, own(pbxDesk), 100).watch("of others");
    const pending = watched.next();
    await store.save(heldBy("of others"), { status: "SUCCEEDED" });
    await watched.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});
