import { type Charge, type Client, type Customer, call } from "./client.ts";

interface CustomerRecord {
  readonly id: number;
  readonly code: string;
  readonly organizationName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly balance: number;
}

interface TransactionRecord {
  readonly id: number;
  readonly code: string;
  readonly type: string;
  readonly amount: number;
  readonly taxAmount?: number;
  readonly dueDate?: string;
  readonly createDate: string;
  readonly note?: string;
}

const labels: Readonly<Record<string, string>> = {
  RI: "Invoice",
  RC: "Credit",
  RF: "Service fee",
  RL: "Late fee",
  RA: "Access fee",
  RO: "Collections fee",
  RN: "Collections return fee",
};
const pageSize = 100;

/** Ids are longer than what a double holds: they are read as text. */
const parse = (json: string): unknown => JSON.parse(json.replace(/:(\d{16,})(?=[,}])/g, ':"$1"'));

/** One call for each customer, and one for each customer's ledger. */
export function v01(key: string, url: string, password: string): Client {
  const headers = { authorization: `Basic ${Buffer.from(`api-gateway:${password}`).toString("base64")}` };
  const currency = "USD";

  const customerOf = (record: CustomerRecord): Customer => ({
    backend: key,
    id: String(record.id),
    name: record.organizationName ?? `${record.firstName} ${record.lastName}`,
    reference: record.code === String(record.id) ? null : record.code,
    email: record.email ?? null,
    currency,
    amountDue: { amount: (record.balance / 100).toFixed(2), currency },
  });

  const chargeOf = (customerId: string, record: TransactionRecord): Charge => {
    const sign = record.type === "RC" ? -1 : 1;
    const cents = sign * (Math.abs(record.amount) - Math.abs(record.taxAmount ?? 0));
    return {
      backend: key,
      id: `${customerId}:${record.id}`,
      customerId,
      name: record.note?.split(/\r?\n/, 1)[0]?.trim() || `${labels[record.type]} ${record.code}`,
      date: (record.dueDate ?? record.createDate).slice(0, 10),
      amount: { amount: (cents / 100).toFixed(2), currency },
    };
  };

  const page = async (offset: number, limit: number): Promise<readonly Customer[]> => {
    const query = `accountId=2001&offset=${offset}&limit=${limit}`;
    return (await call<CustomerRecord[]>(`${url}customers?${query}`, { headers, parse })).map(customerOf);
  };

  return {
    key,
    customers: (ids) =>
      Promise.all(ids.map(async (id) => customerOf(await call<CustomerRecord>(`${url}customers/${id}`, { headers, parse })))),
    narrows: false,
    list: async () => {
      const found: Customer[] = [];
      for (;;) {
        const customers = await page(found.length, pageSize);
        found.push(...customers);
        if (customers.length < pageSize) return found;
      }
    },
    page,
    chargesOf: async (id) => {
      const records = await call<TransactionRecord[]>(`${url}customers/${id}/transactions?offset=0&limit=1000`, {
        headers,
        parse,
      });
      return records.filter(({ type }) => type in labels).map((record) => chargeOf(id, record));
    },
    taxesOf: async () => [],
    createCharge: async ({ customerId, amount, description }, code) => {
      const body = JSON.stringify({ type: "RI", amount: Math.round(Number(amount) * 100), note: description, code });
      const sent = { method: "PUT", headers: { ...headers, "content-type": "application/json" }, body, parse } as const;
      return chargeOf(customerId, await call<TransactionRecord>(`${url}customers/${customerId}/transactions`, sent));
    },
  };
}
