import type { CallScope, CustomerVerbs, Loaded, Page, PageRequest, WritePlan, WriteStep } from "../../adapter/adapter.ts";
import { createComparison, warningsOf } from "../../adapter/kit/comparing.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import { createAnyCase, matchesCustomer } from "../../adapter/kit/filters.ts";
import { createBatches, isNotFound, readIfThere } from "../../adapter/kit/loading.ts";
import { type Age, knownIds, lookAmong, noteIds, type SeenRecord } from "../../adapter/kit/looking.ts";
import { pageOfParts } from "../../adapter/kit/paging.ts";
import { numericId, type Row, text } from "../../adapter/kit/reading.ts";
import { createOmittedRows, sameIdError } from "../../adapter/kit/rows.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, notFound, settle, unsupported } from "../../model/errors.ts";
import type { Customer, CustomerStatus } from "../../model/model.ts";
import type { CustomerQuery } from "../../model/queries.ts";
import { type FunctionParameters, getEach, getRow, type Session, sendCreate, type WriteRequest } from "./call.ts";
import { differences, warningContext } from "./compared.ts";
import { isId } from "./encode.ts";
import { customerFields } from "./fields.ts";
import { customerChangeTakes, customerTakes } from "./inputs.ts";
import { deletedByStatus, everybody, keyOf, liveAndDeleted, partsOfList, wholeRows } from "./listing.ts";
import { customerChangeParameters, customerFrom, customerParameters, statusOf } from "./map-customer.ts";
import { type CreateNote, createHighestId, isNextId, mayBeNew, readCreateNote, unlessRefused, writeCreateNote } from "./notes.ts";
import { customerRow } from "./wire.ts";
import { changeStep, updateStep } from "./writes.ts";

/** The batch size from which a list of unknown length is preferred to single gets (contract 9): there is no lookup of several ids. */
const manyCustomers = 11;

