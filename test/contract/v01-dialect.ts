import * as v01 from "../../src/adapters/v01/index.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import type { Dialect } from "./dialect.ts";
import { berlin, foreignName, foreignNotes, foreignPerson } from "./inputs.ts";
import { canaryPassword, startSimulated } from "./sandbox-running.ts";

export const v01Dialect: Dialect = {
  kind: "V01",
  currency: "USD",
  capabilities: [
    "CUSTOMER_READ",
    "CUSTOMER_CREATE",
    "CUSTOMER_UPDATE",
    "CHARGE_READ",
    "CHARGE_CREATE",
    "CHARGE_VOID",
    "CREDIT_CREATE",
    "TAX_READ",
    "TAX_CREATE",
    "TAX_UPDATE",
    "TAX_ARCHIVE",
    "PLAN_READ",
  ],
  start: () =>
    startSimulated({
      module: v01,
      simulate: (world) => createV01(world, { password: canaryPassword }),
      configuration: { kind: "v01", username: "api-gateway", accountId: 2001, currency: "USD", country: "US" },
    }),
  noTransport: null,
  replacesWhole: ["tax"],
  // The sandbox names a call of v01 by its collection and action: PUT creates and POST modifies, others are named (contract 2.3).
  faultTarget: (action) => {
    if (action.includes("/~")) return action.slice(action.indexOf("/~"));
    const collection = action.split("/").findLast((segment) => !segment.startsWith("{"));
    return `${collection}/~${action.startsWith("PUT") ? "create" : "modify"}`;
  },
  unknownIds: { customer: "999999999", charge: "999999999:999999999", tax: "US:999999999" },
  customer: {
    inputs: (_references, tag) => [
      { title: "a person", input: { firstName: "Ada", lastName: `Person ${tag}` } },
      { title: "an organisation", input: { name: `Organisation ${tag}`, firstName: "Ada", lastName: "Whitfield" } },
      {
        title: "everything",
        input: {
          name: foreignName(tag),
          ...foreignPerson,
          email: `${tag}@example.com`,
          phone: "+4930231250140",
          address: berlin,
          reference: tag,
        },
      },
    ],
    unreadable: [],
    refused: [
      { with: { planId: "1" }, field: "planId" },
      { with: { parentId: "1" }, field: "parentId" },
    ],
    invalid: [
      { with: { firstName: null }, field: "firstName" },
      { with: { lastName: "" }, field: "lastName" },
      { with: { name: " " }, field: "name" },
      { with: { phone: "0123456789012345" }, field: "phone" },
      { with: { reference: "r".repeat(61) }, field: "reference" },
      { with: { address: { lines: ["1", "2", "3"] } }, field: "address" },
      { with: { address: { country: "Germany" } }, field: "address" },
    ],
    changes: (_references, tag) => [
      { lastName: `Renamed ${tag}` },
      { name: `Organisation ${tag}` },
      { email: `renamed-${tag}@example.com` },
      { phone: "+16175550142" },
      { address: { lines: ["12 Mill Lane"], city: "London" } },
      { address: { city: "York", country: "GB" } },
    ],
    refusedChanges: [
      { with: { reference: "other" }, field: "reference" },
      { with: { planId: "1" }, field: "planId" },
      { with: { email: null }, field: "email" },
      { with: { address: null }, field: "address" },
      { with: { address: { city: null } }, field: "address" },
    ],
    invalidChanges: [
      { with: { name: " " }, field: "name" },
      { with: { phone: "0123456789012345" }, field: "phone" },
    ],
  },
  charge: {
    inputs: ({ customerId }, tag) => [
      { title: "an invoice", input: { customerId, description: `Setup ${tag}`, amount: "19.99" } },
      {
        title: "everything",
        input: {
          customerId,
          description: foreignNotes(tag),
          amount: "100.00",
          taxAmount: "7.25",
          currency: "USD",
          quantity: "1",
          date: "2024-02-29",
          reference: tag,
          recurrence: { interval: "ONCE" },
        },
      },
    ],
    // A charge that is billed once is not a recurring charge here.
    unreadable: ["recurrence"],
    statusWhenCreated: "OPEN",
    statusWhenVoid: "VOIDED",
    amounts: ["0.10", "19.99", "1234567.89", "21474836.47"],
    refused: [
      { with: { planId: "1" }, field: "planId" },
      { with: { serviceId: "1" }, field: "serviceId" },
      { with: { cost: "1" }, field: "cost" },
      { with: { taxIds: ["1"] }, field: "taxIds" },
      { with: { executeNow: true }, field: "executeNow" },
      { with: { quantity: "2" }, field: "quantity" },
      { with: { currency: "EUR" }, field: "currency" },
      { with: { name: "another text" }, field: "name" },
      { with: { recurrence: { interval: "MONTHLY" } }, field: "recurrence" },
    ],
    invalid: [
      { with: { customerId: null }, field: "customerId" },
      { with: { amount: null }, field: "amount" },
      { with: { amount: "0" }, field: "amount" },
      { with: { amount: "0.001" }, field: "amount" },
      { with: { amount: "21474836.48" }, field: "amount" },
      { with: { amount: "abc" }, field: "amount" },
      { with: { taxAmount: "-1" }, field: "taxAmount" },
      { with: { date: "2026-02-30" }, field: "date" },
      { with: { reference: "r".repeat(61) }, field: "reference" },
    ],
    changes: () => [],
    refusedChanges: [],
    invalidChanges: [],
  },
  credit: {
    inputs: ({ customerId }, tag) => [
      { title: "an amount", input: { customerId, amount: "5.00" } },
      { title: "everything", input: { customerId, amount: "7.50", currency: "USD", description: foreignNotes(tag) } },
    ],
    unreadable: [],
    statusWhenCreated: "OPEN",
    voidable: true,
    amounts: ["0.10", "19.99", "21474836.47"],
    refused: [{ with: { currency: "EUR" }, field: "currency" }],
    invalid: [
      { with: { amount: "0.001" }, field: "amount" },
      { with: { amount: "21474836.48" }, field: "amount" },
      { with: { amount: "much" }, field: "amount" },
      { with: { description: " " }, field: "description" },
    ],
    changes: () => [],
    refusedChanges: [],
    invalidChanges: [],
  },
  tax: {
    inputs: (_references, tag) => [
      { title: "a rate", input: { name: `Tax ${tag}`, rate: "7.25", effectiveDate: "2026-07-01" } },
      {
        title: "everything",
        input: { name: `VAT ${tag}`, description: `VAT ${tag}`, rate: "20", country: "US", effectiveDate: "2026-08-01" },
      },
    ],
    unreadable: [],
    refused: [
      { with: { fixedAmount: "1" }, field: "fixedAmount" },
      { with: { defaultLiability: "NOBODY" }, field: "defaultLiability" },
      { with: { shared: true }, field: "shared" },
      { with: { ownerId: "1" }, field: "ownerId" },
      { with: { appliesTo: ["CALLS"] }, field: "appliesTo" },
      { with: { currency: "EUR" }, field: "currency" },
      { with: { description: "another text" }, field: "description" },
    ],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { rate: null }, field: "rate" },
      { with: { rate: "7.255" }, field: "rate" },
      { with: { rate: "-1" }, field: "rate" },
      { with: { rate: "twenty" }, field: "rate" },
      { with: { effectiveDate: null }, field: "effectiveDate" },
      { with: { country: "Germany" }, field: "country" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { rate: "8" },
      { effectiveDate: "2026-09-01" },
      { active: false },
    ],
    // A rate has a single text.
    follows: { name: ["description"] },
    refusedChanges: [
      { with: { fixedAmount: "1" }, field: "fixedAmount" },
      { with: { shared: true }, field: "shared" },
      { with: { description: null }, field: "description" },
    ],
    invalidChanges: [
      { with: { rate: "7.255" }, field: "rate" },
      { with: { rate: "twenty" }, field: "rate" },
      { with: { effectiveDate: "2026-02-30" }, field: "effectiveDate" },
    ],
  },
  stored: {
    customer: {
      organizationName: { field: "name" },
      firstName: { field: "firstName" },
      lastName: { field: "lastName" },
      email: { field: "email" },
      code: { field: "reference" },
      // One for an organisation, the other for a person.
      workPhone: { field: "phone" },
      homePhone: { field: "phone" },
      street1: { field: "address.lines.0" },
      street2: { field: "address.lines.1" },
      city: { field: "address.city" },
      state: { field: "address.state" },
      zipCode: { field: "address.postalCode" },
      countryCode: { field: "address.country" },
    },
    charge: {
      // The path names it. An entry without it belongs to the customer of its account.
      customerId: { field: "customerId", whenAbsent: "AS_SENT" },
      type: { field: "kind", implied: "something" },
      amount: { field: "amount" },
      taxAmount: { field: "taxAmount" },
      dueDate: { field: "date" },
      note: { field: "description" },
      code: { field: "reference" },
    },
    credit: {
      customerId: { field: "customerId", whenAbsent: "AS_SENT" },
      type: { field: "none", implied: "something" },
      amount: { field: "amount" },
      note: { field: "description" },
    },
    tax: {
      countryCode: { field: "country", implied: "something", whenAbsent: "AS_SENT" },
      value: { field: "rate" },
      description: { field: "name" },
      effectiveDate: { field: "effectiveDate" },
      // A rate without a state is in force.
      isActive: { field: "active", trueUnlessTold: true },
    },
  },
  // Together with the amount, it must fit into an Integer.
  untried: ["CHARGE_CREATE taxAmount"],
  looking: {
    customer: {
      kind: "customers",
      recordId: String,
      input: (_references, text) => ({ firstName: "Ada", lastName: text }),
      edits: [
        { members: { lastName: "Corrected" }, differs: ["lastName"] },
        // The code is CreateOnly (contract 2.8). A backend that accepts none uses the id as the code.
        { members: (id) => ({ code: id }), differs: ["reference"] },
        { members: { code: "CORRECTED-BY-HAND" }, differs: ["reference"] },
      ],
      fraction: null,
      reference: (tag) => ({ reference: `Ref-${tag}-${"x".repeat(30)}` }),
      mark: "code",
      madeByHand: (at) => ({ code: `HAND-${at.getTime()}` }),
    },
    charge: {
      kind: "transactions",
      recordId: (id) => id.split(":").at(-1) ?? id,
      input: ({ customerId }, text) => ({ customerId, description: text, amount: "19.99", date: "2026-01-31" }),
      edits: [
        { members: { note: "Corrected" }, differs: ["description"] },
        { members: { amount: 2100, balance: 2100 }, differs: ["amount"] },
        { members: { dueDate: "2026-01-30" }, differs: ["date"] },
        // The code is CreateOnly (contract 2.8). A backend that accepts none uses the id as the code.
        { members: (id) => ({ code: id }), differs: ["reference"] },
        { members: { code: "CORRECTED-BY-HAND" }, differs: ["reference"] },
        {
          members: (id) => ({ note: "Corrected", amount: 2100, balance: 2100, dueDate: "2026-01-30", code: id }),
          differs: ["description", "amount", "date"],
        },
      ],
      fraction: null,
      reference: (tag) => ({ reference: `Ref-${tag}-${"x".repeat(30)}` }),
      mark: "code",
      madeByHand: (at) => ({ code: `HAND-${at.getTime()}` }),
    },
    credit: {
      kind: "transactions",
      recordId: (id) => id.split(":").at(-1) ?? id,
      input: ({ customerId }, text) => ({ customerId, description: text, amount: "19.99" }),
      edits: [
        { members: { note: "Corrected" }, differs: ["description"] },
        { members: { amount: 2100, balance: 2100 }, differs: ["amount"] },
        { members: (id) => ({ code: id }), differs: ["reference"] },
      ],
      fraction: null,
      reference: null,
      mark: "code",
      madeByHand: (at) => ({ code: `HAND-${at.getTime()}` }),
    },
    tax: {
      kind: "taxes",
      recordId: (id) => id.split(":").at(-1) ?? id,
      input: (_references, text) => ({ name: text, rate: "7.25", effectiveDate: "2026-07-01" }),
      edits: [
        { members: { description: "Corrected" }, differs: ["name"] },
        { members: { value: 750 }, differs: ["rate"] },
        { members: { effectiveDate: "2026-07-02" }, differs: ["effectiveDate"] },
      ],
      fraction: null,
      reference: null,
      mark: null,
    },
    otherCurrency: null,
    chargeOwner: "customerId",
    secondsBetween: 1,
    startFarAway: null,
  },
};
