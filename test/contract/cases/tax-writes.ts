import { describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import type { LiabilitySubject, Tax } from "../../../src/model/model.ts";
import { containsText } from "../../../src/model/text.ts";
import { everything, failureOf, found, maybeFound, perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, type ContractState, needing } from "../dialect.ts";
import { taxAsked, taxShown, untouched } from "../expected.ts";
import { assertWellFormed } from "../well-formed.ts";

/** Filters and round trips of taxes, and who is liable for them. */
export function describeTaxWrites({ dialect, state }: Contract): void {
  if (dialect.tax === null) {
    describe("taxes", () => it("are not kept by the backend", ({ skip }) => skip("the backend has no taxes")));
    return;
  }
  const { inputs, changes, unreadable, follows } = dialect.tax;

  async function newTax(): Promise<Tax> {
    const [plainest] = inputs(state().references, uniqueTag());
    if (plainest === undefined) throw new Error("the dialect gives no input");
    return perform(present(state().adapter.taxes?.create)(plainest.input));
  }

  const read = (id: string): Promise<Tax> => found(present(state().adapter.taxes).getMany([id], scope));

  describe("taxes", () => {
    needing(dialect, "TAX_READ")("pass every filter, and none that passes is missing", async () => {
      const { list } = present(state().adapter.taxes);
      const all = await everything(list, {});
      const search = all[0]?.name.slice(0, 4).toUpperCase() ?? "";
      const byName = await everything(list, { search }, 2);
      expect(byName).toEqual(all.filter(({ name, description }) => containsText([name, description], search)));
      for (const active of [true, false])
        expect(await everything(list, { active }, 2)).toEqual(all.filter((tax) => tax.active === active));
      const country = all.find((tax) => tax.country !== null)?.country ?? "ZZ";
      expect(await everything(list, { country }, 2)).toEqual(all.filter((tax) => tax.country === country));
    });

    needing(dialect, "TAX_CREATE")("are created as requested, and can be read and listed", async () => {
      const { adapter, references, running } = state();
      for (const { title, input, unlisted } of inputs(references, uniqueTag())) {
        const created = await perform(present(adapter.taxes?.create)(input));
        assertWellFormed(created, adapter, running.secrets);
        expect(taxShown(created), title).toMatchObject(taxAsked(input, unreadable));
        expect(await read(created.id), title).toEqual(created);
        if (!unlisted) expect(await everything(present(adapter.taxes).list, {}), title).toContainEqual(created);
      }
    });

    needing(dialect, "TAX_UPDATE")("are changed in the named members only", async () => {
      const { adapter, references } = state();
      const { id } = dialect.capabilities.includes("TAX_CREATE") ? await newTax() : { id: references.taxId ?? "" };
      for (const change of changes(references, uniqueTag())) {
        const label = JSON.stringify(change);
        const before = await read(id);
        await perform(present(adapter.taxes?.update)(id, change));
        const after = await read(id);
        expect(taxShown(after), label).toMatchObject(taxAsked(change, unreadable));
        expect(untouched(after, Object.keys(change), follows), label).toEqual(untouched(before, Object.keys(change), follows));
        assertWellFormed(after, adapter);
      }
    });

    needing(
      dialect,
      "TAX_CREATE",
      "TAX_ARCHIVE",
    )("are not active any more when archived", async () => {
      const { adapter } = state();
      const { id } = await newTax();
      await perform(present(adapter.taxes?.archive)(id));
      const after = await maybeFound(present(adapter.taxes).getMany([id], scope));
      expect(after?.active ?? false).toBe(false);
      expect((await everything(present(adapter.taxes).list, { active: true })).map((tax) => tax.id)).not.toContain(id);
    });

    needing(dialect, "TAX_UPDATE")("are NOT_FOUND when changed, if they do not exist", async () => {
      const { adapter, references } = state();
      const [change] = changes(references, uniqueTag());
      const error = await failureOf(() => perform(present(adapter.taxes?.update)(dialect.unknownIds.tax, change ?? {})));
      expect(error.code).toBe("NOT_FOUND");
    });

    needing(
      dialect,
      "TAX_LIABILITY",
      "TAX_CREATE",
    )("apply to a customer exactly when it is liable", async () => {
      const { adapter, references } = state();
      const subject = { customerId: references.customerId };
      const { id } = await newTax();
      for (const liable of [true, false, true]) {
        await perform(present(adapter.taxes?.setLiability)(id, subject, liable));
        expect(await isLiable(state(), id, subject)).toBe(liable);
        const [taxes] = (await adapter.taxes?.listByCustomers?.([references.customerId], scope)) ?? [];
        if (taxes instanceof BillingError) throw taxes;
        if (taxes !== undefined) expect(taxes.some((tax) => tax.id === id)).toBe(liable);
      }
    });

    needing(
      dialect,
      "TAX_LIABILITY",
      "TAX_CREATE",
      "CHARGE_CREATE",
    )("apply to a charge exactly when it is liable", async () => {
      const { adapter, references } = state();
      const [plainest] = dialect.charge?.inputs(references, uniqueTag()) ?? [];
      const charge = await perform(present(adapter.charges.create)(plainest?.input ?? {}));
      const { id } = await newTax();
      for (const liable of [true, false]) {
        await perform(present(adapter.taxes?.setLiability)(id, { chargeId: charge.id }, liable));
        expect(await isLiable(state(), id, { chargeId: charge.id })).toBe(liable);
      }
    });

    needing(dialect, "TAX_READ")("of several customers come in their order", async ({ skip }) => {
      const { adapter, customers } = state();
      const list = adapter.taxes?.listByCustomers;
      if (list === undefined) return skip("the backend cannot tell the taxes of a customer");
      const ids = customers.slice(0, 5).map(({ id }) => id);
      const sets = await list([...ids, ids[0] ?? ""], scope);
      expect(sets.length).toBe(6);
      expect(sets[5]).toEqual(sets[0]);
      for (const set of sets) {
        if (set instanceof BillingError) throw set;
        for (const tax of set) assertWellFormed(tax, adapter);
      }
    });
  });
}

function isLiable({ adapter }: ContractState, taxId: string, subject: LiabilitySubject): Promise<boolean | null> {
  return present(adapter.taxes?.isLiable)(taxId, subject, scope);
}
