import { describe, expect, test } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import type { Customer, CustomerChange } from "../../../src/model/model.ts";
import { alter, find, nothing, oursIs, present, sendBroken, stepOf, useSuite } from "./find-fixture.ts";
import { adapterAnswering, failure, intentOfNow, noted, run, type SentCall, scope } from "./fixture.ts";

/** Two callers change the same object: neither overwrites the other's change silently. */

const address = { lines: ["1 Main St", "Floor 2"], city: "Albany", state: "NY", postalCode: "12207", country: "US" };
const street = { address: { lines: ["9 Elm St"] } };
const city = { address: { city: "Troy" } };
const both = { ...address, lines: ["9 Elm St"], city: "Troy" };

describe.each(["v2", "v3"] as const)("two gateways that change a customer of HostedSuite %s", (generation) => {
  const suite = useSuite(generation);
  const made = () => run(present(suite().adapter.customers.create)({ name: "Zoë", email: "a@example.com", phone: "1", address }));
  const update = (adapter: Adapter, id: string, change: CustomerChange) => present(adapter.customers.update)(id, change);
  const addressOf = async (id: string) =>
    (await present(suite().adapter.customers.create)({ name: "x" }).read(id, scope)).address;
  const writes = () => suite().server.calls.filter(({ function: name }) => /update|PATCH/.test(name)).length;

  test("one after the other: the second is refused, sends nothing, and preserves the first one's change when it repeats", async () => {
    const { id } = await made();
    const [first, second] = [update(suite().adapter, id, street), update(suite().anotherGateway(), id, city)];
    const [before, alsoBefore] = [await noted(stepOf(first), id), await noted(stepOf(second), id)];
    await stepOf(first).send(id, before, scope);
    const sent = writes();
    expect(await failure(() => stepOf(second).send(id, alsoBefore, scope))).toMatchObject({
      code: "CONFLICT",
      retryable: true,
      message: expect.stringContaining("nothing was sent"),
    });
    expect(writes()).toBe(sent);
    await run(second, id);
    expect(await addressOf(id)).toEqual(both);
  });

  test("at once in one process: one of them is refused", async () => {
    const { id } = await made();
    const plans = [update(suite().adapter, id, street), update(suite().adapter, id, city)];
    const intents = await Promise.all(plans.map((plan) => noted(stepOf(plan), id)));
    const ends = await Promise.allSettled(plans.map((plan, index) => stepOf(plan).send(id, present(intents[index]), scope)));
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = ends.findIndex(({ status }) => status === "rejected");
    expect(ends[refused]).toMatchObject({ reason: { code: "CONFLICT", retryable: true } });
    await run(present(plans[refused]), id);
    expect(await addressOf(id)).toEqual(both);
  });

  test("in names only, which replace nothing else: neither is refused", async () => {
    const { id } = await made();
    const [first, second] = [update(suite().adapter, id, { name: "A" }), update(suite().anotherGateway(), id, { name: "B" })];
    const [before, alsoBefore] = [await noted(stepOf(first), id), await noted(stepOf(second), id)];
    await stepOf(first).send(id, before, scope);
    await stepOf(second).send(id, alsoBefore, scope);
    expect((await second.read(id, scope)).name).toBe("B");
  });

  test("a change whose answer was lost and that a person has changed since is in doubt once nothing shows as sent", async () => {
    const { id } = await made();
    const plan = update(suite().adapter, id, { name: "Zoë GmbH", ...city });
    const intent = await noted(stepOf(plan), id);
    await sendBroken(suite(), stepOf(plan), id, intent, "dropAfter");
    expect(await find(stepOf(plan), id, intent)).toEqual(oursIs(id, null));
    alter(suite().state.clients, id, { name: "Zoë AG" });
    expect(await find(stepOf(plan), id, intent)).toEqual(oursIs(id, null));
    const only = update(suite().adapter, id, { name: "Zoë KG" });
    const second = await noted(stepOf(only), id);
    await sendBroken(suite(), stepOf(only), id, second, "dropAfter");
    alter(suite().state.clients, id, { name: "Zoë OHG" });
    expect(await find(stepOf(only), id, second)).toMatchObject({
      ours: [],
      candidates: [{ id, claim: null, differs: ["name"] }],
    });
  });

  test("a change that never arrived has not happened while the customer is unchanged, and is in doubt after any other change", async () => {
    const { id } = await made();
    const plan = update(suite().adapter, id, city);
    const intent = await noted(stepOf(plan), id);
    await sendBroken(suite(), stepOf(plan), id, intent, "dropBefore");
    expect(await find(stepOf(plan), id, intent)).toEqual(nothing);
    alter(suite().state.clients, id, { dateLastModified: Date.now() + 5_000 });
    expect(await find(stepOf(plan), id, intent)).toEqual({ ours: [], candidates: [{ id, claim: null, differs: ["address"] }] });
  });

  test.each(["archive", "restore"] as const)(
    "after an %s whose answer was lost and that somebody reversed, it is in doubt",
    async (verb) => {
      const { id } = await made();
      const { archive, restore } = suite().adapter.customers;
      if (verb === "restore") await run(present(archive)(id), id);
      const plan = present(verb === "archive" ? archive : restore)(id);
      const intent = await noted(stepOf(plan), id);
      await sendBroken(suite(), stepOf(plan), id, intent, "dropAfter");
      expect(await find(stepOf(plan), id, intent)).toEqual(oursIs(id, null));
      await run(present(verb === "archive" ? restore : archive)(id), id);
      alter(suite().state.clients, id, { dateLastModified: Date.now() + 5_000 });
      expect(await find(stepOf(plan), id, intent)).toEqual({ ours: [], candidates: [{ id, claim: null, differs: ["status"] }] });
    },
  );
});

