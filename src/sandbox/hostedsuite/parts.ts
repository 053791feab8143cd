import type { Members } from "./members.ts";
import type { Address, BillingEmailAddress, CustomField, EmailAddress, Hyperlink, PhoneNumber } from "./records.ts";
import { recipientTypes } from "./records.ts";

/** Readers of nested members of requests (contract 6.3, 6.4, 7.7). All return null for an absent member. */

export function addressOf(members: Members, name: string): Address | null {
  const address = members.object(name);
  if (address === null) return null;
  return {
    street1: address.text("street1"),
    street2: address.text("street2"),
    city: address.text("city"),
    state: address.text("state"),
    postalCode: address.text("postalCode"),
    country: address.text("country"),
  };
}

/** Custom fields are identified only by their name (contract 6.3); those without one are dropped. */
export function customFieldsOf(members: Members): readonly CustomField[] | null {
  const fields = members.objects("customFields");
  return fields?.flatMap((field) => withText(field, "name", (name) => ({ name, value: field.text("value") }))) ?? null;
}

export function linksOf(members: Members, nextId: () => string): readonly Hyperlink[] | null {
  const links = members.objects("links");
  return links?.map((link) => ({ id: idOf(link, nextId), name: link.text("name"), url: link.text("url") })) ?? null;
}

export function phoneNumbersOf(members: Members, nextId: () => string): readonly PhoneNumber[] | null {
  const phones = members.objects("phoneNumbers");
  const read = (phone: Members): readonly PhoneNumber[] =>
    withText(phone, "number", (number) => ({
      id: idOf(phone, nextId),
      name: phone.text("name"),
      number,
      mobile: phone.boolean("mobile") ?? false,
    }));
  return phones?.flatMap(read) ?? null;
}

export function emailAddressesOf(members: Members, nextId: () => string): readonly EmailAddress[] | null {
  const emails = members.objects("emailAddresses");
  const read = (email: Members): readonly EmailAddress[] =>
    withText(email, "address", (address) => ({ id: idOf(email, nextId), name: email.text("name"), address }));
  return emails?.flatMap(read) ?? null;
}

export function billingEmailAddressesOf(members: Members): readonly BillingEmailAddress[] | null {
  const emails = members.objects("billingEmailAddresses");
  const read = (email: Members): readonly BillingEmailAddress[] =>
    withText(email, "address", (address) => ({
      name: email.text("name"),
      address,
      type: email.choice("type", recipientTypes) ?? "To",
    }));
  return emails?.flatMap(read) ?? null;
}

/** An empty list if the text is absent, for parts that mean nothing without it. */
function withText<Part>(members: Members, name: string, read: (text: string) => Part): readonly Part[] {
  const text = members.text(name);
  return text === null ? [] : [read(text)];
}

function idOf(members: Members, nextId: () => string): string {
  const id = members.text("id");
  return id === null || id === "" ? nextId() : id;
}
