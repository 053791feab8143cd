import { describe, expect, it } from "vitest";
import { present, sendProven } from "../../contract/calls.ts";
import { type Answering, done, failureOf, fakeAdapter, intent, noting, ok, perform, refused } from "./fake-connection.ts";

const page = { first: 10, after: null };

describe("taxes", () => {
  const taxes = [
    { id: 3, name: "VAT", customer: 1, shared: 1 },
    { id: 12, name: "Levy", customer: 5 },
  ];
  const answering: Answering = ({ function: name, parameters }) => {
    if (name === "taxes/get") return ok(taxes.find(({ id }) => String(id) === parameters["id"]));
    const { customer, available, applicable } = parameters;
    if (available === "1") return ok(taxes.slice(0, 1));
    if (applicable === "1") return ok(taxes);
    if (customer === "1") return refused("400", "customer");
    return ok(taxes.filter((tax) => customer === undefined || String(tax.customer) === customer));
  };

  it("are found in their owner's list; shared ones of an invisible owner among the usable ones", async () => {
    const { adapter, sent } = fakeAdapter(answering);
    const loaded = await adapter.taxes?.getMany(["5:12", "1:3", "5:3", "x", "5:12"], {});
    expect(loaded?.map((tax) => (tax as { id: string } | null)?.id ?? null)).toEqual(["5:12", "1:3", null, null, "5:12"]);
    expect(sent.map(({ parameters }) => parameters)).toEqual([{ customer: "5" }, { customer: "1" }, { available: "1" }, {}]);
  });

  it("fail together with the list that should contain them; others do not", async () => {
    const failing = (fails: (parameters: Readonly<Record<string, string>>) => boolean) =>
      fakeAdapter((sent) => (fails(sent.parameters) ? refused(500) : answering(sent))).adapter.taxes?.getMany(
        ["5:12", "5:99", "8:1"],
        {},
      );
    const owned = await failing(({ customer }) => customer === "8");
    expect(owned).toMatchObject([{ id: "5:12" }, null, { code: "UNAVAILABLE" }]);
    const usable = await failing(({ available }) => available === "1");
    expect(usable).toMatchObject([{ id: "5:12" }, { code: "UNAVAILABLE" }, { code: "UNAVAILABLE" }]);
  });

  it("are read by taxes/get if it exists, under their own owner only", async () => {
    const { adapter, functions } = fakeAdapter(answering, { functions: { taxesGet: true } });
    const loaded = await adapter.taxes?.getMany(["5:12", "1:12", "5:12"], {});
    expect(loaded).toMatchObject([{ id: "5:12" }, null, { id: "5:12" }]);
    expect(functions()).toEqual(["taxes/get", "taxes/get"]);
  });

  it("are listed once each, by number, whoever owns them", async () => {
    const { adapter } = fakeAdapter(answering);
    const first = await adapter.taxes?.list({}, { first: 1, after: null }, {});
    expect(first).toMatchObject({ items: [{ value: { id: "1:3" }, position: "3" }], hasNextPage: true });
    const next = await adapter.taxes?.list({}, { first: 1, after: "3" }, {});
    expect(next).toMatchObject({ items: [{ value: { id: "5:12" } }], hasNextPage: false });
    expect((await adapter.taxes?.list({ search: "lev" }, page, {}))?.items).toHaveLength(1);
    expect((await adapter.taxes?.list({ active: false }, page, {}))?.items).toEqual([]);
    expect(await failureOf(() => adapter.taxes?.list({}, { first: 1, after: "1:3" }, {}))).toMatchObject({ field: ["after"] });
  });

  it("are created with an owner that is given, looked up, or left open", async () => {
    const create = (answer: Answering) => {
      // It is in no list before.
      let isCreated = false;
      return fakeAdapter((sent) => {
        isCreated ||= sent.function === "taxes/create";
        return isCreated ? answer(sent) : ok([]);
      }).adapter.taxes?.create;
    };
    const created: Answering = (sent) => (sent.function === "taxes/create" ? ok({ id: 12 }) : answering(sent));
    expect(await perform(create(created)?.({ name: "Levy", ownerId: "5" }))).toEqual({ id: "5:12" });
    const own = present(create(created)?.({ name: "Levy" }).steps[0]);
    const proven = await sendProven(own, null, await noting(own, null, intent));
    expect(proven).toMatchObject({ id: "5:12", value: { name: "Levy" } });
    let isMade = false;
    const deaf: Answering = (sent) => {
      if (sent.function !== "taxes/create") return isMade ? refused(500) : answering(sent);
      isMade = true;
      return ok({ id: 12 });
    };
    expect(await perform(create(deaf)?.({ name: "Levy" }))).toEqual({ id: "0:12" });
  });

  it.each([
    [ok({ tax: 3, liable: "1" }), true],
    [ok({ tax: 3, liable: 0 }), false],
    [ok({ tax: 3 }), null],
    [refused("404"), false],
  ])("and liability: %j is %s", async (answer, liable) => {
    const { adapter } = fakeAdapter((sent) => (sent.function === "taxes/liable/get" ? answer : answering(sent)));
    expect(await adapter.taxes?.isLiable?.("1:3", { customerId: "8" }, {})).toBe(liable);
  });

  it("that do not exist have no liability", async () => {
    const { adapter } = fakeAdapter((sent) => (sent.function === "taxes/liable/get" ? refused("404") : answering(sent)));
    expect(await failureOf(() => adapter.taxes?.isLiable?.("5:99", { chargeId: "8" }, {}))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("are shown after archiving as they last were", async () => {
    const { adapter } = fakeAdapter((sent) => (sent.function === "taxes/delete" ? done : answering(sent)), {
      functions: { taxesDelete: true },
    });
    expect(await perform(adapter.taxes?.archive?.("5:12"), "5:12")).toMatchObject({ value: { active: false, name: "Levy" } });
  });
});
