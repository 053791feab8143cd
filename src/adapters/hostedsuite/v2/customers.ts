import type { CallScope, CustomerVerbs, WritePlan, WriteStep } from "../../../billing/adapter.ts";
import { containsText } from "../../../billing/charge-order.ts";
import { BillingError, invalidInput, notFound, settle, unsupported } from "../../../billing/errors.ts";
import type { Customer, CustomerChange, CustomerInput, CustomerQuery } from "../../../billing/model.ts";
import { pageOfAll } from "../../../billing/paging.ts";
import { isRow, memberOf, type Row, withMembers } from "../fields.ts";
import {
  addressChange,
  addressMembers,
  compareCodeUnits,
  customerName,
  givenInChange,
  givenInCreate,
  isPossibleId,
  pascalCase,
  refuseClearing,
  refuseMembers,
  requireEmail,
  requireId,
  requireText,
} from "../input.ts";
import type { Source } from "../map.ts";
import { type Call, readRow, readRows } from "./call.ts";
import { changeContact, clientsWithEmail, createContact, createGetContacts, hasPerson } from "./contacts.ts";
import { customerFrom } from "./map.ts";

/** Customers are HostedSuite's clients (contract 1.1). */
export function createCustomerVerbs(source: Source, call: Call) {
  const { backend } = source;

  const listClients = (filter: Readonly<Record<string, string>>, scope: CallScope): Promise<Row[]> =>
    call({ route: "clients", members: filter, read: readRows }, scope);

  /** The client with that id as sent, archived ones too. */
  async function findClient(id: string, scope: CallScope): Promise<Row | null> {
    const rows = await settle(listClients({ ClientId: id }, scope));
    if (rows instanceof BillingError) {
      if (rows.code === "NOT_FOUND") return null;
      throw rows;
    }
    return rows.find((row) => customerFrom(source, row)?.id === id) ?? null;
  }

  async function findCustomer(id: string, scope: CallScope): Promise<Customer | null> {
    const row = await findClient(id, scope);
    return row === null ? null : customerFrom(source, row);
  }

  async function read(id: string, scope: CallScope): Promise<Customer> {
    const customer = await findCustomer(id, scope);
    if (customer === null) throw notFound(backend, "The customer");
    return customer;
  }

  const customersOf = (rows: readonly Row[]): Customer[] => rows.flatMap((row) => customerFrom(source, row) ?? []);

  /** A client in a write's answer. Guess: the DTO is ClientInfo, but it may be a bare object with an id (contract 4.4). */
  const written = (answer: Row): { readonly id: string; readonly value?: Customer } => {
    const customer = customerFrom(source, answer);
    if (customer === null) throw new TypeError("an id was expected");
    return customer.organizationName === null ? { id: customer.id } : { id: customer.id, value: customer };
  };

  const getMany: CustomerVerbs["getMany"] = async (ids, scope) => {
    const wanted = [...new Set(ids.filter(isPossibleId))];
    const [only] = wanted;
    const found = new Map<string, Customer | BillingError | null>();
    if (wanted.length === 1 && only !== undefined) {
      found.set(only, await findCustomer(only, scope));
    } else if (wanted.length > 1) {
      // No filter takes a list of ids: one call for everything, then one for each that lists leave out (contract 8).
      for (const customer of customersOf(await listClients({}, scope))) found.set(customer.id, customer);
      const missing = wanted.filter((id) => !found.has(id));
      await Promise.all(missing.map(async (id) => found.set(id, await settle(findCustomer(id, scope)))));
    }
    return ids.map((id) => found.get(id) ?? null);
  };

  const list: CustomerVerbs["list"] = async (query, page, scope) => {
    if (query.status === "ARCHIVED") {
      throw unsupported(backend, `${backend} leaves archived customers out of its lists.`, ["filter", "status"]);
    }
    if (page.after !== null && !isPossibleId(page.after)) throw invalidInput("after", "is not a cursor of this list");
    const owners = query.email ? await clientsWithEmail(call, query.email, scope) : null;
    if (owners?.size === 0) return { items: [], hasNextPage: false };
    const rows = await listClients(query.reference ? { ThirdPartyAccountId: query.reference } : {}, scope);
    const matching = customersOf(rows).filter((customer) => matches(customer, query) && (owners?.has(customer.id) ?? true));
    return pageOfAll(matching, ({ id }) => id, page, compareCodeUnits);
  };

  const create = (input: CustomerInput): WritePlan<Customer> => {
    refuseMembers(backend, input, { planId: "has no plans", parentId: "has no hierarchy of customers" }, givenInCreate);
    checkPerson(input);
    const address = addressMembers(backend, input.address);
    const members = {
      Name: customerName(input),
      ThirdPartyAccountId: input.reference == null ? undefined : requireText(input.reference, "reference"),
      Address: address && pascalCase(address),
    };
    const save: WriteStep<Customer> = {
      action: "POST /clients/save",
      send: async (_id, _intent, scope) =>
        call({ route: "clients/save", members, writes: "customer", read: (json) => written(readRow(json)) }, scope),
    };
    const addContact: WriteStep<Customer> = {
      action: "POST /contacts/new",
      send: async (id, _intent, scope) => {
        const clientId = requireId(id ?? "", "id");
        await createContact(call, clientId, input, scope);
        return { id: clientId };
      },
    };
    return { steps: hasPerson(input) ? [save, addContact] : [save], read };
  };

  const update = (id: string, change: CustomerChange): WritePlan<Customer> => {
    requireId(id, "id");
    refuseMembers(backend, change, { planId: "has no plans" }, givenInChange);
    refuseClearing(backend, change, ["name", "firstName", "lastName", "email", "phone", "address", "reference"]);
    checkPerson(change);
    const address = addressChange(backend, change.address);
    const members = {
      ClientId: id,
      // Not `Name`, which an update ignores without an error (contract 4.5).
      NewName: change.name == null ? undefined : requireText(change.name, "name"),
      ThirdPartyAccountId: change.reference == null ? undefined : requireText(change.reference, "reference"),
    };
    const updateClient: WriteStep<Customer> = {
      action: "POST /clients/update",
      send: async (_id, _intent, scope) => {
        const Address = address && (await completeAddress(id, pascalCase(address), scope));
        const answer = await call(
          { route: "clients/update", members: { ...members, Address }, writes: "customer", read: readRow },
          scope,
        );
        return customerFrom(source, answer)?.id === id ? written(answer) : { id };
      },
    };
    const updateContact: WriteStep<Customer> = {
      action: "POST /contacts/update or /contacts/new",
      send: async (_id, _intent, scope) => {
        await changeContact(call, id, change, scope);
        return { id };
      },
    };
    const steps: WriteStep<Customer>[] = [];
    if (members.NewName !== undefined || members.ThirdPartyAccountId !== undefined || address) steps.push(updateClient);
    if (hasPerson(change)) steps.push(updateContact);
    return { steps, read };
  };

  /** Guess: an address is replaced as a whole, so the parts that do not change are sent again. */
  async function completeAddress(id: string, address: object, scope: CallScope): Promise<Row> {
    const client = await findClient(id, scope);
    if (client === null) throw notFound(backend, "The customer", ["id"]);
    const current = memberOf(client, "Address");
    return withMembers(isRow(current) ? current : {}, address);
  }

  const archive = (id: string): WritePlan<Customer> => {
    requireId(id, "id");
    const send: WriteStep<Customer>["send"] = async (_id, _intent, scope) => {
      const before = await read(id, scope);
      await call({ route: "clients/archive", members: { ClientId: id }, writes: "customer", read: readRow }, scope);
      // The answer is empty, and a later read need not find the client, nor tell its state (contract 4.6, 6.2).
      return { id, value: { ...before, status: "ARCHIVED" } };
    };
    return { steps: [{ action: "POST /clients/archive", send }], read };
  };

  const restore = (id: string): WritePlan<Customer> => {
    requireId(id, "id");
    const send: WriteStep<Customer>["send"] = async (_id, _intent, scope) => {
      await call({ route: "clients/restore", members: { ClientId: id }, writes: "customer", read: readRow }, scope);
      return { id };
    };
    return { steps: [{ action: "POST /clients/restore", send }], read };
  };

  return { getMany, list, getContacts: createGetContacts(call), create, update, archive, restore } satisfies CustomerVerbs;
}

function checkPerson(input: CustomerInput): void {
  if (input.email != null) requireEmail(input.email);
  if (input.phone != null) requireText(input.phone, "phone");
}

/** Whether `Name` finds whole or partial names is not documented (contract 4.2), so names are compared here, like the rest. */
function matches(customer: Customer, query: CustomerQuery): boolean {
  if (query.status && customer.status !== query.status) return false;
  if (query.reference && customer.reference !== query.reference) return false;
  return !query.search || containsText([customer.name, customer.reference], query.search);
}
