import type { CallScope } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import type { Tax } from "../../model/model.ts";
import { listRows, type Parameters, type Session } from "./call.ts";
import { mayApplyToCharges, taxFrom } from "./map-tax.ts";

/** A tax of a list, and whether charges are liable for it by default. */
export interface ListedTax {
  readonly tax: Tax;
  readonly charges: boolean;
}

/** The three lists of taxes/list (guide 4.4), each whole and unsorted. */
export interface TaxLists {
  /** Taxes that a customer owns; null = the gateway's own customer. Rejects (400) for a customer that is not visible. */
  readonly owned: (owner: string | null, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** Taxes that apply to a customer. */
  readonly applicable: (customer: string, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** Taxes that the gateway's own customer owns, or may use because the system owner shares them; each once. */
  readonly usable: (scope: CallScope) => Promise<readonly ListedTax[]>;
}

export function taxLists(session: Session): TaxLists {
  const list = (parameters: Parameters, owner: string | undefined, scope: CallScope) =>
    listRows(
      session,
      {
        function: "taxes/list",
        parameters,
        subject: "The taxes' owner",
        map: (row) => ({ tax: taxFrom(row, session, owner), charges: mayApplyToCharges(row) }),
      },
      scope,
    );
  const owned: TaxLists["owned"] = async (owner, scope) => {
    // Guide 4.4: without a customer, the list is the caller's own.
    if (owner === null) return list({}, undefined, scope);
    const taxes = await list({ customer: owner }, owner, scope);
    return rowsOfOwner(taxes, ({ tax }) => tax.owner?.id === owner);
  };
  return {
    owned,
    applicable: (customer, scope) => list({ customer, applicable: "1" }, undefined, scope),
    usable: async (scope) => {
      // No source tells whether `available` includes owned taxes.
      const lists = await Promise.all([list({ available: "1" }, undefined, scope), owned(null, scope)]);
      const [available, own] = lists;
      const shown = new Set(available.map(({ tax }) => tax.backendId));
      return [...available, ...own.filter(({ tax }) => !shown.has(tax.backendId))];
    },
  };
}
