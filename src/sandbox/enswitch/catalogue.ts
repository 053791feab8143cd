import { createCustomer } from "./customer-writes.ts";
import { slice, sortRows } from "./customers.ts";
import {
  type ApiFunction,
  apiFunction,
  type FunctionCall,
  invalid,
  notFound,
  type Outcome,
  roleForbids,
  seesCustomer,
  succeeded,
} from "./function.ts";
import { scaled } from "./ledger.ts";
import { defaulting, flag, integer, integerFrom, oneOf, optional, type RawParameters, required, string } from "./parameters.ts";
import type { TransactionRow } from "./rows.ts";
import { childrenOf, descendantsOf, type Person, type Privilege, systemOwner } from "./state.ts";

const transactionKeys = ["amount", "description", "id", "person", "reference", "time", "type"] as const;

/**
 * Guide 4.4, transactions/list; `end` is exclusive since 3.14, but its default "now" takes in what happened this second.
 * `archive` includes archived transactions; which ones an installation archives is not documented.
 */
const listTransactions = apiFunction({
  access: ["reports"],
  needsHistory: true,
  parameters: {
    start: defaulting(integerFrom(0), 0),
    end: optional(integerFrom(0)),
    customer: optional(integer),
    invoice: defaulting(integer, 0),
    archive: defaulting(flag, 0),
    sort: defaulting(oneOf(...transactionKeys), "time"),
    descending: defaulting(flag, 0),
  },
  run: (call, values) => {
    const { customer = call.caller.customer, start, end = call.time + 1, invoice, archive, sort } = values;
    if (end < start) return invalid("end", "end is before start");
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    const rows = call.state.transactions
      .listed()
      .filter(
        (row) =>
          (archive === 1 || row.archived !== 1) &&
          row.customer === customer &&
          row.time >= start &&
          row.time < end &&
          (invoice === 0 || row.invoice === invoice),
      );
    const keyOf = (row: TransactionRow) => (sort === "amount" ? scaled(row.amount) : row[sort]);
    return succeeded(sortRows(rows, keyOf, values.descending === 1));
  },
});

/** Guide 4.4, plans/get: needs no authentication when an id is given. */
const getPlan = apiFunction({
  access: (raw) => (raw.has("id") ? "open" : ["user"]),
  parameters: { id: optional(integer) },
  run: (call, values) => {
    const id = values.id ?? call.state.customers.get(call.caller.customer)?.plan ?? 0;
    const plan = call.state.plans.get(id);
    return plan === undefined ? notFound("id") : succeeded(plan);
  },
});

/** At most one of these may be set (guide 4.4, plans/list). */
const planModes = ["count", "inheritable", "pages", "parent", "reseller", "signup", "system"] as const;

const planListAccess = (raw: RawParameters): "open" | readonly Privilege[] => {
  if (raw.get("signup") === "1") return "open";
  if (raw.get("system") === "1") return ["system"];
  return raw.get("parent") === "1" ? ["user"] : ["commerce", "settings"];
};

/** Guide 4.4, plans/list. The effect of `inheritable` and `reseller` is not documented: they have none here. */
const listPlans = apiFunction({
  access: planListAccess,
  parameters: {
    count: defaulting(flag, 0),
    inheritable: defaulting(flag, 0),
    pages: defaulting(flag, 0),
    parent: defaulting(flag, 0),
    reseller: defaulting(flag, 0),
    signup: defaulting(flag, 0),
    system: defaulting(flag, 0),
    customer: optional(integer),
    name: defaulting(string, ""),
    limit: defaulting(integerFrom(0), 0),
    offset: defaulting(integerFrom(0), 0),
    sort: defaulting(oneOf("description", "name"), "name"),
    descending: defaulting(flag, 0),
  },
  run: (call, values) => {
    const [, second] = planModes.filter((mode) => values[mode] === 1);
    if (second !== undefined) return invalid(second, `at most one of ${planModes.join(", ")} may be set`);
    const { customer = call.caller.customer } = values;
    if (values.signup === 0 && !seesCustomer(call, customer)) return invalid("customer", "no such customer");
    const owner = planOwner(call, customer, values);
    const wanted = values.name.toLowerCase();
    const rows = [...call.state.plans.values()].filter(
      (plan) => (values.system === 1 || plan.customer === owner) && plan.name.toLowerCase().includes(wanted),
    );
    if (values.count === 1) return succeeded({ count: rows.length });
    const sorted = sortRows(rows, (plan) => plan[values.sort], values.descending === 1);
    const page = slice(sorted, values.offset, values.limit);
    return succeeded(values.pages === 1 ? page.map(({ id, name }) => ({ id, name })) : page);
  },
});

const planOwner = ({ state }: FunctionCall, customer: number, modes: { parent: number; signup: number }): number => {
  if (modes.signup === 1) return systemOwner;
  return modes.parent === 1 ? (state.customers.get(customer)?.parent ?? 0) : customer;
};

/** A person without the members that only the server may know (guide 4.4, people/list: passwords are not returned). */
const personRow = ({ password: _password, totp: _totp, ...row }: Person): object => row;

