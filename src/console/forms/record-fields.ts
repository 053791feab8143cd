import type {
  ChargeDetailsFragment,
  ChargeSpec,
  CreditSpec,
  CustomerDetailsFragment,
  CustomerSummaryFragment,
  TaxDetailsFragment,
} from "../../client/generated/graphql.ts";
import { type FormBackend, type FormMember, fieldsOf, membersTaken, takes } from "./declared-fields.ts";
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

/** Organisations have a name; people have two. */
export type Nature = "ORGANISATION" | "PERSON";

const isPart = ({ name }: FormMember): boolean => name === "firstName" || name === "lastName";

export function newCustomerFields(backend: FormBackend, nature: Nature): readonly Field[] {
  const members = membersTaken(backend, "CUSTOMER_CREATE");
  const isPerson = nature === "PERSON" && members.some(isPart);
  if (isPerson) {
    const people = members.filter(({ name }) => name !== "name");
    return people.flatMap((member) => fieldsOf(backend, [isPart(member) ? { ...member, required: true } : member]));
  }
  const hasName = members.some(({ name }) => name === "name");
  // The organisation's name, and its contact person where the backend keeps both.
  const organisations = members.filter(
    (member) => !isPart(member) || !hasName || member.insteadOf !== "name" || member.alsoBeside,
  );
  return organisations.flatMap((member) => {
    const named = member.name === "name" ? { ...member, required: true } : member;
    return fieldsOf(backend, [hasName && isPart(member) ? asContact(named) : named]);
  });
}

function asContact(member: FormMember): FormMember {
  const label = member.label ?? (member.name === "firstName" ? "Contact’s first name" : "Contact’s last name");
  return { ...member, label };
}

export function changedCustomerFields(
  backend: FormBackend,
  customer: Pick<CustomerDetailsFragment, "organizationName">,
): readonly Field[] {
  const members = membersTaken(backend, "CUSTOMER_UPDATE").filter((member) => member.insteadOf !== "name" || member.alsoBeside);
  // A person has two names and no organisation.
  const isPerson = customer.organizationName === null && members.some(isPart);
  return fieldsOf(backend, isPerson ? members.filter(({ name }) => name !== "name") : members);
}

/** A customer's values for the fields of its form. */
export function customerValues(customer: CustomerDetailsFragment): Values {
  const { address } = customer;
  return {
    name: customer.name,
    firstName: customer.firstName ?? "",
    lastName: customer.lastName ?? "",
    email: customer.email ?? "",
    phone: customer.phone ?? "",
    reference: customer.reference ?? "",
    planId: customer.plan?.id ?? "",
    "address/lines": address?.lines.join("\n") ?? "",
    "address/postalCode": address?.postalCode ?? "",
    "address/city": address?.city ?? "",
    "address/state": address?.state ?? "",
    "address/country": address?.country ?? "",
  };
}

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
