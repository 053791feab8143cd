import { graphql } from "relay-runtime";

/**
 * The documents of an application's module, each beside the component that would use it. They are compiled, not run: in an
 * application, Relay's plugin for the bundler puts the compiler's artifacts in their place.
 */

export const query = graphql`
  query customerListQuery($first: Int!, $backends: [String!]) {
    ...customerList_customers @arguments(first: $first, backends: $backends)
  }
`;

/** usePaginationFragment's */
export const customers = graphql`
  fragment customerList_customers on Query
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }, backends: { type: "[String!]" })
  @refetchable(queryName: "customerListPageQuery") {
    customers(first: $first, after: $after, backends: $backends) @connection(key: "customerList_customers") {
      edges { node { id ...customerList_customer } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      unavailable { backend { key } code retryable }
    }
  }
`;

/** useRefetchableFragment's: found again through node(id:). */
export const customer = graphql`
  fragment customerList_customer on Customer @refetchable(queryName: "customerListRefetchQuery") {
    id
    name
    backend { key }
  }
`;

/** usePaginationFragment's, below an object: pages are loaded through node(id:). */
export const charges = graphql`
  fragment customerList_charges on Customer
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "customerListChargesPageQuery") {
    charges(first: $first, after: $after) @connection(key: "customerList_charges") {
      edges { node { id name } }
    }
  }
`;

export const chargesQuery = graphql`
  query customerListChargesQuery($id: ID!) {
    customer(id: $id) { ...customerList_charges }
  }
`;

/** Every other list of the schema, as a connection. */
export const connectionsQuery = graphql`
  query customerListConnectionsQuery($customerIds: [ID!]!) {
    taxes(first: 2) @connection(key: "customerList_taxes") { edges { node { id } } }
    operations(first: 2) @connection(key: "customerList_operations") { edges { node { id } } }
    charges(first: 2, customerIds: $customerIds) @connection(key: "customerList_merged_charges") { edges { node { id } } }
    pbx: backend(key: "pbx") {
      plans(first: 2) @connection(key: "customerList_plans") {
        edges { node { id charges(first: 2) @connection(key: "customerList_plan_charges") { edges { node { id } } } } }
      }
    }
    suite: backend(key: "suite") {
      services(first: 2) @connection(key: "customerList_services") { edges { node { id } } }
    }
  }
`;

/** The failure of a part of the answer, as a value. */
export const caughtQuery = graphql`
  query customerListCaughtQuery($id: ID!) {
    customer(id: $id) @catch(to: RESULT) { name }
  }
`;

export const renameMutation = graphql`
  mutation customerListRenameMutation($input: UpdateCustomerInput!) {
    updateCustomer(input: $input) {
      customer { ...customerList_customer }
      errors { code field message }
    }
  }
`;
