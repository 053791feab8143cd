import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adapter, ListCharges } from "../../src/adapter/adapter.ts";
import { createBackends } from "../../src/adapter/backends.ts";
import { chargesBehind, completeSet } from "../../src/adapter/charge-order.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge, Ref } from "../../src/model/model.ts";
import { decodeChargeCursor, encodeChargeCursor } from "../../src/reads/cursor.ts";
import type { Connection } from "../../src/reads/pages.ts";
import { createReads } from "../../src/reads/reads.ts";

/** A charge of a customer, with nothing but its position. */
function chargeOf(owner: Ref, id: string, date: string | null): Charge {
  const nothing = { reference: null, plan: null, service: null, description: null, notes: null, recurrence: null, cost: null };
  const unpriced = { amount: null, taxAmount: null, total: null, outstanding: null, createdAt: null, updatedAt: null };
  return {
    ...{ ...nothing, ...unpriced, type: "Charge", backend: owner.backend, id: `${owner.id}-${id}`, backendId: id, raw: {} },
    ...{ customer: { ...owner, name: null }, name: "Line rental", kind: "ONE_OFF", status: "OPEN", quantity: "1", date },
  } as Charge;
}

const down = (backend: string) => new BillingError("UNAVAILABLE", `${backend} does not answer.`, { backend });

/** Pages of the charges, each in a request of its own. `missing` names backends, or "backend:customer" for one customer. */
function asking(charges: readonly Charge[], owners: readonly Ref[], first: number) {
  return async (after: string | null, missing: readonly string[] = []) => {
    const calls: string[] = [];
    const backends = createBackends(
      ["pbx", "suite", "recurring"].map((key) => {
        const listByCustomers: ListCharges = async (ids, query, window) => {
          calls.push(key);
          if (missing.includes(key)) throw down(key);
          return ids.map((id) =>
            missing.includes(`${key}:${id}`)
              ? down(key)
              : completeSet(
                  charges.filter(({ backend, customer }) => backend === key && customer?.id === id),
                  query,
                  window,
                ),
          );
        };
        const adapter = { key, charges: { listByCustomers } } as unknown as Adapter;
        return { key, label: key, adapter, health: () => ({}) as never };
      }),
    );
    const page = await createReads(backends, {}, 100).charges(owners, "customers", {}, { first, after });
    return { ...page, calls };
  };
}

const namesOf = ({ edges }: Connection<Charge>): string[] => edges.map(({ node }) => `${node.backend}:${node.id}`);
const missingFrom = ({ unavailable }: Connection<Charge>): string[] => unavailable.map(({ backend }) => backend);

const allOwners: readonly Ref[] = ["pbx", "suite", "recurring"].flatMap((backend) => ["1", "2"].map((id) => ({ backend, id })));
const worlds = fc
  .uniqueArray(
    fc.record({
      owner: fc.constantFrom(...allOwners),
      id: fc.nat({ max: 9 }).map(String),
      date: fc.constantFrom(null, "2024-02-29", "2024-12-31", "2025-01-01", "2025-06-30"),
    }),
    { selector: ({ owner, id }) => `${owner.backend}:${owner.id}-${id}`, maxLength: 40 },
  )
  .map((charges) => charges.map(({ owner, id, date }) => chargeOf(owner, id, date)));
const outages = fc.array(fc.subarray(["pbx", "suite", "recurring", "pbx:1", "suite:2"]), { maxLength: 8 });

describe("pages of merged charges", () => {
  it("give every charge exactly once after all backends are back", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.integer({ min: 1, max: 7 }), outages, async (charges, first, missing) => {
        const ask = asking(charges, allOwners, first);
        const walked: string[] = [];
        let after: string | null = null;
        for (let index = 0; index < 100; index += 1) {
          const page: Connection<Charge> = await ask(after, missing[index]);
          const keys = new Set((missing[index] ?? []).map((name) => name.split(":")[0]));
          expect(new Set(missingFrom(page))).toEqual(keys);
          walked.push(...namesOf(page));
          after = page.edges.at(-1)?.cursor ?? after;
          if (!page.hasNextPage && page.unavailable.length === 0) break;
        }
        expect(walked.toSorted()).toEqual(charges.map(({ backend, id }) => `${backend}:${id}`).toSorted());
      }),
    );
  });

  it("are sorted, and follow one order together while no backend is missing", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.integer({ min: 1, max: 7 }), outages, async (charges, first, missing) => {
        const ask = asking(charges, allOwners, first);
        const all = chargesBehind(charges, null);
        const walked: Charge[] = [];
        for (let page = await ask(null); ; page = await ask(page.edges.at(-1)?.cursor ?? null)) {
          walked.push(...page.edges.map(({ node }) => node));
          if (!page.hasNextPage) break;
        }
        expect(walked).toEqual(all);
        let after: string | null = null;
        for (const gone of missing) {
          const { edges }: Connection<Charge> = await ask(after, gone);
          const nodes = edges.map(({ node }) => node);
          expect(nodes).toEqual(chargesBehind(nodes, null));
          after = edges.at(-1)?.cursor ?? after;
        }
      }),
    );
  });

  it("continue behind any charge of a page", async () => {
    const owners = allOwners.slice(0, 4);
    const charges = owners.flatMap((owner) => ["01", "02", "03"].map((day) => chargeOf(owner, day, `2025-01-${day}`)));
    const ask = asking(charges, owners, 5);
    const [, second] = (await ask(null, ["suite"])).edges;
    const rest = asking(charges, owners, 100);
    const walked = [...namesOf(await ask(null, ["suite"])).slice(0, 2), ...namesOf(await rest(second?.cursor ?? null))];
    expect(walked.toSorted()).toEqual(charges.map(({ backend, id }) => `${backend}:${id}`).toSorted());
  });
});

