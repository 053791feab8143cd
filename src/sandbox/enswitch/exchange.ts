import { createCustomer } from "./customer-writes.ts";
import { type ApiFunction, apiFunction, invalid, notFound, type Outcome, seesCustomer, succeeded } from "./function.ts";
import { defaulting, flag, integer, oneOf, optional, required, string } from "./parameters.ts";
import { childrenOf, descendantsOf, systemOwner } from "./state.ts";

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
