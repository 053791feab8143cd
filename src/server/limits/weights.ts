import { type GraphQLField, getNullableType, isListType } from "graphql";

/**
 * What things count in the estimate of a query. One is about the work of making one object of the answer; a call to a backend
 * counts ten, so that limits.maxComplexity 5000 and limits.maxBackendCalls 500 stand for the same amount. README, "Limits of a
 * query", shows this table.
 */
export const weights = {
  /** An object in the answer, e.g. a customer or an amount of money. Its plain fields count nothing. */
  object: 1,
  /** An object that another one refers to: those of a kind are read together, and each once. */
  lookup: 2,
  /** Whatever is asked of a backend, or of the journal, by itself: a list, an object by its id; one target of a mutation. */
  call: 10,
  /** __schema or __type: at most so many objects describe the schema. */
  introspection: 1000,
} as const;

export interface FieldWeight {
  readonly counts: "lookup" | "call";
  /** The argument whose items are each asked for or written, e.g. "ids" or "input.charges". */
  readonly each?: string;
}

/** Fields that are more than a part of their object, by schema coordinate. */
export const fieldWeights: Readonly<Record<string, FieldWeight>> = {
  "Query.changes": { counts: "call" },
  "Query.account": { counts: "call" },
  "Query.accounts": { counts: "call" },
  "Query.charge": { counts: "call" },
  "Query.charges": { counts: "call", each: "customerIds" },
  "Query.customer": { counts: "call" },
  "Query.customerByBackendId": { counts: "call" },
  "Query.customers": { counts: "call" },
  "Query.node": { counts: "call" },
  "Query.nodes": { counts: "call", each: "ids" },
  "Query.operation": { counts: "call" },
  "Query.operations": { counts: "call" },
  "Query.linkSuggestions": { counts: "call" },
  "Query.search": { counts: "call" },
  "Query.tax": { counts: "call" },
  "Query.taxes": { counts: "call" },
  "Account.amountDue": { counts: "lookup" },
  "Account.charges": { counts: "call" },
  "Account.drift": { counts: "call" },
  "Account.statement": { counts: "call" },
  "AccountPayload.account": { counts: "lookup" },
  "Backend.health": { counts: "call" },
  "Backend.plans": { counts: "call" },
  "Backend.services": { counts: "call" },
  "Change.node": { counts: "lookup" },
  "Charge.customer": { counts: "lookup" },
  "Charge.plan": { counts: "lookup" },
  "Charge.service": { counts: "lookup" },
  "CreateCustomerPayload.account": { counts: "lookup" },
  "Customer.account": { counts: "lookup" },
  "Customer.charges": { counts: "call" },
  "Customer.parent": { counts: "lookup" },
  "Customer.plan": { counts: "lookup" },
  "Customer.taxes": { counts: "call" },
  "OperationStep.node": { counts: "lookup" },
  "Plan.charges": { counts: "call" },
  "Service.tax": { counts: "lookup" },
  "Tax.isLiable": { counts: "call" },
  "Tax.owner": { counts: "lookup" },
  "Mutation.alignCustomers": { counts: "call" },
  "Mutation.archiveCustomer": { counts: "call" },
  "Mutation.archiveTax": { counts: "call" },
  "Mutation.createCharge": { counts: "call" },
  "Mutation.createCharges": { counts: "call", each: "input.charges" },
  "Mutation.createCustomer": { counts: "call", each: "input.backends" },
  "Mutation.createTax": { counts: "call", each: "input.backends" },
  "Mutation.executeCharge": { counts: "call" },
  "Mutation.declineLink": { counts: "call", each: "input.customerIds" },
  "Mutation.linkCustomers": { counts: "call", each: "input.customerIds" },
  "Mutation.reconcileOperation": { counts: "call" },
  "Mutation.resolveOperation": { counts: "call" },
  "Mutation.restoreCustomer": { counts: "call" },
  "Mutation.setTaxLiability": { counts: "call" },
  "Mutation.unlinkCustomers": { counts: "call", each: "input.customerIds" },
  "Mutation.updateCharge": { counts: "call" },
  "Mutation.updateCustomer": { counts: "call" },
  "Mutation.updateTax": { counts: "call" },
  "Mutation.voidCharge": { counts: "call" },
  "Subscription.customerChanged": { counts: "call" },
  "Subscription.operationUpdated": { counts: "call" },
};

/** How many items a list is taken to have that has neither `first` nor ids: backends, the taxes of a customer, steps. */
const usualListLength = 5;

/** By field: what goes wrong is as a rule one thing, if any, and most accounts have customers in two backends. */
const shorterLists: Readonly<Record<string, number>> = { errors: 1, unavailable: 1, customers: 2, balances: 2 };

/** How many objects a field gives for one of its parent, as far as its arguments do not say it. */
export function listLength({ name, type }: GraphQLField<unknown, unknown>): number {
  if (!isListType(getNullableType(type))) return 1;
  return shorterLists[name] ?? usualListLength;
}

/** Fields of connections and of fan-outs' payloads that are as long as the page or the fan-out which the object stands for. */
export function isPerItem(type: string, field: string): boolean {
  if (type.endsWith("Connection")) return field === "nodes" || field === "edges";
  return type.endsWith("Payload") && field === "results";
}
