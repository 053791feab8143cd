import type { CustomerDetailsFragment } from "../../client/generated/graphql.ts";
import { type FormBackend, type FormMember, fieldsOf, membersTaken } from "./declared-fields.ts";
import type { Field, Values } from "./fields.ts";

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
