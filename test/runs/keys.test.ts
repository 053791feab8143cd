import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeys, givenHash, onceKeyOf, seriesOf } from "../../src/runs/keys.ts";
import type { GivenRow } from "../../src/runs/model.ts";

const row = (changes: Partial<GivenRow> & { charge?: GivenRow["charge"] } = {}): GivenRow => ({
  key: null,
  customerReference: "AC-1",
  allowDuplicate: false,
  problems: [],
  charge: { backend: "pbx", name: "Copier", amount: "19.90", date: "2026-11-30" },
  ...changes,
});

const charge = fc.record(
  {
    backend: fc.constantFrom("pbx", "suite"),
    name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
    amount: fc.constantFrom("1", "1.50", "19.9"),
    date: fc.constantFrom("2026-11-29", "2026-11-30"),
  },
  { requiredKeys: ["backend", "name"] },
);

describe("keys of rows", () => {
  it("are the rows' own if they have one", () => {
    expect(createKeys("November")(row({ key: "m-17" }))).toBe("m-17");
  });

  it("are equal if the rows mean the same, however they are written, and differ otherwise", () => {
    const keyOf = (changes: object): string => createKeys("run")(row({ charge: { ...row().charge, ...changes } }));
    const same = keyOf({});
    expect(keyOf({ amount: "19.9" })).toBe(same);
    expect(keyOf({ amount: " 19.900 " })).toBe(same);
    expect(keyOf({ notes: null, executeNow: false, description: "" })).toBe(same);
    expect(keyOf({ name: "Copier".normalize("NFD") })).toBe(same);
    expect(keyOf({ notes: "two\r\nlines" })).toBe(keyOf({ notes: "two\nlines" }));
    const others = [
      { amount: "19.91" },
      { amount: "-19.90" },
      { name: "copier" },
      { notes: "x" },
      { date: "2026-12-01" },
      { backend: "suite" },
    ];
    for (const other of others) expect(keyOf(other)).not.toBe(same);
    expect(createKeys("run")(row({ customerReference: "AC-2" }))).not.toBe(same);
  });

  it("of equal rows differ by their number, whatever rows are between them", () => {
    fc.assert(
      fc.property(fc.array(charge, { maxLength: 30 }), fc.array(charge, { maxLength: 30 }), (rows, others) => {
        const keys = createKeys("run");
        const all = rows.map((each) => keys(row({ charge: each })));
        expect(new Set(all).size).toBe(rows.length);
        // The same rows in a file with other rows, in another order, have the same keys.
        const mixed =
          fc.sample(fc.shuffledSubarray([...rows, ...others], { minLength: rows.length + others.length }), 1)[0] ?? [];
        const again = createKeys("run");
        const keysOfMixed = new Set(mixed.map((each) => again(row({ charge: each }))));
        for (const key of all) expect(keysOfMixed).toContain(key);
      }),
      { numRuns: 200 },
    );
  });

  it("of rows without a day are specific to the run's name: next month's rows would be equal", () => {
    const dateless = row({ charge: { backend: "pbx", name: "Copier", amount: "1" } });
    expect(createKeys("Copier 2026-11")(dateless)).not.toBe(createKeys("Copier 2026-12")(dateless));
    expect(createKeys("Copier 2026-11")(dateless)).toBe(createKeys("Copier 2026-11")(dateless));
    expect(createKeys("copier  2026-11")(dateless)).toBe(createKeys("Copier 2026-11")(dateless));
    expect(createKeys("Copier 2026-11")(row())).toBe(createKeys("Copier 2026-12")(row()));
  });

  it("make rows act once in their series", () => {
    expect(onceKeyOf("a", "b")).toBe(onceKeyOf("a", "b"));
    expect(onceKeyOf("a", "b")).not.toBe(onceKeyOf("b", "a"));
    expect(onceKeyOf("ab", "c")).not.toBe(onceKeyOf("a", "bc"));
    for (const spelling of ["mail room", "MAIL ROOM ", "Mail\u00a0 Room"]) {
      expect(onceKeyOf(spelling, "b"), spelling).toBe(onceKeyOf("Mail room", "b"));
    }
    expect(onceKeyOf("Mail room", "B")).not.toBe(onceKeyOf("Mail room", "b"));
  });

  it("stay the same if only the handling of the row changes, which makes another version of it", () => {
    expect(givenHash(row())).toBe(givenHash(row({ charge: { ...row().charge, amount: "19.9" } })));
    expect(givenHash(row())).not.toBe(givenHash(row({ allowDuplicate: true })));
  });
});

describe("the series of a run", () => {
  it.each([
    ["Mail room 2026-11", "Mail room"],
    ["Mail room 11/2026", "Mail room"],
    ["2026-11 mail room", "mail room"],
    ["Mail room (November 2026)", "Mail room"],
    ["Mail room, Nov. 2026", "Mail room"],
    ["202611 copier", "copier"],
    ["mail-room", "mail-room"],
    ["2026-11", "2026-11"],
    ["Marching band 7", "Marching band 7"],
    ["Room 2026", "Room 2026"],
    ["Port 12026-11", "Port 12026-11"],
    ["Mail room Nov 26", "Mail room"],
    ["Mail room Nov '26", "Mail room"],
    ["Mail room nov-2026", "Mail room"],
    ["Mail room November", "Mail room"],
    ["Mail room (november)", "Mail room"],
    ["Mail room - November", "Mail room"],
    ["  Mail room   November 2026 ", "Mail room"],
    ["Mail room 2026-11-30", "Mail room"],
    ["Mail room 30.11.2026", "Mail room"],
    ["Mail room 11/30/2026", "Mail room"],
    ["Mail room 20261130", "Mail room"],
    ["Mail room 30 November 2026", "Mail room"],
    ["Mail room, November 30, 2026", "Mail room"],
    ["Mail room 2026 Nov", "Mail room"],
    ["November", "November"],
    ["May Street 12", "May Street 12"],
    ["Mail room nov", "Mail room nov"],
    ["Room 12-34", "Room 12-34"],
    ["Hall 31/2026", "Hall 31/2026"],
    ["Box 1234567", "Box 1234567"],
  ])("%s → %s", (name, series) => {
    expect(seriesOf(name)).toBe(series);
  });
});
