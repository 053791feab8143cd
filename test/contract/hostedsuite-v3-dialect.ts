import * as hostedsuite from "../../src/adapters/hostedsuite/index.ts";
import { createHostedSuiteV3 } from "../../src/sandbox/hostedsuite/index.ts";
import type { Dialect, Running } from "./dialect.ts";
import { berlin, foreignName, foreignNotes } from "./inputs.ts";
import { canaryPassword, startSimulated } from "./sandbox-running.ts";

const startIn = (timeZone: string): Promise<Running> =>
  startSimulated({
    module: hostedsuite,
    simulate: (world) => createHostedSuiteV3(world, { password: canaryPassword, timeZone }),
    configuration: { kind: "hostedsuite", generation: "v3", tenant: "acme", username: "api", currency: "USD", timeZone },
  });
const unknownId = "ffffffffffffffffffffffff";

export const hostedSuiteV3Dialect: Dialect = {
  kind: "HOSTED_SUITE",
  currency: "USD",
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
    "TAX_READ",
    "TAX_CREATE",
    "TAX_UPDATE",
    "TAX_ARCHIVE",
    "SERVICE_READ",
  ],
  start: () => startIn("America/New_York"),
  noTransport: null,
  faultTarget: (action) => action,
  unknownIds: { customer: unknownId, charge: unknownId, tax: unknownId },
  customer: {
    inputs: (_references, tag) => [
      { title: "an organisation", input: { name: `Organisation ${tag}` } },
      { title: "a person", input: { firstName: "Ada", lastName: `Person ${tag}` } },
      {
        title: "everything",
        input: {
          name: foreignName(tag),
          email: `${tag}@example.com`,
          phone: "+49 30 23125 014",
          address: berlin,
          reference: tag,
        },
      },
    ],
    unreadable: ["firstName", "lastName"],
    refused: [
      { with: { planId: "1" }, field: "planId" },
      { with: { parentId: "1" }, field: "parentId" },
      { with: { firstName: "Ada" }, field: "firstName" },
    ],
    invalid: [
      { with: { address: { lines: ["1", "2", "3"] } }, field: "address" },
      { with: { name: "" }, field: "name" },
      { with: { name: null }, field: "name" },
      { with: { email: "nobody" }, field: "email" },
      { with: { phone: " " }, field: "phone" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { email: `renamed-${tag}@example.com`, phone: "+1 617 555 0142" },
      { phone: "+1 617 555 0143" },
      { address: { lines: ["12 Mill Lane", "Back yard"], city: "London" } },
      { address: { city: "York" } },
      { address: { lines: ["13 Mill Lane"] } },
      { reference: `R-${tag}` },
    ],
    refusedChanges: [
      { with: { planId: "1" }, field: "planId" },
      { with: { firstName: "Ada" }, field: "firstName" },
      { with: { email: null }, field: "email" },
      { with: { address: null }, field: "address" },
      { with: { address: { city: null } }, field: "address" },
    ],
    invalidChanges: [
      { with: { name: " " }, field: "name" },
      { with: { email: "nobody" }, field: "email" },
    ],
  },
  charge: {
    inputs: ({ customerId, serviceId }, tag) => [
      { title: "a one-off charge", input: { customerId, serviceId, amount: "19.99", notes: `Setup ${tag}` } },
      { title: "a charge priced by the contract", input: { customerId, serviceId, notes: `Priced ${tag}` } },
      { title: "a free charge", input: { customerId, serviceId, amount: "0", notes: `Free ${tag}` } },
      {
        title: "a recurring charge",
        input: { customerId, serviceId, amount: "12.5", recurrence: { interval: "MONTHLY", startsOn: "2026-10-31" } },
      },
      {
        title: "everything",
        input: {
          customerId,
          serviceId,
          amount: "100.01",
          currency: "USD",
          quantity: "2.5",
          date: "2024-02-29",
          description: `Everything ${tag}`,
          notes: foreignNotes(tag),
        },
      },
    ],
    unreadable: [],
    statusWhenCreated: "DEFINED",
    statusWhenVoid: "ARCHIVED",
    amounts: ["0.10", "19.99", "1234567.89", "0"],
    refused: [
      { with: { planId: "1" }, field: "planId" },
      { with: { name: "a name" }, field: "name" },
      { with: { taxAmount: "1" }, field: "taxAmount" },
      { with: { cost: "1" }, field: "cost" },
      { with: { reference: "R-1" }, field: "reference" },
      { with: { taxIds: ["1"] }, field: "taxIds" },
      { with: { executeNow: true }, field: "executeNow" },
      { with: { currency: "EUR" }, field: "currency" },
      { with: { recurrence: { interval: "WEEKLY" } }, field: "recurrence" },
      { with: { recurrence: { interval: "MONTHLY", endsOn: "2027-01-31" } }, field: "recurrence" },
    ],
    invalid: [
      { with: { customerId: null }, field: "customerId" },
      { with: { serviceId: null }, field: "serviceId" },
      { with: { quantity: "0" }, field: "quantity" },
      { with: { quantity: "-1" }, field: "quantity" },
      { with: { amount: "abc" }, field: "amount" },
      { with: { amount: "12345678901234567.89" }, field: "amount" },
      { with: { date: "2026-02-30" }, field: "date" },
    ],
    changes: () => [
      { description: "changed" },
      { notes: "changed as well" },
      { amount: "20.01" },
      { amount: "0" },
      { quantity: "3" },
      { date: "2025-12-31" },
      { recurrence: { interval: "MONTHLY" } },
      { recurrence: null },
    ],
    refusedChanges: [
      { with: { name: "a name" }, field: "name" },
      { with: { cost: "1" }, field: "cost" },
      { with: { amount: null }, field: "amount" },
      { with: { notes: null }, field: "notes" },
    ],
    // A charge is named after its description, and a recurring one starts on its date.
    follows: { description: ["name"], date: ["recurrence"] },
    invalidChanges: [
      { with: { amount: "abc" }, field: "amount" },
      { with: { quantity: "0" }, field: "quantity" },
      { with: { date: "2026-02-30" }, field: "date" },
    ],
  },
  credit: null,
  tax: {
    inputs: (_references, tag) => [
      { title: "a rate", input: { name: `Tax ${tag}`, rate: "7.25" } },
      { title: "a fixed amount", input: { name: `Levy ${tag}`, fixedAmount: "0.50", currency: "USD", appliesTo: ["SERVICES"] } },
    ],
    unreadable: [],
    refused: [
      { with: { description: "a description" }, field: "description" },
      { with: { defaultLiability: "NOBODY" }, field: "defaultLiability" },
      { with: { ownerId: "1" }, field: "ownerId" },
      { with: { shared: true }, field: "shared" },
      { with: { country: "DE" }, field: "country" },
      { with: { effectiveDate: "2026-01-01" }, field: "effectiveDate" },
      { with: { appliesTo: ["CALLS"] }, field: "appliesTo" },
      { with: { currency: "EUR" }, field: "currency" },
      { with: { fixedAmount: "1" }, field: "fixedAmount" },
    ],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { rate: "twenty" }, field: "rate" },
      { with: { rate: null }, field: "rate" },
    ],
    changes: (_references, tag) => [{ name: `Renamed ${tag}` }, { rate: "8" }, { active: false }, { active: true }],
    refusedChanges: [
      { with: { description: "a description" }, field: "description" },
      { with: { shared: true }, field: "shared" },
      { with: { rate: null }, field: "rate" },
    ],
    invalidChanges: [
      { with: { rate: "twenty" }, field: "rate" },
      { with: { name: " " }, field: "name" },
    ],
  },
  stored: {
    customer: {
      name: { field: "name", orFrom: "firstName+lastName" },
      "thirdPartyInfo.thirdPartyAccountId": { field: "reference" },
      "billingAddress.street1": { field: "address.lines.0" },
      "billingAddress.street2": { field: "address.lines.1" },
      "billingAddress.city": { field: "address.city" },
      "billingAddress.state": { field: "address.state" },
      "billingAddress.postalCode": { field: "address.postalCode" },
      "billingAddress.country": { field: "address.country" },
      "billingEmailAddresses.*.address": { field: "email" },
      "phoneNumbers.*.number": { field: "phone" },
      // Which of the addresses is the one to write to.
      "billingEmailAddresses.*.type": { field: "email", decides: true },
    },
    charge: {
      clientId: { field: "customerId" },
      serviceId: { field: "serviceId" },
      dateOfCharge: { field: "date", orFrom: "recurrence.startsOn", implied: "something" },
      quantity: { field: "quantity", implied: "something" },
      // A 0 is left out (contract 7.4).
      cost: { field: "amount", whenAbsent: "ZERO" },
      description: { field: "description" },
      notes: { field: "notes" },
      memorized: { field: "recurrence.interval", implied: "nothing" },
    },
    tax: {
      name: { field: "name" },
      // Whether the rate is one, or an amount.
      type: { field: "rate", decides: true },
      rate: { field: "rate", orFrom: "fixedAmount" },
      dateArchived: { field: "active", decides: true },
    },
  },
  looking: {
    customer: {
      kind: "clients",
      recordId: String,
      input: (_references, text) => ({ name: text }),
      edits: [{ members: { name: "Corrected" }, differs: ["name"] }],
      fraction: null,
      reference: (tag) => ({ reference: `Ref-${tag}-${"x".repeat(30)}` }),
      mark: null,
    },
    charge: {
      kind: "charges",
      recordId: (id) => id.split(":").at(-1) ?? id,
      input: ({ customerId, serviceId }, text) => ({ customerId, serviceId, amount: "19.99", notes: text }),
      edits: [
        { members: { notes: "Corrected" }, differs: ["notes"] },
        { members: { cost: 21 }, differs: ["amount"] },
        { members: { quantity: 2 }, differs: ["quantity"] },
        { members: { dateOfCharge: Date.UTC(2026, 0, 30) }, differs: ["date"] },
        { members: { notes: "Corrected", cost: 21, dateOfCharge: Date.UTC(2026, 0, 30) }, differs: ["notes", "amount", "date"] },
      ],
      fraction: { amount: "19.999" },
      reference: null,
      mark: null,
    },
    credit: null,
    tax: {
      kind: "taxes",
      recordId: String,
      input: (_references, text) => ({ name: text, rate: "7.25" }),
      edits: [
        { members: { name: "Corrected" }, differs: ["name"] },
        { members: { rate: 7.5 }, differs: ["rate"] },
      ],
      fraction: { rate: "7.255" },
      reference: null,
      mark: null,
    },
    otherCurrency: null,
    secondsBetween: 3,
    startFarAway: () => startIn("Pacific/Kiritimati"),
  },
};
