import type { ChargeDetailsFragment, ChargeSpec, CreditSpec, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { type FormBackend, fieldsOf, membersTaken, takes } from "./declared-fields.ts";
import type { Field, Input, Values } from "./fields.ts";

/** Known before the form opens: whom the charge is for, and so what its currency is. */
const known: readonly string[] = ["customerId", "planId", "currency"];

/** The fields of a new charge of a customer. */
export function newChargeFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(
    backend,
    membersTaken(backend, "CHARGE_CREATE").filter(({ name }) => !known.includes(name)),
  );
}

/** The charge of a customer with what was filled in. It names the currency that the form showed, where its backend takes one. */
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

/** The credit for a customer with what was filled in, in the currency that the form showed. */
export function creditFor(
  { id, currency }: Pick<CustomerSummaryFragment, "id" | "currency">,
  backend: FormBackend,
  input: Input,
): CreditSpec {
  const named = takes(backend, "CREDIT_CREATE", "currency") && { currency };
  return { ...(input as Omit<CreditSpec, "customerId">), customerId: id, ...named };
}

/** The fields of a charge that can be changed; none where charges cannot be. */
export function changedChargeFields(backend: FormBackend): readonly Field[] {
  return fieldsOf(
    backend,
    membersTaken(backend, "CHARGE_UPDATE").filter(({ name }) => !known.includes(name)),
  );
}

/** What a charge holds, for the fields of its form. */
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
