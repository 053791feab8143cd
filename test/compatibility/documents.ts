/** The clients' requests; each client builds its own kind of documents from them. */

/** A list that clients page through: ids wherever there are any, so that caches can tell objects apart. */
export const customersQuery = `
  query Customers($first: Int!, $after: String, $backends: [String!], $filter: CustomerFilter) {
    customers(first: $first, after: $after, backends: $backends, filter: $filter) {
      edges { node { id name backend { id key } } }
      pageInfo { hasNextPage endCursor }
      unavailable { backend { id key } code retryable }
    }
  }
`;

export interface CustomersVariables {
  readonly first: number;
  readonly after?: string | null;
  readonly backends?: readonly string[];
  readonly filter?: { readonly search?: string; readonly email?: string };
}

export interface CustomersData {
  readonly customers: {
    readonly edges: readonly { readonly node: CustomerNode }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly unavailable: readonly {
      readonly backend: { readonly id: string; readonly key: string };
      readonly code: string;
      readonly retryable: boolean;
    }[];
  };
}

export interface CustomerNode {
  readonly id: string;
  readonly name: string;
  readonly backend: { readonly id: string; readonly key: string };
}

export const customerQuery = `
  query Customer($id: ID!) {
    customer(id: $id) { id name }
  }
`;

export interface CustomerData {
  readonly customer: { readonly id: string; readonly name: string } | null;
}

export const renameMutation = `
  mutation Rename($input: UpdateCustomerInput!) {
    updateCustomer(input: $input) {
      customer { id name }
      errors { code field message }
      operation { id status }
    }
  }
`;

export interface RenameVariables {
  readonly input: { readonly id: string; readonly name: string; readonly idempotencyKey?: string };
}

export interface RenameData {
  readonly updateCustomer: {
    readonly customer: { readonly id: string; readonly name: string } | null;
    readonly errors: readonly { readonly code: string; readonly field: readonly string[] | null; readonly message: string }[];
    readonly operation: { readonly id: string; readonly status: string };
  };
}

/** A list's objects by their ids, which stay whatever other tests rename. */
export function idsOf(edges: readonly { readonly node: { readonly id: string } }[] = []): readonly string[] {
  return edges.map(({ node }) => node.id);
}

/** A new name that leaves the customer at its place in the list, which Enswitch sorts by name. */
export function renaming(customer: CustomerNode | undefined): RenameVariables["input"] {
  if (!customer) throw new Error("There is no such customer.");
  return { id: customer.id, name: `${customer.name} (renamed)` };
}

/** The backends' answer to an empty new name. */
export const nameIsRequired = { code: "INVALID_INPUT", field: ["input", "name"] };
