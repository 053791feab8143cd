import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import type { Charge, ChargeInput, CreditInput } from "../../../src/model/model.ts";
import { addDecimals, canonicalDecimal, compareDecimals, negate } from "../../../src/model/money.ts";
import { chargesOf, failureOf, found, maybeFound, perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, needing, unless } from "../dialect.ts";
import { chargeShown, creditAsked } from "../expected.ts";
import { assertWellFormed } from "../well-formed.ts";

/** Money is given back only on purpose, and never through a wrong sign. */
export function describeCreditWrites({ dialect, state }: Contract): void {
  const { credit } = dialect;

  /** Credits of a customer that only the running case knows. */
  async function inputs(): Promise<readonly { readonly title: string; readonly input: CreditInput }[]> {
    return credit?.inputs({ ...state().references, customerId: await state().ownCustomer() }, uniqueTag()) ?? [];
  }

  async function plainInput(): Promise<CreditInput> {
    const [plainest] = await inputs();
    return present(plainest).input;
  }

  const give = (input: CreditInput): Promise<Charge> => perform(present(state().adapter.charges.createCredit)(input));

  describe("credits", () => {
    needing(dialect, "CHARGE_CREATE")(
      "are not made by a charge below zero: amounts, taxes and quantities are refused, pointing at createCredit",
      async () => {
        const { adapter, references, running } = state();
        const [plainest] = dialect.charge?.inputs(references, uniqueTag()) ?? [];
        const whole: ChargeInput = present(plainest).input;
        const before = running.countCalls();
        const belowZero = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 4 }));
        await fc.assert(
          fc.asyncProperty(belowZero, fc.constantFrom("amount", "taxAmount", "quantity"), async ([units, places], member) => {
            const amount = decimalOf(-units, places);
            const makings = [
              () => adapter.charges.create?.({ ...whole, [member]: amount }),
              ...(member === "taxAmount"
                ? []
                : [() => adapter.charges.update?.(state().charges[0]?.id ?? "", { [member]: amount })]),
            ];
            for (const make of makings) {
              const outcome = await failureOf(make).catch(() => null);
              // Null: the adapter has no such verb.
              if (outcome === null) continue;
              expect([outcome.field, ["INVALID_INPUT", "UNSUPPORTED"].includes(outcome.code)]).toEqual([[member], true]);
              // A member that the backend lacks is refused for that reason.
              if (outcome.code === "INVALID_INPUT" && places <= 2) expect(outcome.message).toContain("createCredit");
            }
          }),
          { numRuns: 50 },
        );
        expect(running.countCalls()).toBe(before);
      },
    );

    needing(dialect, "CHARGE_CREATE")("are not a kind of a created charge", async () => {
      const { adapter, references } = state();
      const [plainest] = dialect.charge?.inputs(references, uniqueTag()) ?? [];
      const error = await failureOf(() => present(adapter.charges.create)({ ...plainest?.input, kind: "CREDIT" }));
      expect([error.code, error.field]).toEqual(["UNSUPPORTED", ["kind"]]);
    });

    it("are listed as credits if the amount is below zero, unless they recur", () => {
      for (const { kind, amount } of state().charges) {
        const isBelowZero = amount !== null && compareDecimals(amount.amount, "0") < 0;
        if (isBelowZero) expect(["CREDIT", "RECURRING"]).toContain(kind);
        if (kind === "CREDIT" && amount !== null) expect(compareDecimals(amount.amount, "0")).toBeLessThanOrEqual(0);
      }
    });

    it("can be created exactly if CREDIT_CREATE is listed", () => {
      expect(credit !== null).toBe(dialect.capabilities.includes("CREDIT_CREATE"));
    });

    needing(dialect, "CREDIT_CREATE")("creates the requested credit, readable by id and listed once", async () => {
      const { adapter, running } = state();
      for (const { title, input } of await inputs()) {
        const created = await give(input);
        assertWellFormed(created, adapter, running.secrets);
        expect(created, title).toMatchObject({ kind: "CREDIT", status: credit?.statusWhenCreated });
        expect(chargeShown(created), title).toMatchObject(creditAsked(input, credit?.unreadable ?? []));
        expect(await found(running.connect().charges.getMany([created.id], scope)), title).toEqual(created);
        const listed = await chargesOf(adapter, [input.customerId]);
        expect(
          listed.filter(({ id }) => id === created.id),
          title,
        ).toEqual([created]);
        expect(await chargesOf(adapter, [input.customerId], { kind: ["CREDIT"] }), title).toContainEqual(created);
        const others = await chargesOf(adapter, [input.customerId], { kind: ["ONE_OFF", "RECURRING", "FEE"] });
        expect(
          others.map(({ id }) => id),
          title,
        ).not.toContain(created.id);
      }
    });

    needing(
      dialect,
      "CREDIT_CREATE",
      "CHARGE_CREATE",
    )("lowers the sum of a customer's charges by its amount, once", async () => {
      const { adapter, references } = state();
      const { customerId, ...input } = await plainInput();
      const [plainest] = dialect.charge?.inputs({ ...references, customerId }, uniqueTag()) ?? [];
      await perform(present(adapter.charges.create)({ ...plainest?.input, amount: "100.00" }));
      const sum = async (): Promise<string> =>
        (await chargesOf(adapter, [customerId])).reduce((total, { amount }) => addDecimals(total, amount?.amount ?? "0"), "0");
      const before = await sum();
      for (const amount of credit?.amounts ?? []) await give({ ...input, customerId, amount });
      const given = (credit?.amounts ?? []).reduce((total, amount) => addDecimals(total, amount), "0");
      expect(canonicalDecimal(await sum())).toBe(canonicalDecimal(addDecimals(before, negate(given))));
    });

    needing(dialect, "CREDIT_CREATE")("keeps amounts exactly, below zero", async () => {
      const input = await plainInput();
      for (const amount of credit?.amounts ?? []) {
        const created = await give({ ...input, amount });
        expect(canonicalDecimal(created.amount?.amount ?? "")).toBe(canonicalDecimal(negate(amount)));
      }
    });

    needing(dialect, "CREDIT_CREATE")("is given once for each time it is asked", async () => {
      const input = await plainInput();
      const ids = [(await give(input)).id, (await give(input)).id];
      expect(new Set(ids).size).toBe(2);
      expect((await chargesOf(state().adapter, [input.customerId])).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });

    needing(dialect, "CREDIT_CREATE")("is above zero when it is given", async () => {
      const input = await plainInput();
      const { running, adapter } = state();
      const before = running.countCalls();
      for (const amount of ["0", "0.00", "-0", "-5", "-0.01"]) {
        const error = await failureOf(() => present(adapter.charges.createCredit)({ ...input, amount }));
        expect([error.code, error.field], amount).toEqual(["INVALID_INPUT", ["amount"]]);
      }
      expect(running.countCalls()).toBe(before);
    });

    needing(dialect, "CREDIT_CREATE")("is not given to an unknown customer", async () => {
      const input = await plainInput();
      const error = await failureOf(() => give({ ...input, customerId: dialect.unknownIds.customer }));
      expect(["NOT_FOUND", "INVALID_INPUT"]).toContain(error.code);
    });

    const cannotVoid = credit?.voidable ? unless("its credits can be voided") : needing(dialect, "CREDIT_CREATE", "CHARGE_VOID");
    cannotVoid("is not voided, and nothing is sent for it", async () => {
      const created = await give(await plainInput());
      const { running, adapter } = state();
      const before = running.countCalls();
      const error = await failureOf(() => present(adapter.charges.void)(created.id));
      expect([error.code, running.countCalls() - before]).toEqual(["UNSUPPORTED", 0]);
    });

    const canVoid = credit?.voidable ? needing(dialect, "CREDIT_CREATE", "CHARGE_VOID") : unless("its credits cannot be voided");
    canVoid("is voided as long as nothing was settled with it", async () => {
      const { adapter } = state();
      const created = await give(await plainInput());
      const voided = await perform(present(adapter.charges.void)(created.id));
      expect(voided).toMatchObject({ id: created.id, kind: "CREDIT", status: "VOIDED", amount: created.amount });
      const after = await maybeFound(adapter.charges.getMany([created.id], scope));
      expect(after?.status).toBe("VOIDED");
    });

    needing(dialect, "CREDIT_CREATE")("cannot be changed or executed", async () => {
      const { adapter, running } = state();
      const created = await give(await plainInput());
      const verbs = [() => adapter.charges.update?.(created.id, { amount: "1" }), () => adapter.charges.execute?.(created.id)];
      for (const make of verbs) {
        const before = running.countCalls();
        const outcome = await failureOf(async () => make() ?? Promise.reject(new BillingError("UNSUPPORTED", "no such verb")));
        expect([outcome.code, running.countCalls() - before]).toEqual(["UNSUPPORTED", 0]);
      }
    });
  });
}

function decimalOf(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${units < 0n ? "-" : ""}${whole}${places > 0 ? `.${digits.slice(-places)}` : ""}`;
}
