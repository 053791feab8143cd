import { decodeId, encodeId } from "../../src/model/id.ts";
import type { ChargeInput } from "../../src/model/model.ts";
import type { BackendMutations } from "../../src/mutations/planning.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import type { Seeded } from "./seeded.ts";

/** The mutations of one simulation: which, when and how often, and their possible effects. */

export const backendKeys = ["pbx", "suite", "offices", "recurring"] as const;
export type BackendKey = (typeof backendKeys)[number];

/** The intent of one target. Tags occur only in records that the call makes, markers only in records that it changes. */
export type Effect =
  | {
      readonly kind: "create";
      readonly type: "Customer" | "Charge" | "Tax";
      readonly backend: BackendKey;
      readonly tag: string;
      readonly executes: boolean;
      /** Global ids of the taxes that are to apply. */
      readonly taxIds: readonly string[];
    }
  | { readonly kind: "change"; readonly objectId: string; readonly marker: string | number }
  | { readonly kind: "remove" | "restore"; readonly objectId: string }
  | { readonly kind: "execute"; readonly objectId: string }
  | { readonly kind: "liability"; readonly taxId: string; readonly customerId: string };

type Call = {
  readonly [Name in keyof BackendMutations]: { readonly mutation: Name; readonly input: BackendMutations[Name]["input"] };
}[keyof BackendMutations];

export type PlannedCall = Call & {
  readonly key: string;
  /** In the order of the targets. */
  readonly effects: readonly Effect[];
  readonly sendings: readonly Sending[];
};

interface Sending {
  readonly atMs: number;
  /** The client disconnects after this long; null: it waits. */
  readonly abandonedAfterMs: number | null;
}

/** Global ids of what mutations can be about. */
export interface Material {
  readonly customers: Readonly<Record<BackendKey, readonly string[]>>;
  /** Live ones that nothing else uses. */
  readonly archivable: readonly string[];
  readonly archived: readonly string[];
  readonly services: Readonly<Record<"suite" | "offices", readonly string[]>>;
  /** Of the simulation's own, made before anything goes wrong. */
  readonly charges: readonly string[];
  readonly taxes: readonly string[];
}

export function seededMaterial({ backends }: Sandbox): Material {
  const { pbx, suite, offices, recurring } = backends;
  const ids = (type: "Customer" | "Service", backend: BackendKey, rows: Iterable<{ readonly id: number | string | bigint }>) =>
    [...rows].map(({ id }) => encodeId({ type, backend, id: String(id) }));
  const clients = { suite: [...suite.simulated.state.clients.values()], offices: [...offices.simulated.state.clients.values()] };
  const isArchived = ({ dateArchived }: { readonly dateArchived: unknown }) => dateArchived !== null;
  // The system owner and a customer with customers below it cannot be archived.
  const subscribers = [...pbx.simulated.state.customers.values()].filter(({ id }) => id !== 1 && id !== 108);
  const live = {
    pbx: ids(
      "Customer",
      "pbx",
      subscribers.filter((row) => row.deleted === 0),
    ),
    suite: ids(
      "Customer",
      "suite",
      clients.suite.filter((row) => !isArchived(row)),
    ),
    offices: ids(
      "Customer",
      "offices",
      clients.offices.filter((row) => !isArchived(row)),
    ),
  };
  return {
    customers: {
      pbx: live.pbx.slice(1),
      suite: live.suite.slice(1),
      offices: live.offices.slice(1),
      recurring: ids("Customer", "recurring", recurring.simulated.state.customers.values()),
    },
    archivable: Object.values(live).flatMap((each) => each.slice(0, 1)),
    archived: [
      ...ids(
        "Customer",
        "pbx",
        subscribers.filter((row) => row.deleted === 1),
      ),
      ...ids("Customer", "suite", clients.suite.filter(isArchived)),
      ...ids("Customer", "offices", clients.offices.filter(isArchived)),
    ],
    services: {
      suite: ids("Service", "suite", suite.simulated.state.services.values()),
      offices: ids("Service", "offices", offices.simulated.state.services.values()),
    },
    charges: [],
    taxes: [],
  };
}

