import * as hostedsuite from "../../src/adapters/hostedsuite/index.ts";
import { createHostedSuiteV2 } from "../../src/sandbox/hostedsuite/index.ts";
import type { Dialect, Running } from "./dialect.ts";
import { berlin, foreignName, foreignNotes, foreignPerson } from "./inputs.ts";
import { canaryPassword, startSimulated } from "./sandbox-running.ts";

const startIn = (timeZone: string): Promise<Running> =>
  startSimulated({
    module: hostedsuite,
    simulate: (world) => createHostedSuiteV2(world, { password: canaryPassword, timeZone }),
    configuration: { kind: "hostedsuite", generation: "v2", tenant: "acme", username: "api", currency: "USD", timeZone },
  });

export const hostedSuiteV2Dialect: Dialect = {
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
    "SERVICE_READ",
  ],
  start: () => startIn("America/New_York"),
  noTransport: null,
  // The sandbox names a call of v2 by its route alone.
  faultTarget: (action) => action.replace("POST /", ""),
  unknownIds: {
    customer: "ffffffffffffffffffffffff",
    charge: "ffffffffffffffffffffffff:2026-01-31:ffffffffffffffffffffffff",
    tax: "none",
  },
  customer: {
    inputs: (_references, tag) => [
      { title: "an organisation", input: { name: `Organisation ${tag}` } },
      { title: "a person", input: { firstName: "Ada", lastName: `Person ${tag}` } },
      {
        title: "everything",
        input: {
          name: foreignName(tag),
          ...foreignPerson,
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
      { with: { email: null }, field: "email" },
      { with: { address: null }, field: "address" },
      { with: { address: { city: null } }, field: "address" },
      { with: { reference: null }, field: "reference" },
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
          date: "2026-02-28",
          notes: foreignNotes(tag),
        },
      },
    ],
    unreadable: [],
    statusWhenCreated: "DEFINED",
    statusWhenVoid: null,
    amounts: ["0.10", "19.99", "1234567.89", "0"],
    refused: [
      { with: { planId: "1" }, field: "planId" },
      { with: { name: "a name" }, field: "name" },
      { with: { description: "a description" }, field: "description" },
      { with: { taxAmount: "1" }, field: "taxAmount" },
      { with: { cost: "1" }, field: "cost" },
      { with: { reference: "R-1" }, field: "reference" },
      { with: { taxIds: ["1"] }, field: "taxIds" },
      { with: { executeNow: true }, field: "executeNow" },
      { with: { currency: "EUR" }, field: "currency" },
      { with: { recurrence: { interval: "WEEKLY" } }, field: "recurrence" },
      { with: { recurrence: { interval: "MONTHLY", occurrences: 3 } }, field: "recurrence" },
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
    changes: () => [],
    refusedChanges: [],
    invalidChanges: [],
  },
  credit: null,
  tax: null,
  stored: {
    customer: {
      Name: { field: "name", orFrom: "firstName+lastName" },
      ThirdPartyAccountId: { field: "reference" },
      "Address.Street1": { field: "address.lines.0" },
      "Address.Street2": { field: "address.lines.1" },
      "Address.City": { field: "address.city" },
      "Address.State": { field: "address.state" },
      "Address.PostalCode": { field: "address.postalCode" },
      "Address.Country": { field: "address.country" },
      FirstName: { field: "firstName" },
      LastName: { field: "lastName" },
      "EmailAddresses.*.Address": { field: "email" },
      "PhoneNumbers.*.Number": { field: "phone" },
      // Names the owner of the contact.
      ClientId: { field: "email", decides: true },
    },
    charge: {
      ClientId: { field: "customerId" },
      ServiceId: { field: "serviceId" },
      DateOfCharge: { field: "date", orFrom: "recurrence.startsOn", implied: "something" },
      Quantity: { field: "quantity", implied: "something" },
      Cost: { field: "amount" },
      Notes: { field: "notes" },
      Memorized: { field: "recurrence.interval", implied: "nothing" },
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
    tax: null,
    otherCurrency: null,
    chargeOwner: null,
    secondsBetween: 3,
    startFarAway: () => startIn("Pacific/Kiritimati"),
  },
};