describe("two gateways that change the contact of a customer of HostedSuite v2", () => {
  const suite = useSuite("v2");
  const make = (person: object) => run(present(suite().adapter.customers.create)({ name: "Zoë", ...person }));
  const update = (adapter: Adapter, id: string, change: CustomerChange) => stepOf(present(adapter.customers.update)(id, change));

  test("do not overwrite each other's addresses", async () => {
    const { id } = await make({ email: "a@example.com" });
    const [first, second] = [
      update(suite().adapter, id, { email: "b@example.com" }),
      update(suite().anotherGateway(), id, { email: "c@example.com" }),
    ];
    const [before, alsoBefore] = [await noted(first, id), await noted(second, id)];
    await first.send(id, before, scope);
    expect(await failure(() => second.send(id, alsoBefore, scope))).toMatchObject({ code: "CONFLICT", retryable: true });
    expect(await find(second, id, alsoBefore)).toEqual({ ours: [], candidates: [{ id, claim: null, differs: ["email"] }] });
  });

  test("do not both create one", async () => {
    const { id } = await make({});
    const [first, second] = [
      update(suite().adapter, id, { email: "b@example.com" }),
      update(suite().anotherGateway(), id, { phone: "2" }),
    ];
    const [before, alsoBefore] = [await noted(first, id), await noted(second, id)];
    await first.send(id, before, scope);
    expect(await failure(() => second.send(id, alsoBefore, scope))).toMatchObject({ code: "CONFLICT", retryable: true });
    await second.send(id, await noted(second, id), scope);
    expect(await suite().adapter.customers.getContacts?.([id], scope)).toEqual([{ email: "b@example.com", phone: "2" }]);
  });
});

describe("two gateways that have both seen a customer unchanged", () => {
  /** The stored record, and another's write between our write and the read after it. */
  const backend = (generation: "v2" | "v3", overwrite: (client: Record<string, unknown>) => object) => {
    const names =
      generation === "v2"
        ? { id: "Id", name: "Name", address: "Address", city: "City", street1: "Street1" }
        : { id: "id", name: "name", address: "billingAddress", city: "city", street1: "street1" };
    let stored: Record<string, unknown> = {
      [names.id]: "c1",
      [names.name]: "Zoë",
      [names.address]: { [names.street1]: "1 Main St", [names.city]: "Albany" },
    };
    const respond = ({ effect, body }: SentCall): unknown => {
      if (effect === "read") return generation === "v2" ? [stored] : { items: [stored], totalCount: 1 };
      const answer = { ...stored, [names.address]: body[names.address] };
      stored = { ...answer, [names.address]: { ...(answer[names.address] as object), ...overwrite(names) } };
      return answer;
    };
    const { adapter } = adapterAnswering(generation, respond);
    const plan: WritePlan<Customer> = present(adapter.customers.update)("c1", city);
    return plan;
  };

  test.each(["v2", "v3"] as const)(
    "%s: the first one does not report success if it was overwritten at once",
    async (generation) => {
      const plan = backend(generation, (names) => ({ [String(names["city"])]: "Utica" }));
      const intent = await noted(stepOf(plan), "c1", intentOfNow());
      const error = await failure(() => stepOf(plan).send("c1", intent, scope));
      expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", message: expect.stringContaining("address") });
      expect(await find(stepOf(plan), "c1", intent)).toMatchObject({
        ours: [],
        candidates: [{ id: "c1", differs: ["address"] }],
      });
    },
  );

  test.each(["v2", "v3"] as const)("%s: it does if the other has preserved its values", async (generation) => {
    const plan = backend(generation, (names) => ({ [String(names["street1"])]: "9 Elm St" }));
    const intent = await noted(stepOf(plan), "c1", intentOfNow());
    expect(await stepOf(plan).send("c1", intent, scope)).toMatchObject({ id: "c1" });
    expect(await find(stepOf(plan), "c1", intent)).toEqual(oursIs("c1", null));
  });
});
