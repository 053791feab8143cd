import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ask } from "../e2e/ask.ts";
import type { RecordedCall } from "./recording.ts";

/** A typical query, and what its answer has to be. */
export interface Scenario {
  readonly name: string;
  readonly document: string;
  /** For each turn of a run, from 0: reads ask the same every time, writes never do. */
  readonly variables: (turn: number) => Readonly<Record<string, unknown>>;
  /** The whole `data` of the answer. */
  readonly data: z.ZodType;
  /** Of writes: a call of turn 0 as it would be in another turn. Absent on reads, whose answers are always the same text. */
  readonly callIn?: (call: RecordedCall, turn: number) => RecordedCall;
}

const id = z.string().min(1);
const text = z.string().min(1);
const money = z.strictObject({ amount: z.string(), currency: z.string() });
const none = z.array(z.never());

/**
 * The five queries, with ids that the gateway at this origin has given. Throws where its data does not suffice; 300 customers
 * for each backend do.
 */
export async function prepareScenarios(origin: string): Promise<readonly Scenario[]> {
  const { suite, pbx, recurring } = await findIn(origin);
  return [
    customersByName,
    chargesOfCustomers(suite.nodes.map((customer) => customer.id)),
    customerWithTaxes(customerWithChargesAndTaxes(pbx.nodes).id),
    customersWithCharges,
    chargeCreation(recurring.nodes),
  ];
}

/** The last of the queries alone. */
export async function prepareChargeCreation(origin: string): Promise<Scenario> {
  const { recurring } = await findIn(origin);
  return chargeCreation(recurring.nodes);
}

async function findIn(origin: string): Promise<Found> {
  const { data } = await ask<Found>(origin, findCustomers, { signal: AbortSignal.timeout(10_000) });
  return data;
}

const findCustomers = `{
  suite: customers(backends: ["suite"], first: 100) { nodes { id } }
  pbx: customers(backends: ["pbx"], first: 20) { nodes { id charges(first: 1) { nodes { id } } taxes { id } } }
  recurring: customers(backends: ["recurring"], first: 200) { nodes { id backendId } }
}`;

interface Found {
  readonly suite: { readonly nodes: readonly { readonly id: string }[] };
  readonly pbx: { readonly nodes: readonly PbxCustomer[] };
  readonly recurring: { readonly nodes: readonly RecurringCustomer[] };
}

interface PbxCustomer {
  readonly id: string;
  readonly charges: { readonly nodes: readonly object[] };
  readonly taxes: readonly object[];
}

interface RecurringCustomer {
  readonly id: string;
  readonly backendId: string;
}

function customerWithChargesAndTaxes(customers: readonly PbxCustomer[]): PbxCustomer {
  const found = customers.find(({ charges, taxes }) => charges.nodes.length > 0 && taxes.length > 0);
  if (found === undefined) throw new Error("No customer of pbx has both charges and taxes.");
  return found;
}

/**
 * A list goes through the backends only as far as its page needs. Companies whose name has "s.r." in it (s.r.o. and s.r.l.)
 * are 18 in the first three of the sandbox's backends, so a page of 20 needs all four.
 */
const customersByName: Scenario = {
  name: "20 customers by name, all backends",
  document: `query ($search: String!) {
    customers(first: 20, filter: { search: $search }) {
      nodes { id name status backend { key } }
      unavailable { code }
    }
  }`,
  variables: () => ({ search: "s.r." }),
  data: z.strictObject({
    customers: z.strictObject({
      nodes: z
        .array(z.strictObject({ id, name: text, status: text, backend: z.strictObject({ key: text }) }))
        .length(20)
        .refine((nodes) => new Set(nodes.map(({ backend }) => backend.key)).size === 4, "must be of all four backends"),
      unavailable: none,
    }),
  }),
};

function chargesOfCustomers(customerIds: readonly string[]): Scenario {
  const charge = z.strictObject({
    id,
    name: text,
    date: text,
    amount: money.nullable(),
    customer: z.strictObject({ name: text }),
  });
  return {
    name: "100 charges with customer names, suite",
    document: `query ($customerIds: [ID!]!) {
      charges(customerIds: $customerIds, first: 100) {
        nodes { id name date amount { amount currency } customer { name } }
        unavailable { code }
      }
    }`,
    variables: () => ({ customerIds }),
    data: z.strictObject({ charges: z.strictObject({ nodes: z.array(charge).length(100), unavailable: none }) }),
  };
}

function customerWithTaxes(customerId: string): Scenario {
  const charge = z.strictObject({ id, name: text, amount: money });
  return {
    name: "1 customer with charges and taxes, pbx",
    document: `query ($id: ID!) {
      customer(id: $id) {
        id name email amountDue { amount currency }
        charges { nodes { id name amount { amount currency } } unavailable { code } }
        taxes { id name rate }
      }
    }`,
    variables: () => ({ id: customerId }),
    data: z.strictObject({
      customer: z.strictObject({
        id,
        name: text,
        email: text,
        amountDue: money.nullable(),
        charges: z.strictObject({ nodes: z.array(charge).min(1), unavailable: none }),
        taxes: z.array(z.strictObject({ id, name: text, rate: z.string().nullable() })).min(1),
      }),
    }),
  };
}

const customersWithCharges: Scenario = {
  name: "20 customers with 3 charges each, recurring",
  document: `{
    customers(backends: ["recurring"], first: 20) {
      nodes { id name charges(first: 3) { nodes { id status amount { amount currency } } unavailable { code } } }
      unavailable { code }
    }
  }`,
  variables: () => ({}),
  data: z.strictObject({
    customers: z.strictObject({
      nodes: z
        .array(
          z.strictObject({
            id,
            name: text,
            charges: z.strictObject({
              nodes: z.array(z.strictObject({ id, status: text, amount: money })).length(3),
              unavailable: none,
            }),
          }),
        )
        .length(20),
      unavailable: none,
    }),
  }),
};

/** Spread over many customers: the sandbox looks through a customer's ledger before it adds to it, so one of them would slow down. */
function chargeCreation(found: readonly RecurringCustomer[]): Scenario {
  // Not those whose charges another query reads: its answer has to stay the same.
  const customers = found.slice(20);
  const customerIn = (turn: number): RecurringCustomer => {
    const customer = customers[turn % customers.length];
    if (customer === undefined) throw new Error("recurring has no customers.");
    return customer;
  };
  const pathOf = ({ backendId }: RecurringCustomer): string => `/customers/${backendId}/`;
  return {
    name: "createCharge, recurring",
    document: `mutation ($customerId: ID!, $idempotencyKey: String!) {
      createCharge(
        input: { charge: { customerId: $customerId, amount: "19.99", description: "Setup" }, idempotencyKey: $idempotencyKey }
      ) {
        charge { id amount { amount currency } }
        errors { code message }
        operation { id status replayed }
      }
    }`,
    variables: (turn) => ({ customerId: customerIn(turn).id, idempotencyKey: randomUUID() }),
    data: z.strictObject({
      createCharge: z.strictObject({
        charge: z.strictObject({ id, amount: money }),
        errors: none,
        operation: z.strictObject({ id, status: z.literal("SUCCEEDED"), replayed: z.literal(false) }),
      }),
    }),
    // No two charges of a customer have the same code (v01 contract, A9): the gateway makes a new one for every charge.
    callIn: (call, turn) => ({
      ...call,
      path: call.path.replace(pathOf(customerIn(0)), pathOf(customerIn(turn))),
      body: JSON.stringify({ ...JSON.parse(call.body ?? "{}"), code: `gw-${randomUUID()}` }),
    }),
  };
}
