import { z } from "zod";
import type { CallScope, Finding, WriteStep, Written } from "../../../adapter/adapter.ts";
import { warningsOf } from "../../../adapter/kit/comparing.ts";
import { fingerprint, given, type Members, nothingFound, readNote } from "../../../adapter/kit/looking.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import { createReplacing } from "../../../adapter/kit/replacing.ts";
import { changeStep } from "../../../adapter/kit/steps.ts";
import type { Customer } from "../../../model/model.ts";
import type { Warning } from "../../../model/warnings.ts";
import { comparisonIn, warningContext } from "../compared.ts";
import { requireId } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import { changeNote, pick } from "../notes.ts";
import { rowsIn, withMembers } from "../reading.ts";
import type { Call } from "./call.ts";
import { comparedContact } from "./compared.ts";
import { contactsOf, type Person } from "./contacts.ts";
import * as wire from "./wire.ts";

/** The contact to change, or null for a new one; and the client's known contacts, as contacts have no creation date. */
const contactNote = changeNote.extend({ contactId: z.string().nullable(), known: z.array(z.string()) });
type ContactNote = z.output<typeof contactNote>;

const noContact = fingerprint(null);

/** The steps that write contacts (contract 5.6). A contact is a record of its own, and does not show in its client. */
export function createContactSteps({ backend, currency }: MappingContext, call: Call) {
  const comparison = comparisonIn(currency);
  const { differing } = comparison;
  const told = warningContext(backend, comparison);
  const replace = createReplacing(backend, comparison);

  async function createContact(clientId: string, person: Person, scope: CallScope): Promise<void> {
    const members = { ClientId: clientId, ...contactMembers(person) };
    await call({ route: "contacts/new", members, writes: "customer", read: rowIn }, scope);
  }

  async function updateContact(members: object, scope: CallScope): Promise<Row> {
    return call({ route: "contacts/update", members: { ...members }, writes: "customer", read: rowIn }, scope);
  }

  const noteNew = (contacts: readonly Row[]): ContactNote => {
    const known = contacts.flatMap((row) => idOf(row) ?? []);
    return { contactId: null, known, was: {}, version: null, whole: noContact };
  };

  /** Looks for a new contact. Two like contacts do no harm: both are the one trace of the step. */
  const findNew = (clientId: string, known: readonly string[], sent: Members, contacts: readonly Row[]): Finding => {
    const fresh = contacts.filter((row) => !known.includes(idOf(row) ?? ""));
    const [differs] = fresh.map((row) => differing(sent, comparedContact(row))).sort((left, right) => left.length - right.length);
    if (differs === undefined) return nothingFound;
    return differs.length === 0
      ? { ours: [{ id: clientId, claim: null }], candidates: [] }
      : { ours: [], candidates: [{ id: clientId, claim: null, differs }] };
  };

  /** The warnings for the contact that is most like what was sent, as nothing else tells contacts apart. */
  const warningsAmong = (sent: Members, contacts: readonly Row[]): readonly Warning[] => {
    const [fewest] = [...contacts, {}]
      .map((row) => warningsOf(told, sent, comparedContact(row)))
      .sort((left, right) => left.length - right.length);
    return fewest ?? [];
  };

  /** Creates the contact of a client that an earlier step creates. */
  const add = (person: Person): WriteStep<Customer> => ({
    action: "POST /contacts/new",
    note: async (id, _intent, scope) => JSON.stringify(noteNew(await contactsOf(call, requireId(id ?? "", "id"), scope))),
    send: async (id, _intent, scope) => {
      const clientId = requireId(id ?? "", "id");
      await createContact(clientId, person, scope);
      return { id: clientId };
    },
    find: async (id, intent, scope) => {
      const clientId = requireId(id ?? "", "id");
      const { known } = readNote(intent.note, contactNote);
      return findNew(clientId, known, sentPerson(person), await contactsOf(call, clientId, scope));
    },
    // A client does not show its contacts.
    compare: async ({ id }, _intent, scope) => warningsAmong(sentPerson(person), await contactsOf(call, id, scope)),
  });

  /** Changes the client's first contact, which reads prefer, or creates one. */
  const change = (clientId: string, person: Person): WriteStep<Customer> => {
    const sent = sentPerson(person);
    const replacesLists = person.email != null || person.phone != null;
    const contacts = (scope: CallScope) => contactsOf(call, clientId, scope);

    const wholeOf = (contact: Row | null): string =>
      contact === null ? noContact : fingerprint([pick(comparedContact(contact), sent), changedMembers(contact, person)]);

    /** Reads a contact; for null, the client's first. */
    const contactOf = async (contactId: string | null, scope: CallScope): Promise<Row | null> =>
      (await contacts(scope)).find((row) => contactId === null || idOf(row) === contactId) ?? null;

    const send = async ({ contactId, ...noted }: ContactNote, scope: CallScope): Promise<Written<Customer>> => {
      if (contactId !== null && !replacesLists) {
        await updateContact({ ContactId: contactId, ...contactMembers(person) }, scope);
        return { id: clientId };
      }
      await replace<Row | null>(clientId, {
        what: "The customer's contact",
        noted,
        read: () => contactOf(contactId, scope),
        versionOf: (contact) => ({ version: contact && versionOf(contact), whole: wholeOf(contact) }),
        write: async (contact) => {
          if (contact !== null) return updateContact(changedMembers(contact, person), scope);
          await createContact(clientId, person, scope);
          return null;
        },
        compared: (contact) => (contact === null ? {} : comparedContact(contact)),
        sent,
      });
      return { id: clientId };
    };

    return {
      ...changeStep(clientId, {
        ...told,
        action: "POST /contacts/update or /contacts/new",
        noted: contactNote,
        note: async (scope) => {
          const all = await contacts(scope);
          const [first] = all;
          if (first === undefined) return noteNew(all);
          const was = pick(comparedContact(first), sent);
          return { contactId: idOf(first), known: [], was, version: versionOf(first), whole: wholeOf(first) };
        },
        before: (noted) => noted,
        send: (noted, _intent, scope) => send(noted, scope),
        sent: () => sent,
        now: async ({ contactId }, scope) => {
          const contact = await contactOf(contactId, scope);
          return contact && { members: comparedContact(contact), version: versionOf(contact) };
        },
        find: async ({ contactId, known }, scope) =>
          contactId === null ? findNew(clientId, known, sent, await contacts(scope)) : null,
      }),
      compare: async (_shown, intent, scope) => {
        const { contactId } = readNote(intent.note, contactNote);
        const all = await contacts(scope);
        return warningsAmong(sent, contactId === null ? all : all.filter((row) => idOf(row) === contactId));
      },
    };
  };

  return { add, change };
}

