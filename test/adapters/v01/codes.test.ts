import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeFor, codeOfStep, matchCode } from "../../../src/adapters/v01/codes.ts";

/** A step id as the journal makes it: the operation's UUID of version 7 and the step's number. */
const step = fc
  .tuple(fc.uuid({ version: 7 }), fc.integer({ min: 0, max: 999 }))
  .map(([operation, number]) => ({ operation, number, id: `${operation}-${number}` }));

const matchOwn = (stepId: string, code: string | null) => matchCode({ id: "905", code }, codeFor(stepId, undefined));
const matchReference = (reference: string, code: string | null) => matchCode({ id: "905", code }, codeFor("s", reference));

describe("the gateway's own code", () => {
  it("fits into the column, with allowed characters only", () => {
    fc.assert(fc.property(step, ({ id }) => /^[a-z0-9-]{1,60}$/.test(codeOfStep(id))));
  });

  it("identifies its step in any case, however it is cut, and is never taken for another's", () => {
    fc.assert(
      fc.property(step, fc.integer({ min: 1, max: 60 }), fc.boolean(), ({ id }, width, upper) => {
        const stored = codeOfStep(id).slice(0, width);
        expect(matchOwn(id, upper ? stored.toUpperCase() : stored)).toBe(width >= 20 ? "same" : "cut");
      }),
    );
  });

  it("does not identify another step of the same operation or millisecond", () => {
    fc.assert(
      fc.property(step, step, fc.integer({ min: 0, max: 999 }), fc.integer({ min: 20, max: 60 }), (one, other, number, width) => {
        fc.pre(one.operation !== other.operation && number !== one.number);
        const together = one.operation.slice(0, 18) + other.operation.slice(18);
        for (const id of [`${one.operation}-${number}`, `${together}-${one.number}`]) {
          if (id === one.id) continue;
          expect(matchOwn(one.id, codeOfStep(id).slice(0, width))).not.toBe("same");
        }
      }),
    );
  });

  it("differs from a code that nobody chose, and from another's code", () => {
    expect([null, "905", "gw-t", "GW-T", "s"].map((code) => matchOwn("s", code))).toEqual([
      "none",
      "none",
      "step",
      "step",
      "other",
    ]);
  });
});

describe("the caller's own reference", () => {
  it.each([
    ["INV-1", "INV-1", "same"],
    ["INV-1", "inv-1", "same"],
    ["INV-1", "INV-10", "other"],
    ["INV-10", "INV-1", "cut"],
    ["a rather long reference of 2026", "a rather long reference of", "cut"],
    ["905", "905", "same"],
    ["9", "905", "none"],
    ["INV-1", null, "none"],
    ["INV-1", "PO-1", "other"],
    ["INV-1", "gw-t", "step"],
    ["gw-t", "gw-t", "same"],
  ])("%s compared with %s: %s", (reference, code, expected) => {
    expect(matchReference(reference, code)).toBe(expected);
  });
});
