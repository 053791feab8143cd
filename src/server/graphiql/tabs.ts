/**
 * GraphiQL's ready-made tabs. In the sandbox each runs as it stands, and its mutations act. With configured backends, nothing is known
 * of their content and of the caller's rights: variables say what to fill in, and mutations only validate until the user removes that.
 */

export interface Tab {
  readonly query: string;
  readonly variables?: string;
}

/** @param sampleCustomerId a customer of a backend that charges by amount alone; given only in the sandbox */
export function graphiqlTabs(sampleCustomerId: string | undefined): readonly Tab[] {
  if (sampleCustomerId === undefined) {
    return [
      { query: firstLook },
      { query: customersWithCharges, variables: json({ backends: null }) },
      { query: createCharge(onlyChecked), variables: json({ customerId: "<the id of a customer, from the first tab>" }) },
      { query: taxFannedOut(onlyChecked), variables: json({ backends: ["<the key of a backend that can TAX_CREATE>"] }) },
      { query: operationRecord },
    ];
  }
  return [
    { query: sandboxFirstLook },
    { query: customersWithCharges, variables: json({ backends: ["suite"] }) },
    { query: createCharge(onSandbox), variables: json({ customerId: sampleCustomerId }) },
    { query: taxFannedOut(twoOfThree), variables: json({ backends: ["pbx", "offices", "suite"] }) },
    { query: operationRecord },
  ];
}

function json(variables: object): string {
  return JSON.stringify(variables, null, 2);
}

/** The first lines of a mutation, and the rest of its input. */
interface Manner {
  readonly comment: string;
  readonly input: string;
}

const onSandbox: Manner = {
  comment: `# Sent twice, the same key charges once.
# Backends want different things: one a serviceId,
# another a name. Backend.inputs tells.`,
  input: 'idempotencyKey: "graphiql-1"',
};

const twoOfThree: Manner = {
  comment: `# One call, three backends: two create the tax,
# the third has no taxes and says so.`,
  input: "",
};

const onlyChecked: Manner = {
  comment: `# It is only checked: nothing is sent that changes
# anything, until you take validateOnly out.
# Fill in the variables, below.`,
  input: "validateOnly: true",
};

const firstLook = `# Press the button: the backends that you may use,
# and some customers. The other tabs' variables take
# their keys and ids.
query FirstLook {
  backends {
    key
    label
    kind
    currency
    capabilities
    health { status latencyMs message }
  }
  customers(first: 10) {
    nodes { id name email status backend { key } }
    unavailable { backend { key } code message }
  }
}
`;

const sandboxFirstLook = `# The sandbox is running: press the button.
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

const customersWithCharges = `# Of all backends, or of those whose keys are in the variables.
query CustomersWithCharges($backends: [String!]) {
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

const createCharge = ({ comment, input }: Manner): string => `${comment}
mutation CreateCharge($customerId: ID!) {
  createCharge(
    input: {
      charge: { customerId: $customerId, amount: "19.99", taxAmount: "1.45", description: "Setup" }
      ${input}
    }
  ) {
    charge { id name date status amount { amount currency } total { amount currency } }
    errors { code formField fieldMessage backendCode retryable }
    operation { id status replayed steps { action status attempts } }
  }
}
`;

const taxFannedOut = ({ comment, input }: Manner): string => `${comment}
mutation TaxInSeveralBackends($backends: [String!]!) {
  createTax(input: { backends: $backends, name: "City tax", rate: "2.5"${input && `, ${input}`} }) {
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
