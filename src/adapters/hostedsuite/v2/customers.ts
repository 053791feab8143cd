import type { CallScope, CustomerVerbs, WritePlan, WriteStep } from "../../../adapter/adapter.ts";
import { provenCreate } from "../../../adapter/kit/created.ts";
import { settleEach } from "../../../adapter/kit/loading.ts";
import { pageOfAll } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { createOmittedRows, recordsById } from "../../../adapter/kit/rows.ts";
import { changing, creating } from "../../../adapter/kit/taking.ts";
import { type BillingError, invalidInput, named, notFound, unsupported } from "../../../model/errors.ts";
import type { Customer } from "../../../model/model.ts";
import type { CustomerQuery } from "../../../model/queries.ts";
import { containsText } from "../../../model/text.ts";
import { addressChange, addressMembers, compareCodeUnits, customerName, isPossibleId, requireId } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import type { Stamps } from "../notes.ts";
import type { Settings } from "../settings.ts";
import type { Call } from "./call.ts";
import { clientId, findClient, isClientArchived, listClients } from "./clients.ts";
import { createContactSteps } from "./contact-writes.ts";
import { createClientsWithEmail, createGetContacts, hasPerson } from "./contacts.ts";
import { createClientSteps } from "./customer-writes.ts";
import { customerChangeTakes, customerTakes } from "./inputs.ts";
import { customerFrom, lifeCycle } from "./map.ts";
import * as wire from "./wire.ts";

/** Customers are HostedSuite's clients (contract 1.1). */
export function customerVerbs(context: MappingContext, { concurrency }: Settings, call: Call, stamps: Stamps) {
  const { backend } = context;
  const clients = createClientSteps(context, call, stamps);
  const clientsWithEmail = createClientsWithEmail(call);
  const contacts = createContactSteps(context, call);

  async function findCustomer(id: string, scope: CallScope): Promise<Customer | null> {
    const row = await findClient(call, id, scope);
    return row === null ? null : customerFrom(context, row);
  }

  /**
   * The same with the state of a client that does not show one (contract 6.2): the list of all clients tells.
   *
   * @param isListed whether that list has the client, where it has been read
   */
  async function findWithState(id: string, scope: CallScope, isListed?: boolean): Promise<Customer | null> {
    const customer = await findCustomer(id, scope);
    if (customer === null || customer.backendStatus !== undefined) return customer;
    const isActive = isListed ?? !(await isClientArchived(call, id, customer.raw, scope));
    return isActive ? customer : { ...customer, status: "ARCHIVED" };
  }

  async function read(id: string, scope: CallScope): Promise<Customer> {
    const customer = await findWithState(id, scope);
    if (customer === null) throw notFound(backend, "The customer");
    return customer;
  }

  const customersOf = (rows: readonly Row[]): Customer[] => rows.flatMap((row) => customerFrom(context, row) ?? []);

  const getMany: CustomerVerbs["getMany"] = async (ids, scope) => {
    const wanted = [...new Set(ids.filter(isPossibleId))];
    const [only] = wanted;
    const found = new Map<string, Customer | BillingError | null>();
    if (wanted.length === 1 && only !== undefined) {
      found.set(only, await findWithState(only, scope));
    } else if (wanted.length > 1) {
      // No filter takes several ids: one call for everything, then one for each client that the list omits (contract 8).
      const ids = new Set<string | null>(wanted);
      const rows = (await listClients(call, {}, scope)).filter((row) => ids.has(clientId(row)));
      const map = (row: Row) => customerFrom(context, row);
      for (const [id, customer] of recordsById(rows, clientId, map)) found.set(id, customer);
      const missing = wanted.filter((id) => !found.has(id));
      const others = await settleEach(missing, concurrency, (id) => findWithState(id, scope, false));
      for (const [id, customer] of others) found.set(id, customer);
    }
    return ids.map((id) => found.get(id) ?? null);
  };

  const list: CustomerVerbs["list"] = async (query, page, scope) => {
    if (page.after !== null && !isPossibleId(page.after)) throw invalidInput("after", "is not a cursor of this list");
    const owners = query.email ? await clientsWithEmail(query.email, scope) : null;
    if (owners?.size === 0 && query.status !== "ARCHIVED") return { items: [], hasNextPage: false };
    const rows = await listClients(call, narrowing(query), scope);
    if (query.status === "ARCHIVED" && !rows.some(isArchived)) {
      throw unsupported(backend, `${named(backend)} leaves archived customers out of its lists.`, ["filter", "status"]);
    }
    const omitted = createOmittedRows(backend, "customers");
    const matching = rows.flatMap((row) => {
      const id = clientId(row);
      if (id === null && matches(row, query)) omitted.add("id");
      return id !== null && (owners?.has(id) ?? true) && matches(row, query) ? [{ id, row }] : [];
    });
    // The list comes whole: only the rows of the page are mapped.
    const { items, ...rest } = pageOfAll(matching, ({ id }) => id, page, { compare: compareCodeUnits, omitted });
    const customers = items.flatMap(({ value, position }) =>
      customersOf([value.row]).map((customer) => ({ value: customer, position })),
    );
    return { items: customers, ...rest };
  };

  const create = creating(backend, "customer", customerTakes, (input): WritePlan<Customer> => {
    const reference = input.reference ?? undefined;
    const members = { name: customerName(input), reference, address: addressMembers(input.address) };
    const save = provenCreate(clients.save(members), { backend, read: findCustomer, isOther: clients.isOlder });
    return { steps: hasPerson(input) ? [save, contacts.add(input)] : [save], read, undo: archive };
  });

  const update = changing(backend, "customerChange", customerChangeTakes, (id, change): WritePlan<Customer> => {
    requireId(id, "id");
    const [name, reference] = [change.name ?? undefined, change.reference ?? undefined];
    const address = addressChange(change.address);
    const steps: WriteStep<Customer>[] = [];
    if (name !== undefined || reference !== undefined || address) steps.push(clients.update(id, { name, reference, address }));
    if (hasPerson(change)) steps.push(contacts.change(id, change));
    return { steps, read };
  });

  const archive = (id: string): WritePlan<Customer> => ({ steps: [clients.archive(requireId(id, "id"), read)], read });

  const restore = (id: string): WritePlan<Customer> => ({ steps: [clients.restore(requireId(id, "id"))], read });

  return { getMany, list, getContacts: createGetContacts(call), create, update, archive, restore } satisfies CustomerVerbs;
}

/**
 * The filter that v2 is asked for. Whether its lists have archived clients is not documented (contract 4.6): only the whole list tells, by the
 * archived ones in it.
 */
function narrowing({ reference, status }: CustomerQuery): Readonly<Record<string, string>> {
  return reference && status !== "ARCHIVED" ? { ThirdPartyAccountId: reference } : {};
}

function isArchived(row: Row): boolean {
  return lifeCycle(wire.customerRow.parse(row).entityStatus) === "ARCHIVED";
}

/** Checks the whole query here: whether the filter `Name` finds whole or partial names is not documented (contract 4.2). */
function matches(row: Row, { status, reference, search }: CustomerQuery): boolean {
  if (!status && !reference && !search) return true;
  const client = wire.customerRow.parse(row);
  if (status && lifeCycle(client.entityStatus) !== status) return false;
  if (reference && client.thirdPartyAccountId !== reference) return false;
  return !search || containsText([client.name ?? client.id, client.thirdPartyAccountId], search);
}
