import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  asAmount,
  asDecimal,
  asFoldedText,
  asText,
  asTexts,
  comparisonBy,
  createComparison,
  inForm,
} from "../../../src/adapter/kit/comparing.ts";
import {
  lookAmong,
  lookAtChange,
  lookAtState,
  nothingFound,
  readNote,
  type SeenRecord,
} from "../../../src/adapter/kit/looking.ts";

const record = (id: string, rest: Partial<SeenRecord> = {}): SeenRecord => ({
  id,
  claim: id,
  age: "since",
  differs: [],
  ...rest,
});

describe("a look among records", () => {
  it("takes matching records made since for ours, and all others that are not older for candidates", () => {
    const finding = lookAmong([
      record("1", { age: "older" }),
      record("2", { age: "older", differs: ["amount"] }),
      record("3"),
      record("4", { differs: ["amount"] }),
      record("5", { age: "unknown" }),
      record("6", { age: "unknown", differs: ["date", "name"] }),
    ]);
    expect(finding).toEqual({
      ours: [{ id: "3", claim: "3" }],
      candidates: [
        { id: "4", claim: "4", differs: ["amount"] },
        { id: "5", claim: "5", differs: [] },
        { id: "6", claim: "6", differs: ["date", "name"] },
      ],
    });
  });

  it("leaves out only records that are certainly older, and shows each once", () => {
    const ages = fc.constantFrom("since", "older", "unknown") as fc.Arbitrary<SeenRecord["age"]>;
    const seen = fc.record({
      id: fc.constantFrom("1", "2", "3"),
      claim: fc.constantFrom("1", "2", null),
      age: ages,
      differs: fc.subarray(["name", "amount"]),
    });
    fc.assert(
      fc.property(fc.array(seen), (records) => {
        const { ours, candidates } = lookAmong(records);
        const shown = [...ours, ...candidates].map(({ id, claim }) => `${id} ${claim}`);
        // If an object is listed twice, the later one counts: it was read later.
        const last = new Map(records.map((each) => [`${each.id} ${each.claim}`, each]));
        const expected = [...last].filter(([, each]) => each.age !== "older").map(([key]) => key);
        return new Set(shown).size === shown.length && expected.toSorted().join() === shown.toSorted().join();
      }),
    );
  });
});

