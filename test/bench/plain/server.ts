import { createServer } from "node:http";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import type { Charge, Customer } from "./client.ts";
import { createClients, keep, readSettings } from "./clients.ts";
import { createResolvers, globalId, loadCharges, loadCustomers, loadEmails, newestCharges } from "./reads.ts";
import { typeDefs } from "./schema.ts";

/**
 * A server that a good developer writes in a day: Yoga, a DataLoader for each request, undici, and one call for each thing, over
 * the same backends. No validation of answers, no failure handling, no limits.
 */

const settings = readSettings();
const clients = createClients(settings);
const common = createResolvers(clients, keep(settings));

/** Lives for one request. */
const createContext = () => ({
  customers: new DataLoader<string, Customer>((ids) => loadCustomers(clients, ids)),
  emails: new DataLoader<Customer, string | null>((ofCustomers) => loadEmails(clients, ofCustomers)),
  charges: new DataLoader<string, readonly Charge[]>((ids) => Promise.all(ids.map((id) => loadCharges(clients, id)))),
});

type Context = ReturnType<typeof createContext>;

const resolvers = {
  ...common,
  Query: {
    ...common.Query,
    charges: async (_: unknown, { customerIds, first }: { customerIds: string[]; first: number }, { charges }: Context) =>
      newestCharges(await Promise.all(customerIds.map((id) => charges.load(id))), first),
    customer: (_: unknown, { id }: { id: string }, { customers }: Context) => customers.load(id),
    node: async (_: unknown, { id }: { id: string }, { customers }: Context) => ({
      __typename: "Customer",
      ...(await customers.load(id)),
    }),
  },
  Customer: {
    ...common.Customer,
    email: (customer: Customer, _: unknown, { emails }: Context) =>
      customer.email === undefined ? emails.load(customer) : customer.email,
    charges: async ({ backend, id }: Customer, { first }: { first: number }, { charges }: Context) =>
      newestCharges([await charges.load(globalId("Customer", backend, id))], first),
  },
  Charge: {
    ...common.Charge,
    customer: ({ backend, customerId }: Charge, _: unknown, { customers }: Context) =>
      customers.load(globalId("Customer", backend, customerId)),
  },
};

const yoga = createYoga<object, Context>({
  schema: createSchema<Context>({ typeDefs, resolvers }),
  context: createContext,
  logging: false,
  landingPage: false,
  graphiql: false,
});
createServer(yoga).listen(settings.port, "127.0.0.1");
