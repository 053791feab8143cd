import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { createComparison, warningsOf } from "../../adapter/kit/comparing.ts";
import { readIfThere } from "../../adapter/kit/loading.ts";
import { lookAtState, readNote } from "../../adapter/kit/looking.ts";
import { badResponse } from "../../model/errors.ts";
import type { Charge, ChargeInput } from "../../model/model.ts";
import { requireCreated, type Session, sendChange } from "./call.ts";
import { chargeTaxFields } from "./fields.ts";
import { taxParameter } from "./map-tax.ts";
import { liabilityChange, type TaxAccess } from "./tax-reads.ts";

/** Local ids of the taxes to remove. */
const othersNote = z.array(z.string());

/** Warns of taxes that apply to a charge otherwise than sent. Each is compared by itself; together they are one member. */
function warningsOfTaxes(backend: string, sent: Readonly<Record<string, boolean>>, shown: Readonly<Record<string, boolean>>) {
  const fields = Object.fromEntries(Object.keys(sent).map((taxId) => [taxId, ["taxIds"]]));
  const text = (taxId: string, applies: unknown) => (applies === true ? taxId : null);
  return warningsOf({ backend, comparison: createComparison({}), fields, text }, sent, shown);
}

/**
 * Steps that make exactly the named taxes apply to a charge that an earlier step creates: one step sets each named tax, a last step
 * removes all others that would apply. The others are known only when that step runs, so it is one step. Each step may be sent again,
 * as setting a liability twice changes nothing.
 */
export function exactTaxSteps(session: Session, { lists, reads }: TaxAccess, input: ChargeInput): WriteStep<Charge>[] {
  if (input.taxIds == null) return [];
  const { backend } = session;
  // By Enswitch's id, as the request names that.
  const wanted = new Map(input.taxIds.map((id) => [taxParameter(id, "taxIds"), id]));

  const set = (taxId: string, charge: string, liable: boolean, scope: CallScope) => {
    const change = liabilityChange(taxParameter(taxId, "taxIds"), { type: "charge", number: charge }, liable);
    return sendChange(session, { ...change, fields: chargeTaxFields }, scope);
  };

  /** Whether the charge is liable for a tax: "unknown" where the answer does not tell, false for a tax that does not exist. */
  async function isLiable(taxId: string, charge: string, scope: CallScope): Promise<boolean | "unknown"> {
    const reading = reads.isLiable(taxId, { chargeId: charge }, scope);
    const read = await readIfThere(reading.then((liable) => ({ liable })));
    return read === null ? false : (read.liable ?? "unknown");
  }

  /** As isLiable; throws BAD_RESPONSE where the answer does not tell. */
  async function certainly(taxId: string, charge: string, scope: CallScope): Promise<boolean> {
    const liable = await isLiable(taxId, charge, scope);
    if (liable === "unknown") throw badResponse(backend, "does not report whether a charge is liable for a tax");
    return liable;
  }

  /** The taxes to remove. No list tells which taxes apply to a whole plan: then all that the gateway's account can use are removed. */
  async function unwanted(scope: CallScope): Promise<string[]> {
    const candidates = await (input.customerId == null ? lists.usable(scope) : lists.applicable(input.customerId, scope));
    return candidates.filter(({ tax, charges }) => charges && !wanted.has(tax.backendId)).map(({ tax }) => tax.id);
  }

  const named = (taxId: string): WriteStep<Charge> => ({
    action: "taxes/liable/set",
    isState: true,
    send: async (created, _intent, scope) => {
      const id = requireCreated(created);
      await set(taxId, id, true, scope);
      return { id };
    },
    find: async (created, _intent, scope) => {
      const id = requireCreated(created);
      const liable = await isLiable(taxId, id, scope);
      return liable === "unknown" ? inDoubt(id) : lookAtState(id, liable);
    },
    compareApart: async (id, _intent, scope) =>
      warningsOfTaxes(backend, { [taxId]: true }, { [taxId]: await certainly(taxId, id, scope) }),
  });

  const others: WriteStep<Charge> = {
    action: "taxes/liable/set",
    isState: true,
    note: async (_created, _intent, scope) => JSON.stringify((await unwanted(scope)) satisfies z.input<typeof othersNote>),
    send: async (created, { note }, scope) => {
      const id = requireCreated(created);
      for (const taxId of readNote(note, othersNote)) await set(taxId, id, false, scope);
      return { id };
    },
    find: async (created, { note }, scope) => {
      const id = requireCreated(created);
      const liable = await Promise.all(readNote(note, othersNote).map((taxId) => isLiable(taxId, id, scope)));
      if (liable.includes(true)) return lookAtState(id, false);
      return liable.includes("unknown") ? inDoubt(id) : lookAtState(id, true);
    },
    compareApart: async (id, { note }, scope) => {
      const taken = readNote(note, othersNote);
      const liable = await Promise.all(taken.map(async (taxId) => [taxId, await certainly(taxId, id, scope)] as const));
      return warningsOfTaxes(backend, Object.fromEntries(taken.map((taxId) => [taxId, false])), Object.fromEntries(liable));
    },
  };
  return [...[...wanted.values()].map(named), others];
}

function inDoubt(id: string): Finding {
  return { ours: [], candidates: [{ id, claim: null, differs: ["taxIds"] }] };
}
