import Fastify from "fastify";
import mercurius from "mercurius";
import { createClients, keep, readSettings } from "../plain/clients.ts";
import { createResolvers, globalId, loadCharges, loadCustomers, loadEmails, newestCharges } from "../plain/reads.ts";
import { typeDefs } from "../plain/schema.ts";

// Mercurius with its JIT and its loaders, which batch and cache within one request.

const settings = readSettings();
const clients = createClients(settings);
const common = createResolvers(clients, keep(settings));

const resolvers = {
  ...common,
  Query: {
    ...common.Query,
    charges: async (_, { customerIds, first }) =>
      newestCharges(await Promise.all(customerIds.map((id) => loadCharges(clients, id))), first),
    customer: async (_, { id }) => (await loadCustomers(clients, [id]))[0],
    node: async (_, { id }) => ({ __typename: "Customer", ...(await loadCustomers(clients, [id]))[0] }),
  },
};

const loaders = {
  Customer: {
    email: (queries) =>
      loadEmails(
        clients,
        queries.map(({ obj }) => obj),
      ),
    charges: (queries) =>
      Promise.all(
        queries.map(async ({ obj: { backend, id }, params: { first } }) =>
          newestCharges([await loadCharges(clients, globalId("Customer", backend, id))], first),
        ),
      ),
  },
  Charge: {
    customer: (queries) =>
      loadCustomers(
        clients,
        queries.map(({ obj: { backend, customerId } }) => globalId("Customer", backend, customerId)),
      ),
  },
};

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, loaders, jit: 1 });
await app.listen({ port: settings.port, host: "127.0.0.1" });
