import { describe, expect, it } from "vitest";
import type { Adapter, Finding, Intent, WritePlan } from "../../../src/adapter/adapter.ts";
import { scripted } from "./fake-connection.ts";
import { findingOf, noted, nothing, sendNoted } from "./simulated.ts";

/** The look for a change whose answer was lost, given the object before it and the object now. */

const intent: Intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", note: null };

interface Changing {
  readonly plan: (adapter: Adapter) => WritePlan<unknown> | undefined;
  readonly id: string;
  readonly was: object;
}

/** Notes the change of an object, and looks for it once the object is `now`; null: it no longer exists. */
async function look({ plan, id, was }: Changing, now: object | null): Promise<Finding> {
  let stored: object | null = was;
  const { adapter } = scripted(() => (stored ? { json: stored } : { status: 404, json: { failureCode: "V01" } }));
  const step = await noted(plan(adapter), intent, id);
  stored = now;
  return findingOf(plan(adapter), step, id);
}

const ours = (id: string): Finding => ({ ours: [{ id, claim: null }], candidates: [] });
const candidate = (id: string, differs: readonly string[]): Finding => ({ ours: [], candidates: [{ id, claim: null, differs }] });

describe("a change of a customer", () => {
  const was = {
    id: 5,
    code: "x",
    firstName: "Ann",
    lastName: "Lee",
    organizationName: "Old & Co.",
    email: "a@b.example",
    cellPhone: "1",
    street1: "a",
    balance: 0,
  };
  const changing: Changing = {
    id: "5",
    was,
    plan: (adapter) =>
      adapter.customers.update?.("5", { name: "Müller & Söhne", email: "New@B.example", address: { city: "Bern" } }),
  };
  const done = { ...was, organizationName: "Müller & Söhne", email: "New@B.example", city: "Bern" };

  it.each<[string, object | null, Finding]>([
    ["as it was sent", done, ours("5")],
    ["encoded and in lower case", { ...done, organizationName: "M&uuml;ller &amp; Söhne", email: "new@b.example" }, ours("5")],
    ["as it was sent, and something else changed since", { ...done, lastName: "Ray" }, ours("5")],
    ["as it was", was, nothing],
    ["as it was, with another balance", { ...was, balance: 500, isActive: false }, nothing],
    [
      "as it was, and something else changed since",
      { ...was, lastName: "Ray" },
      candidate("5", ["name", "email", "address.city"]),
    ],
    ["with a name by somebody else since", { ...done, organizationName: "Other" }, ours("5")],
    ["with another name only", { ...was, organizationName: "Other" }, candidate("5", ["name"])],
    ["changed by somebody else only", { ...was, city: "Basel" }, candidate("5", ["address.city"])],
    ["stored in part", { ...was, email: "New@B.example" }, ours("5")],
    ["without a part of what was sent", { ...done, city: undefined }, ours("5")],
    ["gone", null, candidate("5", ["name", "email", "address.city"])],
  ])("%s", async (_title, now, expected) => {
    expect(await look(changing, now)).toEqual(expected);
  });

  it("is sent as it was noted, whatever the record is now", async () => {
    let stored: object = was;
    const { adapter, sent } = scripted(() => ({ json: stored }));
    const plan = adapter.customers.update?.("5", { phone: "2" });
    const step = await noted(plan, intent, "5");
    stored = { ...was, cellPhone: undefined, workPhone: "3" };
    await sendNoted(plan, step, "5");
    expect(sent.at(-1)?.body).toEqual({ json: { cellPhone: "2" } });
  });
});