describe("a look at a change", () => {
  const noted = { was: { name: "Old", amount: "1.00" }, version: "v1" };
  const sent = { name: "New" };
  const exactly = createComparison({});
  const look = (now: Record<string, unknown> | null, version: string | null = "v2") =>
    lookAtChange("7", noted, sent, now, version, exactly);

  it("finds ours if the object is as it was sent, whatever somebody else has changed since", () => {
    expect(look({ name: "New", amount: "1.00" })).toEqual({ ours: [{ id: "7", claim: null }], candidates: [] });
    expect(look({ name: "New", amount: "9.00" })).toEqual({ ours: [{ id: "7", claim: null }], candidates: [] });
  });

  it("finds nothing if the object is as it was noted, in the same version", () => {
    expect(look({ name: "Old", amount: "1.00" }, "v1")).toEqual(nothingFound);
    const unversioned = { was: { name: "Old" }, version: null };
    expect(lookAtChange("7", unversioned, sent, { name: "Old" }, null, exactly)).toEqual(nothingFound);
  });

  it("names members that somebody else has changed", () => {
    expect(look({ name: "Other" }).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
    // As noted, but in another version: changed and changed back, or changed elsewhere.
    expect(look({ name: "Old" }).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
    expect(look(null).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
  });

  it("compares as a backend may store it", () => {
    const upper = comparisonBy((_member, wanted, stored) => String(wanted).toUpperCase() === stored);
    expect(lookAtChange("7", noted, sent, { name: "NEW" }, "v2", upper).ours).toHaveLength(1);
  });

  it.each([
    ["amount", asAmount("EUR"), "19.99", "19.994999"],
    ["rate", asDecimal(2), "7.13", "7.125"],
    ["text", asText, "Setup fee", "  Setup fee "],
    ["long text", asText, "x".repeat(255), "x".repeat(400)],
    ["letters", asText, "Caf?", "Café"],
    ["e-mail", asFoldedText, "ada@example.com", "Ada@Example.com"],
    ["day", inForm((at) => String(at).slice(0, 10)), "2026-03-01 08:00", "2026-03-01 17:00"],
    ["address", asTexts, { city: "x".repeat(50) }, { city: "x".repeat(70) }],
  ])(
    "takes a value that was there before for no proof of a change, however it may be stored: %s",
    (name, compare, was, asked) => {
      const comparison = createComparison({ [name]: compare });
      const before = { was: { [name]: was }, version: "v1" };
      const find = (now: unknown, version = "v1", change: unknown = asked) =>
        lookAtChange("7", before, { [name]: change }, { [name]: now }, version, comparison);
      const ours = { ours: [{ id: "7", claim: null }], candidates: [] };
      expect(comparison.isStored(name, asked, was)).toBe(true);
      expect(find(was)).toEqual(nothingFound);
      // Somebody has written the record, and perhaps it was this change.
      expect(find(was, "v2")).toEqual({ ours: [], candidates: [{ id: "7", claim: null, differs: [name] }] });
      expect(find(asked)).toEqual(ours);
      expect(find(was, "v1", was)).toEqual(ours);
      // Another member that has changed proves the whole change.
      const more = { ...before, was: { ...before.was, other: "Old" } };
      const sentBoth = { [name]: asked, other: "New" };
      expect(lookAtChange("7", more, sentBoth, { [name]: was, other: "New" }, "v1", comparison)).toEqual(ours);
    },
  );

  it.each([
    ["1.00", "1"],
    ["1e2", "100.00"],
  ])("takes an amount in another notation for the same: %s is %s", (asked, was) => {
    const comparison = createComparison({ amount: asAmount("EUR") });
    const found = lookAtChange(
      "7",
      { was: { amount: was }, version: null },
      { amount: asked },
      { amount: was },
      null,
      comparison,
    );
    expect(found.ours).toHaveLength(1);
  });

  it("finds ours if a part is stored as sent: the comparison warns of the rest", () => {
    const both = { name: "New", amount: "2.00" };
    const find = (now: Record<string, unknown>) => lookAtChange("7", noted, both, now, "v2", exactly);
    for (const amount of ["1.00", "9.00", null]) expect(find({ name: "New", amount }).ours).toHaveLength(1);
    expect(find({ name: "Other", amount: "9.00" }).candidates).toEqual([{ id: "7", claim: null, differs: ["name", "amount"] }]);
    // What was not noted may have been so before.
    const unknown = lookAtChange("7", { was: {}, version: null }, both, { name: "New", amount: "1.00" }, null, exactly);
    expect(unknown.ours).toEqual([]);
  });

  it("finds nothing if the values from the note are unchanged", () => {
    const members = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.jsonValue().map((value) => ({ value, absent: undefined })),
    );
    fc.assert(
      fc.property(members, (now) => {
        const note = JSON.parse(JSON.stringify({ was: now, version: null }));
        const change = { ...Object.fromEntries(Object.keys(now).map((name) => [name, "something else"])), d: "new" };
        return lookAtChange("7", note, change, now, null, exactly).candidates.length === 0;
      }),
    );
  });
});

describe("a look at a state", () => {
  it("finds ours or nothing", () => {
    expect(lookAtState("7", true)).toEqual({ ours: [{ id: "7", claim: null }], candidates: [] });
    expect(lookAtState("7", false)).toEqual(nothingFound);
  });
});

describe("a note", () => {
  const schema = z.object({ version: z.string() });

  it("can be read back", () => {
    expect(readNote('{"version":"1"}', schema)).toEqual({ version: "1" });
  });

  it.each([null, "", "{", "{}", '{"version":1}'])("%j is a BillingError", (note) => {
    expect(() => readNote(note, schema)).toThrow(expect.objectContaining({ name: "BillingError", code: "INTERNAL" }));
  });
});
