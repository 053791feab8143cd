import * as enswitch from "../../src/adapters/enswitch/index.ts";
import { createEnswitch } from "../../src/sandbox/enswitch/index.ts";
import type { Dialect } from "./dialect.ts";
import { canaryPassword, startSimulated } from "./sandbox-running.ts";

/** The functions that the manual does not confirm are there, so that voiding and archiving are seen. */
const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true };

export const enswitchDialect: Dialect = {
  kind: "ENSWITCH",
  currency: "EUR",
  capabilities: [
    "CUSTOMER_READ",
    "CUSTOMER_CREATE",
    "CUSTOMER_UPDATE",
    "CUSTOMER_ARCHIVE",
    "CUSTOMER_RESTORE",
    "CHARGE_READ",
    "CHARGE_CREATE",
    "CHARGE_UPDATE",
    "CHARGE_VOID",
    "CHARGE_EXECUTE",
    "TAX_READ",
    "TAX_CREATE",
    "TAX_UPDATE",
    "TAX_ARCHIVE",
    "TAX_LIABILITY",
    "PLAN_READ",
    "VALIDATE_ONLY",
  ],
  start: () =>
    startSimulated({
      module: enswitch,
      simulate: (world) => createEnswitch(world, { password: canaryPassword, functions }),
      configuration: { kind: "enswitch", username: "gateway", currency: "EUR", functions },
    }),
  noTransport: null,
  faultTarget: (action) => action,
  unknownIds: { customer: "999999999", charge: "999999999", tax: "0:999999999" },
  customer: {
    inputs: ({ planId }, tag) => [
      { title: "an organisation", input: { name: `Organisation ${tag}`, email: `${tag}@example.com`, planId } },
      { title: "a person", input: { firstName: "Ada", lastName: `Person ${tag}`, email: `${tag}@example.com`, planId } },
      {
        title: "everything",
        input: {
          name: `Müller & Söhne; 株式会社 ${tag}`,
          email: `${tag}@example.com`,
          address: { lines: ["Schönhauser Straße 48a", "2nd floor", "Ring"], city: "Berlin", state: "BE", postalCode: "10437" },
          reference: `A&B;${tag}`,
          planId,
        },
      },
    ],
    unreadable: ["firstName", "lastName"],
    refused: [
      { with: { phone: "+49 30 23125 014" }, field: "phone" },
      { with: { firstName: "Ada" }, field: "firstName" },
      { with: { address: { country: "DE" } }, field: "address" },
    ],
    invalid: [
      { with: { name: null }, field: "name" },
      { with: { name: " " }, field: "name" },
      { with: { email: null }, field: "email" },
      { with: { planId: null }, field: "planId" },
      { with: { planId: "nobody" }, field: "planId" },
      { with: { parentId: "nobody" }, field: "parentId" },
      { with: { address: { lines: ["1", "2", "3", "4"] } }, field: "address" },
    ],
    changes: ({ otherPlanId }, tag) => [
      { name: `Renamed ${tag}` },
      { email: `renamed-${tag}@example.com` },
      { address: { lines: ["12 Mill Lane"], city: "London" } },
      { address: { city: "York" } },
      { reference: `R-${tag}` },
      { planId: otherPlanId },
      { reference: null },
      { address: null },
    ],
    refusedChanges: [
      { with: { phone: null }, field: "phone" },
      { with: { email: null }, field: "email" },
      { with: { planId: null }, field: "planId" },
      { with: { firstName: "Ada" }, field: "firstName" },
    ],
    invalidChanges: [
      { with: { name: null }, field: "name" },
      { with: { planId: "nobody" }, field: "planId" },
    ],
  },
  charge: {
    inputs: ({ customerId, planId, taxId }, tag) => [
      { title: "a one-off charge", input: { customerId, name: `Setup ${tag}`, amount: "19.99" } },
      {
        title: "a recurring charge",
        input: {
          customerId,
          name: `Rental ${tag}`,
          amount: "12.5",
          recurrence: { interval: "MONTHLY", occurrences: 12, startsOn: "2026-01-31", endsOn: "2026-12-31" },
        },
      },
      { title: "a charge on a plan", input: { planId, name: `Plan fee ${tag}`, amount: "1" } },
      {
        title: "a charge that is executed",
        input: { customerId, name: `Now ${tag}`, amount: "3", taxIds: taxId === null ? [] : [taxId], executeNow: true },
      },
      {
        title: "everything",
        input: {
          customerId,
          name: `Everything ${tag}`,
          description: "¡Olé! 日本; A&B",
          amount: "100",
          currency: "USD",
          cost: "0.5",
          quantity: "1.0",
          date: "2024-02-29",
          recurrence: { interval: "ANNUALLY" },
        },
      },
    ],
    unreadable: [],
    statusWhenCreated: "DEFINED",
    statusWhenVoid: null,
    amounts: ["0.10", "19.99", "1234567.89", "0"],
    refused: [
      { with: { notes: "a note" }, field: "notes" },
      { with: { quantity: "2" }, field: "quantity" },
      { with: { serviceId: "1" }, field: "serviceId" },
      { with: { taxAmount: "1" }, field: "taxAmount" },
      { with: { reference: "R-1" }, field: "reference" },
      { with: { recurrence: { interval: "WEEKLY" } }, field: "recurrence" },
      { with: { recurrence: { interval: "SEMIANNUALLY" } }, field: "recurrence" },
    ],
    invalid: [
      { with: { name: null }, field: "name" },
      { with: { name: "" }, field: "name" },
      { with: { amount: null }, field: "amount" },
      { with: { amount: "abc" }, field: "amount" },
      { with: { cost: "abc" }, field: "cost" },
      { with: { customerId: null }, field: "customerId" },
      { with: { customerId: "nobody" }, field: "customerId" },
      { with: { planId: "1" }, field: "customerId" },
      { with: { currency: "euro" }, field: "currency" },
      { with: { date: "2026-02-30" }, field: "date" },
      { with: { taxIds: ["nobody"] }, field: "taxIds" },
      { with: { recurrence: { interval: "MONTHLY", occurrences: 0 } }, field: "recurrence" },
      { with: { recurrence: { interval: "ONCE", occurrences: 2 } }, field: "recurrence" },
      { with: { recurrence: { interval: "MONTHLY", startsOn: "2026-02-01", endsOn: "2026-01-01" } }, field: "recurrence" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { description: "changed" },
      { amount: "20.01" },
      { cost: "3" },
      { currency: "USD" },
      { date: "2025-12-31" },
      { recurrence: { interval: "ANNUALLY", startsOn: "2026-01-01" } },
      { recurrence: { interval: "MONTHLY", endsOn: "2027-01-31" } },
      { description: null },
    ],
    refusedChanges: [
      { with: { notes: "a note" }, field: "notes" },
      { with: { quantity: "2" }, field: "quantity" },
      { with: { amount: null }, field: "amount" },
      { with: { date: null }, field: "date" },
      { with: { recurrence: null }, field: "recurrence" },
    ],
    // A charge has one start, which is its date as well.
    follows: { date: ["recurrence"], recurrence: ["date"] },
    invalidChanges: [
      { with: { amount: "abc" }, field: "amount" },
      { with: { cost: "abc" }, field: "cost" },
      { with: { name: null }, field: "name" },
      { with: { date: "2026-02-30" }, field: "date" },
    ],
  },
  tax: {
    inputs: ({ customerId }, tag) => [
      { title: "a rate", input: { name: `Tax ${tag}`, rate: "7.25" } },
      // taxes/list names one owner at a time (guide 4.4): the list is of the gateway's own customer.
      { title: "a customer's own tax", input: { name: `Own ${tag}`, rate: "1", ownerId: customerId }, unlisted: true },
      { title: "a fixed amount", input: { name: `Levy ${tag}`, fixedAmount: "0.50", currency: "USD" } },
      {
        title: "everything",
        input: {
          name: `VAT ${tag}`,
          description: "Value added tax",
          rate: "20",
          fixedAmount: "0.10",
          appliesTo: ["CALLS", "CHARGES"],
          defaultLiability: "NOBODY",
          shared: true,
        },
      },
    ],
    unreadable: [],
    refused: [
      { with: { country: "DE" }, field: "country" },
      { with: { effectiveDate: "2026-01-01" }, field: "effectiveDate" },
      { with: { appliesTo: ["SERVICES"] }, field: "appliesTo" },
    ],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { rate: "twenty" }, field: "rate" },
      { with: { fixedAmount: "much" }, field: "fixedAmount" },
      { with: { currency: "euro" }, field: "currency" },
      { with: { ownerId: "nobody" }, field: "ownerId" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { rate: "8" },
      { description: "changed", appliesTo: ["NUMBERS"] },
      { defaultLiability: "NEW_CUSTOMERS" },
      { description: null },
    ],
    refusedChanges: [
      { with: { effectiveDate: "2026-01-01" }, field: "effectiveDate" },
      { with: { active: false }, field: "active" },
      { with: { shared: null }, field: "shared" },
    ],
    invalidChanges: [
      { with: { rate: "twenty" }, field: "rate" },
      { with: { name: null }, field: "name" },
    ],
  },
};