export function customerVerbs(session: Session): CustomerVerbs {
  const { backend, atOnce, timeZone } = session;
  const batches = createBatches({ concurrency: atOnce, rowsPerCall: Number.POSITIVE_INFINITY, manyWhileUnknown: manyCustomers });
  const ids = createHighestId();
  const sizes = session.sizes.customers;
  const subject = "The gateway's own customer";
  const map = (row: Row): Customer => {
    const customer = customerFrom(row, session);
    ids.saw(customer.id);
    return customer;
  };

  /** Whether customers/get has returned a deleted customer: then one that it does not find does not exist. */
  let getShowsDeleted = false;

  async function get(id: string, scope: CallScope): Promise<Customer> {
    const customer = await getRow(session, { function: "customers/get", id, subject: `Customer ${id}`, map }, scope);
    getShowsDeleted ||= customer.status === "ARCHIVED";
    return customer;
  }

  function listDeleted(scope: CallScope): Promise<readonly Customer[]> {
    return listAs((row) => customerFrom(row, session), { deleted: deletedByStatus.ARCHIVED }, scope);
  }

  async function listAs<T>(
    mapRow: (row: Row) => T,
    parameters: FunctionParameters,
    scope: CallScope,
    clashed?: (id: string) => void,
  ): Promise<readonly T[]> {
    const seen = (row: Row): T => {
      const id = numericId(row["id"]);
      if (id !== null) ids.saw(id);
      return mapRow(row);
    };
    const list = { function: "customers/list", parameters: { ...everybody, ...parameters }, subject, map: seen };
    const rows = await wholeRows(session, sizes, list, scope, clashed);
    if (parameters === all) ids.sawAll();
    return rows;
  }

  async function getMany(ids: readonly string[], scope: CallScope): Promise<readonly Loaded<Customer>[]> {
    const wanted = new Set(ids.filter(isId));
    if (batches.plan(wanted.size) === "gets")
      return withDeleted(ids, await batches.gets(wanted.size, () => getEach(session, ids, (id) => get(id, scope))), scope);
    // Maps only wanted rows, and rows without an id, which throw.
    const mapWanted = (row: Row): Customer | null => {
      const id = numericId(row["id"]);
      return id === null || wanted.has(id) ? customerFrom(row, session) : null;
    };
    const clashing = new Set<string>();
    const listing = () => listAs(mapWanted, all, scope, (id) => clashing.add(id));
    const rows = await batches.rows(0, Number.POSITIVE_INFINITY, listing);
    const listed = new Map(rows.flatMap((customer) => (customer ? [[customer.id, customer] as const] : [])));
    return getEach(session, ids, async (id) => {
      if (clashing.has(id)) throw sameIdError();
      // The list does not contain the gateway's own customer.
      return listed.get(id) ?? get(id, scope);
    });
  }

  /** Looks for customers that customers/get does not find among the deleted ones, which it may not show (contract 13.10): one call for all. */
  async function withDeleted(
    ids: readonly string[],
    loaded: readonly Loaded<Customer>[],
    scope: CallScope,
  ): Promise<readonly Loaded<Customer>[]> {
    const isMissing = (id: string, index: number): boolean => loaded[index] === null && isId(id);
    if (getShowsDeleted || !ids.some(isMissing)) return loaded;
    const deleted = await settle(listDeleted(scope));
    if (deleted instanceof BillingError)
      return ids.map((id, index) => (isMissing(id, index) ? deleted : (loaded[index] ?? null)));
    const byId = new Map(deleted.map((customer) => [customer.id, customer]));
    return ids.map((id, index) => loaded[index] ?? byId.get(id) ?? null);
  }

  /** Reads one customer, a deleted one too: see withDeleted. */
  async function read(id: string, scope: CallScope): Promise<Customer> {
    try {
      return await get(id, scope);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const found = (await listDeleted(scope)).find((customer) => customer.id === id);
      if (found === undefined) throw error;
      return found;
    }
  }

  const create = creating(backend, "customer", customerTakes, (input): WritePlan<Customer> => {
    const parameters = customerParameters(input);
    const change: WriteRequest = {
      function: "customers/create",
      parameters,
      subject: "The plan or the parent",
      fields: customerFields,
    };
    /**
     * The highest id before the request. All customers are listed once; later reads and creates keep it nearly up to date. Namesakes are
     * listed each time: another one was certainly made since, whatever its id.
     */
    async function before(scope: CallScope): Promise<Pick<CreateNote, "highest" | "namesakes">> {
      // If the full list fails, only the age of namesakes is certain.
      if (ids.ofAll() === null) await settle(listAs(unread, all, scope));
      const { name = "" } = parameters;
      const idOfNamesake = (row: Row): string | null => (text(row["name"]) === name ? numericId(row["id"]) : null);
      const named = await unlessRefused(listAs(idOfNamesake, { name }, scope));
      if (named === null) return { highest: null, namesakes: null };
      return { highest: ids.soFar() ?? "0", namesakes: noteIds(named.filter((id) => id !== null)) };
    }
    const step: WriteStep<Customer> = {
      action: change.function,
      note: async (_id, _intent, scope) => writeCreateNote({ parameters, ...(await before(scope)) }),
      send: async (_id, { note }, scope) => {
        const noted = readCreateNote(note);
        return { id: await sendCreate(session, { ...change, parameters: noted.parameters }, scope) };
      },
      find: async (_id, { note }, scope) => {
        const sent = readCreateNote(note);
        const records = await listAs((row) => recordOf(map(row), sent, timeZone), all, scope);
        return lookAmong(records.filter((record) => record !== null));
      },
      compare: async ({ raw }, { note }) => {
        const sent = readCreateNote(note).parameters;
        return warningsOf(warningContext(session, sent, customerFields), sent, raw);
      },
    };
    const created = provenCreate(step, {
      backend,
      read: get,
      isOther: ({ id, raw }, { note }) => {
        const { parameters: sent, namesakes } = readCreateNote(note);
        const isOlder = namesakes != null && knownIds(namesakes)(id);
        return isOlder || differences(sent, raw, customerFields, timeZone).includes("name");
      },
      isExpected: (id, { note }) => isNextId(id, readCreateNote(note).highest),
      proven: ids.made,
    });
    return { steps: [created], read, undo: archive };
  });

  const update = changing(backend, "customerChange", customerChangeTakes, (id, change): WritePlan<Customer> => {
    const columns = customerChangeParameters(change, backend);
    return { steps: [updateStep(session, id, changeOf(id, "customers/update", columns), columns, read)], read };
  });

  function archive(id: string): WritePlan<Customer> {
    const change = changeOf(id, "customers/delete", {}, "it still has customers below it, or is an affiliate");
    return { steps: [statusStep(id, change, "ARCHIVED")], read };
  }

  function restore(id: string): WritePlan<Customer> {
    return { steps: [statusStep(id, changeOf(id, "customers/undelete", {}), "ACTIVE")], read };
  }

  function statusStep(id: string, change: WriteRequest, wanted: CustomerStatus): WriteStep<Customer> {
    const show = async (scope: CallScope) => {
      const customer = await readIfThere(read(id, scope));
      return customer && { status: customer.status === "UNKNOWN" ? null : customer.status };
    };
    return changeStep(session, id, change, {
      isState: true,
      sent: { status: wanted },
      show,
      recognition: createComparison({}),
      fields: { status: [] },
      // A row without a status contradicts nothing.
      shown: (row) => ({ status: statusIn(row, wanted) }),
    });
  }

  function changeOf(id: string, name: string, parameters: FunctionParameters, problem?: string): WriteRequest {
    if (!isId(id)) throw notFound(backend, "The customer", ["id"]);
    return { function: name, parameters: { id, ...parameters }, subject: `Customer ${id}`, fields: customerFields, problem };
  }

  const anyCase = createAnyCase();

  async function pageUnder(
    filters: FunctionParameters,
    query: CustomerQuery,
    page: PageRequest,
    scope: CallScope,
  ): Promise<Page<Customer>> {
    const isOfEverybody = filters["name"] === undefined && filters["deleted"] === liveAndDeleted;
    const list = { function: "customers/list", parameters: { ...everybody, ...filters, sort: "name" }, subject, map };
    const parts = partsOfList(session, sizes, list, scope);
    const fetchPart: typeof parts = async (offset, limit, mostRows) => {
      if (!isOfEverybody) return parts(offset, limit, mostRows);
      let ended: boolean | null = null;
      let held = 0;
      const rows = await batches.rows(offset, limit, async () => {
        const part = await parts(offset, limit, mostRows);
        ({ ended, held } = part);
        return part.rows;
      });
      return { rows, ended, held };
    };
    const omitted = createOmittedRows(backend, "customers");
    return pageOfParts(fetchPart, { keyOf, sizes, omitted }, ({ value }) => matching(value, query), page);
  }

  return {
    getMany,
    list: async (query, page, scope) => {
      const filters = listParameters(query, backend);
      const { search } = query;
      if (!search) return pageUnder(filters, query, page, scope);
      const narrowed = (name: string, at: PageRequest) => pageUnder({ ...filters, name }, query, at, scope);
      if (query.narrowed) return narrowed(search, page);
      return anyCase.page(search, page, {
        narrowed,
        whole: (at) => pageUnder(filters, query, at, scope),
        textsOf: ({ name }) => [name],
      });
    },
    create,
    update,
    archive,
    restore,
  };
}

