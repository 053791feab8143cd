import type { CallScope, CustomerVerbs, Page, PageRequest, WritePlan } from "../../../adapter/adapter.ts";
import { createAnyCase, matchesCustomer } from "../../../adapter/kit/filters.ts";
import { readOne } from "../../../adapter/kit/loading.ts";
import { pageOfAll, pageOfParts } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { createOmittedRows } from "../../../adapter/kit/rows.ts";
import { changing, creating } from "../../../adapter/kit/taking.ts";
import { invalidInput } from "../../../model/errors.ts";
import type { Customer } from "../../../model/model.ts";
import type { CustomerQuery } from "../../../model/queries.ts";
import { containsText, foldText } from "../../../model/text.ts";
import { compareCodeUnits, isPossibleId, requireId } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import type { Stamps } from "../notes.ts";
import type { Call } from "./call.ts";
import { comparedClient } from "./compared.ts";
import { changedClient, newClient } from "./encode.ts";
import { customerChangeTakes, customerTakes } from "./inputs.ts";
import { type Lists, sortedById } from "./lists.ts";
import { customerFrom } from "./map.ts";
import * as wire from "./wire.ts";
import { createSteps, patchOf } from "./writes.ts";

/** Customers are HostedSuite's clients (contract 1.1). */
export function customerVerbs(context: MappingContext, call: Call, lists: Lists, stamps: Stamps) {
  const map = (row: Row): Customer | null => customerFrom(context, row);
  const getMany = lists.getMany("clients", map);
  const read = readOne(context.backend, "The customer", getMany);
  const steps = createSteps<Customer>({
    context,
    call,
    lists,
    stamps,
    collection: "clients",
    entity: "customer",
    // An answer without a name has an id at most: the record is read instead.
    map: (row) => (wire.customerRow.parse(row).name === null ? null : map(row)),
    compared: comparedClient,
  });

  const emailCase = createAnyCase();
  const nameCase = createAnyCase();

  const list: CustomerVerbs["list"] = async (query, page, scope) => {
    // A record of v3 is archived or not, never of unknown status.
    if (query.status === "UNKNOWN") return { items: [], hasNextPage: false };
    if (query.reference) return listByReference(query.reference, query, page, scope);
    const { search, email } = query;
    const others = filterOf(query);
    // Fewer records have this e-mail address than this name.
    if (email) {
      return emailCase.page(email, page, {
        narrowed: (spelling, at) => pageUnder({ ...others, billingEmailAddress: spelling }, query, at, scope),
        whole: (at) => pageUnder(others, query, at, scope),
        textsOf: ({ email: shown, raw }) => [
          shown,
          ...wire.customerRow.parse(raw).billingEmailAddresses.map(({ address }) => address),
        ],
      });
    }
    if (!search) return pageUnder(others, query, page, scope);
    if (query.narrowed) return pageUnder({ ...others, query: search }, query, page, scope);
    return nameCase.page(search, page, {
      narrowed: (spelling, at) => pageUnder({ ...others, query: spelling }, query, at, scope),
      whole: (at) => pageUnder(others, query, at, scope),
      textsOf: ({ name, reference }) => [name, reference],
    });
  };

  /** Whether the free-text query has found a client by its third-party id: contract 7.3 speaks of name-like fields only. */
  let queryFindsReferences = false;

  /**
   * A reference is in one of two members (contract 12): `referenceId` finds one, the free-text query perhaps the other (contract 8). Until it has
   * found one, the list is read without a filter. Few records share a reference, so the lists are read whole.
   */
  async function listByReference(
    reference: string,
    query: CustomerQuery,
    page: PageRequest,
    scope: CallScope,
  ): Promise<Page<Customer>> {
    if (page.after !== null && !isPossibleId(page.after)) throw invalidInput("after", "is not a cursor of this list");
    const others = filterOf(query);
    const read = (filter: Readonly<Record<string, string>>) =>
      pageUnder({ ...others, ...filter }, query, { first: wholeList, after: null }, scope);
    const [byMember, byQuery] = await Promise.all([read({ referenceId: reference }), read({ query: reference })]);
    queryFindsReferences ||= byQuery.items.some(
      ({ value }) => !containsText([value.name], reference) && isThirdParty(value, reference),
    );
    const pages = queryFindsReferences ? [byMember, byQuery] : [await read({})];
    const found = pages.flatMap(({ items }) => items.map(({ value }) => value));
    const customers = [...new Map(found.map((customer) => [customer.id, customer])).values()];
    const told = pages.find(({ incomplete }) => incomplete)?.incomplete;
    return { ...pageOfAll(customers, ({ id }) => id, page, { compare: compareCodeUnits }), ...(told && { incomplete: told }) };
  }

  /** Reads a page. Checks filters again: v3 ignores filters that it does not understand (contract 7.2). */
  async function pageUnder(
    filter: Readonly<Record<string, string>>,
    query: CustomerQuery,
    page: PageRequest,
    scope: CallScope,
  ): Promise<Page<Customer>> {
    const omitted = createOmittedRows(context.backend, "customers");
    const accept = (row: Row): Customer | null => {
      const customer = map(row) ?? omitted.add("id");
      return customer !== null && matches(customer, row, query) ? customer : null;
    };
    return pageOfParts(lists.parts("clients", filter, scope), { ...lists.keys("clients"), omitted }, accept, page);
  }

  const create = creating(context.backend, "customer", customerTakes, (input): WritePlan<Customer> => {
    const { body, sent } = newClient(input);
    return { steps: [steps.create({ body: () => body, sent: () => sent })], read, undo: archive };
  });

  const update = changing(context.backend, "customerChange", customerChangeTakes, (id, change): WritePlan<Customer> => {
    requireId(id, "id");
    const patch = changedClient(change);
    return { steps: patch === null ? [] : [steps.patch(id, patch)], read };
  });

  const archive = (id: string): WritePlan<Customer> => ({
    steps: [steps.remove(requireId(id, "id"), { status: "ARCHIVED" })],
    read,
  });

  const restore = (id: string): WritePlan<Customer> => ({
    steps: [steps.patch(requireId(id, "id"), { ...patchOf({ __Restore: true }, { status: "ACTIVE" }), isState: true })],
    read,
  });

  return { getMany, list, create, update, archive, restore } satisfies CustomerVerbs;
}

/** More rows than any list that is read whole. */
const wholeList = 10_000;

function filterOf(query: CustomerQuery): Record<string, string> {
  return {
    // Without a filter by status, the list includes archived records, which v3 hides by default (contract 7.3).
    ...(query.status === "ACTIVE" ? {} : { archived: "true" }),
    ...sortedById,
  };
}

function matches(customer: Customer, row: Row, query: CustomerQuery): boolean {
  const { status, email, reference, search } = query;
  if ((email || reference) && !isReachedBy(wire.customerRow.parse(row), query)) return false;
  return matchesCustomer(customer, { status, search }, [customer.name, customer.reference]);
}

function isThirdParty({ raw }: Customer, reference: string): boolean {
  return wire.customerRow.parse(raw).thirdPartyInfo?.thirdPartyAccountId === reference;
}

/** Whether any of the client's e-mail addresses, and either of its references, match: the customer shows only one of each. */
function isReachedBy(client: ReturnType<typeof wire.customerRow.parse>, { email, reference }: CustomerQuery): boolean {
  const { billingEmailAddresses, referenceId, thirdPartyInfo } = client;
  if (email && !billingEmailAddresses.some(({ address }) => address !== null && foldText(address) === foldText(email)))
    return false;
  return !reference || reference === referenceId || reference === thirdPartyInfo?.thirdPartyAccountId;
}
