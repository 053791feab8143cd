import * as tallybook from "../invented/index.ts";
import { createTallyBook } from "../invented/simulator.ts";
import type { Dialect } from "./dialect.ts";
import { canaryPassword, startSimulated } from "./sandbox-running.ts";

/** The smallest kind: it creates no customers, and knows neither their e-mail addresses nor references. */

const username = "clerk";

/** 150 people, of whom eight have lines. */
const simulate = () =>
  createTallyBook({
    people: Array.from({ length: 150 }, (_, index) => `Person ${index + 1}`),
    lines: [9, 7, 5, 3, 2, 2, 1, 1],
    login: { username, password: canaryPassword },
  });

const recordId = (id: string): string => id.split(":").at(-1) ?? id;

export const inventedDialect: Dialect = {
  kind: "TALLY_BOOK",
  currency: "EUR",
  capabilities: ["CUSTOMER_READ", "CHARGE_READ", "CHARGE_CREATE"],
  start: () => startSimulated({ module: tallybook, simulate, configuration: { kind: "tallybook", username, currency: "EUR" } }),
  noTransport: null,
  faultTarget: (action) => action,
  unknownIds: { customer: "999999999", charge: "999999999:999999999", tax: "999999999" },
  customersLack: ["email", "reference"],
  customer: null,
  charge: {
    inputs: ({ customerId }, tag) => [
      { title: "a line", input: { customerId, description: `Setup ${tag}`, amount: "19.99" } },
      {
        title: "everything",
        input: { customerId, description: `¡Olé! 日本\n${tag}`, amount: "100.00", kind: "FEE", date: "2024-02-29" },
      },
    ],
    unreadable: [],
    statusWhenCreated: "DEFINED",
    statusWhenVoid: null,
    amounts: ["0.10", "19.99", "999.99"],
    refused: [
      { with: { notes: "text" }, field: "notes" },
      { with: { recurrence: { interval: "MONTHLY" } }, field: "recurrence" },
      { with: { kind: "RECURRING" }, field: "kind" },
    ],
    invalid: [
      { with: { customerId: null }, field: "customerId" },
      { with: { description: "x".repeat(61) }, field: "description" },
      { with: { amount: "1000" }, field: "amount" },
      { with: { amount: "3.205" }, field: "amount" },
    ],
    changes: () => [],
    refusedChanges: [],
    invalidChanges: [],
  },
  credit: null,
  tax: null,
  looking: {
    customer: null,
    charge: {
      kind: "lines",
      recordId,
      input: ({ customerId }, text) => ({ customerId, description: text, amount: "19.99", date: "2026-01-31" }),
      edits: [
        { members: { what: "Corrected" }, differs: ["description"] },
        { members: { pennies: 2100 }, differs: ["amount"] },
        { members: { day: "2026-01-30" }, differs: ["date"] },
      ],
      fraction: null,
      reference: null,
      mark: "mark",
      madeByHand: () => ({ mark: null }),
    },
    credit: null,
    tax: null,
    otherCurrency: null,
    chargeOwner: "person",
    secondsBetween: 2,
    startFarAway: null,
  },
  stored: {
    charge: {
      person: { field: "customerId" },
      what: { field: "description" },
      pennies: { field: "amount" },
      day: { field: "date", implied: "something" },
      tone: { field: "kind", implied: "something" },
    },
  },
};

/** The same kind without its only write. */
export const readOnlyDialect: Dialect = {
  ...inventedDialect,
  capabilities: ["CUSTOMER_READ", "CHARGE_READ"],
  start: () => {
    const module = {
      ...tallybook,
      create: (...given: Parameters<typeof tallybook.create>) => {
        const adapter = tallybook.create(...given);
        const { create: _, ...charges } = adapter.charges;
        return { ...adapter, charges };
      },
    };
    return startSimulated({ module, simulate, configuration: { kind: "tallybook", username, currency: "EUR" } });
  },
  charge: null,
  looking: { ...inventedDialect.looking, charge: null },
  stored: {},
};
