import { z } from "zod";

/** A read: a document, and its expected answer. */
export interface Query {
  readonly document: string;
  /** Makes two whole answers comparable. */
  readonly answer: z.ZodType;
}

const id = z.string().min(1);
const text = z.string().min(1);
const money = z.strictObject({ amount: z.string(), currency: z.string() });
const none = z.array(z.never());

/** The fields that every backend kind has, so that all subjects can answer them without guessing. */
const chargesDocument = `query Charges($customerIds: [ID!]!) {
  charges(customerIds: $customerIds, first: 100) {
    nodes { id name date amount { amount currency } customer { id name reference currency } }
    unavailable { code }
  }
}`;

/** @param least of charges, and of customers that they belong to */
const chargesQuery = (least: { readonly charges: number; readonly customers: number }): Query => ({
  document: chargesDocument,
  answer: z.strictObject({
    data: z.strictObject({
      charges: z.strictObject({
        nodes: z
          .array(
            z.strictObject({
              id,
              name: text,
              date: text,
              amount: money.nullable(),
              customer: z.strictObject({ id, name: text, reference: z.string().nullable(), currency: text }),
            }),
          )
          .min(least.charges)
          .max(100)
          .refine(
            (nodes) => new Set(nodes.map(({ customer }) => customer.id)).size >= least.customers,
            "must be of more customers",
          ),
        unavailable: none,
      }),
    }),
  }),
});

export const chargesOfTen = chargesQuery({ charges: 100, customers: 10 });
/** Ten customers of whom some have few charges, or none among the newest hundred. */
export const chargesOfAnyTen = chargesQuery({ charges: 40, customers: 5 });

/**
 * A list goes through the backends only as far as its page needs. Companies whose name has "s.r." in it (s.r.o. and s.r.l.)
 * are 18 in the first three of the sandbox's backends, so a page of 20 needs all four.
 */
export const customersByName: Query = {
  document: `query Customers($search: String!) {
  customers(first: 20, filter: { search: $search }) {
    nodes { id name reference backend { key } }
    unavailable { code }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      customers: z.strictObject({
        nodes: z
          .array(z.strictObject({ id, name: text, reference: z.string().nullable(), backend: z.strictObject({ key: text }) }))
          .length(20)
          .refine((nodes) => new Set(nodes.map(({ backend }) => backend.key)).size === 4, "must be of all four backends"),
        unavailable: none,
      }),
    }),
  }),
};

export const customerWithTaxes: Query = {
  document: `query Customer($id: ID!) {
  customer(id: $id) {
    id name email reference
    charges(first: 20) { nodes { id name date amount { amount currency } } unavailable { code } }
    taxes { id name }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      customer: z.strictObject({
        id,
        name: text,
        email: text,
        reference: z.string().nullable(),
        charges: z.strictObject({
          nodes: z.array(z.strictObject({ id, name: text, date: text, amount: money })).min(1),
          unavailable: none,
        }),
        taxes: z.array(z.strictObject({ id, name: text })).min(1),
      }),
    }),
  }),
};

const amountDue = money.nullable();
const reference = z.string().nullable();

export const pageOfCustomers: Query = {
  document: `query Page($backends: [String!]!, $after: String) {
  customers(first: 20, backends: $backends, after: $after) {
    nodes { id name email amountDue { amount currency } }
    unavailable { code }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      customers: z.strictObject({
        nodes: z.array(z.strictObject({ id, name: text, email: text.nullable(), amountDue })).length(20),
        unavailable: none,
      }),
    }),
  }),
};

export const customerInFull: Query = {
  document: `query Customer($id: ID!) {
  customer(id: $id) {
    id name email reference
    charges(first: 20) { nodes { id name date amount { amount currency } } unavailable { code } }
    taxes { id name }
    account { name customers { id name } }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      customer: z.strictObject({
        id,
        name: text,
        email: text.nullable(),
        reference,
        charges: z.strictObject({
          nodes: z.array(z.strictObject({ id, name: text, date: text, amount: amountDue })),
          unavailable: none,
        }),
        taxes: z.array(z.strictObject({ id, name: text })),
        account: z.strictObject({ name: text, customers: z.array(z.strictObject({ id, name: text })).min(2) }).nullable(),
      }),
    }),
  }),
};

export const nodeOfCustomer: Query = {
  document: `query Node($id: ID!) {
  node(id: $id) { id ... on Customer { name email reference amountDue { amount currency } } }
}`,
  answer: z.strictObject({
    data: z.strictObject({ node: z.strictObject({ id, name: text, email: text.nullable(), reference, amountDue }) }),
  }),
};

/** All that are found, in whatever order. */
export const searched: Query = {
  document: `query Search($text: String!) {
  search(text: $text, types: [CUSTOMER], first: 20) {
    edges { known { id name reference } }
    unavailable { code }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      search: z.strictObject({
        edges: z
          .array(z.strictObject({ known: z.strictObject({ id, name: text, reference }) }))
          .min(1)
          .max(19)
          .transform((edges) => edges.toSorted((left, right) => (left.known.id < right.known.id ? -1 : 1))),
        unavailable: none,
      }),
    }),
  }),
};

export const newestOperations: Query = {
  document: `query Operations($to: DateTime!) {
  operations(first: 50, filter: { to: $to }) {
    nodes {
      id mutation status idempotencyKey createdAt completedAt subjectCount
      steps { action status attempts startedAt finishedAt backend { key } }
    }
  }
}`,
  answer: z.strictObject({
    data: z.strictObject({
      operations: z.strictObject({
        nodes: z
          .array(
            z.strictObject({
              id,
              mutation: z.literal("createCharge"),
              status: z.literal("SUCCEEDED"),
              idempotencyKey: text,
              createdAt: text,
              completedAt: text,
              subjectCount: z.literal(1),
              steps: z
                .array(
                  z.strictObject({
                    action: text,
                    status: text,
                    attempts: z.literal(1),
                    startedAt: text,
                    finishedAt: text,
                    backend: z.strictObject({ key: text }),
                  }),
                )
                .length(1),
            }),
          )
          .length(50),
      }),
    }),
  }),
};