describe("a change of a tax", () => {
  const was = { id: 3, value: 725, description: "Sales", effectiveDate: "2024-01-01", isActive: true };
  const updating: Changing = {
    id: "US:3",
    was,
    plan: ({ taxes }) => taxes?.update?.("US:3", { rate: "8", name: "Sales <new>" }),
  };
  const done = { ...was, value: 800, description: "Sales <new>" };
  const archiving: Changing = { id: "US:3", was, plan: ({ taxes }) => taxes?.archive?.("US:3") };

  it.each<[string, Changing, object | null, Finding]>([
    ["as it was sent", updating, done, ours("US:3")],
    [
      "encoded, and its date with a time",
      updating,
      { ...done, description: "Sales &lt;new&gt;", effectiveDate: "2024-01-01 00:00:00" },
      ours("US:3"),
    ],
    ["as it was sent, and archived since", updating, { ...done, isActive: false }, ours("US:3")],
    ["as it was", updating, was, nothing],
    ["as it was, and archived since", updating, { ...was, isActive: false }, candidate("US:3", ["rate", "name"])],
    ["with another rate by somebody else since", updating, { ...done, value: 900 }, ours("US:3")],
    ["changed by somebody else only", updating, { ...was, value: 900 }, candidate("US:3", ["rate"])],
    ["gone", updating, null, candidate("US:3", ["rate", "name"])],
    ["archived", archiving, { ...was, isActive: false }, ours("US:3")],
    ["not archived", archiving, was, nothing],
    ["restored by somebody with another rate", archiving, { ...was, value: 900 }, candidate("US:3", ["active"])],
  ])("%s", async (_title, changing, now, expected) => {
    expect(await look(changing, now)).toEqual(expected);
  });

  it("is not sent over another change, which it would undo", async () => {
    let stored: object = was;
    const { adapter, sent } = scripted(() => ({ json: stored }));
    const plan = adapter.taxes?.update?.("US:3", { rate: "8" });
    for (const changed of [{ description: "Other" }, { value: 1 }, { effectiveDate: "2025-01-01" }, { isActive: false }]) {
      stored = was;
      const step = await noted(plan, intent, "US:3");
      stored = { ...was, ...changed };
      await expect(sendNoted(plan, step, "US:3")).rejects.toMatchObject({ code: "CONFLICT", retryable: true });
    }
    expect(sent.filter(({ effect }) => effect === "write")).toEqual([]);
    // The next attempt notes the current state, and keeps it.
    await sendNoted(plan, intent, "US:3");
    expect(sent.at(-1)?.body).toEqual({
      form: { effectiveDate: "2024-01-01", value: "800", description: "Sales", isActive: "false" },
    });
  });
});

describe("settings that changed between the request and the look", () => {
  it("do not affect the look", async () => {
    const entry = { id: 9, code: "gw-s", type: "RI", amount: 1100, taxAmount: 100, creatorCode: "gateway" };
    const input = { customerId: "8", amount: "10", taxAmount: "1" };
    const before = scripted(() => ({ json: [] }), { taxIncludedInAmount: true });
    const step = await noted(before.adapter.charges.create?.(input), intent);
    const after = scripted(({ path }) => ({ json: path === "customers/8" ? { id: 8 } : [entry] }), {
      taxIncludedInAmount: false,
    });
    expect((await findingOf(after.adapter.charges.create?.(input), step)).ours).toEqual([
      { id: "8:9", claim: "8:9", isMarked: true },
    ]);
  });

  it("do not affect the country and the scale of a tax", async () => {
    const rate = { id: 9, value: 7250, description: "Levy", effectiveDate: "2026-12-01", countryCode: "DE" };
    const input = { name: "Levy", rate: "7.25", effectiveDate: "2026-12-01" };
    const before = scripted(() => ({ json: [] }), { country: "DE", taxValueScale: 3 });
    const step = await noted(before.adapter.taxes?.create?.(input), intent);
    const after = scripted(({ path }) => ({ json: path.startsWith("countries/DE") ? [rate] : [] }), { country: "US" });
    expect((await findingOf(after.adapter.taxes?.create?.(input), step)).ours).toEqual([{ id: "DE:9", claim: "DE:9" }]);
  });
});
