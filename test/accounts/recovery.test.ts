import { afterEach, beforeEach, expect, it } from "vitest";
import type { Linking } from "../../src/accounts/planning.ts";
import { type AccountStore, createAccountStore } from "../../src/accounts/store.ts";
import type { Adapter } from "../../src/adapter/adapter.ts";
import { createBackends } from "../../src/adapter/backends.ts";
import { planAll } from "../../src/gateway/mutations.ts";
import { startHousekeeping, usualHousekeeping } from "../../src/journal/housekeeping.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { encodeId } from "../../src/model/id.ts";
import type { Customer } from "../../src/model/model.ts";
import { journalOver, presenceOf } from "../journal/fake-backend.ts";
import { noAccounts } from "../support/no-accounts.ts";

/** Links while the gateway dies or its store fails. */

const keys = ["pbx", "suite", "offices"];
const customers = keys.map((key) => ({ type: "Customer", backend: key, id: "7", name: `Ada in ${key}` }) as Customer);
const backends = createBackends(
  customers.map((customer) => {
    const adapter = { key: customer.backend, customers: { getMany: async () => [customer] } } as unknown as Adapter;
    return { key: customer.backend, label: customer.backend, adapter, health: () => Promise.reject() as never };
  }),
);
const customerIds = customers.map(({ backend, id }) => encodeId({ type: "Customer", backend, id }));

let store: Store;
let accounts: AccountStore;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  accounts = createAccountStore(store.engine);
});
afterEach(async () => store.close());

/** A gateway over the store whose account changes can be made to fail. */
function gatewayWith(failing: (linking: Linking) => Partial<Linking> = () => ({})) {
  const linking = { ...accounts, ...failing(accounts) };
  const planners = planAll({ reach: { backends, users: {}, isComplete: true }, linking, declining: noAccounts.declining });
  const plan = ({ mutation, input }: Operation) => planners[mutation as keyof typeof planners](input as never);
  const journal = { ...journalOver(store, plan), settleMs: 0 };
  const runner = createRunner(journal);
  const run = (mutation: "linkCustomers" | "unlinkCustomers", ids: readonly string[], idempotencyKey: string) => {
    const input = { customerIds: ids };
    const call = { mutation, actor: null, users: {}, idempotencyKey, input, validateOnly: false, onFailure: "KEEP" } as const;
    return runner.run({ ...call, targets: planners[mutation](input), repeats: () => false, maySee: () => true }, {});
  };
  return { journal, runner, run };
}
/** Backends of the account's customers, in its order. */
const linked = async (id: string) => (await accounts.byIds([id], keys))[0]?.members.map(({ backend }) => backend);

it("finds links that were made although the answer was lost", async () => {
  const lost = gatewayWith(({ join }) => ({
    join: (...given) => join(...given).then(() => Promise.reject(new Error("killed"))),
  }));
  const { operation } = await lost.run("linkCustomers", customerIds, "key");
  expect(operation.status).toBe("UNKNOWN");
  const settled = await gatewayWith().runner.reconcile(operation.id, {});
  expect(settled?.status).toBe("SUCCEEDED");
  expect(await linked(operation.id)).toEqual(keys);
});

it("a repeated call makes the missing links, in the same account", async () => {
  const lost = gatewayWith(({ join }) => ({
    join: (joining, admits) =>
      joining.customer.backend === "suite" ? Promise.reject(new Error("killed")) : join(joining, admits),
  }));
  const { operation } = await lost.run("linkCustomers", customerIds, "key");
  expect(operation.status).toBe("UNKNOWN");
  expect(await linked(operation.id)).toEqual(["pbx", "offices"]);
  const again = await gatewayWith().run("linkCustomers", customerIds, "key");
  expect(again.operation).toMatchObject({ id: operation.id, status: "SUCCEEDED" });
  expect(await linked(operation.id)).toEqual(keys);
});

it("another gateway settles the steps of one that died, and a repeated call does the rest", async () => {
  const dying = gatewayWith(() => ({ join: () => new Promise(() => {}) }));
  void dying.run("linkCustomers", customerIds, "key");
  const begun = async () => (await store.list({}, 1, null))[0];
  await expect.poll(async () => (await begun())?.steps.every(({ status }) => status === "SENDING")).toBe(true);
  await store.retire(dying.journal.presence.owner());
  const next = gatewayWith();
  const journal = { ...next.journal, permitMs: 0, presence: presenceOf(store, { owner: "the next one" }) };
  const runner = createRunner(journal);
  const keeping = startHousekeeping(journal, runner, {
    ...usualHousekeeping,
    takeOverEveryMs: 10,
    lookEveryMs: 10,
    retentionMs: 60_000,
  });
  try {
    await expect.poll(async () => (await begun())?.status).toBe("FAILED");
  } finally {
    await keeping.stop();
  }
  const again = await next.run("linkCustomers", customerIds, "key");
  expect(again.operation.status).toBe("SUCCEEDED");
  expect(await linked(again.operation.id)).toEqual(keys);
});

it("finds that a customer was removed although the answer was lost", async () => {
  const { operation } = await gatewayWith().run("linkCustomers", customerIds, "key");
  const lost = gatewayWith(({ leave }) => ({
    leave: (...given) => leave(...given).then(() => Promise.reject(new Error("killed"))),
  }));
  const { operation: unlinking } = await lost.run("unlinkCustomers", customerIds.slice(0, 1), "other key");
  expect(unlinking.status).toBe("UNKNOWN");
  expect((await gatewayWith().runner.reconcile(unlinking.id, {}))?.status).toBe("SUCCEEDED");
  expect(await linked(operation.id)).toEqual(["suite", "offices"]);
});
