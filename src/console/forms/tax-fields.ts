import type { TaxDetailsFragment } from "../../client/generated/graphql.ts";
import { type FormBackend, fieldsOf, membersTaken } from "./declared-fields.ts";
import type { Field, Values } from "./fields.ts";

export function newTaxFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(backend, membersTaken(backend, "TAX_CREATE"));
}

/** The fields of a tax that can be changed. Empty when the backend cannot change taxes. */
export function changedTaxFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(backend, membersTaken(backend, "TAX_UPDATE"));
}

/** A tax's values for the fields of its form. */
export function taxValues(tax: TaxDetailsFragment): Values {
  return {
    name: tax.name,
    description: tax.description ?? "",
    rate: tax.rate ?? "",
    fixedAmount: tax.fixedAmount?.amount ?? "",
    currency: tax.fixedAmount?.currency ?? "",
    appliesTo: [...tax.appliesTo],
    defaultLiability: tax.defaultLiability ?? "",
    shared: tax.shared,
    effectiveDate: tax.effectiveDate ?? "",
    active: tax.active,
  };
}
