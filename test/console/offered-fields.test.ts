import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BackendFormFragment,
  BackendFormsDocument,
  ChargeDocument,
  CreateChargeDocument,
  CreateCustomerDocument,
  CreateTaxDocument,
  CustomerChargesDocument,
  CustomerRecordDocument,
  CustomersDocument,
  PlansDocument,
  ServicesDocument,
  TaxDocument,
  TaxesDocument,
  UpdateChargeDocument,
  UpdateCustomerDocument,
  UpdateTaxDocument,
} from "../../src/client/index.ts";
import { type Field, initialValues, inputOf, shownFields, type Value, type Values } from "../../src/console/forms/fields.ts";
import {
  changedChargeFields,
  changedCustomerFields,
  changedTaxFields,
  newChargeFields,
  newCustomerFields,
  newTaxFields,
} from "../../src/console/forms/record-fields.ts";
import { type ListeningGateway, startListeningGateway } from "../client/gateway.ts";

/** Fills in every field that a form offers: all pass the gateway's own check, so no button leads to a refusal. */

let gateway: ListeningGateway;
let backends: readonly BackendFormFragment[];
beforeAll(async () => {
  gateway = await startListeningGateway();
  backends = (await gateway.client.request(BackendFormsDocument)).backends;
});
afterAll(async () => gateway?.close());

const texts: Readonly<Record<string, string>> = {
  country: "US",
  "address/country": "US",
  "address/state": "NY",
  "address/postalCode": "10001",
  phone: "+12125550100",
  "recurrence/endsOn": "2031-01-15",
};

async function fillingOf({ name, control }: Field, backend: string): Promise<Value> {
  const { client } = gateway;
  switch (control.kind) {
    case "switch":
      return true;
    case "choice":
      return control.options.at(-1)?.value ?? "";
    case "choices":
      return control.options.map(({ value }) => value);
    case "service":
      return (await client.request(ServicesDocument, { backend, first: 1 })).backend?.services.nodes[0]?.id ?? "";
    case "customer":
      return (await client.request(CustomersDocument, { backends: [backend], first: 1 })).customers.nodes[0]?.id ?? "";
    case "plan":
      return (await client.request(PlansDocument, { backend, first: 1 })).backend?.plans.nodes[0]?.id ?? "";
    case "taxes":
      return (await client.request(TaxesDocument, { backends: [backend], first: 1 })).taxes.nodes.map(({ id }) => id);
    case "decimal":
      return name === "quantity" ? "2" : "1.5";
    case "integer":
      return "3";
    case "currency":
      return "EUR";
    case "date":
      return texts[name] ?? "2030-01-15";
    case "email":
      return "billing@company.example";
    case "lines":
      return "Mill Lane 1\nBack yard";
    case "paragraph":
    case "text":
      return texts[name] ?? "Words";
  }
}

/** All fields that are shown while they are filled in one after another. */
async function filled(fields: readonly Field[], backend: string): Promise<Values> {
  let values = initialValues(fields);
  for (const field of fields) {
    if (shownFields([field], values).length === 0) continue;
    values = { ...values, [field.name]: await fillingOf(field, backend) };
  }
  return values;
}

const keys = ["pbx", "suite", "offices", "recurring"] as const;

function backendOf(key: string): BackendFormFragment {
  const backend = backends.find((each) => each.key === key);
  if (!backend) throw new Error(`there is no backend ${key}`);
  return backend;
}

async function customerOf(key: string) {
  const { customers } = await gateway.client.request(CustomersDocument, {
    backends: [key],
    first: 20,
    filter: { status: "ACTIVE" },
  });
  return customers.nodes;
}

describe.each(keys)("in %s, every offered field is accepted", (key) => {
  it("for a new charge", async () => {
    const fields = newChargeFields(backendOf(key));
    const [customer] = await customerOf(key);
    const charge = { ...inputOf(fields, await filled(fields, key)), customerId: customer?.id ?? "" };
    const { createCharge } = await gateway.client.request(CreateChargeDocument, { input: { charge, validateOnly: true } });
    expect(createCharge).toMatchObject({ errors: [], operation: { status: "VALIDATED" } });
  });

  it("for a changed charge", async () => {
    const fields = changedChargeFields(backendOf(key));
    if (fields.length === 0) return expect(backendOf(key).capabilities).not.toContain("CHARGE_UPDATE");
    const charges = await Promise.all(
      (await customerOf(key)).map(({ id }) => gateway.client.request(CustomerChargesDocument, { id, first: 1 })),
    );
    const id = charges.flatMap(({ customer }) => customer?.charges.nodes ?? [])[0]?.id ?? "";
    expect((await gateway.client.request(ChargeDocument, { id })).charge).not.toBeNull();
    const input = { ...inputOf(fields, await filled(fields, key)), id, validateOnly: true };
    const { updateCharge } = await gateway.client.request(UpdateChargeDocument, { input });
    expect(updateCharge).toMatchObject({ errors: [], operation: { status: "VALIDATED" } });
  });

  it.each(["ORGANISATION", "PERSON"] as const)("for a new customer: %s", async (nature) => {
    const fields = newCustomerFields(backendOf(key), nature);
    const input = { ...inputOf(fields, await filled(fields, key)), backends: [key], validateOnly: true };
    const { createCustomer } = await gateway.client.request(CreateCustomerDocument, { input });
    expect(createCustomer.results).toMatchObject([{ errors: [], status: "VALIDATED" }]);
  });

  it("for a changed customer", async () => {
    const [listed] = await customerOf(key);
    const { customer } = await gateway.client.request(CustomerRecordDocument, { id: listed?.id ?? "" });
    if (!customer) throw new Error("a customer was expected");
    const fields = changedCustomerFields(backendOf(key), customer);
    const input = { ...inputOf(fields, await filled(fields, key)), id: customer.id, validateOnly: true };
    const { updateCustomer } = await gateway.client.request(UpdateCustomerDocument, { input });
    expect(updateCustomer).toMatchObject({ errors: [], operation: { status: "VALIDATED" } });
  });

  it("for a new tax", async () => {
    const fields = newTaxFields(backendOf(key));
    if (fields.length === 0) return expect(backendOf(key).capabilities).not.toContain("TAX_CREATE");
    const input = { name: "City tax", ...inputOf(fields, await filled(fields, key)), backends: [key], validateOnly: true };
    const { createTax } = await gateway.client.request(CreateTaxDocument, { input });
    expect(createTax.results).toMatchObject([{ errors: [], status: "VALIDATED" }]);
  });

  it("for a changed tax", async () => {
    if (!backendOf(key).capabilities.includes("TAX_UPDATE")) return;
    const { taxes } = await gateway.client.request(TaxesDocument, { backends: [key], first: 1, filter: { active: true } });
    const { tax } = await gateway.client.request(TaxDocument, { id: taxes.nodes[0]?.id ?? "" });
    if (!tax) throw new Error("a tax was expected");
    const fields = changedTaxFields(backendOf(key));
    const input = { ...inputOf(fields, await filled(fields, key)), id: tax.id, validateOnly: true };
    const { updateTax } = await gateway.client.request(UpdateTaxDocument, { input });
    expect(updateTax).toMatchObject({ errors: [], operation: { status: "VALIDATED" } });
  });
});
