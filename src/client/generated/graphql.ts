/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Charges that pass every part given. */
export type ChargeFilter = {
  /** Charge.date on or after this day. */
  from?: string | null | undefined;
  /** Of one of these kinds. */
  kind?: Array<ChargeKind> | null | undefined;
  /** Text in name, description, notes or reference, ignoring case. */
  search?: string | null | undefined;
  /** In one of these states. */
  status?: Array<ChargeStatus> | null | undefined;
  /** Charge.date on or before this day. */
  to?: string | null | undefined;
};

/** How often something is charged. */
export type ChargeInterval =
  /** Every year. */
  | 'ANNUALLY'
  /** Once, as soon as it is executed. */
  | 'IMMEDIATE'
  /** Every month. */
  | 'MONTHLY'
  /** Once, on its date. */
  | 'ONCE'
  /** Every three months. */
  | 'QUARTERLY'
  /** Every six months. */
  | 'SEMIANNUALLY'
  /** Every week. */
  | 'WEEKLY';

/** What kind of charge it is. */
export type ChargeKind =
  /** A fee: service, late payment, access, collections (v01). */
  | 'FEE'
  /** Billed once. */
  | 'ONE_OFF'
  /** Billed again and again. */
  | 'RECURRING';

/** A charge to be created. What the backend cannot honour is refused by name; its capabilities tell beforehand. */
export type ChargeSpec = {
  /** The whole line, excluding taxes. HostedSuite: absent or null = priced by the contract, "0" = free. */
  amount?: string | null | undefined;
  /** What it costs the seller (Enswitch). */
  cost?: string | null | undefined;
  /** Default: the backend's. */
  currency?: string | null | undefined;
  /** Who is charged. Exactly one of customerId and planId. */
  customerId?: string | number | null | undefined;
  /** The day it is for; default today. */
  date?: string | null | undefined;
  /** What it is. */
  description?: string | null | undefined;
  /** Create, set taxes, then charge, in that order (Enswitch). */
  executeNow?: boolean | null | undefined;
  /** FEE posts a service fee instead of an invoice (v01); other backends take the kind from the recurrence. */
  kind?: ChargeKind | null | undefined;
  /** What it is called; Enswitch requires it. */
  name?: string | null | undefined;
  /** Remarks. */
  notes?: string | null | undefined;
  /** Everybody on the rate plan is charged (Enswitch). */
  planId?: string | number | null | undefined;
  /** How many; default 1. */
  quantity?: string | null | undefined;
  /** When it falls due again; default once. */
  recurrence?: RecurrenceInput | null | undefined;
  /** The operator's own reference (v01). */
  reference?: string | null | undefined;
  /** What it is for; HostedSuite requires it. */
  serviceId?: string | number | null | undefined;
  /** Taxes on it (v01). */
  taxAmount?: string | null | undefined;
  /** Exactly these taxes apply to the charge (Enswitch). */
  taxIds?: Array<string | number> | null | undefined;
};

/** Where a charge is in its life. */
export type ChargeStatus =
  /** Archived or deleted in the backend. */
  | 'ARCHIVED'
  /** It exists; nothing is billed that the backend tells of. */
  | 'DEFINED'
  /** Billed, nothing paid. */
  | 'OPEN'
  /** Billed and paid in part. */
  | 'PARTLY_PAID'
  /** Nothing of it is outstanding. */
  | 'SETTLED'
  /** The backend says something that the gateway does not know. */
  | 'UNKNOWN'
  /** Reversed. */
  | 'VOIDED';

/** A charge to be created. */
export type CreateChargeInput = {
  /** The charge. */
  charge: ChargeSpec;
  /** Makes the call safe to repeat: the same key with the same input answers with the stored outcome and sends nothing. One is made and returned when absent. */
  idempotencyKey?: string | null | undefined;
  /** Check everything that can be checked, with the backend's own dry run where it has one, and change nothing. */
  validateOnly?: boolean | null | undefined;
};

/** Customers that pass every part given. */
export type CustomerFilter = {
  /** Exactly this e-mail address, ignoring case. */
  email?: string | null | undefined;
  /** Exactly this reference. */
  reference?: string | null | undefined;
  /** Text in the name, ignoring case. */
  search?: string | null | undefined;
  /** Only these; a backend that cannot list them is named in `unavailable`. */
  status?: CustomerStatus | null | undefined;
};

/** Whether a customer is live. */
export type CustomerStatus =
  /** Live. */
  | 'ACTIVE'
  /** Archived or deleted; most backends can restore it. */
  | 'ARCHIVED'
  /** The backend says something that the gateway does not know. */
  | 'UNKNOWN';

