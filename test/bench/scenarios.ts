import type { BackendKey, Found, FoundCustomer } from "./found.ts";
import { chargesOfAnyTen, chargesOfTen, customersByName, customerWithTaxes, type Query } from "./queries.ts";
import type { Template } from "./templates.ts";
import { createCharge, createCharges, type Write } from "./writes.ts";

/** All that is measured besides one another is in the same scenario: the same requests, the same answers. */
export interface Scenario {
  /** "S1 recurring": what --only, the tables and the baseline know it by. Its first word is the group. */
  readonly name: string;
  readonly title: string;
  readonly request: Query | Write;
  readonly body: Template;
  /** Reads: how many answers there are, in turn. Writes: 1, whose text every answer must match. */
  readonly turns: number;
  /** The other subjects beside the gateway. */
  readonly beside: readonly SubjectKind[];
  /** How many times as fast as a subject the gateway is meant to be. */
  readonly goals?: Partial<Record<SubjectKind, number>>;
  /** No two requests under way are the same, nor need the same of their backend. */
  readonly isDistinct?: boolean;
  /** Where it takes another number than the command line's. */
  readonly connections?: number;
  readonly connectionsAtMost?: number;
  /** Every backend answers so much later. */
  readonly delayMs?: number;
  /** Whether what one request makes durable is counted. */
  readonly countsCommits?: boolean;
  /** Calls that a backend may have in flight; default: the gateway's own. */
  readonly concurrency?: number;
}

export type SubjectKind = "plain" | "floor" | "apollo" | "mercurius" | "hive" | "no journal" | "SQLite in memory" | "PostgreSQL";

/** They know HostedSuite v3 only. */
const others = ["apollo", "hive"] as const;
const backends: readonly (readonly [BackendKey, kind: string])[] = [
  ["pbx", "Enswitch"],
  ["suite", "HostedSuite v2"],
  ["offices", "HostedSuite v3"],
  ["recurring", "v01"],
];

/** In the order in which they run: those that write come last, as they change what others read. */
export function scenariosOf(found: Found): readonly Scenario[] {
  return [
    ...otherCharges(found),
    ...sameCharges(found),
    names(),
    taxes(found),
    ...delayed(found),
    creation(found),
    creations(found),
  ];
}

/** As the peers of one backend are compared with the gateway where only it is asked. */
const besideOf = (key: BackendKey): readonly SubjectKind[] => ["plain", "mercurius", ...(key === "offices" ? others : [])];

function sameCharges({ customers }: Found): Scenario[] {
  return backends.map(([key, kind]) => ({
    name: `S1 ${key}`,
    title: `100 charges of 10 customers with theirs, ${kind}`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(customers[key].slice(0, 10)) }),
    turns: 1,
    beside: [...besideOf(key), "floor"],
  }));
}

/** Other customers in each, so that no two requests under way need the same; and then with another text, which is parsed anew. */
function otherCharges({ customers }: Found): Scenario[] {
  return backends.flatMap(([key, kind]) => {
    const groups = tens(customers[key]);
    const bodyWith = (document: string): Template => ({
      text: `{"query":${JSON.stringify(document)},"variables":{"customerIds":«customerIds»}}`,
      values: { customerIds: groups.map((group) => JSON.stringify(idsOf(group))) },
    });
    const common = {
      request: chargesOfAnyTen,
      turns: groups.length,
      connectionsAtMost: Math.floor(groups.length * 0.8),
      isDistinct: true,
    };
    return [
      {
        ...common,
        name: `S1 other-variables ${key}`,
        title: `100 charges of 10 customers with theirs, ${kind}, no two requests under way for the same customers`,
        body: bodyWith(chargesOfTen.document),
        beside: [...besideOf(key), "floor" as const],
        goals: { mercurius: 1, plain: 1.5 },
      },
      {
        ...common,
        name: `S1 other-text ${key}`,
        title: `the same, ${kind}, and every request with another text`,
        body: bodyWith(chargesOfTen.document.replace("query Charges", "query Charges«turn»")),
        beside: besideOf(key),
        goals: { plain: 1 },
      },
    ];
  });
}

const names = (): Scenario => ({
  name: "S2 all",
  title: "20 customers by name, all backends",
  request: customersByName,
  body: bodyOf(customersByName.document, { search: "s.r." }),
  turns: 1,
  beside: ["plain", "floor"],
});

const taxes = ({ taxed }: Found): Scenario => ({
  name: "S3 pbx",
  title: "1 customer with charges and taxes, Enswitch",
  request: customerWithTaxes,
  body: bodyOf(customerWithTaxes.document, { id: taxed.id }),
  turns: 1,
  beside: ["plain", "floor"],
});

const delaysMs = [0, 20, 100];
const steadyConnections = 50;
const ramp = [50, 100, 200, 350, 500];
const rampDelayMs = 20;
/** As an operator sets it whose backends are slow; with the gateway's own 8, waiting for one another would be all that is seen. */
const slowBackendsConcurrency = 64;

function delayed({ customers }: Found): Scenario[] {
  const scenario = (name: string, connections: number, delayMs: number): Scenario => ({
    name,
    title: `S1 recurring, ${connections} connections, backends ${delayMs} ms later`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(customers.recurring.slice(0, 10)) }),
    turns: 1,
    beside: ["plain"],
    connections,
    delayMs,
    concurrency: slowBackendsConcurrency,
  });
  return [
    ...delaysMs.map((delayMs) => scenario(`S5 delay-${delayMs}`, steadyConnections, delayMs)),
    ...ramp.map((connections) => scenario(`S5 ramp-${connections}`, connections, rampDelayMs)),
  ];
}

/** Those that are not read elsewhere: the more charges somebody has, the longer a read takes. */
const charged = ({ customers }: Found): readonly FoundCustomer[] => customers.recurring.slice(10);

const creation = (found: Found): Scenario => ({
  name: "S4 recurring",
  title: "createCharge, v01, journal in an SQLite file",
  request: createCharge(charged(found)),
  body: createCharge(charged(found)).body,
  turns: 1,
  beside: ["no journal", "SQLite in memory", "PostgreSQL", "floor"],
  countsCommits: true,
});

const creations = (found: Found): Scenario => ({
  name: "S6 recurring",
  title: "createCharges with 200 targets, v01, journal in an SQLite file",
  request: createCharges(charged(found)),
  body: createCharges(charged(found)).body,
  turns: 1,
  beside: ["no journal", "floor"],
  connectionsAtMost: 10,
});

/** Nobody is in two of them, and all have about as many charges. */
function tens(customers: readonly FoundCustomer[]): readonly (readonly FoundCustomer[])[] {
  const count = Math.floor(customers.length / 10);
  return Array.from({ length: count }, (_, group) =>
    customers.filter((_customer, index) => index % count === group).slice(0, 10),
  );
}

function bodyOf(document: string, variables: object): Template {
  return { text: JSON.stringify({ query: document, variables }) };
}

const idsOf = (customers: readonly FoundCustomer[]): readonly string[] => customers.map(({ id }) => id);
