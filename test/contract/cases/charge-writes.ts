import { describe, expect, it } from "vitest";
import type { Charge, ChargeInput } from "../../../src/model/model.ts";
import { canonicalDecimal } from "../../../src/model/money.ts";
import { chargesOf, failureOf, found, maybeFound, perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, needing } from "../dialect.ts";
import { chargeAsked, chargeShown, untouched } from "../expected.ts";
import { assertWellFormed } from "../well-formed.ts";

/** Round trips of charges: what is read equals what was sent, to the last digit. */
export function describeChargeWrites({ dialect, state }: Contract): void {
  if (dialect.charge === null) {
    describe("writing charges", () => it("is not possible", ({ skip }) => skip("the backend writes no charges")));
    return;
  }
  const { inputs, changes, unreadable, amounts, statusWhenCreated, statusWhenVoid, follows } = dialect.charge;

  /** The simplest input, for a customer that only the running case knows. */
  async function plainInput(): Promise<ChargeInput> {
    const { references, ownCustomer } = state();
    const [plainest] = inputs({ ...references, customerId: await ownCustomer() }, uniqueTag());
    if (plainest === undefined) throw new Error("the dialect gives no input");
    return plainest.input;
  }

  const create = (input: ChargeInput): Promise<Charge> => perform(present(state().adapter.charges.create)(input));
  const newCharge = async (): Promise<Charge> => create(await plainInput());
  const read = (id: string): Promise<Charge> => found(state().adapter.charges.getMany([id], scope));

  describe("writing charges", () => {
    needing(dialect, "CHARGE_CREATE")("creates the requested charge, readable by id and in the customer's list", async () => {
      const { adapter, references, running } = state();
      const { customerId } = await plainInput();
      for (const { title, input } of inputs({ ...references, customerId: customerId ?? "" }, uniqueTag())) {
        const created = await create(input);
        assertWellFormed(created, adapter, running.secrets);
        expect(chargeShown(created), title).toMatchObject(chargeAsked(input, unreadable));
        expect(await found(running.connect().charges.getMany([created.id], scope)), title).toEqual(created);
        if (input.customerId != null) expect(await chargesOf(adapter, [input.customerId]), title).toContainEqual(created);
      }
    });

    needing(dialect, "CHARGE_CREATE")("keeps amounts exactly", async () => {
      const input = await plainInput();
      for (const amount of amounts) {
        const created = await create({ ...input, amount });
        expect(canonicalDecimal(created.amount?.amount ?? "")).toBe(canonicalDecimal(amount));
      }
    });

    needing(dialect, "CHARGE_CREATE")("creates once for each time it is asked", async () => {
      const { adapter } = state();
      const input = await plainInput();
      const first = await create(input);
      expect(first.status).toBe(statusWhenCreated);
      const second = await create(input);
      expect(second.id).not.toBe(first.id);
      expect((await chargesOf(adapter, [input.customerId ?? ""])).map(({ id }) => id).toSorted()).toEqual(
        [first.id, second.id].toSorted(),
      );
    });

    needing(dialect, "CHARGE_CREATE")("refuses an unknown customer, and creates nothing", async () => {
      const input = await plainInput();
      const error = await failureOf(() => create({ ...input, customerId: dialect.unknownIds.customer }));
      expect(["NOT_FOUND", "INVALID_INPUT"]).toContain(error.code);
    });

    needing(dialect, "CHARGE_UPDATE")("changes the named members and nothing else", async () => {
      const { adapter, references } = state();
      const { id } = await newCharge();
      for (const change of changes(references, uniqueTag())) {
        const label = JSON.stringify(change);
        const before = await read(id);
        await perform(present(adapter.charges.update)(id, change));
        const after = await read(id);
        expect(chargeShown(after), label).toMatchObject(chargeAsked(change, unreadable));
        expect(untouched(after, Object.keys(change), follows), label).toEqual(untouched(before, Object.keys(change), follows));
        assertWellFormed(after, adapter);
      }
    });

    needing(dialect, "CHARGE_VOID")("voids", async () => {
      const { adapter } = state();
      const before = await newCharge();
      await perform(present(adapter.charges.void)(before.id)).catch((error: unknown) => {
        // The answer cannot show a charge that no longer exists.
        if (statusWhenVoid !== null) throw error;
      });
      const after = await maybeFound(adapter.charges.getMany([before.id], scope));
      expect(after?.status ?? null).toBe(statusWhenVoid);
      if (after !== null) expect(after.amount).toEqual(before.amount);
    });

    needing(dialect, "CHARGE_EXECUTE")("executes", async () => {
      const { adapter } = state();
      const before = await newCharge();
      const executed = await perform(present(adapter.charges.execute)(before.id));
      expect(executed).toEqual(await read(before.id));
      expect(executed.amount).toEqual(before.amount);
    });

    needing(dialect, "CHARGE_UPDATE")("an unknown charge is NOT_FOUND when changed", async () => {
      const { adapter, references } = state();
      const [change] = changes(references, uniqueTag());
      const error = await failureOf(() => perform(present(adapter.charges.update)(dialect.unknownIds.charge, change ?? {})));
      expect(error.code).toBe("NOT_FOUND");
    });

    needing(dialect, "CHARGE_VOID")("an unknown charge is NOT_FOUND when voided", async () => {
      const { adapter } = state();
      const error = await failureOf(() => perform(present(adapter.charges.void)(dialect.unknownIds.charge)));
      expect(error.code).toBe("NOT_FOUND");
    });

    needing(dialect, "CHARGE_EXECUTE")("an unknown charge is NOT_FOUND when executed", async () => {
      const { adapter } = state();
      const error = await failureOf(() => perform(present(adapter.charges.execute)(dialect.unknownIds.charge)));
      expect(error.code).toBe("NOT_FOUND");
    });
  });
}
