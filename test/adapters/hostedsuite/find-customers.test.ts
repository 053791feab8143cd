import { describe, expect, test } from "vitest";
import type { Customer, CustomerChange, CustomerInput } from "../../../src/model/model.ts";
import {
  find,
  letADayPass,
  nothing,
  openSuite,
  oursIs,
  present,
  provesChange,
  provesCreate,
  sendBroken,
  stepOf,
  useSuite,
  type V2Choices,
} from "./find-fixture.ts";
import { failure, noted, run, scope } from "./fixture.ts";

const address = { lines: ["1 Main St", "Floor 2"], city: "Albany", state: "NY", postalCode: "12207", country: "US" };

describe.each(["v2", "v3"] as const)("a customer of HostedSuite %s with an unknown outcome", (generation) => {
  const suite = useSuite(generation);
  const create = (input: CustomerInput) => present(suite().adapter.customers.create)(input);
  const update = (id: string, change: CustomerChange) => present(suite().adapter.customers.update)(id, change);

  test.each<[string, CustomerInput, Partial<Customer>]>([
    ["by name", { name: "Zoë & Sons (Berlin)" }, { name: "Zoë & Sons (Berlin)" }],
    ["with a reference", { name: "Referred", reference: "AC-1" }, { reference: "AC-1" }],
    ["with an address", { name: "Housed", address }, { address }],
    [
      "with a part of an address",
      { name: "Near", address: { city: "Troy" } },
      { address: expect.objectContaining({ city: "Troy" }) },
    ],
  ])("is found once if it is new, and only if it exists: %s", async (_name, input, expected) => {
    expect(await provesCreate(suite(), suite().state.clients, () => create(input))).toMatchObject(expected);
  });

  test("is a candidate if it differs in any sent member, and the member is named", async () => {
    letADayPass(suite().state);
    const common = { name: "Told Apart", reference: "T-1", address };
    const differences: readonly (readonly [string, Partial<CustomerInput>])[] = [
      ["name", { name: "Told apart" }],
      ["reference", { reference: "T-2" }],
      ["address", { address: { ...address, lines: ["1 Main St"], city: "Troy" } }],
      ["address", { address: { postalCode: "12208" } }],
      ["address", { address: { lines: ["1 Main St", "Floor 3"] } }],
      ...(generation === "v3" ? [["email", { email: "zoe@example.com" }] as const, ["phone", { phone: "1" }] as const] : []),
    ];
    const intent = await noted(stepOf(create(common)), null);
    const { id } = await run(create(common));
    for (const [member, difference] of differences) {
      const finding = await find(stepOf(create({ ...common, ...difference })), null, intent);
      expect.soft(finding, JSON.stringify(difference)).toEqual({ ours: [], candidates: [{ id, claim: id, differs: [member] }] });
    }
    expect(await find(stepOf(create(common)), null, intent)).toEqual(oursIs(id));
  });

  test.each<CustomerChange>([
    { name: "Zoë GmbH" },
    { reference: "AC-2" },
    { address: { city: "Troy" } },
    { address: { lines: ["9 Elm St"] } },
    { email: "new@example.com" },
    { phone: "+1 518 555 0199" },
  ])("is found changed if it has the change's values: %j", async (change) => {
    const { id } = await run(create({ name: "Changing", reference: "AC-1", email: "old@example.com", phone: "1", address }));
    await provesChange(suite(), update(id, change), id);
  });

  test("is found archived and restored", async () => {
    const { archive, restore } = suite().adapter.customers;
    const { id } = await run(create({ name: "Comes and goes" }));
    await provesChange(suite(), present(archive)(id), id);
    await provesChange(suite(), present(restore)(id), id);
  });

  test("is compensated by archiving", async () => {
    const plan = create({ name: "Regretted" });
    const { id } = await run(plan);
    expect(await run(present(plan.undo)(id), id)).toMatchObject({ id, status: "ARCHIVED" });
  });

  test("is not changed if it does not exist", async () => {
    const id = "0123456789abcdef01234567";
    const { archive, restore } = suite().adapter.customers;
    for (const plan of [update(id, { name: "Nobody" }), update(id, { address: { city: "Troy" } }), present(archive)(id)]) {
      expect(await failure(() => noted(stepOf(plan), id))).toMatchObject({ code: "NOT_FOUND", retryable: false });
    }
    // v2 may hide an archived customer. Only the answer to the restore shows whether it exists.
    const back = () => run(present(restore)(id), id);
    expect(await failure(back)).toMatchObject({ code: "NOT_FOUND", retryable: false });
  });
});

describe("the contact of a customer of HostedSuite v2", () => {
  const suite = useSuite("v2");
  const person = { firstName: "Zoë", lastName: "Ångström", email: "zoe@example.com", phone: "+1 518 555 0100" };
  const input = { name: "Zoë & Sons", ...person };
  const create = (customer: CustomerInput) => present(suite().adapter.customers.create)(customer);

  test("is found with all its sent values", async () => {
    const { id } = await run(create({ name: "Alone" }));
    const intent = await noted(stepOf(create(input), 1), id);
    await provesChange(suite(), create(input), id, 1);
    for (const [member, value] of Object.entries(person)) {
      const other = create({ ...input, [member]: value === person.email ? "other@example.com" : "other" });
      const finding = await find(stepOf(other, 1), id, intent);
      expect.soft(finding, member).toEqual({ ours: [], candidates: [{ id, claim: null, differs: [member] }] });
    }
  });

  test("is not an earlier one of the client", async () => {
    const { id } = await run(create(input));
    const step = stepOf(create(input), 1);
    const intent = await noted(step, id);
    expect(await find(step, id, intent)).toEqual(nothing);
    await sendBroken(suite(), step, id, intent, "dropAfter");
    expect(await find(step, id, intent)).toEqual(oursIs(id, null));
  });

  test("is one trace if it was made twice", async () => {
    const { id } = await run(create({ name: "Twice" }));
    const intent = await noted(stepOf(create(input), 1), id);
    await sendBroken(suite(), stepOf(create(input), 1), id, intent, "dropAfter");
    await sendBroken(suite(), stepOf(create(input), 1), id, intent, "dropAfter");
    expect(await find(stepOf(create(input), 1), id, intent)).toEqual(oursIs(id, null));
  });

  test("is found if a change has to create it first", async () => {
    const { id } = await run(create({ name: "Without" }));
    await provesChange(suite(), present(suite().adapter.customers.update)(id, { firstName: "Zoë", phone: "2" }), id);
    const [contact] = (await suite().adapter.customers.getContacts?.([id], scope)) ?? [];
    expect(contact).toEqual({ email: null, phone: "2" });
  });
});

describe.each<[string, V2Choices]>([
  ["lists archived customers with their state", { archivedClients: "listed" }],
  ["hides archived customers", { archivedClients: "hidden" }],
  ["writes dates another way", { datesOut: "american", timeZone: "Pacific/Auckland", nameFilter: "exact" }],
])("HostedSuite v2 that %s", (_name, choices) => {
  test("shows the customer's state", async () => {
    const suite = await openSuite("v2", choices);
    try {
      const { create, archive, restore } = suite.adapter.customers;
      const { id } = await provesCreate(suite, suite.state.clients, () => present(create)({ name: "Zoë & Sons" }));
      await provesChange(suite, present(archive)(id), id);
      await provesChange(suite, present(restore)(id), id);
    } finally {
      await suite.close();
    }
  });
});
