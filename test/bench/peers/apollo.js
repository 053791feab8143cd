import { RESTDataSource } from "@apollo/datasource-rest";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { authorization, customerOf, everything, localId, newestCharges, typeDefs } from "./offices.js";
import { readSettings } from "./settings.js";

// Apollo Server with RESTDataSource, as its documentation shows it: a data source for each request, with a DataLoader in it where
// the backend takes several ids.

const { port, url, password } = readSettings();

class Offices extends RESTDataSource {
  baseURL = url;

  customers = new DataLoader(async (ids) => {
    const { items } = await this.get("clients", { params: { ids: ids.join(","), ...everything } });
    const byId = new Map(items.map((client) => [client.id, customerOf(client)]));
    return ids.map((id) => byId.get(id));
  });

  willSendRequest(_path, request) {
    request.headers["authorization"] = authorization(password);
  }

  chargesOf(clientId) {
    return this.get("charges", { params: { clientId, ...everything } });
  }
}

const resolvers = {
  Query: {
    charges: async (_, { customerIds, first }, { offices }) =>
      newestCharges(await Promise.all(customerIds.map((id) => offices.chargesOf(localId(id)))), first),
  },
  Charge: { customer: ({ customerId }, _, { offices }) => offices.customers.load(customerId) },
};

const server = new ApolloServer({ typeDefs, resolvers, introspection: false });
await startStandaloneServer(server, {
  listen: { port, host: "127.0.0.1", path: "/graphql" },
  context: async () => ({ offices: new Offices() }),
});
