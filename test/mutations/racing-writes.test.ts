import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccountMutations } from "../../src/accounts/planning.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Customer } from "../../src/model/model.ts";
import type { Planners, Resolvers } from "../../src/mutations/mutation.ts";
import { createWrites, type Writes } from "../../src/mutations/writes.ts";
import { customerWith } from "../accounts/records.ts";
import { journalOver } from "../journal/fake-backend.ts";

/** Two calls with one key that look up their changes before either is recorded. */

type Mutations = Pick<AccountMutations, "alignCustomers">;
type AlignInput = Mutations["alignCustomers"]["input"];
type Changes = NonNullable<AlignInput["changes"]>;

let store: Store;
let sent: string[];
/** The number of lookups of what a call is to change. */
let looks: number;

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  sent = [];
  looks = 0;
});
afterEach(() => store.close());

const planners: Planners<Mutations> = {
  alignCustomers: ({ changes = [] }) =>
    changes.map(({ id, change }) => ({
      backend: "pbx",
      type: "Customer",
      objectId: id,
      fieldPlace: ["input"],
      plan: {
        steps: [
          {
            action: "customers/update",
            find: async () => ({ ours: [], candidates: [] }),
            send: async () => {
              sent.push(`${id} ${change.email}`);
              return { id };
            },
          },
        ],
        read: async (): Promise<Customer> => customerWith({ id }),
      },
    })),
};

function writesThatFind(find: () => Promise<Changes>): Writes<Mutations> {
  const resolvers: Resolvers<Mutations> = {
    alignCustomers: async (input, earlier) => {
      const before = await earlier();
      if (before?.changes && before.from === input.from) return { ...input, changes: before.changes };
      looks += 1;
      return { ...input, changes: await find() };
    },
  };
  return createWrites({
    planners,
    nullClears: { alignCustomers: true },
    resolvers,
    runner: createRunner(journalOver(store, () => [])),
    actor: null,
    users: {},
    maySee: () => true,
    scope: {},
    maxBackendCalls: 10,
    headerKey: null,
    afterWrite: () => undefined,
  });
}

const input: AlignInput = { accountId: "account", from: "1", fields: ["EMAIL"], idempotencyKey: "key" };
const differing: Changes = [{ id: "2", change: { email: "ada@bakery.example" } }];

describe("a call with the key of another one that is recorded while it looks up what to change", () => {
  /** The first call is recorded and has ended between what the second one looked for and what it found. */
  async function overtaken(second: AlignInput) {
    const first = writesThatFind(async () => differing);
    let outcome: Awaited<ReturnType<Writes<Mutations>["alignCustomers"]>> | undefined;
    const other = writesThatFind(async () => {
      outcome ??= await first.alignCustomers(input);
      return [];
    });
    return { late: await other.alignCustomers(second), first: outcome };
  }

  it("is the same call if its input is the same, and nothing is sent twice", async () => {
    const { late, first } = await overtaken(input);
    expect(late).toMatchObject({ replayed: true, operation: { id: first?.operation.id }, results: [{ status: "SUCCEEDED" }] });
    expect(sent).toEqual(["2 ada@bakery.example"]);
  });

  it("is refused if its input differs, after one more lookup", async () => {
    const { late, first } = await overtaken({ ...input, from: "3" });
    expect(late).toMatchObject({ replayed: false, operation: { id: first?.operation.id } });
    expect([sent, looks]).toEqual([["2 ada@bakery.example"], 3]);
  });
});
