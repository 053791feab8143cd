/** The slice of the gateway's schema that the benchmark's queries use. */
export const typeDefs = /* GraphQL */ `
  scalar DateTime
  type Query {
    charges(customerIds: [ID!]!, first: Int = 20): ChargeConnection!
    customers(first: Int = 20, after: String, backends: [String!], filter: CustomerFilter): CustomerConnection!
    customer(id: ID!): Customer
    node(id: ID!): Node
    search(text: String!, types: [SearchType!], first: Int = 20): SearchConnection!
    operations(first: Int = 20, filter: OperationFilter): OperationConnection!
  }
  type Mutation {
    createCharge(input: CreateChargeInput!): CreateChargePayload!
  }
  interface Node { id: ID! }
  enum SearchType { CUSTOMER }
  input CustomerFilter { search: String }
  input OperationFilter { to: DateTime }
  input CreateChargeInput { charge: ChargeSpec!, idempotencyKey: String! }
  input ChargeSpec { customerId: ID!, amount: String!, description: String! }
  type Backend { key: String! }
  type BackendFailure { code: String! }
  type MutationError { code: String! }
  type Money { amount: String!, currency: String! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type Customer implements Node {
    id: ID!
    name: String!
    reference: String
    email: String
    currency: String!
    amountDue: Money
    backend: Backend!
    account: Account
    charges(first: Int = 20): ChargeConnection!
    taxes: [Tax!]!
  }
  type Account { name: String!, customers: [AccountCustomer!]! }
  type AccountCustomer { id: ID!, name: String! }
  type Charge { id: ID!, name: String!, date: String, amount: Money, customer: Customer }
  type Tax { id: ID!, name: String! }
  type Operation {
    id: ID!
    mutation: String!
    status: String!
    replayed: Boolean!
    idempotencyKey: String!
    createdAt: DateTime!
    completedAt: DateTime
    subjectCount: Int!
    steps: [OperationStep!]!
  }
  type OperationStep { action: String!, status: String!, attempts: Int!, startedAt: DateTime, finishedAt: DateTime, backend: Backend! }
  type ChargeConnection { nodes: [Charge!]!, unavailable: [BackendFailure!]! }
  type CustomerConnection { nodes: [Customer!]!, unavailable: [BackendFailure!]!, pageInfo: PageInfo! }
  type SearchConnection { edges: [SearchEdge!]!, unavailable: [BackendFailure!]! }
  type SearchEdge { known: KnownCustomer }
  type KnownCustomer { id: ID!, name: String!, reference: String }
  type OperationConnection { nodes: [Operation!]! }
  type CreateChargePayload { charge: Charge, errors: [MutationError!]!, operation: Operation }
`;
