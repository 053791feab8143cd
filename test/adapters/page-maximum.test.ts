import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adapter, List, WritePlan } from "../../src/adapter/adapter.ts";
import { create as createEnswitchAdapter, settings as enswitchSettings } from "../../src/adapters/enswitch/index.ts";
import { create as createSuiteAdapter, settings as suiteSettings } from "../../src/adapters/hostedsuite/index.ts";
import { create as createV01Adapter, settings as v01Settings } from "../../src/adapters/v01/index.ts";
import { type BackendConnection, connect } from "../../src/connections/http.ts";
import { BillingError, settle } from "../../src/model/errors.ts";
import type { CustomerInput } from "../../src/model/model.ts";
import type { ConditionsInForce } from "../../src/sandbox/conditions.ts";
import { createEnswitch } from "../../src/sandbox/enswitch/index.ts";
import { createHostedSuiteV3 } from "../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { SimulatedBackend } from "../../src/sandbox/simulated.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import { createWorld } from "../../src/sandbox/world.ts";

/**
 * The maximum rows of a page are documented nowhere (Enswitch 13.9, HostedSuite 13.13, v01 5.2). Whatever it is, lists and
 * look-ups by id return every row once, even while rows come and go.
 */

const world = createWorld({ customers: 70 });
const scope = {};

interface Kind {
  readonly name: string;
  readonly simulated: () => SimulatedBackend;
  /** A gateway that knows nothing of the backend yet. */
  readonly connected: (url: string) => { readonly adapter: Adapter; readonly connection: BackendConnection };
  /** Maximums that it copes with; null = any. */
  readonly maxima: readonly number[] | null;
  /** Members that a new customer needs besides a name. */
  readonly joining: (planId: string, number: number) => CustomerInput;
}

/** Guess about v01: if it cuts pages, then at a round or configured number. It does not report a list's length. */
const roundMaxima = [10, 15, 16, 20, 25, 32, 40, 50, 64, 75, 100];

/** The circuit breaker must not interfere. */
const common = { circuit: { failures: 1000 }, retries: 0 };
const login = (backend: SimulatedBackend) => (backend as SimulatedBackend & { readonly credentials: object }).credentials;
const enswitch = createEnswitch(world);

const kinds: readonly Kind[] = [
  {
    name: "Enswitch",
    maxima: null,
    joining: (planId, number) => ({ email: `new${number}@example.com`, planId }),
    simulated: () => createEnswitch(world),
    connected: (url) => {
      const settings = enswitchSettings.parse({ kind: "enswitch", url, currency: "EUR", ...login(enswitch), ...common });
      const connection = connect({ backend: "pbx", ...settings });
      return { adapter: createEnswitchAdapter("pbx", settings, connection), connection };
    },
  },
  {
    name: "HostedSuite v3",
    maxima: null,
    joining: () => ({}),
    simulated: () => createHostedSuiteV3(world),
    connected: (url) => {
      const of = { kind: "hostedsuite", generation: "v3", tenant: "acme", username: "api", password: "sandbox-offices" };
      const settings = suiteSettings.parse({ ...of, url, currency: "USD", timeZone: "UTC", ...common });
      const connection = connect({ backend: "suite", ...settings });
      return { adapter: createSuiteAdapter("suite", settings, connection), connection };
    },
  },
  {
    name: "v01",
    maxima: roundMaxima,
    joining: (_planId, number) => ({ firstName: "New", lastName: `Comer ${number}` }),
    simulated: () => createV01(world),
    connected: (url) => {
      const of = {
        kind: "v01",
        username: "api-gateway",
        password: "sandbox-recurring",
        accountId: 2001,
        currency: "USD",
        country: "US",
      };
      const settings = v01Settings.parse({ ...of, url, ...common });
      const connection = connect({ backend: "recurring", ...settings });
      return { adapter: createV01Adapter("recurring", settings, connection), connection };
    },
  },
];

/** The ids of a whole list, page by page. */
async function walked<T extends { readonly id: string }, Query>(
  list: List<T, Query>,
  query: Query,
  firsts: readonly number[],
  between: () => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 500; page += 1) {
    const request = { first: firsts[page % firsts.length] ?? 1, after };
    const { items, hasNextPage }: Awaited<ReturnType<List<T, Query>>> = await list(query, request, scope);
    ids.push(...items.map(({ value }) => value.id));
    if (!hasNextPage) return ids;
    after = items.at(-1)?.position ?? after;
    await between();
  }
  throw new Error("it never ends");
}

