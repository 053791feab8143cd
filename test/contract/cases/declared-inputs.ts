import { describe, expect, it } from "vitest";
import type { WritePlan } from "../../../src/adapter/adapter.ts";
import { type DeclaredMember, inputsOf, type WriteCapability } from "../../../src/adapter/verbs.ts";
import type { ChargeInput, CreditInput, CustomerInput, LiabilitySubject, TaxInput } from "../../../src/model/model.ts";
import { failureOf, found, perform, present, readCustomer, scope, uniqueTag } from "../calls.ts";
import type { Contract, References } from "../dialect.ts";
import { chargeAsked, chargeShown, creditAsked, customerAsked, customerShown, taxAsked, taxShown } from "../expected.ts";
import { anyValue, refusedValues, taken } from "../samples.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * The adapter's declarations of its writes, member by member. A refused member is refused before anything is sent, and an
 * accepted one comes back, at its limits.
 */
export function describeDeclaredInputs({ dialect, state }: Contract): void {
  const inputOf = (inputs: readonly { readonly input: object }[] | undefined): Input => ({ ...inputs?.[0]?.input });

  let own: Promise<References> | undefined;
  /** With a customer that only these cases write to. */
  function ours(): Promise<References> {
    const { references, ownCustomer } = state();
    own ??= ownCustomer().then((customerId) => ({ ...references, customerId }));
    return own;
  }

  /** The simplest input of a create; nothing for a change. */
  async function base(write: WriteCapability): Promise<Input> {
    const [references, tag] = [await ours(), uniqueTag()];
    if (write === "CUSTOMER_CREATE") return inputOf(dialect.customer?.inputs(references, tag));
    if (write === "CHARGE_CREATE") return inputOf(dialect.charge?.inputs(references, tag));
    if (write === "CREDIT_CREATE") return inputOf(dialect.credit?.inputs(references, tag));
    if (write === "TAX_LIABILITY") return { customerId: references.customerId, liable: true };
    return write === "TAX_CREATE" ? inputOf(dialect.tax?.inputs(references, tag)) : {};
  }

  /** @param id of the object to change */
  function plan(write: WriteCapability, input: Input, id: string): WritePlan<{ readonly id: string }> {
    const { customers, charges, taxes } = state().adapter;
    switch (write) {
      case "CUSTOMER_CREATE":
        return present(customers.create)(input);
      case "CUSTOMER_UPDATE":
        return present(customers.update)(id, input);
      case "CHARGE_CREATE":
        return present(charges.create)(input);
      case "CHARGE_UPDATE":
        return present(charges.update)(id, input);
      case "CREDIT_CREATE":
        return present(charges.createCredit)(input as unknown as CreditInput);
      case "TAX_CREATE":
        return present(taxes?.create)(input as unknown as TaxInput);
      case "TAX_UPDATE":
        return present(taxes?.update)(id, input);
      case "TAX_LIABILITY": {
        const { liable, ...subject } = input;
        return present(taxes?.setLiability)(id, subject as LiabilitySubject, liable as boolean);
      }
    }
  }

  /** The values of the input as the object shows them when it is read again. */
  async function compared(
    write: WriteCapability,
    id: string,
    input: Input,
    whole: Input,
  ): Promise<{ asked: Input; shown: Input }> {
    const { adapter } = state();
    if (write === "TAX_LIABILITY") {
      const { liable, ...subject } = whole;
      return { asked: { liable }, shown: { liable: await adapter.taxes?.isLiable?.(id, subject as LiabilitySubject, scope) } };
    }
    if (write.startsWith("CUSTOMER")) {
      const asked = customerAsked(input as CustomerInput, dialect.customer?.unreadable ?? []);
      return { asked, shown: customerShown(await readCustomer(adapter, id)) };
    }
    if (write === "CREDIT_CREATE") {
      const asked = creditAsked(input as unknown as CreditInput, dialect.credit?.unreadable ?? []);
      return { asked, shown: chargeShown(await found(adapter.charges.getMany([id], scope))) };
    }
    if (write.startsWith("CHARGE")) {
      const asked = chargeAsked(input as ChargeInput, dialect.charge?.unreadable ?? []);
      return { asked, shown: chargeShown(await found(adapter.charges.getMany([id], scope))) };
    }
    const asked = taxAsked(input as unknown as TaxInput, dialect.tax?.unreadable ?? []);
    return { asked, shown: taxShown(await found(present(adapter.taxes).getMany([id], scope))) };
  }

  async function existing(write: WriteCapability): Promise<string> {
    const creating = write.replace(/UPDATE|LIABILITY/, "CREATE") as WriteCapability;
    return (await perform(plan(creating, await base(creating), ""))).id;
  }

  /** The writes that the dialect's backend has; null if it lacks one. */
  function declared(write: WriteCapability): readonly DeclaredMember[] | null {
    return inputsOf(state().adapter).find((input) => input.write === write)?.members ?? null;
  }

  /** Every member with its path in the input, including refused and required ones. */
  function placed(members: readonly DeclaredMember[], { path }: DeclaredMember, value: unknown): Input {
    const [name = "", part] = path;
    if (part === undefined) return { [name]: value };
    const isGiven = (each: DeclaredMember) => each.path[0] === name && each.rule.use === "required" && each.path[1] !== undefined;
    const repeating = (each: DeclaredMember) => each.values?.find((choice) => choice.value === "MONTHLY") ?? each.values?.[0];
    const needed = members.filter(isGiven).map((each) => [each.path[1], repeating(each)?.value]);
    return { [name]: { ...Object.fromEntries(needed), [part]: value } };
  }

  const writes: readonly WriteCapability[] = [
    "CUSTOMER_CREATE",
    "CUSTOMER_UPDATE",
    "CHARGE_CREATE",
    "CHARGE_UPDATE",
    "CREDIT_CREATE",
    "TAX_CREATE",
    "TAX_UPDATE",
    "TAX_LIABILITY",
  ];

  describe.each(writes.filter((write) => dialect.capabilities.includes(write)))("the declaration of %s", (write) => {
    it("refuses by member, before anything is sent", async () => {
      const members = present(declared(write) ?? undefined);
      const id = await existing(write);
      const whole = await base(write);
      const before = state().running.countCalls();
      for (const [input, code, path] of refusals(write, members, whole)) {
        const label = `${path.join(".")}: ${JSON.stringify(input)}`;
        const outcome = await failureOf(() => plan(write, input, id)).then(
          (error) => error.flatten().map(({ code: each, field }) => [each, field]),
          (error: unknown) => String(error),
        );
        expect.soft(outcome, label).toContainEqual([code, path]);
      }
      expect(state().running.countCalls()).toBe(before);
    });

    it("accepts values up to the limits, which come back", async () => {
      const members = present(declared(write) ?? undefined);
      for (const member of members) {
        if (member.rule.use === "refused" || member.type === "parts") continue;
        for (const value of taken(member, await ours(), uniqueTag())) {
          const input = { ...placed(members, member, value), ...beside(members, member, value) };
          const label = `${member.path.join(".")}: ${JSON.stringify(input)}`;
          if (dialect.untried?.includes(`${write} ${member.path.join(".")}`)) continue;
          const id = write.endsWith("CREATE") ? "" : await existing(write);
          const plainest = await base(write);
          const whole = { ...withoutReplaced(plainest, member), ...sameBeside(plainest, member, value), ...input };
          const done = await performed(() => plan(write, whole, id), id);
          if (typeof done === "string") {
            expect.soft(done, label).toBe("done");
            continue;
          }
          const { asked, shown } = await compared(write, done.id, input, whole);
          const name = member.path.join(".");
          // A charge that is made once needs no recurrence, and a tax without a fixed amount needs no currency.
          const isLeftOut = (value === "ONCE" || value === "IMMEDIATE" || member.type === "currency") && shown[name] == null;
          if (name in asked && !isLeftOut) expect.soft(shown[shownAs(member, shown)], label).toEqual(asked[name]);
        }
      }
    });
  });

  function refusals(
    write: WriteCapability,
    members: readonly DeclaredMember[],
    whole: Input,
  ): [input: Input, code: string, path: readonly string[]][] {
    return members.flatMap((member) => {
      const { rule, path, type } = member;
      const given = (value: unknown): Input => ({ ...withoutReplaced(whole, member), ...placed(members, member, value) });
      if (rule.use === "refused") {
        const value = type === "decimal" || path.length === 1 || type !== "parts" ? anyValue(member) : {};
        return [[given(value), "UNSUPPORTED", path] as [Input, string, readonly string[]]];
      }
      const standIns = members.filter(({ rule: other }) => other.use !== "refused" && other.insteadOf === path.join("."));
      const missing = Object.fromEntries([...standIns, member].map((each) => [each.path[0], undefined]));
      const without = path.length === 1 ? { ...whole, ...missing } : given(undefined);
      const isUnclearable = write.endsWith("UPDATE") && !rule.clearable && rule.use !== "required";
      return [
        ...(rule.use === "required" ? [[without, "INVALID_INPUT", path]] : []),
        ...(isUnclearable ? [[given(null), "UNSUPPORTED", path]] : []),
        ...refusedValues(member).map(([value, code]) => [given(value), code, path]),
      ] as [Input, string, readonly string[]][];
    });
  }

  /** Members that together replace another one are given together. */
  function beside(members: readonly DeclaredMember[], { rule, path }: DeclaredMember, value: unknown): Input {
    if (rule.use === "refused" || rule.insteadOf === undefined) return {};
    const together = members.filter(({ rule: other }) => other.use !== "refused" && other.insteadOf === rule.insteadOf);
    return Object.fromEntries(together.filter((each) => each.path !== path).map((each) => [each.path[0], value]));
  }
}

/** The result, or why there is none. */
async function performed(plan: () => WritePlan<{ readonly id: string }>, id: string): Promise<{ readonly id: string } | string> {
  try {
    const made = plan();
    // A change without a new value: a currency with only one choice.
    return made.steps.length === 0 ? { id } : await perform(made);
  } catch (error) {
    return String(error);
  }
}

/** Without the members that it replaces. */
function withoutReplaced(input: Input, { rule }: DeclaredMember): Input {
  const replaced = rule.use === "refused" || rule.alsoBeside ? undefined : rule.insteadOf;
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== replaced));
}

/** A member that is stored as the same value means the same. */
function sameBeside(input: Input, { rule }: DeclaredMember, value: unknown): Input {
  const same = rule.use === "refused" ? undefined : rule.sameAs;
  return same !== undefined && same in input ? { [same]: value } : {};
}

/** The member that shows the value: if two members are one, it may be the other. */
function shownAs({ rule, path }: DeclaredMember, shown: Input): string {
  const name = path.join(".");
  return shown[name] == null && rule.use !== "refused" && rule.sameAs !== undefined ? rule.sameAs : name;
}
