import { encodeId, type NodeType } from "../../src/model/id.ts";
import { sent } from "./canaries.ts";

/** Requests of callers: something of every kind in every backend. */

export interface Asked {
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** "tokens" is the Enswitch of "pbx", asked with tokens. */
export const backendKeys = ["pbx", "tokens", "suite", "offices", "recurring"] as const;
type BackendKey = (typeof backendKeys)[number];

/** Global ids of what is there, by backend. */
export interface Objects {
  readonly customers: Readonly<Record<BackendKey, string>>;
  readonly services: Readonly<Record<"suite" | "offices", string>>;
  /** Charges and taxes that exist for the traffic to change. */
  readonly charges: readonly string[];
  readonly taxes: readonly string[];
}

const unavailable = "unavailable { code message retryable backend { key } }";
const errors = "errors { code message field backendCode retryable }";
const operation =
  "operation { id status actor idempotencyKey steps { action status attempts error { code message field backendCode } } }";

const queries: readonly Asked[] = [
  {
    title: "backends",
    query:
      "{ backends { key label capabilities currency health { status circuit message } plans(first: 2) { nodes { id name } } services(first: 2) { nodes { id name } } } }",
  },
  ...backendKeys.map((key) => ({
    title: `customers of ${key}`,
    query: `query ($keys: [String!]) { customers(first: 3, backends: $keys) { nodes { id name email phone reference raw plan { name } parent { id } taxes { id } charges(first: 2) { nodes { id status raw } ${unavailable} } } ${unavailable} } }`,
    variables: { keys: [key] },
  })),
  { title: "taxes", query: `{ taxes(first: 10) { nodes { id name rate raw owner { id } } ${unavailable} } }` },
  {
    title: "a search, by variables and in the document",
    query: `query ($search: String) { customers(first: 5, filter: { search: $search, reference: "${sent.literal}" }) { nodes { id } ${unavailable} } }`,
    variables: { search: sent.search },
  },
  {
    title: "mistakes in the document and in variables",
    query: `query ($first: Int!) { customers(first: $first, after: "${sent.literal}") { nodes { id ${sent.literal} } } }`,
    variables: { first: sent.search },
  },
  {
    title: "the wrong type of a variable",
    query: "query ($first: Int!) { customers(first: $first) { nodes { id } } }",
    variables: { first: sent.search },
  },
  {
    title: "operations",
    query: `{ operations(first: 30) { nodes { id status actor steps { action node { id } error { message backendCode field } } } } }`,
  },
];

/** Requests that are possible in any state of the backends. */
export function reads({ customers, charges, taxes }: Objects): readonly Asked[] {
  const customerIds = Object.values(customers);
  return [
    ...queries,
    {
      title: "charges over all backends",
      query: `query ($ids: [ID!]!) { charges(customerIds: $ids, first: 5) { nodes { id kind status raw customer { name } service { name } } ${unavailable} } }`,
      variables: { ids: customerIds },
    },
    {
      title: "objects by their ids",
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { raw } ... on Charge { raw } ... on Tax { raw } } }",
      variables: { ids: [...customerIds, ...charges, ...taxes, ...unknownIds] },
    },
    ...backendKeys.map((backend) => ({
      title: `a customer of ${backend} by the backend's id`,
      query: "query ($backend: String!, $id: String!) { customerByBackendId(backend: $backend, backendId: $id) { id raw } }",
      variables: { backend, id: "9".repeat(9) },
    })),
  ];
}

const unknownIds = backendKeys.flatMap((backend) =>
  (["Customer", "Charge", "Tax", "Plan", "Service"] satisfies NodeType[]).map((type) =>
    encodeId({ type, backend, id: "999999999" }),
  ),
);

const mutate = (title: string, name: string, type: string, result: string, input: object): Asked => ({
  title,
  query: `mutation ($input: ${type}!) { ${name}(input: $input) { ${result} ${operation} } }`,
  variables: { input },
});
const one = (title: string, name: string, input: object) =>
  mutate(title, name, `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, errors, input);
const several = (title: string, name: string, input: object) =>
  mutate(title, name, `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, `results { status ${errors} }`, input);

function chargeOf(backend: BackendKey, { customers, services }: Objects, round: number) {
  const shared = { customerId: customers[backend], amount: `${round + 1}.25`, description: `${sent.text} ${round}` };
  if (backend === "suite" || backend === "offices") return { ...shared, serviceId: services[backend], notes: sent.text };
  return backend === "recurring" ? shared : { ...shared, name: `${sent.text} ${round}` };
}

/** Where charges can be taken back. */
const voiding = ["pbx", "tokens", "offices", "recurring"] as const;

const planId = encodeId({ type: "Plan", backend: "pbx", id: "2" });

