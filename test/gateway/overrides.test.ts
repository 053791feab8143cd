import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** One call to several backends, with values that only one of them gets. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 6 } });
});
afterAll(async () => gateway.close());

const createTax = `mutation ($input: CreateTaxInput!) { createTax(input: $input) {
  operation { id idempotencyKey status replayed subject { name } subjectCount }
  results {
    backend { key } status subject { name amount }
    errors { code field formField message } warnings { code field }
    tax { name description rate effectiveDate country backend { key } }
  }
} }`;

const able = ["pbx", "offices", "recurring"];
const common = { name: "City tax", rate: "2.5", backends: able };
const taxed = async (input: object) => (await gateway.data(createTax, { input })).createTax;

describe("a tax in all backends that keep any", () => {
  it("gives each backend its own members, and the same answer again under its key", async () => {
    const input = {
      ...common,
      overrides: [
        { backend: "recurring", effectiveDate: "2027-01-01", rate: "3" },
        { backend: "offices", name: "City tax of offices" },
      ],
      idempotencyKey: "a tax everywhere",
    };
    const first = await taxed(input);
    expect(first.results.map(({ errors }: { errors: unknown[] }) => errors)).toEqual([[], [], []]);
    expect(first.results.map(({ tax }: { tax: object }) => tax)).toMatchObject([
      { name: "City tax", rate: "2.50", effectiveDate: null },
      { name: "City tax of offices", rate: "2.5" },
      { name: "City tax", rate: "3", effectiveDate: "2027-01-01" },
    ]);
    expect(first.results.map(({ subject }: { subject: { name: string } }) => subject.name)).toEqual([
      "City tax",
      "City tax of offices",
      "City tax",
    ]);
    // The two of one name are one.
    expect(first.operation).toMatchObject({ subject: { name: "City tax" }, subjectCount: 2 });
    const again = await taxed(input);
    expect(again.operation).toMatchObject({ id: first.operation.id, replayed: true });
    const other = await taxed({ ...input, overrides: [{ ...input.overrides[0], rate: "4" }, input.overrides[1]] });
    expect(other.results[0].errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
  });

  it("errors name the member at its place in the input", async () => {
    const { results } = await taxed({
      ...common,
      effectiveDate: "2027-01-01",
      overrides: [{ backend: "recurring", rate: "1.23456789", country: "GB" }],
      validateOnly: true,
    });
    const [pbx, , recurring] = results;
    expect(pbx.errors).toMatchObject([{ code: "UNSUPPORTED", field: ["input", "effectiveDate"] }]);
    const places = recurring.errors.map(({ field, formField }: { field: string[]; formField: string }) => [field, formField]);
    expect(places).toContainEqual([["input", "overrides", "0", "rate"], "overrides.0.rate"]);
  });

  it.each([
    ["a backend that is not written to", [{ backend: "suite", rate: "1" }], "0"],
    ["a backend that does not exist", [{ backend: "nowhere", rate: "1" }], "0"],
    [
      "one backend twice",
      [
        { backend: "pbx", rate: "1" },
        { backend: "pbx", name: "Other" },
      ],
      "1",
    ],
  ])("refuses values for %s, and sends nothing", async (_, overrides, place) => {
    const before = await gateway.data("{ taxes(first: 100) { nodes { id } } }");
    const { errors } = await gateway.send(createTax, { input: { ...common, overrides } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "overrides", place, "backend"] });
    expect(await gateway.data("{ taxes(first: 100) { nodes { id } } }")).toEqual(before);
  });

  it("null and absent members take the value for all", async () => {
    const { results } = await taxed({
      ...common,
      backends: ["pbx"],
      name: "Plain",
      overrides: [{ backend: "pbx", name: null, rate: null, description: null }],
    });
    expect(results[0].tax).toMatchObject({ name: "Plain", rate: "2.50" });
  });
});

it("create a customer in several backends with its own reference in each", async () => {
  const { backend } = await gateway.data('{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }');
  const planId = backend.plans.nodes[0].id;
  const { createCustomer } = await gateway.data(
    `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) {
      results { status errors { code field message } customer { name reference } }
    } }`,
    {
      input: {
        backends: ["pbx", "offices"],
        name: "Overrides Ltd",
        email: "o@example.com",
        overrides: [
          { backend: "pbx", reference: "A-1", planId },
          { backend: "offices", reference: "B-2", email: "p@example.com" },
        ],
        validateOnly: true,
      },
    },
  );
  expect(createCustomer.results.map(({ errors }: { errors: unknown[] }) => errors)).toEqual([[], []]);
});
