import type { CallScope, WriteStep } from "../../billing/adapter.ts";
import type { Charge, ChargeInput } from "../../billing/model.ts";
import { chargeTaxFields } from "./fields.ts";
import { isLiabilityAs, liabilityChange } from "./liability.ts";
import { taxParameter } from "./map-tax.ts";
import type { Session } from "./session.ts";
import type { ListedTax } from "./tax-lists.ts";
import type { TaxAccess } from "./tax-reads.ts";
import { traceOfChange } from "./trace.ts";
import { madeBefore, sendChange } from "./verbs.ts";

/**
 * The steps that make exactly the named taxes apply to a charge that an earlier step has created: one for each of them, and a
 * last one that reads which others would apply and takes those away. That one is a single step since which they are is known
 * only when it runs; like the others it may be sent again, because a liability that is set twice is the same.
 */
export function exactTaxSteps(session: Session, { lists, reads }: TaxAccess, input: ChargeInput): WriteStep<Charge>[] {
  if (input.taxIds == null) return [];
  // By number, since that is what the request names.
  const wanted = new Map(input.taxIds.map((id) => [taxParameter(id, "taxIds"), id]));
  const set = (tax: string, charge: string, liable: boolean, scope: CallScope) =>
    sendChange(session, { ...liabilityChange(tax, { type: "charge", number: charge }, liable), fields: chargeTaxFields }, scope);
  const isSet = (taxId: string, charge: string, liable: boolean, scope: CallScope) =>
    isLiabilityAs(liable, reads.isLiable(taxId, { chargeId: charge }, scope), session.backend);

  /** For everybody on a plan there is no one list of what applies: whatever the gateway's account can use is taken away. */
  async function unwanted(scope: CallScope): Promise<ListedTax[]> {
    const candidates = await (input.customerId == null ? lists.usable(scope) : lists.applicable(input.customerId, scope));
    return candidates.filter(({ tax, charges }) => charges && !wanted.has(tax.backendId));
  }

  const others: WriteStep<Charge> = {
    action: "taxes/liable/set",
    send: async (created, _intent, scope) => {
      const id = madeBefore(created);
      for (const { tax } of await unwanted(scope)) await set(tax.backendId, id, false, scope);
      return { id };
    },
    find: async (created, _intent, scope) => {
      const id = madeBefore(created);
      const away = await Promise.all((await unwanted(scope)).map(({ tax }) => isSet(tax.id, id, false, scope)));
      return traceOfChange(id, away.every(Boolean));
    },
  };
  return [
    ...[...wanted].map(
      ([tax, taxId]): WriteStep<Charge> => ({
        action: "taxes/liable/set",
        send: async (created, _intent, scope) => {
          const id = madeBefore(created);
          await set(tax, id, true, scope);
          return { id };
        },
        find: async (created, _intent, scope) => {
          const id = madeBefore(created);
          return traceOfChange(id, await isSet(taxId, id, true, scope));
        },
      }),
    ),
    others,
  ];
}
