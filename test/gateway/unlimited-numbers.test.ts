import { expect, it } from "vitest";
import { startTestGateway } from "../support/gateway.ts";

/** Charges of Enswitch that repeat without end, as the backend's section says that they are written (Enswitch contract 13.6). */

const create = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) { charge { recurrence { occurrences } } errors { code field } warnings { code field sent stored } }
}`;

async function created(unlimitedNumber: string, pbx: object, recurrence: object): Promise<object> {
  const gateway = await startTestGateway({ sandbox: { customers: 20, pbx }, backends: { pbx: { unlimitedNumber } } });
  try {
    const { customers } = await gateway.data('{ customers(backends: ["pbx"], first: 1) { nodes { id } } }');
    const charge = { customerId: customers.nodes[0].id, name: "Line", amount: "10.00", recurrence };
    return (await gateway.data(create, { input: { charge } })).createCharge;
  } finally {
    await gateway.close();
  }
}

const monthly = { interval: "MONTHLY" };
const whole = { charge: { recurrence: { occurrences: null } }, errors: [], warnings: [] };

it("are created without end if the backend works as configured", async () => {
  expect(await created("zero", {}, monthly)).toEqual(whole);
  expect(await created("omitted", { zeroNumber: "refused", absentNumber: 0 }, monthly)).toEqual(whole);
});

it("cause a warning if an absent number means something else there", async () => {
  expect(await created("omitted", { absentNumber: 1 }, monthly)).toEqual({
    charge: { recurrence: { occurrences: 1 } },
    errors: [],
    warnings: [{ code: "STORED_DIFFERENTLY", field: ["input", "charge", "recurrence", "occurrences"], sent: null, stored: "1" }],
  });
});

it("are refused by name if the backend accepts none", async () => {
  const field = ["input", "charge", "recurrence", "occurrences"];
  expect(await created("refused", { zeroNumber: "refused" }, monthly)).toMatchObject({
    charge: null,
    errors: [{ code: "INVALID_INPUT", field }],
  });
  expect(await created("zero", { zeroNumber: "refused" }, monthly)).toMatchObject({
    charge: null,
    errors: [{ code: "INVALID_INPUT", field }],
  });
  expect(await created("refused", { zeroNumber: "refused" }, { ...monthly, occurrences: 12 })).toMatchObject({
    charge: { recurrence: { occurrences: 12 } },
    errors: [],
    warnings: [],
  });
});
