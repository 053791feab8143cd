import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChargePosition } from "../../src/adapter/adapter.ts";
import { chargePosition, chargesBehind, comparePositions, completeSet, matchesCharge } from "../../src/adapter/charge-order.ts";
import { createOmittedRows } from "../../src/adapter/kit/rows.ts";
import type { Charge } from "../../src/model/model.ts";
import type { ChargeQuery } from "../../src/model/queries.ts";
import { containsText } from "../../src/model/text.ts";

function charge(given: Partial<Charge>): Charge {
  const nothing = {
    reference: null,
    customer: null,
    plan: null,
    service: null,
    description: null,
    notes: null,
    amount: null,
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: null,
    date: null,
    recurrence: null,
    createdAt: null,
    updatedAt: null,
  };
  const id = given.id ?? "1";
  const fixed = {
    type: "Charge",
    backend: "pbx",
    id,
    backendId: id,
    name: "Line rental",
    kind: "ONE_OFF",
    status: "OPEN",
  } as const;
  return { ...nothing, ...fixed, quantity: "1", raw: {}, ...given };
}

const dates = fc.constantFrom(null, "2024-02-28", "2024-02-29", "2024-12-31", "2025-01-01");
const charges = fc
  .record({ backend: fc.constantFrom("pbx", "suite"), id: fc.nat({ max: 30 }).map(String), date: dates })
  .map((given) => charge(given));
/** Without a second version of any charge. */
const lists = fc.uniqueArray(charges, { selector: ({ backend, id }) => `${backend}:${id}`, maxLength: 30 });
const positions = charges.map(chargePosition);

const keyOf = ({ backend, id }: Charge): string => `${backend}:${id}`;

describe("the order of positions", () => {
  it("is total", () => {
    fc.assert(
      fc.property(positions, positions, positions, (one, two, three) => {
        expect(comparePositions(one, two)).toBe(0 - comparePositions(two, one));
        expect(comparePositions(one, two) === 0).toBe(one.date === two.date && one.id === two.id);
        if (comparePositions(one, two) < 0 && comparePositions(two, three) < 0) expect(comparePositions(one, three)).toBe(-1);
      }),
    );
  });

  it("is newest first, then by id, with undated charges last", () => {
    const sorted = [
      charge({ id: "7", date: "2025-01-01" }),
      charge({ id: "1", date: null, createdAt: "2024-06-01T10:00:00Z" }),
      charge({ id: "5", date: "2024-01-01", backend: "pbx" }),
      charge({ id: "5", date: "2024-01-01", backend: "suite" }),
      charge({ id: "9" }),
    ];
    expect(chargesBehind(sorted.toReversed(), null)).toEqual(sorted);
  });
});

describe("merging", () => {
  it("gives the same list for any order and overlap of its parts", () => {
    fc.assert(
      fc.property(lists, fc.array(fc.nat()), fc.option(positions), (all, repeats, after) => {
        const repeated = repeats.flatMap((index) => all[index % Math.max(1, all.length)] ?? []);
        const merged = chargesBehind([...repeated, ...all.toReversed()], after);
        expect(merged).toEqual(chargesBehind(all, after));
        expect(new Set(merged.map(keyOf)).size).toBe(merged.length);
      }),
    );
  });

  it("is the same for the whole as for merged parts", () => {
    fc.assert(
      fc.property(lists, fc.nat({ max: 30 }), fc.option(positions), (all, cut, after) => {
        const parts = [...chargesBehind(all.slice(0, cut), after), ...chargesBehind(all.slice(cut), after)];
        expect(chargesBehind(parts, after)).toEqual(chargesBehind(all, after));
      }),
    );
  });

  it("gives the whole list in pages of any size, without gaps or repeats", () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 7 }), (all, size) => {
        const walked: Charge[] = [];
        let after: ChargePosition | null = null;
        for (;;) {
          const page: Charge[] = chargesBehind(all, after).slice(0, size);
          const last = page.at(-1);
          if (!last) break;
          walked.push(...page);
          after = chargePosition(last);
        }
        expect(walked).toEqual(chargesBehind(all, null));
        expect(walked).toHaveLength(all.length);
      }),
    );
  });
});

