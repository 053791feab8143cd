import { expect } from "vitest";
import type { Adapter, Finding, Intent, WritePlan } from "../../src/adapter/adapter.ts";
import type { ChargeInput, CreditInput, CustomerInput, TaxInput } from "../../src/model/model.ts";
import { chargesOf, everything, failureOf, notedIntent, present, scope } from "./calls.ts";
import type { ContractState, Dialect, LookedFor } from "./dialect.ts";

/** Creates whose answers are lost, and the findings: the same for customers, charges, credits and taxes. */

export const entities = ["customer", "charge", "credit", "tax"] as const;
export type EntityName = (typeof entities)[number];

/** A create that can be repeated, always with the same input and owner. */
export interface Creation {
  readonly plan: (adapter: Adapter) => WritePlan<{ readonly id: string }>;
  /** The sandbox's ids of all records that may include the new one. */
  readonly recordIds: () => Promise<readonly string[]>;
  readonly looked: Pick<LookedFor<unknown>, "kind" | "recordId">;
  /** The customer of a charge or credit. */
  readonly ownerId: string | null;
}

export async function newCreation(
  dialect: Dialect,
  { running, references, ownCustomer }: ContractState,
  entity: EntityName,
  text: string,
  added: object = {},
): Promise<Creation> {
  const looked = present(dialect.looking[entity] ?? undefined);
  // Its own customer, without charges of other cases.
  const owner = entity === "charge" || entity === "credit" ? await ownCustomer() : null;
  const input = { ...looked.input({ ...references, customerId: owner ?? references.customerId }, text), ...added };
  return {
    looked,
    ownerId: owner,
    plan: ({ customers, charges, taxes }) =>
      entity === "customer"
        ? present(customers.create)(input as CustomerInput)
        : entity === "charge"
          ? present(charges.create)(input as ChargeInput)
          : entity === "credit"
            ? present(charges.createCredit)(input as CreditInput)
            : present(taxes?.create)(input as TaxInput),
    recordIds: async () => {
      const adapter = running.connect();
      const records =
        owner !== null
          ? await chargesOf(adapter, [owner])
          : entity === "customer"
            ? await everything(adapter.customers.list, {})
            : await everything(present(adapter.taxes?.list), {});
      return records.map(({ id }) => looked.recordId(id));
    },
  };
}

/** A step whose answer was lost. */
export interface Lost {
  readonly intent: Intent;
  /** The finding of another process, which knows only the journal; without records that existed before. */
  readonly find: () => Promise<Finding>;
  /** The sandbox's ids of records that are new since then. */
  readonly made: readonly string[];
}

/** Sends the first step of a create. Its request arrives or not; its answer never does. */
export async function loseAnswer(
  dialect: Dialect,
  { running }: ContractState,
  creation: Creation,
  adapter: Adapter,
  kind: "dropAfter" | "dropBefore" = "dropAfter",
  ignored: "nothing" | "older" = "older",
): Promise<Lost> {
  const before = new Set(await creation.recordIds());
  const { intent, step } = await loseStep(dialect, running, creation.plan(adapter), null, kind);
  const made = (await creation.recordIds()).filter((id) => !before.has(id));
  expect(made).toHaveLength(kind === "dropAfter" ? 1 : 0);
  const isNew = ({ id }: { readonly id: string }): boolean => ignored === "nothing" || !before.has(creation.looked.recordId(id));
  return {
    intent,
    made,
    find: async () => {
      const again = creation.plan(running.connect()).steps[0];
      expect(again?.action).toBe(step.action);
      const { ours, candidates } = await present(again).find(null, intent, scope);
      return { ours: ours.filter(isNew), candidates: candidates.filter(isNew) };
    },
  };
}

/** Sends the first step of a plan, noted as the journal does. */
export async function loseStep<T>(
  dialect: Dialect,
  running: ContractState["running"],
  plan: WritePlan<T>,
  id: string | null,
  kind: "dropAfter" | "dropBefore",
): Promise<{ readonly intent: Intent; readonly step: WritePlan<T>["steps"][number] }> {
  const step = present(plan.steps[0]);
  const intent = await notedIntent(step, id);
  running.setFaults([{ kind, function: dialect.faultTarget(step.action), times: 1 }]);
  try {
    expect((await failureOf(() => step.send(id, intent, scope))).code).toBe("OUTCOME_UNKNOWN");
  } finally {
    running.setFaults([]);
  }
  return { intent, step };
}
