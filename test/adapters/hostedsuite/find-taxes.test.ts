import { describe, expect, test } from "vitest";
import type { TaxChange, TaxInput } from "../../../src/model/model.ts";
import { find, letADayPass, oursIs, present, provesChange, provesCreate, stepOf, useSuite } from "./find-fixture.ts";
import { noted, run } from "./fixture.ts";

describe("a tax of HostedSuite v3 with an unknown outcome", () => {
  const suite = useSuite("v3");
  const create = (input: TaxInput) => present(suite().adapter.taxes?.create)(input);
  const update = (id: string, change: TaxChange) => present(suite().adapter.taxes?.update)(id, change);

  test.each<TaxInput>([
    { name: "Levy", rate: "2.50" },
    { name: "Toll", fixedAmount: "3" },
    { name: "Exempt", rate: "0" },
  ])("is found once if it is new, and only if it exists: %j", async (input) => {
    const { name, rate } = await provesCreate(suite(), suite().state.taxes, () => create(input));
    expect([name, rate]).toEqual([input.name, input.rate === "2.50" ? "2.5" : (input.rate ?? null)]);
  });

  test("is a candidate if it differs in any sent member, and the member is named", async () => {
    letADayPass(suite().state);
    const step = stepOf(create({ name: "Told apart", rate: "5" }));
    const intent = await noted(step, null);
    const { id } = await run(create({ name: "Told apart", rate: "5" }));
    for (const [other, differs] of [
      [{ name: "Told Apart", rate: "5" }, ["name"]],
      [{ name: "Told apart", rate: "5.1" }, ["rate"]],
      [{ name: "Told apart", rate: "0" }, ["rate"]],
      [{ name: "Told apart", fixedAmount: "5" }, ["fixedAmount"]],
    ] as const) {
      const finding = await find(stepOf(create(other)), null, intent);
      expect.soft(finding, JSON.stringify(other)).toEqual({ ours: [], candidates: [{ id, claim: id, differs }] });
    }
    expect(await find(stepOf(create({ name: "Told apart", rate: "5.0" })), null, intent)).toEqual(oursIs(id));
  });

  test.each<TaxChange>([{ name: "Renamed" }, { rate: "7" }, { rate: "0" }, { rate: null, fixedAmount: "2.5" }])(
    "is found changed if it has the change's values: %j",
    async (change) => {
      const { id } = await run(create({ name: "Changing", rate: "2.5" }));
      await provesChange(suite(), update(id, change), id);
    },
  );

  test("is found archived and restored, step by step", async () => {
    const { id } = await run(create({ name: "Comes and goes", rate: "1" }));
    await provesChange(suite(), present(suite().adapter.taxes?.archive)(id), id);
    await provesChange(suite(), update(id, { active: true }), id);
    const both = update(id, { name: "Went", active: false });
    await provesChange(suite(), both, id, 0);
    await provesChange(suite(), both, id, 1);
    await provesChange(suite(), update(id, { name: "Back", active: true }), id);
  });

  test("is compensated by archiving", async () => {
    const plan = create({ name: "Regretted", rate: "1" });
    const { id } = await run(plan);
    expect(await run(present(plan.undo)(id), id)).toMatchObject({ id, active: false });
  });
});