/** Why something failed. */
export type ErrorCode =
  /** The backend answered a read with something that is not understood. */
  | 'BAD_RESPONSE'
  /** The present state of the object does not allow this. */
  | 'CONFLICT'
  /** The credentials are right, but do not allow this. */
  | 'FORBIDDEN'
  /** The key was used before with another input. Nothing was sent. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The gateway itself failed; its log has the reason under the request's id. */
  | 'INTERNAL'
  /** Something in the input is wrong; `field` names it. */
  | 'INVALID_INPUT'
  /** It does not exist in the backend, or the gateway's user of the backend may not see it. */
  | 'NOT_FOUND'
  /** A write was sent and no understandable answer came: it may or may not have happened. It is never sent again blindly. */
  | 'OUTCOME_UNKNOWN'
  /** The backend asks for fewer calls. */
  | 'RATE_LIMITED'
  /** The backend did not answer a read in time. */
  | 'TIMEOUT'
  /** The backend refuses the gateway's credentials, or the gateway the caller's. */
  | 'UNAUTHENTICATED'
  /** The backend cannot be reached or does not work. Nothing happened. */
  | 'UNAVAILABLE'
  /** The backend has no such thing; its capabilities tell beforehand. */
  | 'UNSUPPORTED';

/** What became of a mutation, a target of it, or a step. */
export type OperationStatus =
  /** Nothing happened. */
  | 'FAILED'
  /** Some of it happened. */
  | 'PARTIAL'
  /** Under way, or not sent. */
  | 'PENDING'
  /** What had happened was compensated. */
  | 'ROLLED_BACK'
  /** Done. */
  | 'SUCCEEDED'
  /** A request was sent and no understandable answer came. */
  | 'UNKNOWN'
  /** A dry run that found nothing wrong. */
  | 'VALIDATED';

/** When a charge falls due. */
export type RecurrenceInput = {
  /** Until this day. */
  endsOn?: string | null | undefined;
  /** How often. */
  interval: ChargeInterval;
  /** How many times in all. */
  occurrences?: number | null | undefined;
  /** From this day. */
  startsOn?: string | null | undefined;
};

export type CreateChargeMutationVariables = Exact<{
  input: CreateChargeInput;
}>;


export type CreateChargeMutation = { createCharge: { charge: { id: string, name: string, date: string | null, kind: ChargeKind, status: ChargeStatus, amount: { amount: string, currency: string } | null, taxAmount: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, backendCode: string | null, retryable: boolean }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type ChargeSummaryFragment = { id: string, name: string, date: string | null, kind: ChargeKind, status: ChargeStatus, amount: { amount: string, currency: string } | null, taxAmount: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null };

export type ErrorDetailsFragment = { code: ErrorCode, message: string, field: Array<string> | null, backendCode: string | null, retryable: boolean };

export type CustomersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  backends?: Array<string> | string | null | undefined;
  filter?: CustomerFilter | null | undefined;
}>;


export type CustomersQuery = { customers: { nodes: Array<{ id: string, name: string, email: string | null, status: CustomerStatus, amountDue: { amount: string, currency: string } | null, backend: { key: string, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { key: string, label: string } }> } };

export type CustomerWithChargesQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeFilter | null | undefined;
}>;


export type CustomerWithChargesQuery = { customer: { id: string, name: string, email: string | null, status: CustomerStatus, charges: { nodes: Array<{ id: string, name: string, date: string | null, kind: ChargeKind, status: ChargeStatus, amount: { amount: string, currency: string } | null, taxAmount: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { key: string } }> }, taxes: Array<{ id: string, name: string, rate: string | null }>, amountDue: { amount: string, currency: string } | null, backend: { key: string, label: string } } | null };

export type CustomerSummaryFragment = { id: string, name: string, email: string | null, status: CustomerStatus, amountDue: { amount: string, currency: string } | null, backend: { key: string, label: string } };

export const ChargeSummaryFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChargeSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Charge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxAmount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]} as unknown as DocumentNode<ChargeSummaryFragment, unknown>;
export const ErrorDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MutationError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"backendCode"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<ErrorDetailsFragment, unknown>;
export const CustomerSummaryFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CustomerSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Customer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amountDue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CustomerSummaryFragment, unknown>;
export const CreateChargeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateCharge"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateChargeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createCharge"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"charge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChargeSummary"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"idempotencyKey"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChargeSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Charge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxAmount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MutationError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"backendCode"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateChargeMutation, CreateChargeMutationVariables>;
export const CustomersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Customers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"backends"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CustomerFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"backends"},"value":{"kind":"Variable","name":{"kind":"Name","value":"backends"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CustomerSummary"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"unavailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CustomerSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Customer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amountDue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CustomersQuery, CustomersQueryVariables>;
export const CustomerWithChargesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CustomerWithCharges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ChargeFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CustomerSummary"}},{"kind":"Field","name":{"kind":"Name","value":"charges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChargeSummary"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"unavailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CustomerSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Customer"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amountDue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChargeSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Charge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxAmount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]} as unknown as DocumentNode<CustomerWithChargesQuery, CustomerWithChargesQueryVariables>;