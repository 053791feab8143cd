import type { BackendKey, Found, FoundCustomer } from "./found.ts";
import type { KeptRows } from "./plain/kept.ts";
import { cursorsOf, linkAccounts, makeOperations, searchTexts } from "./preparing.ts";
import {
  chargesOfAnyTen,
  chargesOfTen,
  customerInFull,
  customersByName,
  customerWithTaxes,
  newestOperations,
  nodeOfCustomer,
  pageOfCustomers,
  type Query,
  searched,
} from "./queries.ts";
import type { GatewayVariant } from "./subjects.ts";
import type { Template } from "./templates.ts";
import { createCharge, createCharges, targets, type Write } from "./writes.ts";

/** All subjects of a scenario are measured with the same requests and answers. */
export interface Scenario {
  /** "S1 recurring": its name in --only, the tables and the baseline. Its first word is the group. */
  readonly name: string;
  readonly title: string;
  readonly request: Query | Write;
  /** Reads: one request for each of its values, in turn. */
  readonly body: Template;
  /** Preparation of the gateway, whose results the others get too. */
  readonly prepare?: (url: string) => Promise<Prepared>;
  /** Values of the body that every subject makes for itself. */
  readonly valuesAt?: (url: string) => Promise<Values>;
  /** The other subjects beside the gateway. */
  readonly beside: readonly SubjectKind[];
  /** How many times as fast as a subject the gateway should be. */
  readonly goals?: Partial<Record<SubjectKind, number>>;
  /** No two requests in flight are the same. */
  readonly isDistinct?: boolean;
  /** If it needs another number than the command line's. */
  readonly connections?: number;
  readonly connectionsAtMost?: number;
  /** Every backend answers with this delay. */
  readonly delayMs?: number;
  /** Whether the durable transactions of one request are counted. */
  readonly countsCommits?: boolean;
  /** Settings of the gateway. */
  readonly variant?: GatewayVariant;
}

export interface Prepared {
  /** What a hand-written server stores of it. */
  readonly kept?: KeptRows;
  /** Gaps of the body. */
  readonly values?: Values;
}

type Values = NonNullable<Template["values"]>;

export type SubjectKind = "plain" | "floor" | "apollo" | "mercurius" | "hive" | "no journal" | "SQLite in memory" | "PostgreSQL";

/** They know HostedSuite v3 only. */
const others = ["apollo", "hive"] as const;
const backends: readonly (readonly [BackendKey, kind: string])[] = [
  ["pbx", "Enswitch"],
  ["suite", "HostedSuite v2"],
  ["offices", "HostedSuite v3"],
  ["recurring", "v01"],
];

/** In the order of execution: those that write come last, as they change what others read. */
export function scenariosOf(found: Found): readonly Scenario[] {
  const different = otherCharges(found);
  const offices = different.find(({ name }) => name === "S1 other-variables offices");
  return [
    ...different,
    ...(offices ? [later("S1 other-variables-later", offices)] : []),
    ...pages(found),
    ...singleCustomers(found),
    search(found),
    ...sameCharges(found),
    names(),
    taxes(found),
    ...delayed(found),
    operations(found),
    creation(found),
    ...creations(found),
  ];
}

/** The peers of one backend, compared with the gateway using only that one. */
const besideOf = (key: BackendKey): readonly SubjectKind[] => ["plain", "mercurius", ...(key === "offices" ? others : [])];

function sameCharges({ customers }: Found): Scenario[] {
  return backends.map(([key, kind]) => ({
    name: `S1 ${key}`,
    title: `100 charges of 10 customers with theirs, ${kind}`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(customers[key].slice(0, 10)) }),
    beside: [...besideOf(key), "floor"],
  }));
}

/**
 * Each with other customers, so that no two requests in flight need the same; and then with another text, which must be parsed
 * anew.
 */
