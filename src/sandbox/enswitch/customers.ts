import {
  type ApiFunction,
  apiFunction,
  done,
  type FunctionCall,
  invalid,
  notFound,
  roleForbids,
  seesCustomer,
  succeeded,
} from "./function.ts";
import { defaulting, flag, integer, integerFrom, oneOf, optional, required, string } from "./parameters.ts";
import { billTypes, type CustomerRow } from "./rows.ts";
import { childrenOf, descendantsOf, liabilityKey, type State } from "./state.ts";

/** Finds by id, else by e-mail, else by name; the lowest id if several match. */
const findCustomer = (state: State, values: { id: number; email: string; name: string }): CustomerRow | undefined => {
  if (values.id !== 0) return state.customers.get(values.id);
  const key = values.email === "" ? "name" : "email";
  return [...state.customers.values()]
    .filter((customer) => customer[key] === values[key])
    .reduce<CustomerRow | undefined>((lowest, customer) => (lowest && lowest.id < customer.id ? lowest : customer), undefined);
};

/** Guide 4.4, customers/get. The answers for `check` and `payment` are not documented: they are kept to a minimum. */
const get = apiFunction({
  access: (raw) => (raw.get("check") === "1" ? "open" : ["user"]),
  parameters: {
    id: defaulting(integer, 0),
    email: defaulting(string, ""),
    name: defaulting(string, ""),
    check: defaulting(flag, 0),
    payment: defaulting(flag, 0),
  },
  run: (call, values) => {
    const { id, email, name } = values;
    if (id === 0 && email === "" && name === "") return invalid("id", "one of id, email and name is required");
    const customer = findCustomer(call.state, values);
    if (values.check === 1) return customer === undefined ? notFound("id") : succeeded({ id: customer.id });
    const { caller } = call;
    const readsOthers = caller.privileges.has("callshop") || caller.privileges.has("commerce");
    if (!readsOthers && customer?.id !== caller.customer) return roleForbids;
    if (customer === undefined || !seesCustomer(call, customer.id)) return notFound("id");
    return succeeded(values.payment === 1 ? paymentSettings(customer) : customer);
  },
});

const paymentSettings = (customer: CustomerRow): object => ({
  id: customer.id,
  bank_account_name: customer.bank_account_name,
  bank_account_number: customer.bank_account_number,
  bank_code: customer.bank_code,
  bank_name: customer.bank_name,
});

const listParameters = (directory: number) => ({
  deleted: defaulting(integerFrom(-1, 1), 0),
  bill_type: defaulting(oneOf("", ...billTypes), ""),
  name: defaulting(string, ""),
  directory: defaulting(integerFrom(-1, 1), directory),
  parent: optional(integer),
  recursive: defaulting(flag, 0),
  limit: defaulting(integerFrom(0), 0),
  offset: defaulting(integerFrom(0), 0),
  count: defaulting(flag, 0),
  pages: defaulting(flag, 0),
  sort: defaulting(oneOf("account", "description", "name"), "name"),
  descending: defaulting(flag, 0),
});

/**
 * Guide 4.4, customers/list; before 4.0 (3.14) `directory` defaults to 0. Whether names are case-sensitive is not documented:
 * here they are not. `limit` and `offset` cut the whole list, also with `recursive`.
 */
