import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
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
  const look = (now: Record<string, unknown> | null, version: string | null = "v2") =>
    lookAtChange("7", noted, sent, now, version);

  it("finds ours if the object is as it was sent, whatever somebody else has changed since", () => {
    expect(look({ name: "New", amount: "1.00" })).toEqual({ ours: [{ id: "7", claim: null }], candidates: [] });
    expect(look({ name: "New", amount: "9.00" })).toEqual({ ours: [{ id: "7", claim: null }], candidates: [] });
  });

  it("finds nothing if the object is as it was noted, in the same version", () => {
    expect(look({ name: "Old", amount: "1.00" }, "v1")).toEqual(nothingFound);
    const unversioned = { was: { name: "Old" }, version: null };
    expect(lookAtChange("7", unversioned, sent, { name: "Old" }, null)).toEqual(nothingFound);
  });

  it("names members that somebody else has changed", () => {
    expect(look({ name: "Other" }).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
    // As noted, but in another version: changed and changed back, or changed elsewhere.
    expect(look({ name: "Old" }).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
    expect(look(null).candidates).toEqual([{ id: "7", claim: null, differs: ["name"] }]);
  });

  it("compares as a backend may store it", () => {
    const upper = (_member: string, wanted: unknown, stored: unknown) => String(wanted).toUpperCase() === stored;
    expect(lookAtChange("7", noted, sent, { name: "NEW" }, "v2", upper).ours).toHaveLength(1);
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
        return lookAtChange("7", note, change, now, null).candidates.length === 0;
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
