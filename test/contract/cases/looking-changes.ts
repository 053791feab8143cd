import { afterEach, describe, expect } from "vitest";
import type { Adapter, Finding, WritePlan } from "../../../src/adapter/adapter.ts";
import type { Capability } from "../../../src/model/model.ts";
import { perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, type Edit, needing, unless } from "../dialect.ts";
import { type EntityName, loseStep, newCreation } from "../lost-answers.ts";

interface Change {
  readonly entity: EntityName;
  readonly verb: "update" | "archive" | "void";
  readonly needs: readonly Capability[];
}

const changes: readonly Change[] = [
  { entity: "customer", verb: "update", needs: ["CUSTOMER_CREATE", "CUSTOMER_UPDATE"] },
  { entity: "customer", verb: "archive", needs: ["CUSTOMER_CREATE", "CUSTOMER_ARCHIVE"] },
  { entity: "charge", verb: "update", needs: ["CHARGE_CREATE", "CHARGE_UPDATE"] },
  { entity: "charge", verb: "void", needs: ["CHARGE_CREATE", "CHARGE_VOID"] },
  { entity: "credit", verb: "void", needs: ["CREDIT_CREATE", "CHARGE_VOID"] },
  { entity: "tax", verb: "update", needs: ["TAX_CREATE", "TAX_UPDATE"] },
  { entity: "tax", verb: "archive", needs: ["TAX_CREATE", "TAX_ARCHIVE"] },
];

/** The finding for a change whose answer was lost: ours, nothing, or another's change of the object since. */
export function describeLookingAtChanges({ dialect, state }: Contract): void {
  /** A change of one member that a person can change too. */
  function changeOf(entity: EntityName, tag: string): { readonly change: object; readonly edit: Edit } {
    const { references } = state();
    for (const edit of dialect.looking[entity]?.edits ?? []) {
      const all: readonly object[] = dialect[entity]?.changes(references, tag) ?? [];
      const change = all.find((each) => Object.keys(each).join() === edit.differs.join());
      if (change !== undefined) return { change, edit };
    }
    throw new Error(`the dialect gives no change of a ${entity} that a person can make as well`);
  }

  function planOf({ customers, charges, taxes }: Adapter, { entity, verb }: Change, id: string, tag: string): WritePlan<unknown> {
    switch (`${entity} ${verb}`) {
      case "customer update":
        return present(customers.update)(id, changeOf(entity, tag).change);
      case "customer archive":
        return present(customers.archive)(id);
      case "charge update":
        return present(charges.update)(id, changeOf(entity, tag).change);
      case "charge void":
      case "credit void":
        return present(charges.void)(id);
      case "tax update":
        return present(taxes?.update)(id, changeOf(entity, tag).change);
      default:
        return present(taxes?.archive)(id);
    }
  }

  /** Makes an object, loses the answer to its change, and looks from another process. */
  async function lookAfter(
    change: Change,
    kind: "dropAfter" | "dropBefore",
    meanwhile?: (recordId: string, kind: string) => void,
  ) {
    const { running, adapter } = state();
    const tag = uniqueTag();
    const creation = await newCreation(dialect, state(), change.entity, `Before ${tag}`);
    const { id } = await perform(creation.plan(adapter));
    const { intent } = await loseStep(dialect, running, planOf(adapter, change, id, tag), id, kind);
    meanwhile?.(creation.looked.recordId(id), creation.looked.kind);
    const again = present(planOf(running.connect(), change, id, tag).steps[0]);
    const finding: Finding = await again.find(id, intent, scope);
    return { id, finding };
  }

  for (const change of changes) {
    const { entity, verb, needs } = change;
    const isLasting = entity === "credit" && dialect.credit !== null && !dialect.credit.voidable;
    const may = isLasting ? unless("the backend cannot void credits") : needing(dialect, ...needs);

    describe(`looking whether a ${entity} has suffered ${verb}`, () => {
      afterEach(() => state().running.setFaults([]));

      may("finds ours when the object is as sent", async () => {
        const { finding } = await lookAfter(change, "dropAfter");
        expect(finding.ours).toHaveLength(1);
        expect(finding.candidates).toEqual([]);
      });

      may("finds nothing when the object is as noted", async () => {
        const { finding } = await lookAfter(change, "dropBefore");
        expect(finding).toEqual({ ours: [], candidates: [] });
      });

      if (verb !== "update") return;
      for (const kind of ["dropBefore", "dropAfter"] as const) {
        may(`names what somebody else has changed since: ${kind}`, async () => {
          const { running } = state();
          const { edit } = changeOf(entity, uniqueTag());
          const { finding } = await lookAfter(change, kind, (recordId, records) =>
            running.editByHand(records, recordId, typeof edit.members === "function" ? edit.members(recordId) : edit.members),
          );
          expect(finding.ours).toEqual([]);
          expect(finding.candidates.map(({ differs }) => differs)).toEqual([expect.arrayContaining([...edit.differs])]);
        });
      }
    });
  }
}
