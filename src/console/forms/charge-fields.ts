import type { BackendFormFragment, ChargeDetailsFragment } from "../../client/generated/graphql.ts";
import { fieldsOf, membersTaken } from "./declared-fields.ts";
import type { Field, Values } from "./fields.ts";

type Backend = Pick<BackendFormFragment, "key" | "inputs">;

/** The fields of a new charge of a customer, who is known before the form opens. */
export function newChargeFields(backend: Backend): readonly Field[] {
  const members = membersTaken(backend, "CHARGE_CREATE").filter(({ name }) => name !== "customerId" && name !== "planId");
  return fieldsOf(backend, members);
}

/** The fields of a charge that can be changed; none where charges cannot be. */
export function changedChargeFields(backend: Backend): readonly Field[] {
  return fieldsOf(backend, membersTaken(backend, "CHARGE_UPDATE"));
}

/** What a charge holds, for the fields of its form. */
export function chargeValues(charge: ChargeDetailsFragment): Values {
  const { recurrence } = charge;
  return {
    name: charge.name,
    description: charge.description ?? "",
    notes: charge.notes ?? "",
    amount: charge.amount?.amount ?? "",
    currency: charge.amount?.currency ?? "",
    cost: charge.cost?.amount ?? "",
    quantity: charge.quantity,
    date: charge.date ?? "",
    "recurrence/interval": recurrence?.interval ?? "ONCE",
    "recurrence/occurrences": recurrence?.occurrences == null ? "" : String(recurrence.occurrences),
    "recurrence/endsOn": recurrence?.endsOn ?? "",
  };
}
