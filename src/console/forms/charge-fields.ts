import type { ChargeDetailsFragment, ChargeSpec, CreditSpec, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { type FormBackend, fieldsOf, membersTaken, takes } from "./declared-fields.ts";
import type { Field, Input, Values } from "./fields.ts";

/** Known before the form opens: the customer, and with it the currency. */
const known: readonly string[] = ["customerId", "planId", "currency"];

/** The fields of a new charge for a customer. */
export function newChargeFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(
    backend,
    membersTaken(backend, "CHARGE_CREATE").filter(({ name }) => !known.includes(name)),
  );
}

/** Makes the input of a charge from the form's values. Names the currency that the form showed, if the backend takes one. */
export function chargeFor(
  { id, currency }: Pick<CustomerSummaryFragment, "id" | "currency">,
  backend: FormBackend,
  input: Input,
): ChargeSpec {
  return { ...input, customerId: id, ...(takes(backend, "CHARGE_CREATE", "currency") && { currency }) };
}

/** The fields of a credit for a customer. */
export function newCreditFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(
    backend,
    membersTaken(backend, "CREDIT_CREATE").filter(({ name }) => !known.includes(name)),
  );
}

/** Makes the input of a credit from the form's values, in the currency that the form showed. */
export function creditFor(
  { id, currency }: Pick<CustomerSummaryFragment, "id" | "currency">,
  backend: FormBackend,
  input: Input,
): CreditSpec {
  const named = takes(backend, "CREDIT_CREATE", "currency") && { currency };
  return { ...(input as Omit<CreditSpec, "customerId">), customerId: id, ...named };
}

/** The fields of a charge that can be changed. Empty when the backend cannot change charges. */
export function changedChargeFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(
    backend,
    membersTaken(backend, "CHARGE_UPDATE").filter(({ name }) => !known.includes(name)),
  );
}

/** A charge's values for the fields of its form. */
export function chargeValues(charge: ChargeDetailsFragment): Values {
  const { recurrence } = charge;
  return {
    name: charge.name,
    description: charge.description ?? "",
    notes: charge.notes ?? "",
    amount: charge.amount?.amount ?? "",
    cost: charge.cost?.amount ?? "",
    quantity: charge.quantity,
    date: charge.date ?? "",
    "recurrence/interval": recurrence?.interval ?? "ONCE",
    "recurrence/occurrences": recurrence?.occurrences == null ? "" : String(recurrence.occurrences),
    "recurrence/endsOn": recurrence?.endsOn ?? "",
  };
}