/** Guide 4.4, user/login; tokens since 4.1, the second factor as in the newer capture. */
const login = apiFunction({
  access: ["user"],
  parameters: { token: defaulting(flag, 0) },
  run: (call, { token }): Outcome => {
    const person = call.state.people.get(call.caller.person);
    if (person === undefined) return roleForbids;
    if (person.totp) {
      return { code: 202, data: { totp_required: 1, totp_token: `totp-${person.id}-${call.time}`, username: person.username } };
    }
    return succeeded({ ...personRow(person), ...(token === 1 && !call.pre40 && call.issueToken()) });
  },
});

const listPeople = apiFunction({
  access: ["user"],
  parameters: {
    customer: optional(integer),
    count: defaulting(flag, 0),
    limit: defaulting(integerFrom(0), 0),
    offset: defaulting(integerFrom(0), 0),
    sort: defaulting(oneOf("forename", "fullname", "surname", "username"), "username"),
    descending: defaulting(flag, 0),
  },
  run: (call, values) => {
    const { customer = call.caller.customer, sort } = values;
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    const people = [...call.state.people.values()].filter((person) => person.customer === customer);
    if (values.count === 1) return succeeded({ count: people.length });
    const keyOf = (person: Person) => (sort === "fullname" ? `${person.forename} ${person.surname}` : person[sort]);
    return succeeded(slice(sortRows(people, keyOf, values.descending === 1), values.offset, values.limit).map(personRow));
  },
});

const listRoles = apiFunction({
  access: ["user"],
  parameters: {},
  run: ({ state }) => succeeded([...state.roles.values()].map(({ id, name }) => ({ id, name }))),
});

/** Guide 4.4, products/list: available ones need administrator, owned ones commerce. */
const listProducts = apiFunction({
  access: (raw) => (raw.get("available") === "1" ? ["administrator"] : ["commerce"]),
  parameters: { available: defaulting(flag, 0), customer: optional(integer) },
  run: (call, { available, customer = call.caller.customer }) => {
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    const products = [...call.state.products.values()];
    return succeeded(products.filter((product) => product.customer === customer || (available === 1 && product.shared === 1)));
  },
});

/**
 * Guide 4.4, classes/list: authentication is optional; without it, only classes without an owner are shown. Here none has one.
 */
const listClasses = apiFunction({
  access: "open",
  parameters: {},
  run: () => succeeded(["Standard", "Premium"].map((name, index) => ({ id: index + 1, name, customer: 0 }))),
});

export const catalogueFunctions: Readonly<Record<string, ApiFunction>> = {
  "classes/list": listClasses,
  "people/list": listPeople,
  "plans/get": getPlan,
  "plans/list": listPlans,
  "products/list": listProducts,
  "roles/list": listRoles,
  "transactions/list": listTransactions,
  "user/login": login,
};

/** The records of a CSV text (RFC 4180): quoted fields may hold commas, line ends and doubled quotes. */
const parseCsv = (csv: string): string[][] => {
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, quoted, plain = "", end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  return records;
};

const formatCsv = (rows: readonly object[]): string => {
  const field = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
  const header = Object.keys(rows[0] ?? {});
  return [header, ...rows.map((row) => Object.values(row))].map((record) => `${record.map(field).join(",")}\r\n`).join("");
};

/**
 * Guide 4.4, customers/import. The manual does not name the columns: here a header line has the parameters of customers/create.
 * All customers are created, or none.
 */
const importCustomers = apiFunction({
  access: (_raw, { caller }) => (caller.customer === systemOwner ? ["system"] : []),
  parameters: { csv: required(string) },
  run: (call, { csv }): Outcome => {
    const [header = [], ...records] = parseCsv(csv);
    const customers = records.map((record) => header.map((name, index) => [name, record[index] ?? ""] as const));
    for (const [index, customer] of customers.entries()) {
      const outcome = createCustomer.invoke(call, new Map([...customer, ["validation", "1"]]));
      if ("refusals" in outcome) return invalid("csv", `record ${index + 1}: ${outcome.refusals[0]?.message}`);
    }
    for (const customer of customers) createCustomer.invoke(call, new Map(customer));
    return succeeded({ count: customers.length });
  },
});

/**
 * Guide 4.2, customers/export: `deleted=1` adds deleted customers to the live ones, unlike in customers/list; 404 if there are
 * none.
 */
const exportCustomers = apiFunction({
  access: ["system"],
  parameters: {
    customer: optional(integer),
    deleted: defaulting(flag, 0),
    recursive: defaulting(flag, 0),
    data: defaulting(flag, 0),
    type: defaulting(oneOf("csv", "json"), "json"),
  },
  run: (call, { customer = call.caller.customer, deleted, recursive, type }) => {
    if (!seesCustomer(call, customer)) return notFound("customer");
    const below = recursive === 1 ? descendantsOf(call.state, customer) : childrenOf(call.state, customer);
    const rows = below.filter((row) => deleted === 1 || row.deleted === 0);
    if (rows.length === 0) return notFound("customer");
    return succeeded(type === "csv" ? { csv: formatCsv(rows) } : rows);
  },
});

export const exchangeFunctions: Readonly<Record<string, ApiFunction>> = {
  "customers/import": importCustomers,
  "customers/export": exportCustomers,
};
