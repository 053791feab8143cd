import type { BackendDetailsFragment, CustomerDetailsFragment } from "../../client/generated/graphql.ts";
import type { Field, Values } from "./fields.ts";

/** Which fields customers have in each kind of backend (schema: CreateCustomerInput and UpdateCustomerInput). */

/** Organisations have a name; people have two. */
export type Nature = "ORGANISATION" | "PERSON";

const optional = { required: false, clearable: false } as const;
const needed = { required: true, clearable: false } as const;

const fieldsByName = {
  name: { name: "name", label: "Name", control: { kind: "text" } },
  firstName: { name: "firstName", label: "First name", control: { kind: "text" } },
  lastName: { name: "lastName", label: "Last name", control: { kind: "text" } },
  email: { name: "email", label: "E-mail address", control: { kind: "email" } },
  phone: { name: "phone", label: "Telephone", control: { kind: "text" } },
  reference: { name: "reference", label: "Reference", hint: "Your own number or name for it", control: { kind: "text" } },
} as const;

function addressFields({ lines, country }: { lines: number; country: boolean }, clearable = false): readonly Field[] {
  const member = (name: string, label: string): Field => ({
    name: `address/${name}`,
    label,
    control: { kind: "text" },
    required: false,
    clearable,
  });
  return [
    {
      name: "address/lines",
      label: "Street and number",
      hint: `At most ${lines} lines`,
      control: { kind: "lines" },
      required: false,
      clearable,
    },
    member("postalCode", "Postal code"),
    member("city", "Town"),
    member("state", "State or region"),
    ...(country ? [member("country", "Country")] : []),
  ];
}

type Owner = Pick<BackendDetailsFragment, "key" | "kind" | "capabilities">;

export function newCustomerFields({ key, kind, capabilities }: Owner, nature: Nature): readonly Field[] {
  const { name, firstName, lastName, email, phone, reference } = fieldsByName;
  const person: readonly Field[] = [
    { ...firstName, ...needed },
    { ...lastName, ...needed },
  ];
  const organisation: Field = { ...name, ...needed };
  const contact = (rule: typeof optional | typeof needed): readonly Field[] => [
    { ...firstName, label: "Contact’s first name", ...rule },
    { ...lastName, label: "Contact’s last name", ...rule },
  ];
  switch (kind) {
    case "ENSWITCH":
      return [
        ...(nature === "PERSON" ? person : [organisation]),
        { ...email, ...needed },
        { name: "planId", label: "Plan", control: { kind: "plan", backend: key }, ...needed },
        {
          name: "parentId",
          label: "Belongs to",
          hint: "The reseller, if there is one",
          control: { kind: "customer", backend: key },
          ...optional,
        },
        { ...reference, ...optional },
        ...addressFields({ lines: 3, country: false }),
      ];
    case "HOSTED_SUITE":
      return [
        // Contacts are kept by v2 only, which is the generation without taxes.
        ...(nature === "PERSON" ? person : [organisation, ...(capabilities.includes("TAX_READ") ? [] : contact(optional))]),
        { ...email, ...optional },
        { ...phone, ...optional },
        { ...reference, ...optional },
        ...addressFields({ lines: 2, country: true }),
      ];
    case "V01":
      return [
        ...(nature === "PERSON" ? person : [organisation, ...contact(needed)]),
        { ...email, ...optional },
        { ...phone, ...optional },
        { ...reference, ...optional },
        ...addressFields({ lines: 2, country: true }),
      ];
  }
}

export function changedCustomerFields({ key, kind, capabilities }: Owner, customer: CustomerDetailsFragment): readonly Field[] {
  if (!capabilities.includes("CUSTOMER_UPDATE")) return [];
  const { name, firstName, lastName, email, phone, reference } = fieldsByName;
  switch (kind) {
    case "ENSWITCH":
      return [
        { ...name, ...needed },
        { ...email, ...needed },
        { name: "planId", label: "Plan", control: { kind: "plan", backend: key }, ...needed },
        { ...reference, required: false, clearable: true },
        ...addressFields({ lines: 3, country: false }, true),
      ];
    case "HOSTED_SUITE":
      return [
        { ...name, ...needed },
        { ...email, ...optional },
        { ...phone, ...optional },
        { ...reference, ...optional },
        ...addressFields({ lines: 2, country: true }),
      ];
    case "V01":
      return [
        ...(customer.organizationName === null ? [] : [{ ...name, label: "Organisation", ...needed }]),
        { ...firstName, ...optional },
        { ...lastName, ...optional },
        { ...email, ...optional },
        { ...phone, ...optional },
        ...addressFields({ lines: 2, country: true }),
      ];
  }
}

/** What a customer holds, for the fields of its form. */
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
