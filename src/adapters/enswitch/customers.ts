import type { CallScope, CustomerVerbs, Loaded, WritePlan } from "../../billing/adapter.ts";
import { createBatches } from "../../billing/batch-planning.ts";
import { containsText, foldText } from "../../billing/charge-order.ts";
import { notFound, unsupported } from "../../billing/errors.ts";
import type { Customer, CustomerChange, CustomerInput, CustomerQuery } from "../../billing/model.ts";
import { pageOfOffsets } from "../../billing/paging.ts";
import { agrees } from "./agreement.ts";
import { deletedByStatus, everybody, liveAndDeleted } from "./customer-lists.ts";
import { isId } from "./encode.ts";
import { unreliable } from "./error.ts";
import { customerFields } from "./fields.ts";
import { customerChangeParameters, customerParameters, toCustomer } from "./map-customer.ts";
import type { Parameters, Session } from "./session.ts";
import { type Find, findAmongNew, findAsChanged } from "./trace.ts";
import { type Change, changeStep, getRow, isNotFound, listRows, loadEach, sendCreate } from "./verbs.ts";
import { type Row, rowId } from "./wire.ts";

/** There is no look-up of several ids. From so many on a list of unknown size is taken to be the better way (contract 9). */
const manyCustomers = 11;

/** `concurrency`: so many calls are made at a time. */
export function customerVerbs(session: Session, concurrency: number): CustomerVerbs {
  const { backend } = session;
  const batches = createBatches({ concurrency, rowsPerCall: Number.POSITIVE_INFINITY, manyWhileUnknown: manyCustomers });
  const map = (row: Row) => toCustomer(row, session);

  const get = (id: string, scope: CallScope) =>
    getRow(session, { function: "customers/get", id, subject: `Customer ${id}`, map }, scope);

  function listAs<T>(mapRow: (row: Row) => T, parameters: Parameters, scope: CallScope): Promise<readonly T[]> {
    const subject = "The gateway's own customer";
    const all = { function: "customers/list", parameters: { ...everybody, ...parameters }, subject, map: mapRow };
    return listRows(session, all, scope);
  }
  const list = (parameters: Parameters, scope: CallScope) => listAs(map, parameters, scope);

  async function getMany(ids: readonly string[], scope: CallScope): Promise<readonly Loaded<Customer>[]> {
    const wanted = new Set(ids.filter(isId));
    if (batches.plan(wanted.size) === "gets") return batches.gets(wanted.size, () => loadEach(ids, (id) => get(id, scope)));
    // Only what is wanted is mapped, and rows that do not tell their id, which is an error.
    const mapWanted = (row: Row): Customer | null => {
      const id = rowId(row["id"]);
      return id === null || wanted.has(id) ? map(row) : null;
    };
    const rows = await batches.rows(0, Number.POSITIVE_INFINITY, () => listAs(mapWanted, { limit: "0" }, scope));
    const listed = new Map(rows.flatMap((customer) => (customer ? [[customer.id, customer] as const] : [])));
    // The list leaves out the gateway's own customer.
    return loadEach(ids, async (id) => listed.get(id) ?? get(id, scope));
  }

  /** Guess: customers/get returns deleted customers. Where it does not, the list does. */
  async function read(id: string, scope: CallScope): Promise<Customer> {
    try {
      return await get(id, scope);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const deleted = await list({ deleted: deletedByStatus.ARCHIVED, limit: "0" }, scope);
      const found = deleted.find((customer) => customer.id === id);
      if (found === undefined) throw error;
      return found;
    }
  }

  function create(input: CustomerInput): WritePlan<Customer> {
    const parameters = customerParameters(input, backend);
    const change: Change = {
      function: "customers/create",
      parameters,
      subject: "The plan or the parent",
      fields: customerFields,
    };
    // The list is of names that contain this one: only the same can be mistaken for it.
    const namesakes = async (scope: CallScope) =>
      (await list({ name: parameters["name"] ?? "", limit: "0" }, scope)).filter(
        ({ name }) => foldText(name) === foldText(parameters["name"] ?? ""),
      );
    return {
      steps: [
        {
          ...findAmongNew(namesakes, parameters, backend),
          action: change.function,
          send: async (_id, _intent, scope) => ({ id: await sendCreate(session, change, scope) }),
        },
      ],
      read,
      undo: archive,
    };
  }

  function update(id: string, change: CustomerChange): WritePlan<Customer> {
    const columns = customerChangeParameters(change, backend);
    const find = findAsChanged(id, read, (customer) => customer !== null && agrees(columns, customer.raw, backend));
    return changing(id, "customers/update", columns, find);
  }

  function archive(id: string): WritePlan<Customer> {
    const find = findAsChanged(id, read, (customer) => isArchived(customer) === true);
    return changing(id, "customers/delete", {}, find, "it still has customers below it, or is an affiliate");
  }

  function restore(id: string): WritePlan<Customer> {
    return changing(
      id,
      "customers/undelete",
      {},
      findAsChanged(id, read, (customer) => isArchived(customer) === false),
    );
  }

  /** Null for nobody. */
  function isArchived(customer: Customer | null): boolean | null {
    if (customer?.status === "UNKNOWN") throw unreliable(backend, "does not tell whether the customer is deleted");
    return customer === null ? null : customer.status === "ARCHIVED";
  }

  function changing(id: string, name: string, parameters: Parameters, find: Find, problem?: string): WritePlan<Customer> {
    if (!isId(id)) throw notFound(backend, "The customer", ["id"]);
    const subject = `Customer ${id}`;
    const change = { function: name, parameters: { id, ...parameters }, subject, fields: customerFields, problem };
    return { steps: [changeStep(session, id, change, { find })], read };
  }

  return {
    getMany,
    list: async (query, page, scope) => {
      const filters = listParameters(query, backend);
      const isOfEverybody = filters["name"] === undefined && filters["deleted"] === liveAndDeleted;
      const seen = new Set<string>();
      return pageOfOffsets(
        async (offset, limit) => {
          const read = () => list({ ...filters, sort: "name", limit: String(limit), offset: String(offset) }, scope);
          const rows = await (isOfEverybody ? batches.rows(offset, limit, read) : read());
          // Guess: with `recursive` the list is paged as well. One that came whole is cut here.
          return rows.length > limit ? rows.slice(offset, offset + limit) : rows;
        },
        (customer) => {
          // Offsets shift when names change between two calls.
          if (seen.has(customer.id)) return null;
          seen.add(customer.id);
          return matching(customer, query);
        },
        page,
      );
    },
    create,
    update,
    archive,
    restore,
  };
}

/** What customers/list can filter by itself: name and deleted. */
function listParameters({ search, status }: CustomerQuery, backend: string): Parameters {
  if (status === "UNKNOWN") {
    throw unsupported(backend, "filter.status: Enswitch knows live and deleted customers only.", ["filter", "status"]);
  }
  const name = search?.trim();
  return { ...(name ? { name } : {}), deleted: status ? deletedByStatus[status] : liveAndDeleted };
}

/** The customer when it passes the whole query, also the parts that Enswitch cannot filter by or may have ignored. */
function matching(customer: Customer, { search, email, reference, status }: CustomerQuery): Customer | null {
  if (search && !containsText([customer.name], search)) return null;
  if (email && (customer.email === null || foldText(customer.email) !== foldText(email))) return null;
  if (reference && customer.reference !== reference.trim()) return null;
  // A row that does not tell its status is what the list was asked for.
  if (status && customer.status === "UNKNOWN") return { ...customer, status };
  return status && customer.status !== status ? null : customer;
}
