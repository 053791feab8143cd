import { type Client, type Customer, call } from "./client.ts";

interface CustomerRow {
  readonly id: number;
  readonly name: string;
  readonly bill_ref: string;
  readonly email: string;
  readonly currency: string;
  readonly balance: string;
}

interface ChargeRow {
  readonly id: number;
  readonly name: string;
  readonly amount: string;
  readonly currency: string;
  readonly start: number;
}

interface TaxRow {
  readonly id: number;
  readonly name: string;
  readonly customer: number;
}

/** One call for each customer, and one for each customer's charges. */
export function enswitch(key: string, url: string, password: string): Client {
  const ask = async <Data>(name: string, parameters: Readonly<Record<string, string>>): Promise<Data> => {
    const body = new URLSearchParams({ ...parameters, auth_username: "gateway", auth_password: password }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return (await call<{ data: Data }>(`${url}${name}/`, { method: "POST", headers, body })).data;
  };

  const customerOf = (row: CustomerRow): Customer => ({
    backend: key,
    id: String(row.id),
    name: row.name,
    reference: row.bill_ref || null,
    email: row.email || null,
    currency: row.currency,
    // The amount that the parent owes the customer: below zero, the customer owes.
    amountDue: { amount: row.balance.startsWith("-") ? row.balance.slice(1) : "0.00", currency: row.currency },
  });

  const rows = (filter: Readonly<Record<string, string>>): Promise<readonly CustomerRow[]> =>
    ask<CustomerRow[]>("customers/list", { recursive: "1", directory: "-1", deleted: "-1", ...filter });

  return {
    key,
    customers: (ids) => Promise.all(ids.map(async (id) => customerOf(await ask<CustomerRow>("customers/get", { id })))),
    narrows: true,
    list: async (search) => (await rows({ name: search })).map(customerOf),
    page: async (offset, first) => (await rows({})).slice(offset, offset + first).map(customerOf),
    chargesOf: async (customer) =>
      (await ask<ChargeRow[]>("charges/list", { customer })).map(({ id, name, amount, currency, start }) => ({
        backend: key,
        id: String(id),
        customerId: customer,
        name,
        date: start === 0 ? null : new Date(start * 1000).toISOString().slice(0, 10),
        amount: { amount, currency },
      })),
    taxesOf: async (customer) =>
      (await ask<TaxRow[]>("taxes/list", { customer, applicable: "1" })).map(({ id, name, customer: owner }) => ({
        backend: key,
        id: `${owner}:${id}`,
        name,
      })),
  };
}
