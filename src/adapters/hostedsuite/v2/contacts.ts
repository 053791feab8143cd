import type { CallScope, CustomerVerbs } from "../../../billing/adapter.ts";
import { foldText } from "../../../billing/charge-order.ts";
import type { Contact, CustomerInput } from "../../../billing/model.ts";
import { type Row, rowsIn, textOf, withMembers } from "../fields.ts";
import { isPossibleId } from "../input.ts";
import { agrees } from "../trace.ts";
import { type Call, readRow, readRows } from "./call.ts";
import { comparedContact } from "./compared.ts";
import { contactOf, inOrder } from "./map.ts";
import * as wire from "./wire.ts";

/** Contacts are the people of a client: where v2 keeps e-mail addresses and phone numbers (contract 5.6). */

const listContacts = (call: Call, filter: Readonly<Record<string, string>>, scope: CallScope): Promise<Row[]> =>
  call({ route: "contacts", members: filter, read: readRows }, scope);

/** One call for all ids: filtered for one client, unfiltered for more (contract 8). */
export function createGetContacts(call: Call): NonNullable<CustomerVerbs["getContacts"]> {
  return async (ids, scope) => {
    const wanted = [...new Set(ids.filter(isPossibleId))];
    const [only] = wanted;
    if (only === undefined) return ids.map(() => null);
    const rows = await listContacts(call, wanted.length === 1 ? { ClientId: only } : {}, scope);
    const byClient = Map.groupBy(rows, (row) => textOf(row, "ClientId"));
    const contacts = new Map<string, Contact>(wanted.map((id) => [id, contactOf(byClient.get(id) ?? [])]));
    return ids.map((id) => contacts.get(id) ?? null);
  };
}

/** Ids of the clients that have a contact with exactly that address; whether the filter matches parts is not documented. */
export async function clientsWithEmail(call: Call, email: string, scope: CallScope): Promise<ReadonlySet<string>> {
  const rows = await listContacts(call, { EmailAddress: email }, scope);
  const contacts = rows.map((row) => wire.contact.parse(row));
  const matching = contacts.filter(({ emailAddresses }) =>
    emailAddresses.some(({ address }) => address !== null && foldText(address) === foldText(email)),
  );
  return new Set(matching.flatMap(({ clientId }) => clientId ?? []));
}

/** The members of a customer that are kept on a contact. */
export type Person = Pick<CustomerInput, "firstName" | "lastName" | "email" | "phone">;

export function hasPerson(input: Person): boolean {
  return [input.firstName, input.lastName, input.email, input.phone].some((member) => member != null);
}

export async function createContact(call: Call, clientId: string, person: Person, scope: CallScope): Promise<void> {
  const members = { ClientId: clientId, ...contactMembers(person) };
  await call({ route: "contacts/new", members, writes: "customer", read: readRow }, scope);
}

/**
 * Changes the client's first contact, which is the one that reads prefer, or makes one. Guess: lists replace what was there
 * (contract 4.5), so the addresses and numbers behind the first are sent again as they are.
 */
export async function changeContact(call: Call, clientId: string, person: Person, scope: CallScope): Promise<void> {
  const [first] = await contactsOf(call, clientId, scope);
  if (first === undefined) return createContact(call, clientId, person, scope);
  const members = {
    ContactId: wire.contact.parse(first).id,
    ...contactMembers(person),
    EmailAddresses: person.email == null ? undefined : withFirst(first, "EmailAddresses", { Address: person.email }),
    PhoneNumbers: person.phone == null ? undefined : withFirst(first, "PhoneNumbers", { Number: person.phone }),
  };
  await call({ route: "contacts/update", members, writes: "customer", read: readRow }, scope);
}

/** Whether a contact of the client has all that a new one was given. */
export async function hasContact(call: Call, clientId: string, person: Person, scope: CallScope): Promise<boolean> {
  const contacts = await contactsOf(call, clientId, scope);
  return contacts.some((contact) => agrees(contact, contactMembers(person), comparedContact));
}

/** Whether the client's first contact is as `changeContact` leaves it, whichever way that went. */
export async function isContactChanged(call: Call, clientId: string, person: Person, scope: CallScope): Promise<boolean> {
  const [first] = await contactsOf(call, clientId, scope);
  return first !== undefined && agrees(first, contactMembers(person), comparedContact);
}

/** The client's contacts that can be written to, the one that reads prefer first. */
async function contactsOf(call: Call, clientId: string, scope: CallScope): Promise<Row[]> {
  const rows = await listContacts(call, { ClientId: clientId }, scope);
  const own = rows.filter((row) => {
    const contact = wire.contact.parse(row);
    return contact.clientId === clientId && contact.id !== null;
  });
  return inOrder(own);
}

/** NewContactRequest and UpdateContactRequest, of a contact that has nothing else (contract 5.6). */
function contactMembers(person: Person) {
  return {
    FirstName: person.firstName ?? undefined,
    LastName: person.lastName ?? undefined,
    EmailAddresses: person.email == null ? undefined : [{ Address: person.email }],
    PhoneNumbers: person.phone == null ? undefined : [{ Number: person.phone }],
  };
}

/** The contact's list with its first entry's value replaced. */
function withFirst(contact: Row, name: string, value: object): Row[] {
  const [first, ...rest] = rowsIn(contact, name);
  return [withMembers(first ?? {}, value), ...rest];
}