/** Charges of which one fails, so that the others are taken back. */
export function rolledBack(objects: Objects, round: number): Asked {
  return several("charges that are rolled back", "createCharges", {
    charges: [
      ...voiding.map((backend) => chargeOf(backend, objects, round + 100)),
      { ...chargeOf("pbx", objects, round + 200), customerId: unknownIds[0] },
    ],
    onFailure: "ROLL_BACK",
  });
}

/** Something of every mutation; `round` keeps one from repeating another. */
export function mutations(objects: Objects, round: number): readonly Asked[] {
  const { customers, charges, taxes } = objects;
  const customer = {
    backends: ["pbx", "suite", "offices", "recurring"],
    firstName: "Ada",
    lastName: `${sent.text} ${round}`,
    email: `${sent.text}-${round}@example.com`,
    planId,
  };
  const tax = {
    backends: ["pbx", "offices", "recurring"],
    name: `${sent.text} ${round}`,
    rate: "7",
    effectiveDate: "2026-07-01",
  };
  const [charge = "", ...rest] = charges;
  return [
    ...backendKeys.flatMap((backend) => {
      const input = { charge: chargeOf(backend, objects, round) };
      return [
        one(`a charge in ${backend}`, "createCharge", input),
        one(`a charge in ${backend}, only validated`, "createCharge", { ...input, validateOnly: true }),
        one(`a change of a customer of ${backend}`, "updateCustomer", {
          id: customers[backend],
          phone: `+49 30 ${1_000 + round}`,
        }),
      ];
    }),
    rolledBack(objects, round),
    several("a customer everywhere", "createCustomer", customer),
    several("a customer everywhere, only validated", "createCustomer", { ...customer, validateOnly: true }),
    several("a tax everywhere", "createTax", tax),
    ...taxes.map((id) => one("a change of a tax", "updateTax", { id, name: `${sent.text} again ${round}` })),
    ...taxes.map((taxId) => one("a liability", "setTaxLiability", { taxId, customerId: customers.pbx, liable: round % 2 === 0 })),
    one("an executed charge", "executeCharge", { id: charge }),
    ...[charge, ...rest].map((id) => one("a change of a charge", "updateCharge", { id, description: `${sent.text} ${round}` })),
    ...rest.map((id) => one("a voided charge", "voidCharge", { id })),
    one("a restored customer", "restoreCustomer", { id: customers.suite }),
    one("a refused charge", "createCharge", { charge: { customerId: customers.pbx, amount: "-1", name: sent.text } }),
  ];
}

export const unknownOperations: Asked = {
  title: "operations whose outcome is unknown",
  query: "{ operations(first: 10, filter: { status: [UNKNOWN] }) { nodes { id } } }",
};

export const reconcile = (id: string): Asked => ({
  title: "a look for what an operation left behind",
  query: `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { ${errors} operation { status steps { error { message } } } } }`,
  variables: { id },
});

/** Reads existing objects, and makes those that the traffic changes. `data` returns the data of an answer, or throws. */
export async function learnObjects(data: <Data>(asked: Omit<Asked, "title">) => Promise<Data>): Promise<Objects> {
  interface Found {
    readonly customers: { readonly nodes: readonly { readonly id: string }[] };
    readonly backend: { readonly services: { readonly nodes: readonly { readonly id: string }[] } };
  }
  const query = `query ($key: String!) {
    customers(first: 4, backends: [$key], filter: { status: ACTIVE }) { nodes { id } }
    backend(key: $key) { services(first: 1) { nodes { id } } }
  }`;
  const found = await Promise.all(backendKeys.map((key) => data<Found>({ query, variables: { key } })));
  const customers = Object.fromEntries(backendKeys.map((key, index) => [key, found[index]?.customers.nodes.at(-1)?.id ?? ""]));
  const serviceOf = (key: BackendKey): string => found[backendKeys.indexOf(key)]?.backend.services.nodes[0]?.id ?? "";
  const services = { suite: serviceOf("suite"), offices: serviceOf("offices") };
  const known = { customers, services, charges: [], taxes: [] } as unknown as Objects;

  interface Made {
    readonly made: { readonly operation: { readonly steps: readonly { readonly node: { readonly id: string } | null }[] } };
  }
  const idsOf = ({ made }: Made): readonly string[] => made.operation.steps.flatMap(({ node }) => (node ? [node.id] : []));
  const steps = "operation { steps { node { id } } }";
  const charges = await data<Made>({
    query: `mutation ($input: CreateChargesInput!) { made: createCharges(input: $input) { ${steps} } }`,
    variables: { input: { charges: (["pbx", "offices", "recurring"] as const).map((key) => chargeOf(key, known, 0)) } },
  });
  const taxes = await data<Made>({
    query: `mutation ($input: CreateTaxInput!) { made: createTax(input: $input) { ${steps} } }`,
    variables: { input: { backends: ["pbx"], name: "To be changed", rate: "5" } },
  });
  return { ...known, charges: idsOf(charges), taxes: idsOf(taxes) };
}
