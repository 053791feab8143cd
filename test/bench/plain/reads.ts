import type { Charge, Client, Customer, Tax } from "./client.ts";

/** What all hand-written servers do alike, in whatever way theirs batches. */

export const globalId = (type: string, backend: string, id: string): string =>
  Buffer.from(`${type}:${backend}:${id}`).toString("base64url");

/** Where an object lives, and its id there. */
export function placeOf(clients: readonly Client[], id: string): { readonly client: Client; readonly id: string } {
  const [, key = "", local = ""] = /^\w+:(\w+):(.*)$/.exec(Buffer.from(id, "base64url").toString()) ?? [];
  return { client: clientOf(clients, key), id: local };
}

export function clientOf(clients: readonly Client[], backend: string): Client {
  const client = clients.find(({ key }) => key === backend);
  if (client === undefined) throw new Error("There is no such backend.");
  return client;
}

/** One call for all ids of a backend that has such a call, else one for each. */
export async function loadCustomers(clients: readonly Client[], ids: readonly string[]): Promise<Customer[]> {
  const found = new Map<string, Customer>();
  const places = new Set(ids).values().map((id) => placeOf(clients, id));
  await Promise.all(
    Array.from(
      Map.groupBy(places, ({ client }) => client),
      async ([client, ofOne]) => {
        for (const customer of await client.customers(ofOne.map(({ id }) => id))) {
          found.set(globalId("Customer", client.key, customer.id), customer);
        }
      },
    ),
  );
  return ids.map((id) => found.get(id) as Customer);
}

export async function loadCharges(clients: readonly Client[], customerId: string): Promise<readonly Charge[]> {
  const { client, id } = placeOf(clients, customerId);
  return await client.chargesOf(id);
}

/** The newest of several lists; of the same day by id. */
export function newestCharges(lists: readonly (readonly Charge[])[], first: number) {
  return connection(lists.flat().sort(newestFirst).slice(0, first));
}

function newestFirst(left: Charge, right: Charge): number {
  if (left.date !== right.date) return (left.date ?? "") < (right.date ?? "") ? 1 : -1;
  if (left.backend !== right.backend) return left.backend < right.backend ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

export const connection = <Node>(nodes: readonly Node[]) => ({ nodes, unavailable: [] });

/** The resolvers that need nothing loaded in batches. */
export const createResolvers = (clients: readonly Client[]) => ({
  Query: {
    customers: async (_: unknown, { first, filter }: { first: number; filter?: { search?: string } }) => {
      const search = filter?.search?.toLowerCase() ?? "";
      const lists = await Promise.all(clients.map((client) => client.list(search)));
      return connection(
        lists
          .flat()
          .filter(({ name }) => name.toLowerCase().includes(search))
          .slice(0, first),
      );
    },
  },
  Customer: {
    id: ({ backend, id }: Customer) => globalId("Customer", backend, id),
    backend: ({ backend }: Customer) => ({ key: backend }),
    taxes: ({ backend, id }: Customer) => clientOf(clients, backend).taxesOf(id),
  },
  Charge: { id: ({ backend, id }: Charge) => globalId("Charge", backend, id) },
  Tax: { id: ({ backend, id }: Tax) => globalId("Tax", backend, id) },
});
