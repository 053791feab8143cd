import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AccountStore, createAccountStore } from "../../src/accounts/store.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Ref } from "../../src/model/model.ts";
import { storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";
import { depth, seed } from "../support/sample.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const backends = ["pbx", "suite", "offices"];
const customer = (backend: string, id: string): Ref => ({ backend, id });
const ada = [customer("pbx", "1"), customer("suite", "2"), customer("offices", "3")] as const;
const bob = [customer("pbx", "9"), customer("suite", "9")] as const;

/** Ids of operations, the oldest first. */
const operation = (index: number): string => `019aa000-0000-7000-8000-${String(index).padStart(12, "0")}`;
/** How such an operation links a customer. */
const joiningOf = (index: number, position: number, each: Ref) => ({
  accountId: operation(index),
  linkedAt: recordedAt(index),
  position,
  customer: each,
  customerName: `${each.id} of ${each.backend}`,
  name: null,
});
/** When such an operation was recorded. */
const recordedAt = (index: number): string => new Date(Date.UTC(2026, 0, 31, 10, index)).toISOString();

const idsOf = (account: { readonly members: readonly Ref[] } | null | undefined): string[] | undefined =>
  account?.members.map(({ backend, id }) => `${backend}:${id}`).sort();

describe.each(storeDialects(server))("accounts on $name", ({ available, createUrl }) => {
  let store: Store;
  let accounts: AccountStore;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
    accounts = createAccountStore(store.engine);
  });
  afterEach(async () => store?.close());

  const joinOne = (index: number, position: number, each: Ref, name: string | null = null): Promise<void> =>
    accounts.join({ ...joiningOf(index, position, each), name }, null);
  const link = async (index: number, customers: readonly Ref[], name: string | null = null): Promise<void> => {
    for (const [position, each] of customers.entries()) await joinOne(index, position, each, name);
  };
  const byId = async (index: number, seen: readonly string[] = backends) => (await accounts.byIds([operation(index)], seen))[0];
  const list = (search = "", seen: readonly string[] = backends) =>
    accounts.list({ search, backends: seen, first: 50, after: null });

  it("an account exists from its second customer on, with customers in the order in which they were linked", async () => {
    await link(1, [ada[1]], "Ada's Bakery");
    expect(await byId(1)).toBeNull();
    expect(await accounts.ofCustomers(ada, backends)).toEqual([null, null, null]);
    expect(await list()).toEqual([]);
    await link(2, [ada[0], ada[1]]);
    const account = await byId(1);
    expect(account).toEqual({
      id: operation(1),
      name: "Ada's Bakery",
      members: [
        { ...ada[1], name: "2 of suite", linkedAt: recordedAt(1) },
        { ...ada[0], name: "1 of pbx", linkedAt: recordedAt(2) },
      ],
      createdAt: recordedAt(1),
      updatedAt: expect.any(String),
    });
    expect(await accounts.ofCustomers(ada, backends)).toEqual([account, account, null]);
    expect(await list()).toEqual([account]);
  });

  it("customers of one call are in the order of its input, whatever the order of their steps", async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ];
    for (const [index, order] of orders.entries()) {
      // Sorted neither by the backends' keys nor by ids.
      const members = ["suite", "pbx", "offices", "pbx"].map((backend, at) => customer(backend, `${index}${9 - at}`));
      for (const position of [...order, ...order]) await joinOne(index, position, members[position] as Ref);
      expect((await byId(index))?.members.map(({ backend, id }) => ({ backend, id }))).toEqual(members);
    }
    const others = ["f", "e", "d", "c", "b", "a"].map((id) => customer("pbx", id));
    await Promise.all(others.map((each, position) => joinOne(9, position, each)));
    expect((await byId(9, ["pbx", "suite"]))?.members.map(({ id }) => id)).toEqual(["f", "e", "d", "c", "b", "a"]);
    // Newest first by the time at which the calls were recorded, not carried out.
    expect((await list()).map(({ id }) => id)).toEqual([9, 2, 1, 0].map(operation));
  });

  it("linking customers of two accounts merges them under the older id, and the other id resolves to it", async () => {
    await link(2, bob, "Bob");
    await link(1, ada.slice(0, 2));
    await link(3, [ada[2], bob[0]]);
    await link(4, [ada[0], ada[2]]);
    const all = ["offices:3", "pbx:1", "pbx:9", "suite:2", "suite:9"];
    for (const index of [1, 2, 3, 4]) expect([index, idsOf(await byId(index))]).toEqual([index, all]);
    expect((await list()).map(({ id, name }) => [id, name])).toEqual([[operation(1), "Bob"]]);
  });

  it("has the name of the latest operation, whatever the order of execution", async () => {
    await link(3, ada, "third");
    await link(2, [ada[0], bob[0]], "second");
    expect((await byId(2))?.name).toBe("third");
    await link(4, [ada[0], bob[0]], "fourth");
    expect((await byId(2))?.name).toBe("fourth");
  });

  it("an account with fewer than two members is gone, with its name; the last member can be linked again", async () => {
    await link(1, ada.slice(0, 2), "Ada's Bakery");
    await accounts.leave(operation(1), ada[0], null);
    expect(await byId(1)).toBeNull();
    expect(await accounts.ofCustomers(ada, backends)).toEqual([null, null, null]);
    expect(await list()).toEqual([]);
    await link(2, [ada[1], ada[2]]);
    expect(idsOf(await byId(2))).toEqual(["offices:3", "suite:2"]);
    expect(await byId(2)).toMatchObject({ name: null });
  });

  it("removing a customer from another account changes nothing", async () => {
    await link(1, ada);
    await link(2, bob);
    await accounts.leave(operation(2), ada[0], null);
    await accounts.leave(operation(7), ada[0], null);
    expect(idsOf(await byId(1))).toHaveLength(3);
    expect(await accounts.isMember(operation(1), ada[0])).toBe(true);
    expect(await accounts.isMember(operation(2), ada[0])).toBe(false);
    expect(await accounts.accountOf(bob[0])).toBe(operation(2));
  });

  it("refuses to remove a customer for a caller who does not see all members", async () => {
    await link(1, ada);
    await link(2, bob);
    const within =
      (...backends: string[]) =>
      ({ backend }: Ref): boolean =>
        backends.includes(backend);
    expect(idsOf({ members: await accounts.membersWith(ada[1]) })).toEqual(idsOf({ members: ada }));
    expect(await accounts.membersWith(customer("suite", "nobody"))).toEqual([]);
    const refused = accounts.leave(operation(1), ada[1], within("suite", "offices"));
    await expect(refused).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(idsOf(await byId(1))).toHaveLength(3);
    await accounts.leave(operation(2), bob[1], within("suite", "pbx"));
    expect(await accounts.isMember(operation(2), bob[1])).toBe(false);
  });

  it("shows only members in visible backends, and no account with fewer than two of them", async () => {
    await link(1, ada);
    await link(2, bob);
    const seen = ["offices", "suite"];
    expect(idsOf(await byId(1, seen))).toEqual(["offices:3", "suite:2"]);
    expect(await byId(2, seen)).toBeNull();
    expect((await list("", seen)).map(({ id }) => id)).toEqual([operation(1)]);
    expect(await list("1 of pbx", seen)).toEqual([]);
    expect(await list("", ["pbx"])).toEqual([]);
    expect(await list("", [])).toEqual([]);
    expect(await accounts.ofCustomers([ada[1], bob[1]], seen)).toEqual([await byId(1, seen), null]);
  });

  it("shows an account of two customers of one backend to a caller who sees that backend alone", async () => {
    const both = [customer("pbx", "20"), customer("pbx", "21")];
    await link(1, both, "Two Branches");
    const account = await byId(1, ["pbx"]);
    expect(idsOf(account)).toEqual(["pbx:20", "pbx:21"]);
    expect(await list("branches", ["pbx"])).toEqual([account]);
    expect(await accounts.ofCustomers(both, ["pbx"])).toEqual([account, account]);
    expect(await byId(1, ["suite"])).toBeNull();
    expect(await byId(1, [])).toBeNull();
  });

  it("finds text in the names of accounts and customers, ignoring case, and has no wildcards", async () => {
    await link(1, ada, "ÀDA'S 100% BÄCKEREI");
    await link(2, bob, "Straße_7");
    const found = async (search: string) => (await list(search)).map(({ id }) => id);
    expect(await found("àda")).toEqual([operation(1)]);
    expect(await found("bäck")).toEqual([operation(1)]);
    expect(await found("9 OF SUITE")).toEqual([operation(2)]);
    expect(await found("0%")).toEqual([operation(1)]);
    expect(await found("e_7")).toEqual([operation(2)]);
    expect(await found("%")).toEqual([operation(1)]);
    expect(await found("!")).toEqual([]);
    expect(await found("no\u0000body")).toEqual([]);
  });

  it("stores names with characters that a database may refuse: a lone surrogate or NUL", async () => {
    await link(1, ada, "half \ud83d and\u0000none");
    expect(await byId(1)).toMatchObject({ name: "half \ufffd and none" });
  });

  it("lists page by page, newest first", async () => {
    for (let index = 1; index <= 7; index += 1) {
      await link(index, [customer("pbx", `p${index}`), customer("suite", `s${index}`)]);
    }
    const seen: string[] = [];
    for (let after = null as { createdAt: string; id: string } | null; ; ) {
      const page = await accounts.list({ search: "", backends, first: 3, after });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (!last) break;
      after = last;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map(operation));
  });

  it("an account is not merged into another one for somebody who does not see a customer that has joined it meanwhile", async () => {
    await link(1, [ada[0], ada[1]]);
    const seen = [ada[0], ada[1]].map(({ backend, id }) => `${backend}:${id}`);
    const admits = ({ backend, id }: Ref): boolean => seen.includes(`${backend}:${id}`);
    const joinSeen = () => accounts.join(joiningOf(3, 0, ada[0]), admits);
    await link(2, [ada[1], ada[2]]);
    await expect(joinSeen()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(idsOf(await byId(1))).toEqual(["offices:3", "pbx:1", "suite:2"]);
    expect(await byId(3)).toBeNull();
    await accounts.leave(operation(1), ada[2], null);
    await joinSeen();
    expect(idsOf(await byId(3))).toEqual(["pbx:1", "suite:2"]);
  });

  it("customers linked at the same time by overlapping operations are all in one account", async () => {
    const customers = Array.from({ length: 12 }, (_, index) => customer(backends[index % 3] as string, `c${index}`));
    // A ring: each pair of neighbours is linked by an operation of its own.
    const pairs = customers.map((each, index) => [each, customers[(index + 1) % customers.length] as Ref] as const);
    await Promise.all(
      pairs.map((pair, index) =>
        link(
          index,
          [...pair].sort(() => (index % 2 === 0 ? 1 : -1)),
        ),
      ),
    );
    const [account, ...others] = await list();
    expect(others).toEqual([]);
    expect(account?.id).toBe(operation(0));
    expect(idsOf(account)).toEqual(customers.map(({ backend, id }) => `${backend}:${id}`).sort());
  });
});

describe("joins", () => {
  it("result in the same accounts in any order, and when repeated", async () => {
    const joins = fc.array(fc.record({ operation: fc.integer({ min: 0, max: 4 }), customer: fc.integer({ min: 0, max: 7 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    const shuffled = joins.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    const outcome = async (given: readonly { operation: number; customer: number }[]) => {
      const store = await openStore("sqlite::memory:");
      try {
        const accounts = createAccountStore(store.engine);
        for (const { operation: by, customer: index } of given) {
          const joined = customer(backends[index % 3] as string, String(index));
          const joining = { accountId: operation(by), linkedAt: recordedAt(by), position: index, customer: joined };
          await accounts.join({ ...joining, customerName: String(index), name: by % 2 === 0 ? null : `named by ${by}` }, null);
        }
        const found = await accounts.byIds([0, 1, 2, 3, 4].map(operation), backends);
        return found.map((account) => account && { id: account.id, name: account.name, members: idsOf(account) });
      } finally {
        await store.close();
      }
    };
    await fc.assert(
      fc.asyncProperty(shuffled, async ([given, again]) => {
        expect(await outcome(again)).toEqual(await outcome(given));
      }),
      { numRuns: 15 * depth, seed },
    );
  });
});
