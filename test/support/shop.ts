/** The schema of an imaginary shop as a subgraph: its orders belong to the gateway's customers and may have been charged. */
export const shopSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

type Query {
  orders: [Order!]!
}

type Order @key(fields: "number") {
  number: ID!
  customer: Customer!
  charge: Charge
}

type Customer @key(fields: "id") {
  id: ID!
  orders: [Order!]!
}

type Charge @key(fields: "id", resolvable: false) {
  id: ID!
}

type PageInfo @shareable {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}
`;