const idOf = (contact: Row): string | null => wire.contactRow.parse(contact).id;
const versionOf = (contact: Row): string | null => wire.contactRow.parse(contact).dateLastModified;

/** The sent members under the input's names. */
function sentPerson({ firstName, lastName, email, phone }: Person): Members {
  return given({
    firstName: firstName ?? undefined,
    lastName: lastName ?? undefined,
    email: email ?? undefined,
    phone: phone ?? undefined,
  });
}

/** Encodes NewContactRequest and UpdateContactRequest, for a contact without other addresses and numbers. */
function contactMembers(person: Person) {
  return {
    FirstName: person.firstName ?? undefined,
    LastName: person.lastName ?? undefined,
    EmailAddresses: person.email == null ? undefined : [{ Address: person.email }],
    PhoneNumbers: person.phone == null ? undefined : [{ Number: person.phone }],
  };
}

/** Encodes a change of a contact. Guess: lists are replaced as a whole (contract 4.5), so all addresses and numbers behind the first are sent again. */
function changedMembers(contact: Row, person: Person): object {
  return {
    ContactId: idOf(contact),
    ...contactMembers(person),
    EmailAddresses: person.email == null ? undefined : withFirst(contact, "EmailAddresses", { Address: person.email }),
    PhoneNumbers: person.phone == null ? undefined : withFirst(contact, "PhoneNumbers", { Number: person.phone }),
  };
}

/** The contact's list with its first entry replaced. */
function withFirst(contact: Row, name: string, value: object): Row[] {
  const [first, ...rest] = rowsIn(contact, name);
  return [withMembers(first ?? {}, value), ...rest];
}
