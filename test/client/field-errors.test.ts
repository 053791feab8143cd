import { afterAll, beforeAll, expect, it } from "vitest";
import {
  CreateChargeDocument,
  CreateChargesDocument,
  CustomerDocument,
  CustomersDocument,
  GatewayError,
  unwrap,
} from "../../src/client/index.ts";
import { type ListeningGateway, startListeningGateway } from "./gateway.ts";

/** Where a form shows a refusal, and in which words. */

let gateway: ListeningGateway;
let customerId: string;
beforeAll(async () => {
  gateway = await startListeningGateway();
  const { customers } = await gateway.client.request(CustomersDocument, { first: 1, backends: ["recurring"] });
  customerId = customers.nodes[0]?.id ?? "";
});
afterAll(() => gateway?.close());

it("for a field of the input, without its name in front, named as forms name it", async () => {
  const { createCharge } = await gateway.client.request(CreateChargeDocument, { input: { charge: { customerId } } });
  expect(createCharge.errors).toEqual([
    expect.objectContaining({
      code: "INVALID_INPUT",
      field: ["input", "charge", "amount"],
      message: expect.stringMatching(/amount: is required$/),
      fieldMessage: "is required",
      formField: "charge.amount",
    }),
  ]);
  const thrown = (): unknown => unwrap(createCharge);
  expect(thrown).toThrow(GatewayError);
  try {
    thrown();
  } catch (error) {
    expect((error as GatewayError).errors[0]).toMatchObject({ fieldMessage: "is required", formField: "charge.amount" });
  }
});

it("for one of several charges, with its index", async () => {
  const input = { charges: [{ customerId, amount: "1.00" }, { customerId }], validateOnly: true } as const;
  const { createCharges } = await gateway.client.request(CreateChargesDocument, {
    input: { ...input, charges: [...input.charges] },
  });
  const errors = createCharges.results.flatMap((result) => result.errors);
  expect(errors).toEqual([expect.objectContaining({ fieldMessage: "is required", formField: "charges.1.amount" })]);
});

it("for a query's argument", async () => {
  const failed = await gateway.client.request(CustomerDocument, { id: "nonsense" }).catch((error: unknown) => error);
  expect((failed as GatewayError).errors[0]).toMatchObject({
    message: "id: is not an id of this gateway",
    fieldMessage: "is not an id of this gateway",
    formField: "id",
  });
});

it("for a value that is not even of the field's type", async () => {
  const input = { charge: { customerId, amount: "19,99" as "19.99" } };
  const failed = await gateway.client.request(CreateChargeDocument, { input }).catch((error: unknown) => error);
  expect((failed as GatewayError).errors[0]).toMatchObject({
    code: "INVALID_INPUT",
    fieldMessage: expect.stringMatching(/^Decimal: expected a decimal number as a string such as "19.99"/),
    formField: "charge.amount",
  });
});
