import type { Printable } from "./jsv.ts";
import { given } from "./members.ts";
import { addressOf, emailAddressesOf, phoneNumbersOf } from "./parts.ts";
import type { Contact, ContactFields } from "./records.ts";
import { emptyContact } from "./seed.ts";
import { filterText, type Operation, printDate, requiredClient, requiredText, type V2Call } from "./v2-call.ts";

/** POST /contacts, contract 5.6: without ClientId the contacts of every client, which is how to batch. */
export const listContacts: Operation = (call) => {
  const accepts = contactFilter(call);
  return call.store.contacts
    .listed()
    .filter(accepts)
    .map((contact) => printContact(call, contact));
};

function contactFilter(call: V2Call): (contact: Contact) => boolean {
  const id = filterText(call, "ContactId");
  const clientId = filterText(call, "ClientId");
  const centerId = filterText(call, "CenterId");
  const account = filterText(call, "ThirdPartyAccountId");
  const firstName = lower(filterText(call, "FirstName"));
  const lastName = lower(filterText(call, "LastName"));
  const email = lower(filterText(call, "EmailAddress"));
  const phone = filterText(call, "PhoneNumber");
  return (contact) =>
    (id === null ? contact.dateArchived === null : contact.id === id) &&
    (clientId === null || contact.clientId === clientId) &&
    (centerId === null || call.store.clients.all.get(contact.clientId)?.centerId === centerId) &&
    (account === null || contact.thirdPartyAccountId === account) &&
    (firstName === null || lower(contact.firstName) === firstName) &&
    (lastName === null || lower(contact.lastName) === lastName) &&
    (email === null || contact.emailAddresses?.some(({ address }) => lower(address) === email) === true) &&
    (phone === null || contact.phoneNumbers?.some(({ number }) => number.includes(phone)) === true);
}

function lower(text: string | null): string | null {
  return text?.toLowerCase() ?? null;
}

/** POST /contacts/new, contract 5.6. */
export const createContact: Operation = (call) => {
  const client = requiredClient(call);
  const fields: ContactFields = { ...emptyContact(client.id), ...sentFields(call) };
  return printContact(call, call.store.contacts.add(fields, call.account.user));
};

/** POST /contacts/update, contract 5.6. */
export const updateContact: Operation = (call) => {
  const contact = requiredContact(call);
  return printContact(call, call.store.contacts.change(contact, sentFields(call), call.account.user));
};

export const archiveContact: Operation = (call) => {
  call.store.contacts.archive(requiredContact(call), call.account.user);
  return {};
};

export const restoreContact: Operation = (call) => {
  call.store.contacts.restore(requiredContact(call), call.account.user);
  return {};
};

export const deleteContact: Operation = (call) => {
  call.store.contacts.remove(requiredContact(call).id);
  return {};
};

/** POST /contacts/my-contacts, contract 1.3: the associates of one contact. */
export const listMyContacts: Operation = (call) => {
  const { id, clientId } = requiredContact(call);
  return call.store.contacts
    .listed()
    .filter((contact) => contact.clientId === clientId && contact.id !== id && contact.dateArchived === null)
    .map((contact) => printContact(call, contact));
};

function requiredContact(call: V2Call): Contact {
  const contact = call.store.contacts.all.get(requiredText(call, "ContactId"));
  if (contact === undefined) throw call.refuse.notFound("Contact");
  return contact;
}

function sentFields({ members, store }: V2Call): Partial<ContactFields> {
  return given<Omit<ContactFields, "clientId">>({
    firstName: members.text("FirstName"),
    lastName: members.text("LastName"),
    title: members.text("Title"),
    alert: members.text("Alert"),
    status: members.text("Status"),
    location: members.text("Location"),
    longDistanceCode: members.text("LongDistanceCode"),
    callInstructions: members.text("CallInstructions"),
    information: members.text("Information"),
    moreInformation: members.text("MoreInformation"),
    greetingOverride: members.text("GreetingOverride"),
    loginUserName: members.text("LoginUserName"),
    thirdPartyAccountId: members.text("ThirdPartyAccountId"),
    keywords: members.texts("Keywords"),
    address: addressOf(members, "Address"),
    phoneNumbers: phoneNumbersOf(members, store.nextId),
    emailAddresses: emailAddressesOf(members, store.nextId),
  });
}

/** ContactInfo, contract 6.4. */
function printContact(call: V2Call, contact: Contact): Printable {
  const client = call.store.clients.all.get(contact.clientId);
  return {
    id: contact.id,
    dateLastModified: printDate(call, contact.dateLastModified),
    clientName: client?.name,
    clientId: contact.clientId,
    centerId: client?.centerId,
    centerName: call.store.centers.all.get(client?.centerId ?? "")?.name,
    firstName: contact.firstName,
    lastName: contact.lastName,
    alert: contact.alert,
    name: [contact.firstName, contact.lastName].filter((part) => part !== null && part !== "").join(" "),
    status: contact.status,
    location: contact.location,
    longDistanceCode: contact.longDistanceCode,
    callInstructions: contact.callInstructions,
    information: contact.information,
    moreInformation: contact.moreInformation,
    title: contact.title,
    userName: contact.loginUserName,
    loginMustChangePasswordAtNextLogin: false,
    greetingOverride: contact.greetingOverride,
    keywords: contact.keywords,
    address: contact.address === null ? null : { ...contact.address },
    phoneNumbers: contact.phoneNumbers?.map((phone) => ({ ...phone, transferTypes: "Both" })),
    emailAddresses: contact.emailAddresses?.map(({ id, address, name }) => ({ id, address, name })),
  };
}