function otherCharges({ customers }: Found): Scenario[] {
  return backends.flatMap(([key, kind]) => {
    const values = { customerIds: tens(customers[key]).map((group) => JSON.stringify(idsOf(group))) };
    const read = (name: string, title: string, document: string): Omit<Scenario, "beside"> => ({
      name: `S1 ${name} ${key}`,
      title: `100 charges of 10 customers with theirs, ${kind}, ${title}`,
      request: chargesOfAnyTen,
      body: { text: textOf(document, { customerIds: "«customerIds»" }), values },
      isDistinct: true,
    });
    const { document } = chargesOfTen;
    const anyText = document.replace("query Charges", "query Charges«turn»");
    return [
      {
        ...read("other-variables", "no two requests under way for the same customers", document),
        beside: [...besideOf(key), "floor"],
        goals: { mercurius: 1, plain: 1.5 },
      },
      {
        ...read("other-text", "for other customers and with another text in each request", anyText),
        beside: besideOf(key),
        goals: { plain: 1 },
      },
    ] satisfies Scenario[];
  });
}

const writtenByHand = ["plain", "mercurius"] as const;
const notSlower = { plain: 1 };

/** More other customers than connections, so that nobody requests what another one is just receiving. */
const turnsOfOne = 125;
/** Where a scenario makes its own values: as many as there are customers, at the most. */
const turnsOf = ({ customers }: Found): number => Math.min(turnsOfOne, customers.recurring.length);
const linked = 60;

/** Of one customer each: everything that a screen shows of it and needs for links. */
function singleCustomers({ customers }: Found): Scenario[] {
  const prepare = async (url: string): Promise<Prepared> => {
    const accounts = Array.from({ length: linked }, (_, index) => backends.flatMap(([key]) => customers[key][index] ?? []));
    return { kept: { accounts: await linkAccounts(url, accounts) } };
  };
  return backends.flatMap(([key, kind]) => {
    const values = { id: idsOf(customers[key].slice(0, turnsOfOne)) };
    const read = (name: string, title: string, request: Query): Scenario => ({
      name: `${name} ${key}`,
      title: `${title}, ${kind}`,
      request,
      body: { text: textOf(request.document, { id: '"«id»"' }), values },
      beside: [...writtenByHand, "floor"],
      goals: notSlower,
      isDistinct: true,
    });
    const full = {
      ...read("S8 customer", "1 customer with charges, taxes and account, always another one", customerInFull),
      prepare,
    };
    const node = read("S9 node", "node(id) of a customer, always another one", nodeOfCustomer);
    return key === "offices" ? [full, later("S8 customer-later", full), node] : [full, node];
  });
}

const laterMs = 20;

const later = (name: string, scenario: Scenario): Scenario => ({
  ...scenario,
  name: scenario.name.replace(/^\S+ \S+/, name),
  title: `${scenario.title}, backends ${laterMs} ms later`,
  delayMs: laterMs,
  variant: { backend: { concurrency: slowBackendsConcurrency } },
});

/** Cursors are everybody's own. */
function pages({ customers }: Found): Scenario[] {
  return backends.map(([key, kind]) => ({
    name: `S7 page ${key}`,
    title: `a page of 20 customers with e-mail and amount due, ${kind}, other pages at the same time`,
    request: pageOfCustomers,
    body: { text: textOf(pageOfCustomers.document, { backends: `["${key}"]`, after: "«after»" }) },
    valuesAt: async (url) => ({ after: await cursorsOf(url, key, Math.floor(customers[key].length / 20)) }),
    beside: [...writtenByHand, "floor"],
    goals: notSlower,
    isDistinct: true,
  }));
}

/** Two of the four backends can search; the customers of the others are in the gateway's directory. */
const search = (found: Found): Scenario => ({
  name: "S10 search",
  title: "customers by a word of their name, all backends, always another word",
  request: searched,
  body: { text: textOf(searched.document, { text: '"«text»"' }) },
  prepare: async (url) => ({
    kept: { customers: [...found.customers.suite, ...found.customers.recurring] },
    values: { text: await searchTexts(url, Object.values(found.customers).flat(), turnsOf(found)) },
  }),
  variant: { directory: { refreshMinutes: 1_000, charges: false } },
  beside: writtenByHand,
  goals: notSlower,
  isDistinct: true,
});

