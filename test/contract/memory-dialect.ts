import { withPlainFilters } from "../../src/adapter/kit/filters.ts";
import { capabilities } from "../../src/model/model.ts";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { byHand, type RecordsByHand } from "../../src/sandbox/table.ts";
import type { Dialect, Line, Running } from "./dialect.ts";
import { berlin, foreignName, foreignNotes, foreignPerson } from "./inputs.ts";
import { createMemoryBackend } from "./memory-adapter.ts";
import type { LineState, MemoryFault } from "./memory-store.ts";

const lineStates: Readonly<Record<Line, LineState>> = {
  open: "open",
  impatient: "open",
  unreachable: "unreachable",
  wrongCredentials: "unauthenticated",
};

async function start(): Promise<Running> {
  const backend = createMemoryBackend("memory", { refuses: { customer: ["parentId"], charge: ["cost"], tax: ["shared"] } });
  const { customers, charges, taxes } = backend.store;
  const tables: Readonly<Record<string, RecordsByHand>> = {
    customers: byHand(customers, String),
    charges: byHand(charges, String),
    taxes: byHand(taxes, String),
  };
  return {
    connect: (line = "open") => withPlainFilters(backend.connect(lineStates[line])),
    countCalls: () => backend.calls.length,
    setFaults: (faults) => backend.setFaults(faults.map(memoryFault)),
    alterAnswers: () => {},
    pretend: () => {},
    setConditions: backend.store.conditions.set,
    editByHand: (kind, id, members) => {
      if (!tables[kind]?.edit(id, members)) throw new Error(`no ${id} among the ${kind}`);
    },
    removeByHand: (kind, id) => void tables[kind]?.remove(id),
    secrets: [],
    close: async () => {},
  };
}

function memoryFault({ kind, function: functionName, times }: Fault): MemoryFault {
  if (kind !== "dropBefore" && kind !== "dropAfter") throw new Error(`a memory line cannot suffer ${kind}`);
  return { kind, ...(functionName !== undefined && { function: functionName }), ...(times !== undefined && { times }) };
}