const planId = encodeId({ type: "Plan", backend: "pbx", id: "2" });

/** Makes calls with tags, amounts and rates that no other call of the simulation has. */
export function createDrafts(seed: number, random: Seeded, material: () => Material) {
  let made = 0;
  const number = (): number => {
    made += 1;
    return made;
  };
  const tag = (): string => `sim${seed}n${number()}z`;
  const customerOf = (backend: BackendKey): string => random.pick(material().customers[backend]);
  const ofBackend = (ids: readonly string[], ...keys: readonly string[]): string[] =>
    ids.filter((id) => keys.includes(decodeId(id)?.backend ?? ""));

  type Draft = Call & { readonly effects: readonly Effect[] };

  function charge(backend: BackendKey, plain = false): { readonly input: ChargeInput; readonly effect: Effect } {
    const own = tag();
    const shared = {
      customerId: customerOf(backend),
      amount: (10 + number() / 100).toFixed(2),
      ...(random.chance(0.3) && dated),
    };
    const effect = { kind: "create", type: "Charge", backend, tag: own, executes: false, taxIds: [] } as const;
    if (backend === "pbx") {
      const executes = !plain && random.chance(0.4);
      const taxIds = !plain && random.chance(0.4) ? ofBackend(material().taxes, "pbx") : [];
      const input = { ...shared, name: own, ...(executes && { executeNow: true }), ...(taxIds.length > 0 && { taxIds }) };
      return { input, effect: { ...effect, executes, taxIds } };
    }
    if (backend === "recurring") return { input: { ...shared, description: own }, effect };
    return { input: { ...shared, serviceId: random.pick(material().services[backend]), notes: own }, effect };
  }

  const createCharges = (keys: readonly BackendKey[], onFailure: "KEEP" | "ROLL_BACK"): Draft => {
    const charges = keys.map((backend) => charge(backend, onFailure === "ROLL_BACK"));
    const input = { charges: charges.map(({ input }) => input), onFailure };
    return { mutation: "createCharges", input, effects: charges.map(({ effect }) => effect) };
  };

  /** In the one backend whose credits are separate records with the usual configuration. */
  const createCredits = (count: number): Draft => {
    const tags = Array.from({ length: count }, tag);
    const credits = tags.map((own) => ({
      customerId: customerOf("recurring"),
      amount: (1 + number() / 100).toFixed(2),
      description: own,
    }));
    const given = { kind: "create", type: "Charge", backend: "recurring", executes: false, taxIds: [] } as const;
    return {
      mutation: "createCredits",
      input: { credits, onFailure: "KEEP" },
      effects: tags.map((own) => ({ ...given, tag: own })),
    };
  };

  const createCustomer = (backends: readonly BackendKey[], onFailure: "KEEP" | "ROLL_BACK"): Draft => {
    const own = tag();
    const plan = backends.includes("pbx") ? { planId } : {};
    const input = { backends, firstName: "Ada", lastName: own, email: `${own}@example.com`, ...plan, onFailure };
    const created = { kind: "create", type: "Customer", tag: own, executes: false, taxIds: [] } as const;
    return { mutation: "createCustomer", input, effects: backends.map((backend) => ({ ...created, backend })) };
  };

  const createTax = (backends: readonly BackendKey[], onFailure: "KEEP" | "ROLL_BACK"): Draft => {
    const own = tag();
    const effectiveDate = backends.includes("recurring") ? { effectiveDate: "2026-07-01" } : {};
    const input = { backends, name: own, rate: (1 + number() / 100).toFixed(2), ...effectiveDate, onFailure };
    const created = { kind: "create", type: "Tax", tag: own, executes: false, taxIds: [] } as const;
    return { mutation: "createTax", input, effects: backends.map((backend) => ({ ...created, backend })) };
  };

  return { tag, number, customerOf, ofBackend, charge, createCharges, createCredits, createCustomer, createTax };
}

export type Drafts = ReturnType<typeof createDrafts>;

const dated = { date: "2026-11-20" };