function statusIn(row: Row, unlessTold: CustomerStatus): CustomerStatus {
  const status = statusOf(customerRow.parse(row).deleted);
  return status === "UNKNOWN" ? unlessTold : status;
}

/** Lists all customers. */
const all: FunctionParameters = {};

/** Maps rows whose ids alone are used. */
const unread = (): null => null;

/** A customer as a candidate of a create; null for an older one. The parent is compared only where the input named one. */
function recordOf(customer: Customer, noted: CreateNote, timeZone: string): SeenRecord | null {
  const { id, raw } = customer;
  const age = ageOfCustomer(customer, noted);
  return age === "older" ? null : { id, claim: id, age, differs: differences(noted.parameters, raw, customerFields, timeZone) };
}

function ageOfCustomer({ id, raw }: Customer, { parameters, highest, namesakes }: CreateNote): Age {
  const isNamesake = text(raw["name"]) === parameters["name"];
  if (isNamesake && namesakes != null) return knownIds(namesakes)(id) ? "older" : "since";
  if (!mayBeNew(id, highest)) return "older";
  return isNamesake && highest !== null ? "since" : "unknown";
}

/** The filter that customers/list applies itself (besides the name). Throws UNSUPPORTED for UNKNOWN. */
function listParameters({ status }: CustomerQuery, backend: string): FunctionParameters {
  if (status === "UNKNOWN") {
    throw unsupported(backend, "filter.status: Enswitch knows live and deleted customers only.", ["filter", "status"]);
  }
  return { deleted: status ? deletedByStatus[status] : liveAndDeleted };
}

/** The customer if it passes the whole query: Enswitch cannot filter by all of it, and may ignore filters. Otherwise null. */
function matching(customer: Customer, query: CustomerQuery): Customer | null {
  const { status } = query;
  // A row without a status has the one that the list was filtered by.
  const listed = status && customer.status === "UNKNOWN" ? { ...customer, status } : customer;
  return matchesCustomer(listed, query, [listed.name]) ? listed : null;
}
