import { type Charge, type Client, type Customer, call } from "./client.ts";

const currency = "USD";

/** As many decimals as dollars have. The backend computes with doubles, whose noise begins after their 15th digit. */
const dollars = (cost: number): string => {
  const exact = Number(cost.toPrecision(15)).toString();
  return (exact.split(".")[1] ?? "").length > 2 ? exact : cost.toFixed(2);
};

interface ClientV2 {
  readonly Id: string;
  readonly Name: string;
  readonly ThirdPartyAccountId?: string;
}

interface ContactV2 {
  readonly Id: string;
  readonly ClientId: string;
  readonly EmailAddresses: readonly { readonly Address: string }[];
}

interface ChargeV2 {
  readonly Id: string;
  readonly ClientId: string;
  readonly DateCreated: string;
  readonly DateOfCharge: string;
  readonly Description?: string;
  readonly Service: string;
  readonly Cost?: number;
}

/** Lists only: of clients and contacts all or those of one client, and the charges of one client. */
export function hostedSuiteV2(key: string, url: string, password: string): Client {
  const ask = <Answer>(route: string, members: object = {}): Promise<Answer> =>
    call(`${url}${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...members, CustomerName: "acme", UserName: "api", Password: password }),
    });

  const customerOf = (client: ClientV2): Customer => ({
    backend: key,
    id: client.Id,
    name: client.Name,
    reference: client.ThirdPartyAccountId || null,
    email: undefined,
    currency,
    amountDue: null,
  });

  /** A filter accepts one id; for several ids, all rows are read. */
  const oneOrAll = (ids: readonly string[]): object => (ids.length === 1 ? { ClientId: ids[0] } : {});

  const dayAgo = (months: number): string => {
    const now = Temporal.Now.plainDateISO("America/New_York");
    return (months > 0 ? now.subtract({ months }) : now.add({ months: 1, days: 1 })).toString();
  };

  return {
    key,
    narrows: false,
    customers: async (ids) =>
      (await ask<ClientV2[]>("clients", oneOrAll(ids))).filter(({ Id }) => ids.includes(Id)).map(customerOf),
    list: async () => (await ask<ClientV2[]>("clients")).map(customerOf),
    page: async (offset, first) => (await ask<ClientV2[]>("clients")).slice(offset, offset + first).map(customerOf),
    emails: async (ids) => {
      const contacts = (await ask<ContactV2[]>("contacts", oneOrAll(ids))).filter(({ ClientId }) => ids.includes(ClientId));
      const found = new Map<string, string>();
      for (const { ClientId, EmailAddresses } of contacts.sort((left, right) => (left.Id < right.Id ? -1 : 1))) {
        const [first] = EmailAddresses;
        if (first && !found.has(ClientId)) found.set(ClientId, first.Address);
      }
      return found;
    },
    chargesOf: async (ClientId) => {
      const charges = await ask<ChargeV2[]>("charges/all", {
        ClientId,
        DateSelector: "DateOfCharge",
        StartDate: dayAgo(24),
        EndDate: dayAgo(0),
        IncludeManualCharges: true,
        IncludeSchedulingCharges: true,
      });
      return charges.map(({ Id, DateCreated, DateOfCharge, Description, Service, Cost }) => ({
        backend: key,
        id: `${ClientId}:${DateCreated.slice(0, 10)}:${Id}`,
        customerId: ClientId,
        name: Description || Service,
        date: DateOfCharge.slice(0, 10),
        amount: Cost === undefined ? null : { amount: dollars(Cost), currency },
      }));
    },
    taxesOf: async () => [],
  };
}

interface ClientV3 {
  readonly id: string;
  readonly name: string;
  readonly referenceId?: string;
  readonly thirdPartyInfo?: { readonly thirdPartyAccountId?: string };
  readonly billingEmailAddresses?: readonly { readonly address: string; readonly type?: string }[];
}

interface ChargeV3 {
  readonly id: string;
  readonly dateOfCharge: string;
  readonly description?: string;
  readonly serviceName: string;
  readonly cost?: number;
}

/** Clients by their ids in one call; the charges of one client with each. */
export function hostedSuiteV3(key: string, url: string, password: string): Client {
  const headers = { authorization: `acme ${Buffer.from(`api:${password}`).toString("base64")}` };
  const everything = "page=0&countPerPage=1000&archived=true";

  const get = async <Item>(path: string, page = everything): Promise<readonly Item[]> =>
    (await call<{ items: readonly Item[] }>(`${url}${path}&${page}`, { headers })).items;

  const customerOf = (client: ClientV3): Customer => ({
    backend: key,
    id: client.id,
    name: client.name,
    reference: client.thirdPartyInfo?.thirdPartyAccountId || client.referenceId || null,
    email: client.billingEmailAddresses?.find(({ type = "To" }) => type === "To")?.address ?? null,
    currency,
    amountDue: null,
  });

  return {
    key,
    customers: async (ids) => (await get<ClientV3>(`clients?ids=${ids.join(",")}`)).map(customerOf),
    narrows: true,
    page: async (offset, first) => {
      const page = `page=${offset / first}&countPerPage=${first}&archived=true`;
      return (await get<ClientV3>("clients?sortField=id&sortOrder=Ascend", page)).map(customerOf);
    },
    list: async (search) => (await get<ClientV3>(`clients?query=${encodeURIComponent(search)}`)).map(customerOf),
    chargesOf: async (id): Promise<readonly Charge[]> =>
      (await get<ChargeV3>(`charges?clientId=${id}`)).map((charge) => ({
        backend: key,
        id: charge.id,
        customerId: id,
        name: charge.description || charge.serviceName,
        date: charge.dateOfCharge.slice(0, 10),
        amount: charge.cost === undefined ? null : { amount: dollars(charge.cost), currency },
      })),
    taxesOf: async () => [],
  };
}
