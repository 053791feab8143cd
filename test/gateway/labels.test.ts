import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Sentences for people name backends by their labels; keys are for programs and for the configuration. */

let gateway: TestGateway;
const customers: Record<string, string> = {};
beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 6 },
    backend: { timeoutMs: 20_000, circuit: { failures: 2 } },
    directory: { refreshMinutes: 60 },
  });
  for (const key of ["pbx", "suite"]) {
    const query = "query ($key: String!) { customers(first: 1, backends: [$key]) { nodes { id } } }";
    customers[key] = (await gateway.data(query, { key })).customers.nodes[0].id;
  }
});
afterAll(async () => gateway.close());

/** Every sentence in an answer. */
function sentencesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    ["message", "reason"].includes(name) && typeof member === "string" ? [member] : sentencesOf(member),
  );
}

const read = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Customer {
    amountDue { amount } applicableTaxes { unavailable { message } } charges(first: 2) { unavailable { message } } } }
  customers(first: 5) { unavailable { message } }
  taxes(first: 5) { unavailable { message } }
  backends { health { message } planCatalogue(first: 1) { unavailable { message } } serviceCatalogue(first: 1) { unavailable { message } } }
  search(text: "Ada", first: 1) { sources { reason } unavailable { message } }
  linkSuggestions(first: 1) { sources { reason } }
}`;
const charge = `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) {
  errors { message } warnings { message } operation { steps { warnings { message } } }
} }`;
const tax = `mutation { createTax(input: { name: "City", rate: "2", backends: ["pbx", "suite"], onFailure: ROLL_BACK }) { results { errors { message } } } }`;
const archive = "mutation ($id: ID!) { archiveCustomer(input: { id: $id }) { errors { message } } }";

describe("messages to people name no backend by its key", () => {
  it.each<[string, readonly Fault[]]>([
    ["while all is well", []],
    ["while the backend does not answer", [{ kind: "dropBefore" }]],
    ["while its answers are lost", [{ kind: "dropAfter" }]],
    ["while its answers are cut", [{ kind: "truncate" }]],
    ["while it is an error page", [{ kind: "html502" }]],
    ["while it asks for fewer calls", [{ kind: "rateLimit" }]],
  ])("%s", async (_, faults) => {
    for (const key of ["pbx", "suite"] as const) gateway.sandbox.backends[key].setFaults(faults);
    const ids = Object.values(customers);
    const answers = [
      await gateway.send(read, { ids }),
      await gateway.send(read, { ids }),
      await gateway.send(charge, { charge: { customerId: customers["pbx"], name: "Setup", amount: "1" } }),
      await gateway.send(charge, { charge: { customerId: customers["suite"], amount: "1" } }),
      await gateway.send(tax),
      await gateway.send(archive, { id: customers["suite"] }),
    ];
    for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
    const invalid = answers
      .flatMap(({ errors }) => errors ?? [])
      .filter(({ extensions }) => extensions?.["code"] === "GRAPHQL_VALIDATION_FAILED");
    expect(invalid).toEqual([]);
    const sentences = sentencesOf(answers);
    expect(sentences.length).toBeGreaterThan(3);
    expect(sentences.filter((sentence) => /\b(?:pbx|suite)\b|[\u2068\u2069]/.test(sentence))).toEqual([]);
    if (faults.length > 0) expect(sentences.join("\n")).toMatch(/Telephony|Hosted offices/);
  });
});
