import { afterEach, describe, expect } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import { BillingError, settle } from "../../../src/model/errors.ts";
import type { Capability } from "../../../src/model/model.ts";
import { notedIntent, perform, present, scope, sendProven, uniqueTag } from "../calls.ts";
import { type Contract, needing, unless } from "../dialect.ts";
import { newCreation } from "../lost-answers.ts";

type Updated = "customer" | "charge" | "tax";

const updates: readonly { readonly entity: Updated; readonly needs: readonly Capability[] }[] = [
  { entity: "customer", needs: ["CUSTOMER_CREATE", "CUSTOMER_UPDATE"] },
  { entity: "charge", needs: ["CHARGE_CREATE", "CHARGE_UPDATE"] },
  { entity: "tax", needs: ["TAX_CREATE", "TAX_UPDATE"] },
];

/** When a person changes the record: between the note and the request, or behind the reads that the request makes first. */
const moments = ["before the request", "behind its last read"] as const;

/**
 * A person changes another member at the moment of an update. Either the update is refused and says so, or both changes are there, or its outcome is
 * unknown: never a success that has taken the person's change away.
 */
export function describeChangedMeanwhile({ dialect, state }: Contract): void {
  for (const { entity, needs } of updates) {
    const mayAt = (moment: (typeof moments)[number]) => {
      if (dialect.noTransport !== null) return unless(dialect.noTransport);
      const isOpen = moment === "behind its last read" && dialect.replacesWhole?.includes(entity);
      return isOpen
        ? unless("the backend replaces the whole record, and has no version that would tell")
        : needing(dialect, ...needs);
    };

    describe(`an update of a ${entity} that a person changes at that moment`, () => {
      afterEach(() => state().running.alterAnswers(null));

      for (const moment of moments) {
        mayAt(moment)(`${moment} takes nothing away silently`, async () => {
          const at = state();
          const { running } = at;
          const all: readonly object[] = present(dialect[entity] ?? undefined).changes(at.references, uniqueTag());
          const follows = dialect[entity] && "follows" in dialect[entity] ? dialect[entity].follows : undefined;
          const isChangedBy = (change: object, member: string): boolean =>
            Object.hasOwn(change, member) || Object.keys(change).some((each) => follows?.[each]?.includes(member));
          const lost: string[] = [];
          for (const change of all) {
            for (const edit of dialect.looking[entity]?.edits ?? []) {
              if (edit.differs.some((member) => isChangedBy(change, member))) continue;
              const creation = await newCreation(dialect, at, entity, `Ours ${uniqueTag()}`);
              const { id } = await perform(creation.plan(running.connect()));
              const adapter = running.connect();
              const plan = updating(adapter, entity, id, change);
              const recordId = creation.looked.recordId(id);
              const members = typeof edit.members === "function" ? edit.members(recordId) : edit.members;
              let isEdited = false;
              const byHand = () => {
                isEdited = true;
                running.editByHand(creation.looked.kind, recordId, members);
              };
              const read = async () => shownOf(await plan.read(id, scope));
              let end: unknown = null;
              for (const step of plan.steps) {
                const intent = await notedIntent(step, id);
                if (moment === "before the request") {
                  byHand();
                } else {
                  running.alterAnswers((name) => {
                    if (name !== dialect.faultTarget(step.action)) byHand();
                  });
                }
                end = await settle(sendProven(step, id, intent));
                running.alterAnswers(null);
              }
              // The request makes no read first.
              if (!isEdited) continue;
              const now = await read();
              // Where the person's change is still there, to make it again changes nothing.
              byHand();
              const again = await read();
              const differs = Object.keys(again).filter(
                (name) => name !== "updatedAt" && JSON.stringify(again[name]) !== JSON.stringify(now[name]),
              );
              const isTold = end instanceof BillingError && (end.code === "CONFLICT" || end.code === "OUTCOME_UNKNOWN");
              if (differs.length > 0 && !isTold) lost.push(`${Object.keys(change)} took away ${differs}`);
            }
          }
          expect(lost).toEqual([]);
        });
      }
    });
  }
}

function updating({ customers, charges, taxes }: Adapter, entity: Updated, id: string, change: object): WritePlan<object> {
  if (entity === "customer") return present(customers.update)(id, change);
  return entity === "charge" ? present(charges.update)(id, change) : present(taxes?.update)(id, change);
}

function shownOf(record: object): Record<string, unknown> {
  const { raw: _, ...members } = record as Record<string, unknown>;
  return members;
}
