import { getNamedType, isInputObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MemberTypes, memberTypes, type WriteInput } from "../../src/adapter/inputs.ts";
import type { BackendInputsQuery } from "../../src/client/generated/graphql.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { schema } from "../support/schema.ts";

/** The description of each backend's writes for front ends. */

/** The input types of the schema, and their members that only the gateway uses. */
const inputTypes: Readonly<Record<WriteInput, readonly [type: string, ...gateway: string[]]>> = {
  customer: ["CreateCustomerInput", "backends", "overrides", "link", "onFailure", "validateOnly", "idempotencyKey"],
  customerChange: ["UpdateCustomerInput", "id", "validateOnly", "idempotencyKey"],
  charge: ["ChargeSpec", "accountId", "backend"],
  chargeChange: ["UpdateChargeInput", "id", "validateOnly", "idempotencyKey"],
  credit: ["CreditSpec", "accountId", "backend"],
  tax: ["CreateTaxInput", "backends", "overrides", "onFailure", "validateOnly", "idempotencyKey"],
  taxChange: ["UpdateTaxInput", "id", "validateOnly", "idempotencyKey"],
  liability: ["SetTaxLiabilityInput", "taxId", "validateOnly", "idempotencyKey"],
};

/** Paths of all members, nested ones too, such as "address.city". */
function namesOfType(name: string, but: readonly string[] = []): string[] {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`${name} is no input type`);
  return Object.values(type.getFields())
    .filter((field) => !but.includes(field.name))
    .flatMap((field) => {
      const inside = getNamedType(field.type);
      return isInputObjectType(inside)
        ? [field.name, ...namesOfType(inside.name).map((part) => `${field.name}.${part}`)]
        : field.name;
    });
}

function namesOf(types: MemberTypes): string[] {
  return Object.entries(types).flatMap(([name, type]) =>
    typeof type === "string" ? name : [name, ...namesOf(type).map((part) => `${name}.${part}`)],
  );
}

it.each(Object.entries(inputTypes))("adapters declare every member of the input %s", (name, [type, ...gatewayOnly]) => {
  expect(namesOf(memberTypes[name as WriteInput]).toSorted()).toEqual(namesOfType(type, gatewayOnly).toSorted());
});

it.each([
  ["CreateCustomerInput", "CustomerOverrideInput", inputTypes.customer],
  ["CreateTaxInput", "TaxOverrideInput", inputTypes.tax],
])("%s has every member of %s for single backends", (type, override, [, ...gatewayOnly]) => {
  expect(namesOfType(override, ["backend"])).toEqual(namesOfType(type, gatewayOnly));
});

describe("Backend.inputs", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(async () => gateway?.close());

  const query = `query ($backend: String!, $writes: [Capability!]) { backend(key: $backend) { capabilities inputs(writes: $writes) {
    write members { name type required refused clearable insteadOf alsoBeside sameAs label hint values { value label }
      limits { longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems } } } } }`;

  type Inputs = NonNullable<BackendInputsQuery["backend"]>["inputs"];
  async function inputs(backend: string, writes?: readonly string[]): Promise<Inputs> {
    return (await gateway.data(query, { backend, writes })).backend.inputs;
  }
  async function members(backend: string, write: string): Promise<Map<string, Inputs[number]["members"][number]>> {
    const [input] = await inputs(backend, [write]);
    return new Map(input?.members.map((member) => [member.name, member]));
  }

  it.each(["pbx", "suite", "offices", "recurring"])("describes every member of each write of %s", async (backend) => {
    const all = await inputs(backend);
    const { capabilities } = (await gateway.data(query, { backend })).backend;
    expect(all.map(({ write }) => write)).toEqual(Object.keys(writes).filter((write) => capabilities.includes(write)));
    for (const { write, members: declared } of all) {
      const [type, ...gatewayOnly] = inputTypes[writes[write as keyof typeof writes]];
      const refusedWhole = declared.filter(({ refused, type: kind }) => kind === "PARTS" && refused !== null);
      const expected = namesOfType(type, gatewayOnly).filter(
        (name) => !refusedWhole.some((whole) => name.startsWith(`${whole.name}.`)),
      );
      expect(declared.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    }
  });

  it("explains in a sentence, with the backend's own label, why a member is refused", async () => {
    const charge = await members("suite", "CHARGE_CREATE");
    expect(charge.get("taxIds")).toMatchObject({ required: false, refused: "Hosted offices has no taxes on charges." });
    expect(charge.get("serviceId")).toMatchObject({ type: "SERVICE", required: true, refused: null });
  });

  it("differs between the generations of one kind", async () => {
    expect((await members("suite", "CHARGE_CREATE")).get("description")?.refused).toMatch(/use notes/);
    expect((await members("offices", "CHARGE_CREATE")).get("description")?.refused).toBeNull();
    expect((await inputs("suite", ["TAX_CREATE"])).length).toBe(0);
  });

  it("has limits, values and the backend's words", async () => {
    const charge = await members("recurring", "CHARGE_CREATE");
    expect(charge.get("amount")?.limits).toMatchObject({
      decimals: 2,
      least: "0",
      most: "21474836.47",
      notZero: true,
    });
    expect(charge.get("reference")?.limits.longest).toBe(60);
    expect(charge.get("kind")?.values).toEqual([
      { value: "ONE_OFF", label: "Invoice" },
      { value: "FEE", label: "Service fee" },
    ]);
    expect(charge.get("currency")?.values).toEqual([{ value: "USD", label: null }]);
    expect((await members("pbx", "CUSTOMER_CREATE")).get("address.lines")?.limits.mostItems).toBe(3);
    expect((await members("pbx", "CUSTOMER_UPDATE")).get("reference")).toMatchObject({ clearable: true });
  });

  it("refuses exactly what it says it refuses", async () => {
    const { customers } = await gateway.data(
      `{ customers(filter: { search: "a" }, backends: ["recurring"], first: 1) { nodes { id } } }`,
    );
    const charge = { customerId: customers.nodes[0].id, amount: "1", description: "x", cost: "1", reference: "r".repeat(61) };
    const { createCharge } = await gateway.data(
      "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { errors { code field message } } }",
      { charge },
    );
    expect(createCharge.errors).toEqual([
      {
        code: "INVALID_INPUT",
        field: ["input", "charge", "reference"],
        message: "reference: must not be longer than 60 characters",
      },
      {
        code: "UNSUPPORTED",
        field: ["input", "charge", "cost"],
        message: "cost: Subscriptions keeps no cost of what is charged.",
      },
    ]);
  });
});

const writes = {
  CUSTOMER_CREATE: "customer",
  CUSTOMER_UPDATE: "customerChange",
  CHARGE_CREATE: "charge",
  CHARGE_UPDATE: "chargeChange",
  CREDIT_CREATE: "credit",
  TAX_CREATE: "tax",
  TAX_UPDATE: "taxChange",
  TAX_LIABILITY: "liability",
} as const;
