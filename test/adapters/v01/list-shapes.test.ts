import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Row } from "../../../src/adapter/kit/reading.ts";
import { recordsIn } from "../../../src/adapters/v01/list-shapes.ts";

/** Shapes that frameworks and mappers give to a list, written without the code that reads them. */

const isRecord = (row: Row): boolean => "id" in row;
const rowsOf = (json: unknown, offset?: number) => recordsIn(json, isRecord, offset).rows;

type Rows = readonly Readonly<Record<string, unknown>>[];
const lists: Readonly<Record<string, (rows: Rows) => unknown>> = {
  array: (rows) => rows,
  "under its name": (rows) => ({ customers: rows }),
  counted: (rows) => (rows.length === 0 ? { count: 0 } : { count: rows.length, customers: rows }),
  "with its paging": (rows) => ({ offset: 0, limit: 100, totalCount: rows.length, customers: rows }),
  "of a mapper": (rows) => ({ customers: rows.length === 0 ? "" : { customer: rows.length === 1 ? rows[0] : rows } }),
  "of a mapper with null": (rows) => ({ customers: rows.length === 0 ? null : { customer: rows.length === 1 ? rows[0] : rows } }),
  "of a mapper with an object": (rows) => ({ customers: rows.length === 0 ? {} : { customer: rows } }),
  "in an envelope": (rows) => ({ response: { customers: rows.length === 0 ? "" : { customer: rows } } }),
  "in an envelope with its status": (rows) => ({ responseType: "", customers: { customer: rows }, warnings: null }),
  "each in its name": (rows) => rows.map((customer) => ({ customer })),
  lone: (rows) => (rows.length > 1 ? rows : (rows[0] ?? {})),
  "attributes with @": (rows) => ({ customers: { customer: rows.map((row) => marked(row, "@")) } }),
  "attributes with @_": (rows) => ({ customers: { customer: rows.map((row) => marked(row, "@_")) } }),
  "attributes with -": (rows) => rows.map((row) => marked(row, "-")),
  "attributes in $": (rows) => ({ customers: { customer: rows.map((row) => ({ $: row })) } }),
  "attributes in _attributes": (rows) => ({ customers: { customer: rows.map((row) => ({ _attributes: row })) } }),
};

const marked = (row: object, mark: string): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [`${mark}${name}`, value]));

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const record = fc
  .tuple(
    fc.oneof(fc.nat(), fc.nat().map(String)),
    fc.dictionary(fc.constantFrom("name", "count", "total", "code", "note"), scalar),
  )
  .map(([id, rest]) => ({ id, ...rest }));

describe("a list", () => {
  it.each(Object.entries(lists))("in %s has all of its records, in order", (_name, shape) => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), (rows) => {
        expect(rowsOf(JSON.parse(JSON.stringify(shape(rows))))).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
    );
  });

  it.each([
    [{ customer: { id: 1 } }, "one"],
    [{ id: 1 }, "one"],
    [{ status: "ok", customer: { id: 1 } }, "one"],
    [[{ id: 1 }], "list"],
    [{ customers: { customer: { id: 1 } } }, "list"],
    [{ customers: [{ id: 1 }] }, "list"],
    [{ customers: "" }, "list"],
    [{ customers: [] }, "list"],
    [{ customers: {} }, "list"],
    [{ count: 0 }, "list"],
    [{ count: "0", customers: null }, "list"],
    // Nothing shows that there is a list that is empty.
    [{ customers: null }, "none"],
    [{}, "none"],
    ["", "none"],
    [null, "none"],
  ])("%j is %s", (json, shape) => {
    expect(recordsIn(json, isRecord).shape).toBe(shape);
  });

  it("may be empty after its end, and there only if it has a count", () => {
    expect(rowsOf({ total: 3, customers: "" }, 3)).toEqual([]);
    expect(() => rowsOf({ total: 3, customers: "" }, 2)).toThrow();
    expect(() => rowsOf({ total: 3, customers: [] })).toThrow();
  });
});

describe("an answer in another shape", () => {
  it.each([
    ["text"],
    [7],
    [true],
    [[1, 2]],
    [[[{ id: 1 }]]],
    [[{ id: 1 }, null]],
    [[{ id: 1 }, { name: "without" }]],
    [{ message: "no" }],
    [{ message: null }],
    [{ error: "" }],
    [{ offset: 0, limit: 100 }],
    [{ count: 2 }],
    [{ count: "many" }],
    [{ value: 725 }],
    [{ customers: { customer: "" }, count: 1 }],
    [{ customers: [{ id: 1 }], taxes: [{ id: 1 }] }],
    [{ customers: [{ name: "without" }] }],
    [{ customers: ["1", "2"] }],
    [{ a: { b: { c: { d: [{ id: 1 }] } } } }],
  ])("is not an empty list: %j", (json) => {
    expect(() => rowsOf(json)).toThrow(TypeError);
  });

  it("never loses a record, and invents none", () => {
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        record,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("customers", "customer", "count", "error", "data"), tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const all = recordsWithin(value);
        const read = attempt(() => rowsOf(value));
        if (read === null) return;
        for (const row of read) expect(all).toContainEqual(row);
        // Either all records in it, or it has none.
        expect(read.length === 0 ? all.length : read.length).toBe(read.length === 0 ? 0 : all.length);
      }),
      { numRuns: 5000 },
    );
  });
});

/** All records of a value that are not within another record. */
function recordsWithin(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  if ("id" in value) return [value];
  return Object.values(value).flatMap(recordsWithin);
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
