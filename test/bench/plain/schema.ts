/** The slice of the gateway's schema that the benchmark's queries use. */
export const typeDefs = /* GraphQL */ `
  type Query {
    charges(customerIds: [ID!]!, first: Int = 20): ChargeConnection!
    customers(first: Int = 20, filter: CustomerFilter): CustomerConnection!
    customer(id: ID!): Customer
  }
  input CustomerFilter { search: String }
  type Backend { key: String! }
  type BackendFailure { code: String! }
  type Money { amount: String!, currency: String! }
  type Customer {
    id: ID!
    name: String!
    reference: String
    email: String
    currency: String!
    backend: Backend!
    charges(first: Int = 20): ChargeConnection!
    taxes: [Tax!]!
  }
  type Charge { id: ID!, name: String!, date: String, amount: Money, customer: Customer }
  type Tax { id: ID!, name: String! }
  type ChargeConnection { nodes: [Charge!]!, unavailable: [BackendFailure!]! }
  type CustomerConnection { nodes: [Customer!]!, unavailable: [BackendFailure!]! }
`;
