import Fastify from "fastify";
import mercurius from "mercurius";
import { Agent, request } from "undici";
import { authorization, customerOf, everything, localId, newestCharges, typeDefs } from "./offices.js";
import { readSettings } from "./settings.js";

// Mercurius with its JIT and its loaders, which batch and cache within one request.

const { port, url, password } = readSettings();
const dispatcher = new Agent();
const headers = { accept: "application/json", authorization: authorization(password) };

async function list(collection, filter) {
  const { body } = await request(`${url}${collection}?${new URLSearchParams({ ...filter, ...everything })}`, {
    dispatcher,
    headers,
  });
  return body.json();
}

const resolvers = {
  Query: {
    charges: async (_, { customerIds, first }) =>
      newestCharges(await Promise.all(customerIds.map((id) => list("charges", { clientId: localId(id) }))), first),
  },
};

const loaders = {
  Charge: {
    customer: async (queries) => {
      const ids = [...new Set(queries.map(({ obj }) => obj.customerId))];
      const { items } = await list("clients", { ids: ids.join(",") });
      const customers = new Map(items.map((client) => [client.id, customerOf(client)]));
      return queries.map(({ obj }) => customers.get(obj.customerId));
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, loaders, jit: 1 });
await app.listen({ port, host: "127.0.0.1" });
