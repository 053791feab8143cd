import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Adapter, List } from "../../../src/adapter/adapter.ts";
import { createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { adapterAt, run, scope } from "./fixture.ts";

/** A page of v3 may be shorter than asked: its maximum is documented nowhere (contract 7.3, 13.13). */

let server: RunningBackend;
const open: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await serveSimulated(createHostedSuiteV3(createWorld({ customers: 90 })));
});
afterAll(async () => {
  await Promise.all(open.map((close) => close()));
  await server.close();
});

/** A gateway that knows nothing of the backend yet. */
function connected(overrides: object = {}): Adapter {
  const { adapter, close } = adapterAt(server.url, "v3", { password: "sandbox-offices", ...overrides });
  open.push(close);
  return adapter;
}

/** The ids of a whole list, page by page. */
async function walked<T extends { readonly id: string }, Query>(
  list: List<T, Query>,
  query: Query,
  firsts: readonly number[],
  between: () => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 1_000; page += 1) {
    const { items, hasNextPage }: Awaited<ReturnType<List<T, Query>>> = await list(
      query,
      { first: firsts[page % firsts.length] ?? 1, after },
      scope,
    );
    ids.push(...items.map(({ value }) => value.id));
    if (!hasNextPage) return ids;
    after = items.at(-1)?.position ?? after;
    await between();
  }
  throw new Error("it never ends");
}

const present = <T>(verb: T | undefined): T => {
  if (verb === undefined) throw new Error("a verb is missing");
  return verb;
};

const cases = fc.record({
  pageMaximum: fc.integer({ min: 7, max: 120 }),
  beyond: fc.constantFrom("cut", "refuse"),
  firsts: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 }),
});

describe("a page maximum of HostedSuite v3 below the requested size", () => {
  test("loses and repeats no row of any list, and none of a look-up by ids", async () => {
    const adapter = connected();
    const services = present(adapter.services);
    const taxes = present(adapter.taxes);
    const all = {
      customers: await walked(adapter.customers.list, {}, [1000]),
      services: await walked(services.list, {}, [1000]),
      taxes: await walked(taxes.list, {}, [1000]),
    };
    expect(all.customers.length).toBeGreaterThan(60);
    await fc.assert(
      fc.asyncProperty(cases, async ({ pageMaximum, beyond, firsts }) => {
        const refuses =
          beyond === "refuse"
            ? ({ pageMaximum: Math.max(pageMaximum, 10), beyondPageMaximum: "refuse" } as const)
            : { pageMaximum };
        server.setConditions(refuses);
        const fresh = connected();
        expect(await walked(fresh.customers.list, {}, firsts)).toEqual(all.customers);
        expect(await walked(present(fresh.services).list, {}, firsts)).toEqual(all.services);
        expect(await walked(present(fresh.taxes).list, {}, firsts)).toEqual(all.taxes);
        const found = await connected().customers.getMany(all.customers, scope);
        expect(found.map((customer) => (customer instanceof Error || customer === null ? customer : customer.id))).toEqual(
          all.customers,
        );
        server.setConditions({});
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test("loses and repeats none while customers are created and archived", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.infiniteStream(fc.nat({ max: 10_000 })), async ({ pageMaximum, firsts }, choices) => {
        server.setConditions({});
        const adapter = connected();
        const before = await walked(adapter.customers.list, { status: "ACTIVE" }, [1000]);
        server.setConditions({ pageMaximum });
        const archived = new Set<string>();
        const between = async (): Promise<void> => {
          const choice = choices.next().value ?? 0;
          const victim = before[choice % before.length];
          if (choice % 3 === 0) await run(present(adapter.customers.create)({ name: `Newcomer ${choice}` }));
          if (choice % 3 === 1 && victim !== undefined && before.length - archived.size > 40) {
            await run(present(adapter.customers.archive)(victim), victim);
            archived.add(victim);
          }
        };
        const found = await walked(
          connected().customers.list,
          { status: "ACTIVE" },
          firsts.map((first) => first + 5),
          between,
        );
        expect(found).toHaveLength(new Set(found).size);
        expect(before.filter((id) => !archived.has(id) && !found.includes(id))).toEqual([]);
        for (const id of archived) await run(present(adapter.customers.restore)(id), id);
      }),
      { numRuns: 10 },
    );
    server.setConditions({});
  }, 60_000);

  test("is remembered, and not searched for if it is configured", async () => {
    server.setConditions({ pageMaximum: 20 });
    const pagesOf = async (adapter: Adapter): Promise<number> => {
      const before = server.calls.length;
      await walked(adapter.customers.list, {}, [1000]);
      return server.calls.slice(before).filter(({ function: name }) => name === "GET /clients").length;
    };
    const adapter = connected();
    const all = await walked(adapter.customers.list, {}, [1000]);
    const remembered = await pagesOf(adapter);
    // Each page begins with the last row of the previous page.
    expect(remembered).toBeLessThanOrEqual(Math.ceil(all.length / 15));
    expect(await pagesOf(connected({ pageMaximum: 20 }))).toBe(remembered);
    server.setConditions({});
  });
});
