import type { Charge, ChargeInput, Client, Customer, Tax } from "./client.ts";
import type { Kept } from "./kept.ts";

/** Code that all hand-written servers share, whatever way theirs batches. */

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

/** E-mail addresses that stand in the rows already, and one call for all others of a backend. */
export async function loadEmails(clients: readonly Client[], customers: readonly Customer[]): Promise<(string | null)[]> {
  const apart = Map.groupBy(
    customers.filter(({ email }) => email === undefined),
    ({ backend }) => backend,
  );
  const found = new Map<string, ReadonlyMap<string, string> | undefined>();
  await Promise.all(
    Array.from(apart, async ([backend, ofOne]) =>
      found.set(backend, await clientOf(clients, backend).emails?.([...new Set(ofOne.map(({ id }) => id))])),
    ),
  );
  return customers.map(({ backend, id, email }) => (email === undefined ? (found.get(backend)?.get(id) ?? null) : email));
}

interface CustomersArguments {
  readonly first: number;
  readonly after?: string | null;
  readonly backends?: readonly string[] | null;
  readonly filter?: { readonly search?: string } | null;
}

/** The resolvers that need nothing loaded in batches. */
export const createResolvers = (clients: readonly Client[], kept: Kept) => ({
  Query: {
    /** A page of one backend, with a number of rows as cursor; or all customers whose name has the text. */
    customers: async (_: unknown, { first, after, backends, filter }: CustomersArguments) => {
      const [only] = backends ?? [];
      if (only !== undefined) {
        const offset = Number(after ?? 0);
        const customers = await clientOf(clients, only).page(offset, first);
        const pageInfo = { hasNextPage: customers.length === first, endCursor: String(offset + customers.length) };
        return { ...connection(customers), pageInfo };
      }
      const search = filter?.search?.toLowerCase() ?? "";
      const lists = await Promise.all(clients.map((client) => client.list(search)));
      const matching = lists.flat().filter(({ name }) => name.toLowerCase().includes(search));
      return connection(matching.slice(0, first));
    },
    /** Names with a word that begins with the text: from the backends that can search; for the others from a table. */
    search: async (_: unknown, { text, first }: { text: string; first: number }) => {
      const lists = await Promise.all(clients.filter(({ narrows }) => narrows).map((client) => client.list(text)));
      const wanted = text.toLowerCase();
      const matching = lists.flat().filter(({ name }) => wordsOf(name).some((word) => word.startsWith(wanted)));
      const live = matching.map(({ backend, id, name, reference }) => ({
        id: globalId("Customer", backend, id),
        name,
        reference,
      }));
      const known = [...live, ...kept.customersWith(text, first)];
      return { edges: known.slice(0, first).map((customer) => ({ known: customer })), unavailable: [] };
    },
    operations: (_: unknown, { first, filter }: { first: number; filter?: { to?: string } }) => ({
      nodes: kept.operations(filter?.to ?? "9", first),
    }),
  },
  Mutation: {
    createCharge: async (_: unknown, { input: { charge, idempotencyKey } }: { input: CreateChargeInput }) => {
      const { id, outcome, replayed } = kept.record("createCharge", idempotencyKey);
      const operation = { id, status: "SUCCEEDED", replayed };
      if (outcome !== null) return { charge: JSON.parse(outcome), errors: [], operation };
      // Sent earlier, with an unknown outcome.
      if (replayed)
        return { charge: null, errors: [{ code: "OUTCOME_UNKNOWN" }], operation: { ...operation, status: "UNKNOWN" } };
      const { client, id: customerId } = placeOf(clients, charge.customerId);
      const created = await client.createCharge?.({ ...charge, customerId }, `bench-${id}`);
      if (created === undefined) return { charge: null, errors: [{ code: "UNSUPPORTED" }], operation: null };
      kept.settle(id, JSON.stringify(created));
      return { charge: created, errors: [], operation };
    },
  },
  Customer: {
    id: ({ backend, id }: Customer) => globalId("Customer", backend, id),
    backend: ({ backend }: Customer) => ({ key: backend }),
    taxes: ({ backend, id }: Customer) => clientOf(clients, backend).taxesOf(id),
    account: ({ backend, id }: Customer) => kept.accountOf(globalId("Customer", backend, id)),
  },
  Charge: { id: ({ backend, id }: Charge) => globalId("Charge", backend, id) },
  Tax: { id: ({ backend, id }: Tax) => globalId("Tax", backend, id) },
});

interface CreateChargeInput {
  readonly charge: ChargeInput;
  readonly idempotencyKey: string;
}

export const wordsOf = (name: string): readonly string[] => name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
