import type { CallScope, CustomerVerbs, Intent, Trace, WritePlan, WriteStep } from "../../../billing/adapter.ts";
import { containsText } from "../../../billing/charge-order.ts";
import { type BillingError, invalidInput, notFound, settle, unsupported } from "../../../billing/errors.ts";
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
import { agrees, traceOfChange, tracesSince } from "../trace.ts";
import { type Call, readRow } from "./call.ts";
import { clientId, findClient, isClientArchived, listClients } from "./clients.ts";
import { comparedClient } from "./compared.ts";
import {
  changeContact,
  clientsWithEmail,
  createContact,
  createGetContacts,
  hasContact,
  hasPerson,
  isContactChanged,
} from "./contacts.ts";
import { customerFrom, lifeCycle } from "./map.ts";
import * as wire from "./wire.ts";

/** Customers are HostedSuite's clients (contract 1.1). */
export function createCustomerVerbs(source: Source, call: Call) {
  const { backend } = source;

  async function findCustomer(id: string, scope: CallScope): Promise<Customer | null> {
    const row = await findClient(call, id, scope);
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
      const ids = new Set<string | null>(wanted);
      const rows = (await listClients(call, {}, scope)).filter((row) => ids.has(clientId(row)));
      for (const customer of customersOf(rows)) found.set(customer.id, customer);
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
    const rows = await listClients(call, query.reference ? { ThirdPartyAccountId: query.reference } : {}, scope);
    const matching = rows.flatMap((row) => {
      const id = clientId(row);
      return id !== null && (owners?.has(id) ?? true) && matches(row, query) ? [{ id, row }] : [];
    });
    // The list came whole: only what stands on the page is made into customers.
    const { items, hasNextPage } = pageOfAll(matching, ({ id }) => id, page, compareCodeUnits);
    const customers = items.flatMap(({ value, position }) =>
      customersOf([value.row]).map((customer) => ({ value: customer, position })),
    );
    return { items: customers, hasNextPage };
  };

  /**
   * Looks for a new client. The list is not narrowed by name, as it is not documented how names are matched (contract 4.2).
   * v2 tells no creation date of clients (contract 6.2), but when they were last modified: an older client that agrees and was
   * modified since is found as well.
   */
  async function findCreated(sent: object, intent: Intent, scope: CallScope): Promise<Trace[]> {
    const clients = await listClients(call, {}, scope);
    const agreeing = clients.filter((row) => agrees(row, sent, comparedClient));
    const candidates = agreeing.flatMap((row) => {
      const { id, dateLastModified } = wire.client.parse(row);
      return id === null ? [] : [{ id, time: dateLastModified }];
    });
    return tracesSince(source, intent, candidates);
  }

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
      find: (_id, intent, scope) => findCreated(members, intent, scope),
    };
    const addContact: WriteStep<Customer> = {
      action: "POST /contacts/new",
      send: async (id, _intent, scope) => {
        const clientId = requireId(id ?? "", "id");
        await createContact(call, clientId, input, scope);
        return { id: clientId };
      },
      find: async (id, _intent, scope) => {
        const clientId = requireId(id ?? "", "id");
        return traceOfChange(clientId, await hasContact(call, clientId, input, scope));
      },
    };
    return { steps: hasPerson(input) ? [save, addContact] : [save], read, undo: archive };
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
      find: async (_id, _intent, scope) => {
        const client = await findClient(call, id, scope);
        const { NewName: Name, ThirdPartyAccountId } = members;
        const sent = { Name, ThirdPartyAccountId, Address: address };
        return traceOfChange(id, client !== null && agrees(client, sent, comparedClient));
      },
    };
    const updateContact: WriteStep<Customer> = {
      action: "POST /contacts/update or /contacts/new",
      send: async (_id, _intent, scope) => {
        await changeContact(call, id, change, scope);
        return { id };
      },
      find: async (_id, _intent, scope) => traceOfChange(id, await isContactChanged(call, id, change, scope)),
    };
    const steps: WriteStep<Customer>[] = [];
    if (members.NewName !== undefined || members.ThirdPartyAccountId !== undefined || address) steps.push(updateClient);
    if (hasPerson(change)) steps.push(updateContact);
    return { steps, read };
  };

  /** Guess: an address is replaced as a whole, so the parts that do not change are sent again. */
  async function completeAddress(id: string, address: object, scope: CallScope): Promise<Row> {
    const client = await findClient(call, id, scope);
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
    const find: WriteStep<Customer>["find"] = async (_id, _intent, scope) =>
      traceOfChange(id, await isClientArchived(call, id, scope));
    return { steps: [{ action: "POST /clients/archive", send, find }], read };
  };

  const restore = (id: string): WritePlan<Customer> => {
    requireId(id, "id");
    const send: WriteStep<Customer>["send"] = async (_id, _intent, scope) => {
      await call({ route: "clients/restore", members: { ClientId: id }, writes: "customer", read: readRow }, scope);
      return { id };
    };
    const find: WriteStep<Customer>["find"] = async (_id, _intent, scope) =>
      traceOfChange(id, !(await isClientArchived(call, id, scope)));
    return { steps: [{ action: "POST /clients/restore", send, find }], read };
  };

  return { getMany, list, getContacts: createGetContacts(call), create, update, archive, restore } satisfies CustomerVerbs;
}

function checkPerson(input: CustomerInput): void {
  if (input.email != null) requireEmail(input.email);
  if (input.phone != null) requireText(input.phone, "phone");
}

/** Whether `Name` finds whole or partial names is not documented (contract 4.2), so names are compared here, like the rest. */
function matches(row: Row, { status, reference, search }: CustomerQuery): boolean {
  if (!status && !reference && !search) return true;
  const client = wire.client.parse(row);
  if (status && lifeCycle(client.entityStatus) !== status) return false;
  if (reference && client.thirdPartyAccountId !== reference) return false;
  return !search || containsText([client.name ?? client.id, client.thirdPartyAccountId], search);
}
