import type { CallScope } from "../../adapter/adapter.ts";
import type { Tax } from "../../model/model.ts";
import { listRows, type Parameters, type Session } from "./call.ts";
import { mayApplyToCharges, taxFrom } from "./map-tax.ts";

/** A tax as listed, and whether a charge is liable for it unless told otherwise. */
export interface ListedTax {
  readonly tax: Tax;
  readonly charges: boolean;
}

/** The three lists that taxes/list can give (guide 4.4). They come whole, unsorted. */
export interface TaxLists {
  /** Owned by a customer; null = by the gateway's own. Refused (400) for a customer that is not visible. */
  readonly owned: (owner: string | null, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** That apply to a customer. */
  readonly applicable: (customer: string, scope: CallScope) => Promise<readonly ListedTax[]>;
  /** That the gateway's own customer owns or may use because the system owner shares them, each once. */
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
  // An omitted customer is the caller's own (guide 4.4), which is what is wanted where none is sent.
  const owned = (owner: string | null, scope: CallScope) =>
    list(owner === null ? {} : { customer: owner }, owner ?? undefined, scope);
  return {
    owned,
    applicable: (customer, scope) => list({ customer, applicable: "1" }, undefined, scope),
    usable: async (scope) => {
      // Whether what may be used includes what is owned is not documented.
      const lists = await Promise.all([list({ available: "1" }, undefined, scope), owned(null, scope)]);
      return [...new Map(lists.flat().map((listed) => [listed.tax.backendId, listed])).values()];
    },
  };
}