/** Plans, or services, whichever exist. */
async function catalogueOf({ plans, services }: Adapter, firsts: readonly number[]): Promise<string[]> {
  if (plans) return walked(plans.list, {}, firsts);
  return services ? walked(services.list, {}, firsts) : [];
}

async function send<T>(plan: WritePlan<T>, target: string | null): Promise<string> {
  let id = target;
  for (const step of plan.steps) {
    const intent = { stepId: `0190-${Math.random()}`.slice(0, 30), createdAt: new Date().toISOString(), note: null };
    const note = step.noteAtOnce?.(intent) ?? (await step.note?.(id, intent, scope)) ?? null;
    ({ id } = await step.send(id, { ...intent, note }, scope));
  }
  return id ?? "";
}

const casesOf = (maxima: readonly number[] | null) =>
  fc.record({
    pageMaximum: maxima ? fc.constantFrom(...maxima) : fc.integer({ min: 10, max: 110 }),
    beyond: fc.constantFrom("cut", "refuse"),
    firsts: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 }),
  });
const under = ({ pageMaximum, beyond }: { pageMaximum: number; beyond: string }): ConditionsInForce =>
  beyond === "refuse" ? { pageMaximum, beyondPageMaximum: "refuse" } : { pageMaximum };

describe.each(kinds)("a page maximum of $name below the requested size", ({ simulated, connected, joining, maxima }) => {
  const open: BackendConnection[] = [];
  const fresh = (server: RunningBackend): Adapter => {
    const { adapter, connection } = connected(server.url);
    open.push(connection);
    return adapter;
  };
  const running = async (test: (server: RunningBackend) => Promise<void>): Promise<void> => {
    const server = await serveSimulated(simulated());
    try {
      await test(server);
    } finally {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
      await server.close();
    }
  };

  it(
    "loses and repeats no row of a list or of a look-up by ids",
    () =>
      running(async (server) => {
        const adapter = fresh(server);
        const everybody = await walked(adapter.customers.list, {}, [1000]);
        const offered = await catalogueOf(adapter, [1000]);
        expect(everybody.length).toBeGreaterThan(20);
        await fc.assert(
          fc.asyncProperty(casesOf(maxima), async (conditions) => {
            server.setConditions(under(conditions));
            const unknowing = fresh(server);
            expect((await walked(unknowing.customers.list, {}, conditions.firsts)).sort()).toEqual([...everybody].sort());
            expect((await catalogueOf(unknowing, conditions.firsts)).sort()).toEqual([...offered].sort());
            const found = await fresh(server).customers.getMany(everybody, scope);
            expect(found.map((customer) => (customer instanceof Error ? customer.message : customer?.id))).toEqual(everybody);
          }),
          { numRuns: 15 },
        );
      }),
    60_000,
  );

  it(
    "shows each remaining row once, while others come and go",
    () =>
      running(async (server) => {
        let made = 0;
        await fc.assert(
          fc.asyncProperty(casesOf(maxima), fc.infiniteStream(fc.nat({ max: 10_000 })), async (conditions, choices) => {
            server.setConditions({});
            const adapter = fresh(server);
            const { create, archive, restore } = adapter.customers;
            const [planId] = await catalogueOf(adapter, [1]);
            const newcomer = (name: string) => ({ ...joining(planId ?? "", made), name });
            const before = await walked(adapter.customers.list, { status: "ACTIVE" }, [1000]);
            server.setConditions({ pageMaximum: conditions.pageMaximum });
            const archived = new Set<string>();
            const between = async (): Promise<void> => {
              const choice = choices.next().value ?? 0;
              const victim = before[choice % before.length];
              made += 1;
              if (choice % 3 === 0 && create) await send(create(newcomer(`${"AMZ"[choice % 5] ?? "B"} ${made}`)), null);
              if (choice % 3 === 1 && archive && victim !== undefined && !archived.has(victim) && archived.size < 8) {
                // Enswitch keeps customers that have customers below them.
                if (!((await settle(send(archive(victim), victim))) instanceof BillingError)) archived.add(victim);
              }
            };
            const firsts = conditions.firsts.map((first) => first + 4);
            const found = await walked(fresh(server).customers.list, { status: "ACTIVE" }, firsts, between);
            server.setConditions({});
            for (const id of archived) if (restore) await send(restore(id), id);
            expect(found).toHaveLength(new Set(found).size);
            expect(before.filter((id) => !archived.has(id) && !found.includes(id))).toEqual([]);
          }),
          { numRuns: 8 },
        );
      }),
    60_000,
  );
});