const list = apiFunction({
  access: ["callshop", "commerce"],
  parameters: listParameters(-1),
  before40: listParameters(0),
  run: (call, values) => {
    const parent = values.parent ?? call.caller.customer;
    if (!seesCustomer(call, parent)) return invalid("parent", "no such customer");
    const descend = values.recursive === 1 && values.count === 0 && values.pages === 0;
    const { customers } = call.state;
    const below = descend ? descendantsOf(call.state, parent) : childrenOf(call.state, parent);
    const rows = below.filter(({ id }) => customers.isListed(id));
    const { comparable, pageSize } = call.state.customers.conditions;
    const size = pageSize(values.limit === 0 ? Number.MAX_SAFE_INTEGER : values.limit);
    if (size === null) return invalid("limit", "limit is too large");
    const wanted = comparable(values.name);
    const found = rows.filter(
      (customer) =>
        (values.deleted === -1 || customer.deleted === values.deleted) &&
        (values.bill_type === "" || customer.bill_type === values.bill_type) &&
        (values.directory === -1 || customer.directory === values.directory) &&
        (wanted === "" || comparable(customer.name).includes(wanted)),
    );
    if (values.count === 1) return succeeded({ count: found.length });
    const sorted = sortRows(found, (customer) => customer[values.sort], values.descending === 1);
    const page = slice(sorted, values.offset, size);
    return succeeded(values.pages === 1 ? page.map(({ id, name }) => ({ id, name })) : page);
  },
});

/** Compares texts ignoring case and numbers by size; equal ones by id. */
export const sortRows = <Row extends { readonly id: number }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string | number | bigint,
  descending: boolean,
): Row[] => {
  const comparable = (key: string | number | bigint) => (typeof key === "string" ? key.toLowerCase() : key);
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: comparable(keyOf(row)) }))
    .sort((a, b) => (a.key === b.key ? a.row.id - b.row.id : a.key < b.key ? -direction : direction))
    .map(({ row }) => row);
};

/** `limit` 0 means all (guide 4.4, lists). */
export const slice = <Row>(rows: readonly Row[], offset: number, limit: number): readonly Row[] =>
  rows.slice(offset, limit === 0 ? undefined : offset + limit);

const byId = { id: required(integer) };

const isAffiliate = (state: State, id: number): boolean =>
  [...state.customers.values()].some((customer) => customer.affiliate_customer === id);

/** Guide 4.4, customers/delete: the customer can no longer use the system, but its data stays. */
const remove = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }) => {
    const { state } = call;
    const customer = state.customers.get(id);
    if (customer === undefined || !seesCustomer(call, id)) return notFound("id");
    if (id === call.caller.customer) return invalid("id", "you cannot delete your own customer");
    if (childrenOf(state, id).some((child) => child.deleted === 0)) return invalid("id", "the customer has sub-customers");
    if (isAffiliate(state, id)) return invalid("id", "the customer is an affiliate");
    state.customers.set(id, { ...customer, deleted: 1 });
    return done;
  },
});

const undelete = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }) => {
    const customer = call.state.customers.get(id);
    if (customer === undefined || !seesCustomer(call, id)) return notFound("id");
    call.state.customers.set(id, { ...customer, deleted: 0 });
    return done;
  },
});

/** Guide 4.4, customers/purge: only after delete. It removes all records of the customer. */
const purge = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }) => {
    const { state } = call;
    const customer = state.customers.get(id);
    if (customer === undefined || !seesCustomer(call, id)) return notFound("id");
    if (customer.deleted === 0) return invalid("id", "only deleted customers can be purged");
    if (childrenOf(state, id).length > 0) return invalid("id", "the customer has sub-customers");
    if (isAffiliate(state, id)) return invalid("id", "the customer is an affiliate");
    state.customers.delete(id);
    forget(call, id);
    return done;
  },
});

const forget = ({ state }: FunctionCall, customer: number): void => {
  for (const charge of state.charges.values()) if (charge.customer === customer) state.charges.delete(charge.id);
  for (const tax of state.taxes.values()) if (tax.customer === customer) state.taxes.delete(tax.id);
  for (const tax of state.taxes.keys()) state.liabilities.delete(liabilityKey(tax, "customer", customer));
  state.customerCreated.delete(customer);
  for (const { id, customer: owner } of state.transactions.values()) if (owner === customer) state.transactions.delete(id);
};

export const customerFunctions: Readonly<Record<string, ApiFunction>> = {
  "customers/get": get,
  "customers/list": list,
  "customers/delete": remove,
  "customers/undelete": undelete,
  "customers/purge": purge,
};
