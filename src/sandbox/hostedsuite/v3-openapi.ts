/**
 * The part of HostedSuite v3 that reads clients and charges, as OpenAPI 3.0 (contract 7.3, 7.5, 7.7): enough for tools that
 * generate clients. Answers also have members that it does not describe.
 *
 * @param url base address of the API, with or without a trailing slash
 */
export const describeHostedSuiteV3 = (url: string) => ({
  openapi: "3.0.3",
  info: { title: "HostedSuite v3, simulated", version: "3" },
  servers: [{ url: url.replace(/\/$/, "") }],
  paths: {
    "/clients": { get: listOperation("listClients", "ClientPage", [text("ids", "Only these, with commas between.")]) },
    "/charges": {
      get: listOperation("listCharges", "ChargePage", [
        text("clientId", "Only charges of this client."),
        text("sortField", "The member to sort by."),
        { ...text("sortOrder", "Ascending unless told otherwise."), schema: { type: "string", enum: ["Ascend", "Descend"] } },
      ]),
    },
  },
  components: {
    schemas: {
      ClientPage: pageOf("Client"),
      ChargePage: pageOf("Charge"),
      Client: object(["id"], {
        id: { type: "string" },
        name: { type: "string" },
        referenceId: { type: "string" },
        thirdPartyInfo: object([], { thirdPartyAccountId: { type: "string" } }),
      }),
      Charge: object(["id"], {
        id: { type: "string" },
        clientId: { type: "string" },
        clientName: { type: "string" },
        serviceName: { type: "string" },
        description: { type: "string" },
        dateOfCharge: { type: "string", description: "Local to the tenant, without a zone." },
        quantity: { type: "number" },
        cost: { type: "number", description: "Of the whole line; absent where it is not priced." },
      }),
    },
  },
});

const text = (name: string, description: string) => ({ name, in: "query", description, schema: { type: "string" } });

/** Parameters of every list. */
const paging = [
  { name: "page", in: "query", description: "From 0.", schema: { type: "integer" } },
  { name: "countPerPage", in: "query", description: "Rows of a page.", schema: { type: "integer" } },
  { name: "archived", in: "query", description: "Archived records as well.", schema: { type: "boolean" } },
];

const listOperation = (operationId: string, page: string, parameters: readonly object[]) => ({
  operationId,
  parameters: [...parameters, ...paging],
  responses: {
    "200": {
      description: "A page of the list.",
      content: { "application/json": { schema: { $ref: `#/components/schemas/${page}` } } },
    },
  },
});

const object = (required: readonly string[], properties: Readonly<Record<string, object>>) => ({
  type: "object",
  ...(required.length > 0 && { required }),
  properties,
});

const pageOf = (item: string) =>
  object(["items"], {
    items: { type: "array", items: { $ref: `#/components/schemas/${item}` } },
    totalCount: { type: "integer" },
    totalPages: { type: "integer" },
  });
