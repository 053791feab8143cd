import type { Found, FoundCustomer } from "./found.ts";
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

const peers = ["apollo", "mercurius", "hive"] as const;
const kindOf: Readonly<Record<string, string>> = {
  pbx: "Enswitch",
  suite: "HostedSuite v2",
  offices: "HostedSuite v3",
  recurring: "v01",
};

/** In the order in which they run: those that write come last, as they change what others read. */
export function scenariosOf(found: Found): readonly Scenario[] {
  return [
    ...sameCharges(found),
    ...otherCharges(found),
    names(),
    taxes(found),
    ...delayed(found),
    creation(found),
    creations(found),
  ];
}

function sameCharges({ ten }: Found): Scenario[] {
  return Object.entries(ten).map(([key, customers]) => ({
    name: `S1 ${key}`,
    title: `100 charges of 10 customers with theirs, ${kindOf[key]}`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(customers) }),
    turns: 1,
    beside: ["plain", "floor", ...(key === "offices" ? peers : [])],
  }));
}

/** Twice: other variables, so that no two requests under way need the same; and besides another text, which must be parsed anew. */
function otherCharges({ groups }: Found): Scenario[] {
  const values = { customerIds: groups.map((group) => JSON.stringify(idsOf(group))) };
  const withText = (document: string): Template => ({
    text: `{"query":${JSON.stringify(document)},"variables":{"customerIds":«customerIds»}}`,
    values,
  });
  const common = { request: chargesOfAnyTen, turns: groups.length, connectionsAtMost: Math.floor(groups.length * 0.8) };
  return [
    {
      ...common,
      name: "S1 other-variables",
      title: "the same, HostedSuite v3, no two requests under way for the same customers",
      body: withText(chargesOfTen.document),
      beside: ["plain", "floor", ...peers],
    },
    {
      ...common,
      name: "S1 other-text",
      title: "the same, and every request another text",
      body: withText(chargesOfTen.document.replace("query Charges", "query Charges«turn»")),
      beside: ["plain", ...peers],
    },
  ];
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

function delayed({ ten }: Found): Scenario[] {
  const scenario = (name: string, connections: number, delayMs: number): Scenario => ({
    name,
    title: `S1 recurring, ${connections} connections, backends ${delayMs} ms later`,
    request: chargesOfTen,
    body: bodyOf(chargesOfTen.document, { customerIds: idsOf(ten["recurring"] ?? []) }),
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

const creation = ({ charged }: Found): Scenario => ({
  name: "S4 recurring",
  title: "createCharge, v01, journal in an SQLite file",
  request: createCharge(charged),
  body: createCharge(charged).body,
  turns: 1,
  beside: ["no journal", "SQLite in memory", "PostgreSQL", "floor"],
  countsCommits: true,
});

const creations = ({ charged }: Found): Scenario => ({
  name: "S6 recurring",
  title: "createCharges with 200 targets, v01, journal in an SQLite file",
  request: createCharges(charged),
  body: createCharges(charged).body,
  turns: 1,
  beside: ["no journal", "floor"],
  connectionsAtMost: 10,
});

function bodyOf(document: string, variables: object): Template {
  return { text: JSON.stringify({ query: document, variables }) };
}

const idsOf = (customers: readonly FoundCustomer[]): readonly string[] => customers.map(({ id }) => id);
