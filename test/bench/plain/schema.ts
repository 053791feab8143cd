import DataLoader from "dataloader";
import type { Charge, Client, Customer, Tax } from "./client.ts";

/** The slice of the gateway's schema that the benchmark's queries use. */
export const typeDefs = /* GraphQL */ `
  type Query {
    charges(customerIds: [ID!]!, first: Int = 20): ChargeConnection!
    customers(first: Int = 20, filter: CustomerFilter): CustomerConnection!
    customer(id: ID!): Customer
  }
  input CustomerFilter { search: String }
  type Backend { key: String! }
  type BackendFailure { code: String! }
  type Money { amount: String!, currency: String! }
  type Customer {
    id: ID!
    name: String!
    reference: String
    email: String
    currency: String!
    backend: Backend!
    charges(first: Int = 20): ChargeConnection!
    taxes: [Tax!]!
  }
  type Charge { id: ID!, name: String!, date: String, amount: Money, customer: Customer }
  type Tax { id: ID!, name: String! }
  type ChargeConnection { nodes: [Charge!]!, unavailable: [BackendFailure!]! }
  type CustomerConnection { nodes: [Customer!]!, unavailable: [BackendFailure!]! }
`;

export interface Context {
  readonly clients: readonly Client[];
  readonly customers: DataLoader<string, Customer>;
  readonly charges: DataLoader<string, readonly Charge[]>;
}

/** Loaders live for one request. */
export function createContext(clients: readonly Client[]): Context {
  const each =
    <Value>(load: (client: Client, id: string) => Promise<Value>) =>
    (ids: readonly string[]): Promise<Value[]> =>
      Promise.all(ids.map((globalId) => load(clientOf(clients, globalId), parts(globalId)[2] ?? "")));
  return {
    clients,
    customers: new DataLoader((ids) => loadCustomers(clients, ids)),
    charges: new DataLoader(each((client, id) => client.chargesOf(id))),
  };
}

/** One call for all ids of a backend that has such a call, else one for each. */
async function loadCustomers(clients: readonly Client[], globalIds: readonly string[]): Promise<Customer[]> {
  const found = new Map<string, Customer>();
  const groups = Map.groupBy(globalIds, (id) => clientOf(clients, id));
  await Promise.all(
    Array.from(groups, async ([client, ids]) => {
      const customers = await client.customers(ids.map((id) => parts(id)[2] ?? ""));
      for (const customer of customers) found.set(globalId("Customer", client.key, customer.id), customer);
    }),
  );
  return globalIds.map((id) => found.get(id) as Customer);
}

export const globalId = (type: string, backend: string, id: string): string =>
  Buffer.from(`${type}:${backend}:${id}`).toString("base64url");

function parts(id: string): readonly string[] {
  return Buffer.from(id, "base64url").toString().split(":");
}

function clientOf(clients: readonly Client[], id: string): Client {
  const [, key] = parts(id);
  const client = clients.find((candidate) => candidate.key === key);
  if (client === undefined) throw new Error("There is no such backend.");
  return client;
}

/** Newest first, then by id. */
const newestFirst = (left: Charge, right: Charge): number =>
  left.date === right.date
    ? `${left.backend}:${left.id}` < `${right.backend}:${right.id}`
      ? -1
      : 1
    : (left.date ?? "") < (right.date ?? "")
      ? 1
      : -1;

const connection = <Node>(nodes: readonly Node[]) => ({ nodes, unavailable: [] });

export const resolvers = {
  Query: {
    charges: async (_: unknown, { customerIds, first }: { customerIds: string[]; first: number }, { charges }: Context) =>
      connection(
        (await charges.loadMany(customerIds))
          .flatMap((list) => list as Charge[])
          .sort(newestFirst)
          .slice(0, first),
      ),
    customers: async (_: unknown, { first, filter }: { first: number; filter?: { search?: string } }, { clients }: Context) => {
      const search = filter?.search?.toLowerCase() ?? "";
      const lists = await Promise.all(clients.map((client) => client.list(search)));
      const matching = lists.flat().filter(({ name }) => name.toLowerCase().includes(search));
      return connection(matching.slice(0, first));
    },
    customer: (_: unknown, { id }: { id: string }, { customers }: Context) => customers.load(id),
  },
  Customer: {
    id: ({ backend, id }: Customer) => globalId("Customer", backend, id),
    backend: ({ backend }: Customer) => ({ key: backend }),
    charges: async ({ backend, id }: Customer, { first }: { first: number }, { charges }: Context) =>
      connection((await charges.load(globalId("Customer", backend, id))).toSorted(newestFirst).slice(0, first)),
    taxes: ({ backend, id }: Customer, _: unknown, { clients }: Context) =>
      clients.find(({ key }) => key === backend)?.taxesOf(id) ?? [],
  },
  Charge: {
    id: ({ backend, id }: Charge) => globalId("Charge", backend, id),
    customer: ({ backend, customerId }: Charge, _: unknown, { customers }: Context) =>
      customers.load(globalId("Customer", backend, customerId)),
  },
  Tax: { id: ({ backend, id }: Tax) => globalId("Tax", backend, id) },
};
