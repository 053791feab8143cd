import { type Charge, type Client, type Customer, call } from "./client.ts";

interface CustomerRecord {
  readonly id: number;
  readonly code: string;
  readonly organizationName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
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

  return {
    key,
    customers: (ids) =>
      Promise.all(ids.map(async (id) => customerOf(await call<CustomerRecord>(`${url}customers/${id}`, { headers, parse })))),
    list: async () => {
      const found: Customer[] = [];
      for (;;) {
        const query = `accountId=2001&offset=${found.length}&limit=${pageSize}`;
        const records = await call<CustomerRecord[]>(`${url}customers?${query}`, { headers, parse });
        found.push(...records.map(customerOf));
        if (records.length < pageSize) return found;
      }
    },
    chargesOf: async (id) => {
      const records = await call<TransactionRecord[]>(`${url}customers/${id}/transactions?offset=0&limit=1000`, {
        headers,
        parse,
      });
      return records.filter(({ type }) => type in labels).map((record) => chargeOf(id, record));
    },
    taxesOf: async () => [],
  };
}
