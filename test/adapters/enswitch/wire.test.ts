import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargeFrom } from "../../../src/adapters/enswitch/map-charge.ts";
import { customerFrom } from "../../../src/adapters/enswitch/map-customer.ts";
import { taxFrom } from "../../../src/adapters/enswitch/map-tax.ts";
import { planFrom } from "../../../src/adapters/enswitch/plans.ts";
import { chargeRow, customerRow, planRow, taxRow } from "../../../src/adapters/enswitch/wire.ts";
import type { Entity, Money } from "../../../src/model/model.ts";

const origin = { backend: "pbx", currency: "EUR", timeZone: "UTC" };

/** The same value as a number, as text, or in a form without meaning. */
const anything = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.constantFrom("", " ", "0", 0, 1, "1", "-1", -2, "12.50", 12.5, "abc", "EUR", "1e3", Number.MAX_VALUE, "9007199254740993"),
  fc.jsonValue(),
  fc.double(),
  fc.string(),
);
const ids = fc.oneof(fc.integer({ min: 1 }), fc.integer({ min: 1 }).map(String));

const entities: readonly [string, { readonly shape: object }, (row: Record<string, unknown>) => Entity][] = [
  ["customers", customerRow, (row) => customerFrom(row, origin)],
  ["charges", chargeRow, (row) => chargeFrom(row, origin)],
  ["taxes", taxRow, (row) => taxFrom(row, origin)],
  ["plans", planRow, (row) => planFrom(row, "pbx")],
];

describe.each(entities)("rows of %s", (_name, schema, map) => {
  const names = Object.keys(schema.shape).filter((name) => name !== "id");
  const rows = fc.record(
    { id: ids, ...Object.fromEntries(names.map((name) => [name, anything])), unheard_of: anything },
    { requiredKeys: ["id"] },
  );

  it("are read whatever their columns contain, and yield well-formed values only", () => {
    fc.assert(
      fc.property(rows, (row) => {
        const entity = map(row);
        expect(entity.backendId).toBe(String(row.id));
        expect(entity.name).not.toBe("");
        for (const [member, value] of Object.entries(entity)) if (member !== "raw") expectWellFormed(member, value);
      }),
    );
  });

  it("are equal as numbers and as text", () => {
    const numbers = Object.fromEntries(names.map((name) => [name, fc.constantFrom(0, 1, 2, 12)]));
    fc.assert(
      fc.property(fc.record({ id: fc.integer({ min: 1 }), ...numbers }), (row) => {
        const texts = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
        expect({ ...map(texts), raw: null }).toEqual({ ...map({ ...row, period: texts["period"] }), raw: null });
      }),
    );
  });

  it("need an id", () => {
    for (const id of [undefined, null, 0, "0", "", "x", -1, 1.5]) expect(() => map({ id, name: "a" })).toThrow();
  });

  it("invent nothing that was not sent", () => {
    const { raw: _raw, ...entity } = { raw: null, ...map({ id: 7 }) };
    const told = Object.entries(entity).filter(([, value]) => value !== null);
    expect(Object.fromEntries(told)).toMatchObject({ id: expect.stringContaining("7"), name: "7" });
    const constants = [
      "type",
      "backend",
      "id",
      "backendId",
      "name",
      "status",
      "kind",
      "quantity",
      "currency",
      "appliesTo",
      "shared",
      "active",
    ];
    expect(told.map(([member]) => member).filter((member) => !constants.includes(member))).toEqual([]);
  });
});

function expectWellFormed(member: string, value: unknown): void {
  if (value === null) return;
  if (/At$/.test(member)) expect(value).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  if (/On$|^date$/.test(member)) expect(value).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  if (member === "currency") expect(value).toMatch(/^[A-Z]{3}$/);
  if (member === "rate") expect(value).toMatch(/^[+-]?\d*\.?\d*$/);
  if (typeof value === "object" && "amount" in value && "currency" in value) {
    const { amount, currency } = value as Money;
    expect(amount).toMatch(/^-?\d+(\.\d+)?$/);
    expect(currency).toMatch(/^[A-Z]{3}$/);
  }
  if (typeof value === "string") expect(value).not.toBe("");
}