/** The in-memory backend accepts everything. Here it refuses one member of each input, so that refusals are tested. */
export const memoryDialect: Dialect = {
  kind: "ENSWITCH",
  currency: "EUR",
  capabilities,
  start,
  stored: {},
  noTransport: "the memory adapter has no transport whose answers could break",
  faultTarget: (action) => action,
  unknownIds: { customer: "999999999", charge: "999999999", tax: "999999999" },
  customer: {
    inputs: ({ planId }, tag) => [
      { title: "an organisation", input: { name: `Organisation ${tag}` } },
      { title: "a person", input: { firstName: "Ada", lastName: `Person ${tag}` } },
      {
        title: "everything",
        input: {
          name: foreignName(tag),
          ...foreignPerson,
          email: `${tag}@example.com`,
          phone: "+49 30 23125 014",
          address: { ...berlin, state: null },
          reference: tag,
          planId,
        },
      },
    ],
    unreadable: [],
    refused: [{ with: { parentId: "1" }, field: "parentId" }],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { email: "nobody" }, field: "email" },
    ],
    changes: ({ otherPlanId }, tag) => [
      { name: `Renamed ${tag}` },
      { email: `renamed-${tag}@example.com`, phone: "+1 617 555 0142" },
      { address: { lines: ["12 Mill Lane"], city: "London" } },
      { address: { city: "York" } },
      { planId: otherPlanId },
      { reference: `R-${tag}` },
      { email: null, phone: null, planId: null, reference: null },
      { address: null },
    ],
    refusedChanges: [],
    invalidChanges: [{ with: { email: "nobody" }, field: "email" }],
  },
  charge: {
    inputs: ({ customerId, planId, serviceId, taxId }, tag) => [
      { title: "a one-off charge", input: { customerId, name: `Setup ${tag}`, amount: "19.99" } },
      { title: "an unpriced charge", input: { customerId, name: `Unpriced ${tag}` } },
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
          description: "Line one\nline two",
          notes: "¡Olé! 日本",
          serviceId,
          amount: "0.5",
          currency: "USD",
          taxAmount: "0.105",
          quantity: "2.5",
          date: "2024-02-29",
          reference: tag,
        },
      },
    ],
    unreadable: [],
    statusWhenCreated: "DEFINED",
    statusWhenVoid: "VOIDED",
    amounts: ["0.10", "19.99", "1234567.89", "0", "0.001", "99999999999999999999.99"],
    refused: [
      { with: { cost: "1" }, field: "cost" },
      { with: { planId: "1" }, field: "planId" },
    ],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { name: null }, field: "name" },
      { with: { customerId: null }, field: "customerId" },
      { with: { amount: "abc" }, field: "amount" },
      { with: { quantity: "-1" }, field: "quantity" },
      { with: { currency: "euro" }, field: "currency" },
      { with: { date: "2026-02-30" }, field: "date" },
      { with: { recurrence: { interval: "MONTHLY", occurrences: 0 } }, field: "recurrence" },
      { with: { recurrence: { interval: "MONTHLY", startsOn: "2026-02-01", endsOn: "2026-01-01" } }, field: "recurrence" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { description: "changed", notes: "changed as well" },
      { notes: null },
      { amount: "20.01" },
      { currency: "USD" },
      { quantity: "3" },
      { date: "2025-12-31" },
      { recurrence: { interval: "ANNUALLY", startsOn: "2026-01-01" } },
      { amount: null, recurrence: null },
    ],
    refusedChanges: [
      { with: { cost: "1" }, field: "cost" },
      { with: { name: null }, field: "name" },
    ],
    invalidChanges: [
      { with: { amount: "abc" }, field: "amount" },
      { with: { date: "2026-02-30" }, field: "date" },
    ],
  },
  credit: {
    inputs: ({ customerId }, tag) => [
      { title: "an amount", input: { customerId, amount: "5" } },
      { title: "everything", input: { customerId, amount: "7.50", currency: "USD", description: foreignNotes(tag) } },
    ],
    unreadable: [],
    statusWhenCreated: "OPEN",
    voidable: true,
    amounts: ["0.10", "19.99", "99999999999999999999.99"],
    refused: [],
    invalid: [
      { with: { amount: "much" }, field: "amount" },
      { with: { currency: "euro" }, field: "currency" },
    ],
    changes: () => [],
    refusedChanges: [],
    invalidChanges: [],
  },
  tax: {
    inputs: ({ customerId }, tag) => [
      { title: "a rate", input: { name: `Tax ${tag}`, rate: "7.25" } },
      { title: "a fixed amount", input: { name: `Levy ${tag}`, fixedAmount: "0.50", currency: "USD" } },
      {
        title: "everything",
        input: {
          name: `VAT ${tag}`,
          description: "Value added tax",
          rate: "20",
          appliesTo: ["CALLS", "CHARGES"],
          defaultLiability: "NEW_CUSTOMERS",
          ownerId: customerId,
          country: "DE",
          effectiveDate: "2026-07-01",
        },
      },
    ],
    unreadable: [],
    refused: [{ with: { shared: true }, field: "shared" }],
    invalid: [
      { with: { name: "" }, field: "name" },
      { with: { rate: "twenty" }, field: "rate" },
      { with: { rate: "-1" }, field: "rate" },
    ],
    changes: (_references, tag) => [
      { name: `Renamed ${tag}` },
      { rate: "8" },
      { description: "changed", appliesTo: ["NUMBERS"] },
      { defaultLiability: "ALL_CUSTOMERS" },
      { active: false },
      { description: null, rate: null },
    ],
    refusedChanges: [],
    invalidChanges: [{ with: { rate: "twenty" }, field: "rate" }],
  },
  looking: {
    customer: {
      kind: "customers",
      recordId: String,
      input: (_references, text) => ({ name: text }),
      edits: [{ members: { name: "Corrected", organizationName: "Corrected" }, differs: ["name"] }],
      fraction: null,
      reference: (tag) => ({ reference: `Ref-${tag}-${"x".repeat(30)}` }),
      mark: null,
    },
    charge: {
      kind: "charges",
      recordId: String,
      input: ({ customerId }, text) => ({ customerId, name: "Setup", notes: text, amount: "19.99", date: "2026-01-31" }),
      edits: [
        { members: { name: "Corrected" }, differs: ["name"] },
        { members: { notes: "Corrected" }, differs: ["notes"] },
        { members: { amount: { amount: "21.00", currency: "EUR" } }, differs: ["amount"] },
        { members: { date: "2026-01-30" }, differs: ["date"] },
      ],
      fraction: { amount: "19.999" },
      reference: (tag) => ({ reference: `Ref-${tag}-${"x".repeat(30)}` }),
      mark: null,
    },
    credit: {
      kind: "charges",
      recordId: String,
      input: ({ customerId }, text) => ({ customerId, description: text, amount: "19.99" }),
      edits: [
        { members: { description: "Corrected" }, differs: ["description"] },
        { members: { amount: { amount: "-21.00", currency: "EUR" } }, differs: ["amount"] },
      ],
      fraction: { amount: "19.999" },
      reference: null,
      mark: null,
    },
    tax: {
      kind: "taxes",
      recordId: String,
      input: (_references, text) => ({ name: text, rate: "7.25" }),
      edits: [
        { members: { name: "Corrected" }, differs: ["name"] },
        { members: { rate: "7.5" }, differs: ["rate"] },
      ],
      fraction: { rate: "7.255" },
      reference: null,
      mark: null,
    },
    otherCurrency: { currency: "USD" },
    chargeOwner: null,
    secondsBetween: 0,
    startFarAway: null,
  },
};