describe("a backend that was missing", () => {
  const owners = allOwners;
  const charges = owners.flatMap((owner) => ["01", "02", "03"].map((day) => chargeOf(owner, day, `2025-01-${day}`)));

  it("is named on every page that lacks it, and asked once for all its customers when it is back", async () => {
    const ask = asking(charges, owners, 4);
    const first = await ask(null, ["suite"]);
    const second = await ask(first.edges.at(-1)?.cursor ?? null, ["suite"]);
    const third = await ask(second.edges.at(-1)?.cursor ?? null);
    expect([missingFrom(first), missingFrom(second), missingFrom(third)]).toEqual([["suite"], ["suite"], []]);
    expect(third.calls.toSorted()).toEqual(["pbx", "recurring", "suite"]);
    expect(new Set(third.edges.map(({ node }) => node.backend))).toEqual(new Set(["suite"]));
  });

  it("adds only its name to cursors, and only until it has caught up", async () => {
    const ask = asking(charges, owners, 4);
    const whole = (await ask(null)).edges.at(-1)?.cursor ?? "";
    const partial = (await ask(null, ["suite"])).edges.at(-1)?.cursor ?? "";
    expect(partial.length - whole.length).toBeLessThan(24);
    let page = await ask(partial);
    while (page.hasNextPage) page = await ask(page.edges.at(-1)?.cursor ?? null);
    expect(page.edges.at(-1)?.cursor.length).toBeLessThanOrEqual(whole.length + 4);
  });
});

describe("cursors", () => {
  const cursorOf = (json: string): string => Buffer.from(`${crc32(json).toString(36)}${json}`).toString("base64url");
  const owners = allOwners.slice(0, 1);
  const charges = ["3", "2", "1"].map((id) => chargeOf({ backend: "pbx", id: "1" }, id, `2025-01-0${id}`));

  it("of earlier versions are still accepted", async () => {
    const page = await asking(charges, owners, 5)(cursorOf('["charges","2025-01-03","pbx:1-3"]'));
    expect(namesOf(page)).toEqual(["pbx:1-2", "pbx:1-1"]);
  });

  it.each([
    "",
    "nonsense",
    cursorOf("["),
    cursorOf("[1]"),
    cursorOf('["customers","pbx","7"]'),
    cursorOf('["charges","2025-01-03"]'),
    cursorOf('["charges","yesterday","pbx:1-3"]'),
    cursorOf('["charges",["2025-01-03"],"pbx:1-3"]'),
    cursorOf('["charges","2025-01-03","pbx:1-3","suite"]'),
    cursorOf('["charges","2025-01-03","pbx:1-3",["suite"]]'),
    cursorOf('["charges","2025-01-03","pbx:1-3",["suite","","2025-01-03"]]'),
    cursorOf('["charges","2025-01-03","pbx:1-3",["","",""]]'),
    cursorOf('["charges","2025-01-03","pbx:1-3",[7,""]]'),
    cursorOf('["charges","2025-01-03","pbx:1-3",{"suite":""}]'),
    encodeChargeCursor({ position: { date: "2025-01-03", id: "pbx:1-3" }, behind: [] }).slice(1),
  ])("that nobody gave are refused: %s", async (after) => {
    await expect(asking(charges, owners, 5)(after)).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });

  it("survive being written and read", () => {
    const positions = fc.record({ date: fc.constantFrom("", "2025-01-03"), id: fc.string() });
    const behind = fc.record({
      backend: fc.string({ minLength: 1 }),
      owner: fc.option(fc.string({ minLength: 1 })),
      position: fc.option(positions),
    });
    fc.assert(
      fc.property(fc.record({ position: positions, behind: fc.array(behind) }), (cursor) => {
        expect(decodeChargeCursor(encodeChargeCursor(cursor))).toEqual(cursor);
      }),
    );
  });
});
