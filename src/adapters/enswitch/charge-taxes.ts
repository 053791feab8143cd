import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { readIfThere } from "../../adapter/kit/loading.ts";
import { lookAtState, readNote } from "../../adapter/kit/looking.ts";
import type { Charge, ChargeInput } from "../../model/model.ts";
import { madeBefore, type Session, sendChange } from "./call.ts";
import { chargeTaxFields } from "./fields.ts";
import { liabilityChange } from "./liability.ts";
import { taxParameter } from "./map-tax.ts";
import type { TaxAccess } from "./tax-reads.ts";

/** Local ids of the taxes that are going to be taken away. */
const othersNote = z.array(z.string());

/**
 * The steps that make exactly the named taxes apply to a charge that an earlier step has created: one for each of them, and a
 * last one that takes away the others which would apply. That one is a single step since which they are is known only when its
 * turn comes; like the others it may be sent again, because a liability that is set twice is the same.
 */
export function exactTaxSteps(session: Session, { lists, reads }: TaxAccess, input: ChargeInput): WriteStep<Charge>[] {
  if (input.taxIds == null) return [];
  // By number, since that is what the request names.
  const wanted = new Map(input.taxIds.map((id) => [taxParameter(id, "taxIds"), id]));

  const set = (taxId: string, charge: string, liable: boolean, scope: CallScope) => {
    const change = liabilityChange(taxParameter(taxId, "taxIds"), { type: "charge", number: charge }, liable);
    return sendChange(session, { ...change, fields: chargeTaxFields }, scope);
  };

  /** Whether the charge is liable: "unknown" where the answer does not tell, false to a tax that is gone. */
  async function isLiable(taxId: string, charge: string, scope: CallScope): Promise<boolean | "unknown"> {
    const reading = reads.isLiable(taxId, { chargeId: charge }, scope);
    const read = await readIfThere(reading.then((liable) => ({ liable })));
    return read === null ? false : (read.liable ?? "unknown");
  }

  /** For everybody on a plan there is no one list of what applies: whatever the gateway's account can use is taken away. */
  async function unwanted(scope: CallScope): Promise<string[]> {
    const candidates = await (input.customerId == null ? lists.usable(scope) : lists.applicable(input.customerId, scope));
    return candidates.filter(({ tax, charges }) => charges && !wanted.has(tax.backendId)).map(({ tax }) => tax.id);
  }

  const named = (taxId: string): WriteStep<Charge> => ({
    action: "taxes/liable/set",
    send: async (created, _intent, scope) => {
      const id = madeBefore(created);
      await set(taxId, id, true, scope);
      return { id };
    },
    find: async (created, _intent, scope) => {
      const id = madeBefore(created);
      const liable = await isLiable(taxId, id, scope);
      return liable === "unknown" ? inDoubt(id) : lookAtState(id, liable);
    },
  });

  const others: WriteStep<Charge> = {
    action: "taxes/liable/set",
    note: async (_created, _intent, scope) => JSON.stringify((await unwanted(scope)) satisfies z.input<typeof othersNote>),
    send: async (created, { note }, scope) => {
      const id = madeBefore(created);
      for (const taxId of readNote(note, othersNote)) await set(taxId, id, false, scope);
      return { id };
    },
    find: async (created, { note }, scope) => {
      const id = madeBefore(created);
      const liable = await Promise.all(readNote(note, othersNote).map((taxId) => isLiable(taxId, id, scope)));
      if (liable.includes(true)) return lookAtState(id, false);
      return liable.includes("unknown") ? inDoubt(id) : lookAtState(id, true);
    },
  };
  return [...[...wanted.values()].map(named), others];
}

function inDoubt(id: string): Finding {
  return { ours: [], candidates: [{ id, claim: null, differs: ["taxIds"] }] };
}
