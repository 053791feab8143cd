import type { GraphiQLOptions } from "graphql-yoga";

/** GraphiQL's ready tabs: each runs as it stands on the sandbox. */

const firstLook = `# The sandbox is running: press the button.
# backendCalls, below the data, is what it cost.
query FirstLook {
  pbx: customers(first: 2, backends: ["pbx"]) {
    ...Customers
  }
  suite: customers(first: 2, backends: ["suite"]) {
    ...Customers
  }
  offices: customers(first: 2, backends: ["offices"]) {
    ...Customers
  }
  recurring: customers(first: 2, backends: ["recurring"]) {
    ...Customers
  }
  backends {
    key
    label
    kind
    currency
    health { status latencyMs message }
  }
}

fragment Customers on CustomerConnection {
  nodes { id name email status }
  unavailable { backend { key } code message }
}
`;

const customersWithCharges = `query CustomersWithCharges($backends: [String!] = ["suite"]) {
  customers(first: 5, backends: $backends) {
    nodes {
      name
      amountDue { amount currency }
      charges(first: 3) {
        nodes { name date status quantity amount { amount currency } service { name } }
      }
    }
  }
}
`;

const createCharge = `# The customer's id is a variable, below; on the
# sandbox it is filled in. Sent twice, the same
# key charges once.
# Backends want different things: HostedSuite a
# serviceId, Enswitch a name.
mutation CreateCharge($customerId: ID!) {
  createCharge(
    input: {
      charge: { customerId: $customerId, amount: "19.99", taxAmount: "1.45", description: "Setup" }
      idempotencyKey: "graphiql-1"
    }
  ) {
    charge { id name date status amount { amount currency } total { amount currency } }
    errors { code message field backendCode retryable }
    operation { id status replayed steps { action status attempts } }
  }
}
`;

const taxFannedOut = `# One call, three backends: two create the tax,
# HostedSuite v2 has no taxes and says so.
mutation TaxInSeveralBackends {
  createTax(input: { backends: ["pbx", "offices", "suite"], name: "City tax", rate: "2.5" }) {
    results {
      backend { key label }
      status
      tax { id name rate }
      errors { code message }
    }
    operation { id status }
  }
}
`;

const operationRecord = `# Every mutation is recorded before it is sent.
query Operations {
  operations(first: 5) {
    nodes {
      id
      mutation
      status
      idempotencyKey
      createdAt
      completedAt
      steps {
        backend { key }
        action
        status
        attempts
        error { code message }
        node { id __typename }
      }
    }
  }
}
`;

/** The tabs' documents, in order. */
export const graphiqlDocuments: readonly string[] = [
  firstLook,
  customersWithCharges,
  createCharge,
  taxFannedOut,
  operationRecord,
];

/** @param sampleCustomerId of a backend that charges by amount alone (v01): fills the variable of the tab that creates a charge */
export function graphiqlOptions(sampleCustomerId: string | undefined): GraphiQLOptions {
  const variables = JSON.stringify({ customerId: sampleCustomerId ?? "" }, null, 2);
  return {
    title: "Billing gateway",
    defaultTabs: graphiqlDocuments.map((query) => ({ query, ...(query === createCharge && { variables }) })),
  };
}

/** GraphiQL's tabs jump away under the first click on them, because a stale transform is shown once they have the focus. */
export function graphiqlPage(html: string): string {
  return html.replace("</head>", "<style>.graphiql-tab { transform: none !important }</style></head>");
}
