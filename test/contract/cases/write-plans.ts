import { describe, expect, it } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import type { ChargeInput, CreditInput, CustomerInput, TaxInput } from "../../../src/model/model.ts";
import { chargesOf, everything, failureOf, perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, needing, type Refusal } from "../dialect.ts";

/** Plans of writes are strict about their input, do no I/O, and have no effect until a step is sent. */
export function describePlans({ dialect, state }: Contract): void {
  const customerInput = (): CustomerInput => plainest(dialect.customer?.inputs(state().references, uniqueTag()) ?? []);
  const chargeInput = (): ChargeInput => plainest(dialect.charge?.inputs(state().references, uniqueTag()) ?? []);
  const creditInput = (): CreditInput => plainest(dialect.credit?.inputs(state().references, uniqueTag()) ?? []);
  const taxInput = (): TaxInput => plainest(dialect.tax?.inputs(state().references, uniqueTag()) ?? []);

  /** Expects a refusal while the plan is made: at the field, not retryable, without a call. */
  async function expectRefusals<Input>(
    code: string,
    refusals: readonly Refusal<Input>[],
    make: (added: Partial<Input>) => unknown,
  ): Promise<void> {
    const before = state().running.countCalls();
    for (const refusal of refusals) {
      const outcome = await refusalOf(() => make(refusal.with));
      expect.soft(outcome, JSON.stringify(refusal)).toEqual([code, refusal.field, false]);
    }
    expect(state().running.countCalls()).toBe(before);
  }

  describe("plans of writes", () => {
    it("refuse each member that a backend cannot honour, and send nothing", async () => {
      const { adapter } = state();
      const { customer, charge, credit, tax } = dialect;
      await expectRefusals("UNSUPPORTED", credit?.refused ?? [], (added) =>
        present(adapter.charges.createCredit)({ ...creditInput(), ...added }),
      );
      await expectRefusals("UNSUPPORTED", customer?.refused ?? [], (added) =>
        present(adapter.customers.create)({ ...customerInput(), ...added }),
      );
      await expectRefusals("UNSUPPORTED", charge?.refused ?? [], (added) =>
        present(adapter.charges.create)({ ...chargeInput(), ...added }),
      );
      await expectRefusals("UNSUPPORTED", tax?.refused ?? [], (added) =>
        present(adapter.taxes?.create)({ ...taxInput(), ...added }),
      );
      const { customerId, taxId } = state().references;
      await expectRefusals("UNSUPPORTED", customer?.refusedChanges ?? [], (change) =>
        present(adapter.customers.update)(customerId, change),
      );
      await expectRefusals("UNSUPPORTED", charge?.refusedChanges ?? [], (change) =>
        present(adapter.charges.update)(anyCharge(), change),
      );
      await expectRefusals("UNSUPPORTED", tax?.refusedChanges ?? [], (change) =>
        present(adapter.taxes?.update)(taxId ?? "", change),
      );
    });

    it("refuse each invalid member, and send nothing", async () => {
      const { adapter } = state();
      const { customer, charge, credit, tax } = dialect;
      await expectRefusals("INVALID_INPUT", credit?.invalid ?? [], (added) =>
        present(adapter.charges.createCredit)({ ...creditInput(), ...added }),
      );
      await expectRefusals("INVALID_INPUT", customer?.invalid ?? [], (added) =>
        present(adapter.customers.create)({ ...customerInput(), ...added }),
      );
      await expectRefusals("INVALID_INPUT", charge?.invalid ?? [], (added) =>
        present(adapter.charges.create)({ ...chargeInput(), ...added }),
      );
      await expectRefusals("INVALID_INPUT", tax?.invalid ?? [], (added) =>
        present(adapter.taxes?.create)({ ...taxInput(), ...added }),
      );
      const { customerId, taxId } = state().references;
      await expectRefusals("INVALID_INPUT", customer?.invalidChanges ?? [], (change) =>
        present(adapter.customers.update)(customerId, change),
      );
      await expectRefusals("INVALID_INPUT", charge?.invalidChanges ?? [], (change) =>
        present(adapter.charges.update)(anyCharge(), change),
      );
      await expectRefusals("INVALID_INPUT", tax?.invalidChanges ?? [], (change) =>
        present(adapter.taxes?.update)(taxId ?? "", change),
      );
    });

    it("do no I/O: they can be made without a backend, and sending them fails retryably", async () => {
      const before = state().running.countCalls();
      for (const plan of everyPlan(state().running.connect("unreachable"))) {
        expect(plan.steps.length).toBeGreaterThan(0);
        for (const { action } of plan.steps) expect(action.trim()).not.toBe("");
        const error = await failureOf(() => perform(plan));
        expect([error.code, error.retryable], plan.steps[0]?.action).toEqual(["UNAVAILABLE", true]);
      }
      expect(state().running.countCalls()).toBe(before);
    });

    needing(dialect, "CHARGE_CREATE")("can be dry-run exactly if VALIDATE_ONLY is listed", () => {
      const expected = dialect.capabilities.includes("VALIDATE_ONLY");
      expect(present(state().adapter.charges.create)(chargeInput()).validate !== undefined).toBe(expected);
    });

    needing(dialect, "VALIDATE_ONLY")("change nothing when they are tried", async () => {
      const { adapter, references } = state();
      const before = [await everything(adapter.customers.list, {}), await chargesOf(adapter, [references.customerId])];
      for (const plan of everyPlan(adapter)) await plan.validate?.(scope);
      expect([await everything(adapter.customers.list, {}), await chargesOf(adapter, [references.customerId])]).toEqual(before);
    });

    needing(
      dialect,
      "VALIDATE_ONLY",
      "CHARGE_CREATE",
    )("are refused when tried as they would be when sent", async () => {
      const plan = present(state().adapter.charges.create)({ ...chargeInput(), customerId: dialect.unknownIds.customer });
      const error = await failureOf(() => plan.validate?.(scope));
      expect(error.code).toBe((await failureOf(() => perform(plan))).code);
    });
  });

  /** One plan of every write of the adapter, for existing objects. */
  function everyPlan({ customers, charges, taxes }: Adapter): WritePlan<unknown>[] {
    const { references } = state();
    const { customerId, taxId } = references;
    const changed = <Change>(changes: readonly Change[]): Change => changes[0] ?? plainest([]);
    const plans: readonly (WritePlan<unknown> | null | undefined)[] = [
      customers.create?.(customerInput()),
      dialect.customer && customers.update?.(customerId, changed(dialect.customer.changes(references, uniqueTag()))),
      customers.archive?.(customerId),
      charges.create?.(chargeInput()),
      dialect.charge && charges.update?.(anyCharge(), changed(dialect.charge.changes(references, uniqueTag()))),
      charges.void?.(anyCharge()),
      charges.execute?.(anyCharge()),
      dialect.credit && charges.createCredit?.(creditInput()),
      taxes?.create?.(taxInput()),
      taxes?.update && dialect.tax && taxes.update(taxId ?? "", changed(dialect.tax.changes(references, uniqueTag()))),
      taxes?.archive?.(taxId ?? ""),
      taxes?.setLiability?.(taxId ?? "", { customerId }, true),
    ];
    return plans.flatMap((plan) => plan ?? []);
  }

  /** A charge that exists and can be written to. */
  function anyCharge(): string {
    const { charges } = state();
    const open =
      charges.find(({ status, kind }) => kind === "ONE_OFF" && (status === "OPEN" || status === "DEFINED")) ?? charges[0];
    return open?.id ?? "";
  }
}

function plainest<Input>(inputs: readonly { readonly input: Input }[]): Input {
  const [first] = inputs;
  if (first === undefined) throw new Error("the dialect gives no input");
  return first.input;
}

/** The result of making a plan; errors of another type and success are marked. */
async function refusalOf(make: () => unknown): Promise<unknown> {
  try {
    const { code, field, retryable } = await failureOf(make);
    return [code, field?.[0], retryable];
  } catch (error) {
    return String(error);
  }
}
