import fc from "fast-check";
import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { printedOnce } from "../../../src/server/sharing.ts";

const members = fc.dictionary(fc.string(), fc.jsonValue());

describe("an answer shared by several requests", () => {
  it("is the same as any other, even with an extension for one of them", () => {
    const given = fc.record({
      data: fc.option(members),
      errors: fc.option(members),
      extensions: fc.option(members, { nil: undefined }),
    });
    fc.assert(
      fc.property(members, fc.array(given), (data, additions) => {
        const result = printedOnce({ data });
        expect(result.stringify(result)).toBe(JSON.stringify({ data }));
        for (const { data: other, ...added } of additions) {
          for (const answer of [
            { ...result, ...added },
            { ...added, data: other },
            { ...added, data },
          ]) {
            const { stringify, ...plain } = answer as { stringify?: unknown };
            expect(result.stringify(answer)).toBe(JSON.stringify(plain));
          }
        }
      }),
    );
  });

  it("prints errors in their own form", () => {
    const errors = [new GraphQLError("no", { path: ["customer", 0], extensions: { code: "NOT_FOUND" } })];
    const result = printedOnce({ errors, data: { customer: null } });
    expect(result.stringify(result)).toBe(JSON.stringify({ errors, data: { customer: null } }));
  });

  it("prints its data once", () => {
    let times = 0;
    const toJSON = (): string => `looked at ${++times} times`;
    const result = printedOnce({ data: { toJSON } as never });
    const alone = result.stringify(result);
    expect(result.stringify({ ...result, extensions: { cost: 1 } })).toContain("looked at 1 times");
    expect(result.stringify(result)).toBe(alone);
  });
});
