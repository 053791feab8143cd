import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway";
import { composeSubgraphs } from "@graphql-mesh/fusion-composition";
import { loadOpenAPISubgraph } from "@omnigraph/openapi";
import { authorization, customerOf, localId, newestCharges, typeDefs } from "./offices.js";
import { readSettings } from "./settings.js";

// Hive Gateway over the sandbox's OpenAPI description: the lists are its generated fields, and the slice of the schema that the
// benchmark asks for is added with its own means, additional types and resolvers, which batch by key.

const { port, password, openApi } = readSettings();

const logger = Object.fromEntries(["log", "debug", "info", "warn", "error", "child"].map((name) => [name, () => logger]));
const { name, schema$ } = loadOpenAPISubgraph("Offices", {
  source: openApi,
  endpoint: openApi.servers[0].url,
  operationHeaders: { authorization: authorization(password) },
})({ fetch, cwd: process.cwd(), logger });
const { supergraphSdl, errors } = composeSubgraphs([{ name, schema: await schema$ }]);
if (errors?.length > 0) throw new AggregateError(errors);

const everything = { page: 0, countPerPage: 1000, archived: true };
const chargeFields = "{ items { id clientId serviceName description dateOfCharge cost } }";
const clientFields = "{ items { id name referenceId thirdPartyInfo { thirdPartyAccountId } } }";

const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  additionalTypeDefs: typeDefs.replace("type Query", "extend type Query").replaceAll(/\b(Charge|Customer)\b/g, "Unified$1"),
  additionalResolvers: {
    Query: {
      charges: async (root, { customerIds, first }, context, info) => {
        const lists = customerIds.map((id) =>
          context.Offices.Query.listCharges({
            root,
            args: { clientId: localId(id), ...everything },
            context,
            info,
            selectionSet: chargeFields,
          }),
        );
        return newestCharges(await Promise.all(lists), first);
      },
    },
    UnifiedCharge: {
      customer: {
        resolve: ({ customerId }, _, context, info) =>
          context.Offices.Query.listClients({
            key: customerId,
            argsFromKeys: (ids) => ({ ids: [...new Set(ids)].join(","), ...everything }),
            valuesFromResults: ({ items }, ids) => {
              const byId = new Map(items.map((client) => [client.id, customerOf(client)]));
              return ids.map((id) => byId.get(id));
            },
            context,
            info,
            selectionSet: clientFields,
          }),
      },
    },
  },
  landingPage: false,
  graphiql: false,
});
createServer(gateway).listen(port, "127.0.0.1");