const operationsToRead = 300;

const operations = (found: Found): Scenario => ({
  name: "S11 operations",
  title: "the 50 newest operations of 300 up to some moment, always another one",
  request: newestOperations,
  body: { text: textOf(newestOperations.document, { to: '"«to»"' }) },
  prepare: async (url) => {
    const kept = await makeOperations(url, idsOf(charged(found)), operationsToRead);
    const moments = new Set(kept.slice(0, -50).map(({ createdAt }) => createdAt));
    return { kept: { operations: kept }, values: { to: [...moments].slice(0, turnsOf(found)) } };
  },
  beside: writtenByHand,
  goals: notSlower,
  isDistinct: true,
});

const names = (): Scenario => ({
  name: "S2 all",
  title: "20 customers by name, all backends",
  request: customersByName,
  body: bodyOf(customersByName.document, { search: "s.r." }),
  beside: ["plain", "floor"],
});

const taxes = ({ taxed }: Found): Scenario => ({
  name: "S3 pbx",
  title: "1 customer with charges and taxes, Enswitch",
  request: customerWithTaxes,
  body: bodyOf(customerWithTaxes.document, { id: taxed.id }),
  beside: ["plain", "floor"],
});

const delaysMs = [0, 20, 100];
const steadyConnections = 50;
const ramp = [50, 100, 200, 350, 500];
const rampDelayMs = 20;
/** The setting of an operator with slow backends. With the default of 8, only waiting for each other would be measured. */
const slowBackendsConcurrency = 64;

function delayed({ customers }: Found): Scenario[] {
  const scenario = (name: string, connections: number, delayMs: number): Scenario => ({
    name,
    title: `S1 recurring, ${connections} connections, backends ${delayMs} ms later`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(customers.recurring.slice(0, 10)) }),
    beside: ["plain"],
    connections,
    delayMs,
    variant: { backend: { concurrency: slowBackendsConcurrency } },
  });
  return [
    ...delaysMs.map((delayMs) => scenario(`S5 delay-${delayMs}`, steadyConnections, delayMs)),
    ...ramp.map((connections) => scenario(`S5 ramp-${connections}`, connections, rampDelayMs)),
  ];
}

/** Customers that are not read elsewhere: the more charges a customer has, the longer a read takes. */
const charged = ({ customers }: Found): readonly FoundCustomer[] => customers.recurring.slice(10);

const creation = (found: Found): Scenario => ({
  name: "S4 recurring",
  title: "createCharge of always another customer, v01, journal in an SQLite file",
  request: createCharge(charged(found)),
  body: createCharge(charged(found)).body,
  beside: [...writtenByHand, "no journal", "SQLite in memory", "PostgreSQL", "floor"],
  goals: notSlower,
  isDistinct: true,
  countsCommits: true,
});

/** Where there are so many customers. */
function creations(found: Found): Scenario[] {
  if (charged(found).length < targets) return [];
  const request = createCharges(charged(found));
  const title = `createCharges with ${targets} targets, v01, journal in an SQLite file`;
  return [{ name: "S6 recurring", title, request, body: request.body, beside: ["no journal", "floor"], connectionsAtMost: 10 }];
}

/** No customer is in two of them, and all have about as many charges. */
function tens(customers: readonly FoundCustomer[]): readonly (readonly FoundCustomer[])[] {
  const count = Math.floor(customers.length / 10);
  return Array.from({ length: count }, (_, group) =>
    customers.filter((_customer, index) => index % count === group).slice(0, 10),
  );
}

function bodyOf(document: string, variables: object): Template {
  return { text: JSON.stringify({ query: document, variables }) };
}

/** @param variables as JSON, with gaps */
function textOf(document: string, variables: Readonly<Record<string, string>>): string {
  const members = Object.entries(variables).map(([name, json]) => `"${name}":${json}`);
  return `{"query":${JSON.stringify(document)},"variables":{${members.join(",")}}}`;
}

const idsOf = (customers: readonly FoundCustomer[]): readonly string[] => customers.map(({ id }) => id);
