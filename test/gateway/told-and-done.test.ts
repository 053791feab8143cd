import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { depth, seed } from "../support/sample.ts";

/**
 * Drawn sequences of the same calls, lost answers, looks, decisions of an honest person, and clocks that are set. The judge knows nothing of the
 * journal: it counts the charges in the backends, and compares them with what the callers were told.
 */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 40 }, duplicates: { charges: "off" } });
});
afterAll(() => gateway?.close());

const backends = ["pbx", "offices", "suite", "recurring"] as const;
type Key = (typeof backends)[number];

const creates: Readonly<Record<Key, string>> = {
  pbx: "charges/create",
  offices: "POST /charges",
  suite: "charges/new",
  recurring: "transactions",
};

type Move =
  | { readonly do: "call"; readonly times: 1 | 2; readonly fault: Fault["kind"] | null }
  | { readonly do: "timePasses" | "look" | "decide" }
  | { readonly do: "setClock"; readonly whose: "ours" | "the backend's"; readonly hours: number };

const moves = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("call" as const),
        times: fc.constantFrom(1 as const, 2 as const),
        fault: fc.constantFrom(
          null,
          "dropBefore",
          "dropAfter",
          "html502",
          "html502After",
          "truncate",
          "emptyEnvelope",
          "rateLimit",
        ),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("timePasses" as const, "look" as const, "decide" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("setClock" as const),
        whose: fc.constantFrom("ours" as const, "the backend's" as const),
        hours: fc.constantFrom(-2, 0, 5),
      }),
    },
  ),
  { minLength: 2, maxLength: 9 },
);

interface Told {
  readonly status: string;
  readonly id: string;
  readonly node: string | null;
  readonly candidates: readonly string[];
}

const fields = "id status steps { status node { id } candidates { id } }";
let cases = 0;

async function tell(key: Key, sequence: readonly Move[]): Promise<void> {
  cases += 1;
  const { id: customerId, serviceId } = await customerOf(key);
  const text = `drawn ${cases}`;
  const words = key === "pbx" ? { name: text } : key === "recurring" ? { description: text } : { notes: text, serviceId };
  const input = { charge: { customerId, amount: "19.90", ...words }, idempotencyKey: text };
  const server = gateway.sandbox.backends[key];
  let told: Told | null = null;
  const succeeded = new Set<string>();
  const note = (operation: Whole): Told => {
    const [step] = operation.steps;
    const node = step?.node?.id ?? null;
    told = { status: operation.status, id: operation.id, node, candidates: step?.candidates.map(({ id }) => id) ?? [] };
    if (operation.status === "SUCCEEDED" && node !== null) succeeded.add(node);
    return told;
  };
  const made = async (): Promise<string[]> => {
    const query = "query ($id: ID!) { charges(customerIds: [$id], first: 100) { nodes { id name notes description } } }";
    const { charges } = await gateway.data(query, { id: customerId }, { "cache-control": "no-cache" });
    const nodes: readonly Record<string, string | null>[] = charges.nodes;
    return nodes.filter(({ name, notes, description }) => [name, notes, description].includes(text)).map(({ id }) => id ?? "");
  };
  const call = async () => {
    const query = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { operation { ${fields} } } }`;
    return note((await gateway.data(query, { input })).createCharge.operation);
  };
  const look = async () => {
    if (told === null) return;
    const query = `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { ${fields} } } }`;
    note((await gateway.data(query, { id: told.id })).reconcileOperation.operation);
  };
  const decide = async () => {
    if (told?.status !== "UNKNOWN") return;
    const [node] = await made();
    const query = `mutation ($input: ResolveOperationInput!) { resolveOperation(input: $input) { operation { ${fields} } } }`;
    const decision = node === undefined ? { happened: false } : { happened: true, nodeId: node };
    const decided = await gateway.data(query, { input: { operationId: told.id, step: 0, reason: "looked", ...decision } });
    if (decided.resolveOperation.operation) note(decided.resolveOperation.operation);
  };
  try {
    for (const move of sequence) {
      if (move.do === "call") {
        server.setFaults(
          move.fault === null ? [] : [{ kind: move.fault, function: creates[key], times: 1, retryAfterSeconds: 0 }],
        );
        await Promise.all(Array.from({ length: move.times }, call));
        server.setFaults([]);
      } else if (move.do === "timePasses") await gateway.letTimePass();
      else if (move.do === "look") await look();
      else if (move.do === "decide") await decide();
      else if (move.do === "setClock" && move.whose === "ours") setOurClock(move.hours);
      else if (move.do === "setClock") server.setConditions({ clockOffsetMs: move.hours * hourMs });
      expect((await made()).length, `charges after ${JSON.stringify(move)}`).toBeLessThanOrEqual(1);
    }
    // In the end all is settled, with an honest person's help: what the caller is told is what is there.
    await gateway.letTimePass();
    await look();
    await decide();
    const last = told as Told | null;
    if (last === null) return;
    expect(await made()).toEqual(last.status === "SUCCEEDED" ? [last.node] : []);
    expect(["SUCCEEDED", "FAILED"]).toContain(last.status);
    expect(succeeded.size).toBeLessThanOrEqual(1);
    // The key is final: the same call again makes it happen once.
    await call();
    expect(await made()).toHaveLength(1);
  } finally {
    setOurClock(0);
    server.setFaults([]);
    server.setConditions({});
  }
}

interface Whole {
  readonly id: string;
  readonly status: string;
  readonly steps: readonly {
    readonly node: { readonly id: string } | null;
    readonly candidates: readonly { readonly id: string }[];
  }[];
}

const hourMs = 3_600_000;
const RealDate = Date;

/** Sets this process' wall clock off by some hours, as an operator or NTP does in the middle of the work. */
function setOurClock(hours: number): void {
  const off = hours * hourMs;
  globalThis.Date =
    off === 0
      ? RealDate
      : (class extends RealDate {
          constructor(...parts: readonly unknown[]) {
            super(...((parts.length === 0 ? [RealDate.now() + off] : parts) as [number]));
          }
          static override now(): number {
            return RealDate.now() + off;
          }
        } as DateConstructor);
}

const customers = new Map<Key, { readonly ids: string[]; readonly serviceId: string | null }>();

/** A customer of its own for each sequence, in turn. */
async function customerOf(key: Key): Promise<{ readonly id: string; readonly serviceId: string | null }> {
  let known = customers.get(key);
  if (known === undefined) {
    const query =
      "query ($key: String!) { customers(first: 30, backends: [$key], filter: { status: ACTIVE }) { nodes { id } } backend(key: $key) { services(first: 1) { nodes { id } } } }";
    const found = (await gateway.send(query, { key })).data;
    const ids = found.customers.nodes.map(({ id }: { id: string }) => id);
    known = { ids, serviceId: found.backend?.services?.nodes[0]?.id ?? null };
    customers.set(key, known);
  }
  return { id: known.ids[cases % known.ids.length] ?? "", serviceId: known.serviceId };
}

it.each(backends)("what callers of %s are told is what was done, whatever happens in between", async (key) => {
  await fc.assert(
    fc.asyncProperty(moves, (sequence) => tell(key, sequence)),
    { numRuns: 12 * depth, seed, endOnFailure: false },
  );
});