describe("matchesCharge", () => {
  const rental = charge({ date: "2024-03-15", description: "Zürich office", notes: "ordered by phone", reference: "PO-77" });

  it.each<[ChargeQuery, boolean]>([
    [{}, true],
    [{ from: null, to: null, status: null, kind: null, search: null }, true],
    [{ from: "2024-03-15", to: "2024-03-15" }, true],
    [{ from: "2024-03-16" }, false],
    [{ to: "2024-03-14" }, false],
    [{ status: ["VOIDED", "OPEN"] }, true],
    [{ status: ["VOIDED"] }, false],
    [{ status: [] }, false],
    [{ kind: ["ONE_OFF"] }, true],
    [{ kind: ["RECURRING", "FEE"] }, false],
    [{ search: "RENTAL" }, true],
    [{ search: "zürich" }, true],
    [{ search: "by phone" }, true],
    [{ search: "po-77" }, true],
    [{ search: "fax" }, false],
    [{ from: "2024-01-01", status: ["OPEN"], search: "fax" }, false],
  ])("%j: %s", (query, expected) => {
    expect(matchesCharge(rental, query)).toBe(expected);
  });

  it("uses the day of creation if there is no date, and no range contains a charge without either", () => {
    const created = charge({ createdAt: "2024-03-15T23:59:59Z" });
    expect(matchesCharge(created, { from: "2024-03-15", to: "2024-03-15" })).toBe(true);
    expect([matchesCharge(charge({}), { from: "2000-01-01" }), matchesCharge(charge({}), { to: "2999-01-01" })]).toEqual([
      false,
      false,
    ]);
  });

  it("makes a complete set of the matches after the position", () => {
    const [newest, older, voided] = [
      charge({ id: "3", date: "2024-03-03" }),
      charge({ id: "2", date: "2024-03-02" }),
      charge({ id: "1", date: "2024-03-01", status: "VOIDED" }),
    ];
    const window = { first: 1, after: chargePosition(newest) };
    expect(completeSet([voided, older, newest], { status: ["OPEN"] }, window)).toEqual({ charges: [older], complete: true });
  });
});

describe("rows with one id", () => {
  it("are reported exactly if the hidden row differs from the one that is shown", () => {
    const raw = fc.constantFrom("a", "b").map((note) => ({ note }));
    const rows = fc.array(fc.record({ id: fc.constantFrom("1", "2", "3", "4", "5"), date: dates, raw }).map(charge), {
      maxLength: 8,
    });
    const queries = fc.constantFrom({}, { from: "2024-12-31" });
    fc.assert(
      fc.property(rows, queries, (given, query) => {
        const set = completeSet(given, query, { first: 100, after: null });
        const matching = given.filter((each) => matchesCharge(each, query));
        expect(new Set(set.charges.map(keyOf))).toEqual(new Set(matching.map(keyOf)));
        const versions = new Set(matching.map(({ id, raw: { note } }) => `${id} ${note}`));
        const isMissing = versions.size > new Set(matching.map(keyOf)).size;
        expect(set.incomplete?.code).toBe(isMissing ? "BAD_RESPONSE" : undefined);
      }),
    );
  });

  it("are reported in addition to rows that the adapter has omitted", () => {
    const omitted = createOmittedRows("x", "charges");
    omitted.add("owner");
    const rows = ["a", "b"].map((note) => charge({ id: "1", raw: { note } }));
    const { incomplete } = completeSet(rows, {}, { first: 5, after: null }, omitted);
    expect(incomplete?.message).toMatch(/1 do not name their owner, 1 have the id of another one/);
  });

  it("with equal content are one, such as those of a plan that several lists contain", () => {
    const one = charge({ id: "1", raw: { note: "a" } });
    expect(completeSet([one, { ...one }], {}, { first: 5, after: null })).toEqual({ charges: [one], complete: true });
  });
});

describe("containsText", () => {
  it.each([
    [["Straße"], "STRASSE", false],
    [["ＡＢＣ Ltd"], "abc", true],
    [["Ångström"], "a\u030angström", true],
    [[null, undefined, "x"], " X ", true],
    [[null, undefined], "x", false],
  ])("%j contains %j: %s", (texts, search, expected) => {
    expect(containsText(texts, search)).toBe(expected);
  });
});

it("does not take an array for sorted that its owner goes on filling", () => {
  fc.assert(
    fc.property(lists, lists, (first, further) => {
      const kept = [...first];
      chargesBehind(kept, null);
      kept.push(...further);
      const positionsOf = (sorted: readonly Charge[]) => sorted.map(chargePosition);
      expect(positionsOf(chargesBehind(kept, null))).toEqual(positionsOf(chargesBehind([...first, ...further], null)));
    }),
  );
});
