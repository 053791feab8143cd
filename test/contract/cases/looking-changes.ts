import { afterEach, describe, expect } from "vitest";
import type { Adapter, Finding, WritePlan } from "../../../src/billing/adapter.ts";
import type { Capability } from "../../../src/billing/model.ts";
import { perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, needing } from "../dialect.ts";
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
  { entity: "tax", verb: "update", needs: ["TAX_CREATE", "TAX_UPDATE"] },
  { entity: "tax", verb: "archive", needs: ["TAX_CREATE", "TAX_ARCHIVE"] },
];

/** What is found of a change whose answer was lost: ours, nothing, or what somebody else has made of the object since. */
export function describeLookingAtChanges({ dialect, state }: Contract): void {
  function planOf({ customers, charges, taxes }: Adapter, { entity, verb }: Change, id: string, tag: string): WritePlan<unknown> {
    const { references } = state();
    switch (`${entity} ${verb}`) {
      case "customer update":
        return present(customers.update)(id, present(dialect.customer.changes(references, tag)[0]));
      case "customer archive":
        return present(customers.archive)(id);
      case "charge update":
        return present(charges.update)(id, present(dialect.charge.changes(references, tag)[0]));
      case "charge void":
        return present(charges.void)(id);
      case "tax update":
        return present(taxes?.update)(id, present(dialect.tax?.changes(references, tag)[0]));
      default:
        return present(taxes?.archive)(id);
    }
  }

  /** Makes an object, loses the answer to a change of it, and looks as another process does. */
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
    const may = needing(dialect, ...needs);

    describe(`looking whether a ${entity} has suffered ${verb}`, () => {
      afterEach(() => state().running.setFaults([]));

      may("finds ours when it is as it was to be", async () => {
        const { finding } = await lookAfter(change, "dropAfter");
        expect(finding.ours).toHaveLength(1);
        expect(finding.candidates).toEqual([]);
      });

      may("finds nothing when it is as it was", async () => {
        const { finding } = await lookAfter(change, "dropBefore");
        expect(finding).toEqual({ ours: [], candidates: [] });
      });

      if (verb !== "update") return;
      for (const kind of ["dropBefore", "dropAfter"] as const) {
        may(`names what somebody else has changed since: ${kind}`, async () => {
          const { running } = state();
          const edit = present(dialect.looking[entity]?.edits[0]);
          const { finding } = await lookAfter(change, kind, (recordId, records) =>
            running.editByHand(records, recordId, edit.members),
          );
          expect(finding.ours).toEqual([]);
          expect(finding.candidates.map(({ differs }) => differs)).toEqual([expect.arrayContaining([...edit.differs])]);
        });
      }
    });
  }
}
