import type { CallScope, CustomerVerbs } from "../../../adapter/adapter.ts";
import { createAnyCase } from "../../../adapter/kit/filters.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import type { Contact, CustomerInput } from "../../../model/model.ts";
import { foldText } from "../../../model/text.ts";
import { isPossibleId } from "../encode.ts";
import { recordsWith, textOf } from "../reading.ts";
import type { Call } from "./call.ts";
import { contactOf, inOrder } from "./map.ts";
import * as wire from "./wire.ts";

/** Reads contacts, the people of a client: v2 stores e-mail addresses and phone numbers there (contract 5.6). */

const listContacts = (call: Call, filter: Readonly<Record<string, string>>, scope: CallScope): Promise<Row[]> =>
  call({ route: "contacts", members: filter, read: recordsWith("clientId") }, scope);

/** Reads contacts with one call for all ids: filtered for one client, unfiltered for more (contract 8). */
export function createGetContacts(call: Call): NonNullable<CustomerVerbs["getContacts"]> {
  return async (ids, scope) => {
    const wanted = [...new Set(ids.filter(isPossibleId))];
    const [only] = wanted;
    if (only === undefined) return ids.map(() => null);
    const rows = await listContacts(call, wanted.length === 1 ? { ClientId: only } : {}, scope);
    const byClient = Map.groupBy(rows, (row) => textOf(row, "ClientId"));
    const hasStray = byClient.has(null);
    const contacts = new Map<string, Contact>(wanted.map((id) => [id, contactOf(byClient.get(id) ?? [], hasStray)]));
    return ids.map((id) => contacts.get(id) ?? null);
  };
}

/** Finds the ids of clients with exactly that e-mail address. Whether the backend's filter matches parts, or is case-sensitive, is not documented. */
export function createClientsWithEmail(call: Call): (email: string, scope: CallScope) => Promise<ReadonlySet<string>> {
  const anyCase = createAnyCase();
  const addressesOf = (row: Row) => wire.contactRow.parse(row).emailAddresses.map(({ address }) => address);
  return async (email, scope) => {
    const wanted = foldText(email);
    const rows = await anyCase.rows(email, {
      narrowed: (spelling) => listContacts(call, { EmailAddress: spelling }, scope),
      whole: () => listContacts(call, {}, scope),
      textsOf: addressesOf,
    });
    const matching = rows.filter((row) => addressesOf(row).some((address) => address !== null && foldText(address) === wanted));
    return new Set(matching.flatMap((row) => wire.contactRow.parse(row).clientId ?? []));
  };
}

/** The members of a customer that a contact stores. */
export type Person = Pick<CustomerInput, "firstName" | "lastName" | "email" | "phone">;

export function hasPerson(input: Person): boolean {
  return [input.firstName, input.lastName, input.email, input.phone].some((member) => member != null);
}

/** The client's contacts with an id, in the order in which reads prefer them. */
export async function contactsOf(call: Call, clientId: string, scope: CallScope): Promise<Row[]> {
  const rows = await listContacts(call, { ClientId: clientId }, scope);
  const own = rows.filter((row) => {
    const contact = wire.contactRow.parse(row);
    return contact.clientId === clientId && contact.id !== null;
  });
  return inOrder(own);
}
