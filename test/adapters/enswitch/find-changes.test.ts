import { describe, expect, it } from "vitest";
import type { Finding, Intent } from "../../../src/adapter/adapter.ts";
import { type Answering, failureOf, fakeAdapter, noting, ok, refused } from "./fake-connection.ts";
import { candidate, look, newIntent, nothing, present } from "./finding.ts";

/** The look for a change, given the object before it and the object now. */

describe("the look for a change", () => {
  const plans = { update: { email: "n@example.com", name: "New" }, archive: null, restore: null };
  type Act = keyof typeof plans;

  /** The backend's answer when the step is noted. */
  const search = async (before: Answering, after: Answering, act: Act): Promise<Finding> => {
    let answering = before;
    const { adapter } = fakeAdapter((call) => answering(call));
    const plan = act === "update" ? adapter.customers.update?.("5", plans.update) : adapter.customers[act]?.("5");
    const step = present(plan?.steps[0]);
    const intent: Intent = await noting(step, "5", newIntent());
    answering = after;
    return look(step, "5", intent);
  };
  const row = { id: 5, name: "Acme", email: "a@example.com", deleted: 0 };
  const showing = (columns: object) => (): unknown => ok({ ...row, ...columns });
  const gone: Answering = ({ function: name }) => (name === "customers/get" ? refused("404") : ok([]));
  const done = { ours: [{ id: "5", claim: null }], candidates: [] };
  const open = (...differs: string[]) => candidate("5", differs, null);

  it.each<[string, Act, object, object, Finding]>([
    ["done", "update", {}, { email: "N@example.com", name: "New" }, done],
    ["not done", "update", {}, {}, nothing],
    ["done, and something else changed", "update", {}, { email: "n@example.com", name: "New", bill_ref: "x" }, done],
    ["done, and the name corrected since", "update", {}, { email: "n@example.com", name: "Newer" }, done],
    ["not done, and the name corrected since", "update", {}, { name: "Newer" }, open("name")],
    ["done by halves", "update", {}, { name: "New" }, done],
    ["already so", "update", { email: "n@example.com", name: "New" }, { email: "n@example.com", name: "New" }, done],
    ["already so, and changed since", "update", { email: "n@example.com", name: "New" }, {}, open("name", "email")],
    ["shown in part, as it was", "update", {}, { email: undefined }, nothing],
    ["shown in part, as it was sent", "update", {}, { email: undefined, name: "New" }, open("email")],
    ["shown in part, and changed", "update", {}, { email: undefined, name: "Newer" }, open("name", "email")],
    ["not shown", "update", {}, { email: undefined, name: undefined }, open("name", "email")],
    [
      "never shown",
      "update",
      { email: undefined, name: undefined },
      { email: undefined, name: undefined },
      open("name", "email"),
    ],
    ["done", "archive", {}, { deleted: 1 }, done],
    ["not done", "archive", {}, {}, nothing],
    ["archived already, and restored by a person since", "archive", { deleted: 1 }, {}, open("status")],
    ["not shown", "archive", {}, { deleted: undefined }, open("status")],
    ["done", "restore", { deleted: 1 }, {}, done],
    ["not done", "restore", { deleted: 1 }, { deleted: 1 }, nothing],
    ["live already, and archived by a person since", "restore", {}, { deleted: 1 }, open("status")],
  ])("%s: %s of %j is now %j", async (_title, act, before, after, expected) => {
    expect(await search(showing(before), showing(after), act)).toEqual(expected);
  });

  it.each(["update", "archive", "restore"] as const)(
    "of a customer that is gone, never existed, or cannot be read: %s",
    async (act) => {
      const members = act === "update" ? ["name", "email"] : ["status"];
      expect(await search(showing({ deleted: 9 }), gone, act)).toEqual(open(...members));
      expect(await search(gone, gone, act)).toEqual(nothing);
      expect(await search(() => refused("402"), gone, act)).toEqual(open(...members));
      expect(await failureOf(() => search(showing({}), () => refused("500"), act))).toMatchObject({ code: "UNAVAILABLE" });
    },
  );

  it.each<[unknown, unknown, Finding]>([
    [0, ok({ tax: 3, liable: 1 }), { ours: [{ id: "1:3", claim: null }], candidates: [] }],
    [0, ok({ tax: 3, liable: 0 }), nothing],
    [1, ok({ tax: 3, liable: 0 }), candidate("1:3", ["liable"], null)],
    [0, ok({ tax: 3 }), candidate("1:3", ["liable"], null)],
    [0, refused("404"), candidate("1:3", ["liable"], null)],
  ])("of a liability of %j in %j", async (before, answer, expected) => {
    let shown: unknown = ok({ tax: 3, liable: before });
    const { adapter } = fakeAdapter(({ function: name }) => (name === "taxes/list" ? ok([]) : shown));
    const step = present(adapter.taxes?.setLiability?.("1:3", { customerId: "5" }, true).steps[0]);
    const intent = await noting(step, "1:3", newIntent());
    shown = answer;
    expect(await look(step, "1:3", intent)).toEqual(expected);
  });

  it.each([
    [ok({ tax: 3, liable: 1 }), ok({ tax: 4, liable: 0 }), [done, done]],
    [ok({ tax: 3, liable: 0 }), ok({ tax: 4, liable: 1 }), [nothing, nothing]],
    [ok({ tax: 3 }), ok({ tax: 4 }), [open("taxIds"), open("taxIds")]],
    [refused("404"), refused("404"), [nothing, done]],
  ] as const)("of the taxes of a new charge in %j and %j", async (named, other, expected) => {
    const { adapter } = fakeAdapter(({ function: name, parameters }) => {
      if (name === "taxes/list")
        return ok(
          [
            { id: 4, charges: 1 },
            { id: 3, charges: 1 },
          ].slice(0, parameters["applicable"] ? 2 : 1),
        );
      return parameters["tax"] === "3" ? named : other;
    });
    const input = { customerId: "1", name: "Setup", amount: "5", currency: "EUR", taxIds: ["1:3"] };
    const [, first, last] = present(adapter.charges.create?.(input)).steps;
    const findings = [];
    for (const step of [present(first), present(last)]) {
      findings.push(await look(step, "5", await noting(step, "5", newIntent())));
    }
    expect(findings).toEqual(expected);
  });
});
