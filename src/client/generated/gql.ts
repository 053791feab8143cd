/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation CreateCharge($input: CreateChargeInput!) {\n  createCharge(input: $input) {\n    charge {\n      ...ChargeSummary\n    }\n    errors {\n      ...ErrorDetails\n    }\n    operation {\n      id\n      status\n      replayed\n      idempotencyKey\n    }\n  }\n}\n\nfragment ChargeSummary on Charge {\n  id\n  name\n  date\n  kind\n  status\n  amount {\n    amount\n    currency\n  }\n  taxAmount {\n    amount\n    currency\n  }\n  total {\n    amount\n    currency\n  }\n}\n\nfragment ErrorDetails on MutationError {\n  code\n  message\n  field\n  backendCode\n  retryable\n}": typeof types.CreateChargeDocument,
    "query Customers($first: Int, $after: String, $backends: [String!], $filter: CustomerFilter) {\n  customers(first: $first, after: $after, backends: $backends, filter: $filter) {\n    nodes {\n      ...CustomerSummary\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    unavailable {\n      backend {\n        key\n        label\n      }\n      code\n      message\n      retryable\n    }\n  }\n}\n\nquery CustomerWithCharges($id: ID!, $first: Int, $after: String, $filter: ChargeFilter) {\n  customer(id: $id) {\n    ...CustomerSummary\n    charges(first: $first, after: $after, filter: $filter) {\n      nodes {\n        ...ChargeSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      unavailable {\n        backend {\n          key\n        }\n        code\n        message\n        retryable\n      }\n    }\n    taxes {\n      id\n      name\n      rate\n    }\n  }\n}\n\nfragment CustomerSummary on Customer {\n  id\n  name\n  email\n  status\n  amountDue {\n    amount\n    currency\n  }\n  backend {\n    key\n    label\n  }\n}": typeof types.CustomersDocument,
};
const documents: Documents = {
    "mutation CreateCharge($input: CreateChargeInput!) {\n  createCharge(input: $input) {\n    charge {\n      ...ChargeSummary\n    }\n    errors {\n      ...ErrorDetails\n    }\n    operation {\n      id\n      status\n      replayed\n      idempotencyKey\n    }\n  }\n}\n\nfragment ChargeSummary on Charge {\n  id\n  name\n  date\n  kind\n  status\n  amount {\n    amount\n    currency\n  }\n  taxAmount {\n    amount\n    currency\n  }\n  total {\n    amount\n    currency\n  }\n}\n\nfragment ErrorDetails on MutationError {\n  code\n  message\n  field\n  backendCode\n  retryable\n}": types.CreateChargeDocument,
    "query Customers($first: Int, $after: String, $backends: [String!], $filter: CustomerFilter) {\n  customers(first: $first, after: $after, backends: $backends, filter: $filter) {\n    nodes {\n      ...CustomerSummary\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    unavailable {\n      backend {\n        key\n        label\n      }\n      code\n      message\n      retryable\n    }\n  }\n}\n\nquery CustomerWithCharges($id: ID!, $first: Int, $after: String, $filter: ChargeFilter) {\n  customer(id: $id) {\n    ...CustomerSummary\n    charges(first: $first, after: $after, filter: $filter) {\n      nodes {\n        ...ChargeSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      unavailable {\n        backend {\n          key\n        }\n        code\n        message\n        retryable\n      }\n    }\n    taxes {\n      id\n      name\n      rate\n    }\n  }\n}\n\nfragment CustomerSummary on Customer {\n  id\n  name\n  email\n  status\n  amountDue {\n    amount\n    currency\n  }\n  backend {\n    key\n    label\n  }\n}": types.CustomersDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateCharge($input: CreateChargeInput!) {\n  createCharge(input: $input) {\n    charge {\n      ...ChargeSummary\n    }\n    errors {\n      ...ErrorDetails\n    }\n    operation {\n      id\n      status\n      replayed\n      idempotencyKey\n    }\n  }\n}\n\nfragment ChargeSummary on Charge {\n  id\n  name\n  date\n  kind\n  status\n  amount {\n    amount\n    currency\n  }\n  taxAmount {\n    amount\n    currency\n  }\n  total {\n    amount\n    currency\n  }\n}\n\nfragment ErrorDetails on MutationError {\n  code\n  message\n  field\n  backendCode\n  retryable\n}"): (typeof documents)["mutation CreateCharge($input: CreateChargeInput!) {\n  createCharge(input: $input) {\n    charge {\n      ...ChargeSummary\n    }\n    errors {\n      ...ErrorDetails\n    }\n    operation {\n      id\n      status\n      replayed\n      idempotencyKey\n    }\n  }\n}\n\nfragment ChargeSummary on Charge {\n  id\n  name\n  date\n  kind\n  status\n  amount {\n    amount\n    currency\n  }\n  taxAmount {\n    amount\n    currency\n  }\n  total {\n    amount\n    currency\n  }\n}\n\nfragment ErrorDetails on MutationError {\n  code\n  message\n  field\n  backendCode\n  retryable\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Customers($first: Int, $after: String, $backends: [String!], $filter: CustomerFilter) {\n  customers(first: $first, after: $after, backends: $backends, filter: $filter) {\n    nodes {\n      ...CustomerSummary\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    unavailable {\n      backend {\n        key\n        label\n      }\n      code\n      message\n      retryable\n    }\n  }\n}\n\nquery CustomerWithCharges($id: ID!, $first: Int, $after: String, $filter: ChargeFilter) {\n  customer(id: $id) {\n    ...CustomerSummary\n    charges(first: $first, after: $after, filter: $filter) {\n      nodes {\n        ...ChargeSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      unavailable {\n        backend {\n          key\n        }\n        code\n        message\n        retryable\n      }\n    }\n    taxes {\n      id\n      name\n      rate\n    }\n  }\n}\n\nfragment CustomerSummary on Customer {\n  id\n  name\n  email\n  status\n  amountDue {\n    amount\n    currency\n  }\n  backend {\n    key\n    label\n  }\n}"): (typeof documents)["query Customers($first: Int, $after: String, $backends: [String!], $filter: CustomerFilter) {\n  customers(first: $first, after: $after, backends: $backends, filter: $filter) {\n    nodes {\n      ...CustomerSummary\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    unavailable {\n      backend {\n        key\n        label\n      }\n      code\n      message\n      retryable\n    }\n  }\n}\n\nquery CustomerWithCharges($id: ID!, $first: Int, $after: String, $filter: ChargeFilter) {\n  customer(id: $id) {\n    ...CustomerSummary\n    charges(first: $first, after: $after, filter: $filter) {\n      nodes {\n        ...ChargeSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      unavailable {\n        backend {\n          key\n        }\n        code\n        message\n        retryable\n      }\n    }\n    taxes {\n      id\n      name\n      rate\n    }\n  }\n}\n\nfragment CustomerSummary on Customer {\n  id\n  name\n  email\n  status\n  amountDue {\n    amount\n    currency\n  }\n  backend {\n    key\n    label\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;