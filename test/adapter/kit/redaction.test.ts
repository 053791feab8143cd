import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedaction } from "../../../src/adapter/kit/quote.ts";

describe("a redacted record", () => {
  const redacted = createRedaction((name) => /secret/i.test(name));

  it("has no member with a hidden name, however deep", () => {
    const record = {
      id: 1,
      secret: "x",
      address: { city: "Berlin", doorSecret: "x" },
      contacts: [{ name: "Ada", SECRET: "x" }, "plain", [{ secret: null }]],
    };
    expect(redacted(record)).toEqual({ id: 1, address: { city: "Berlin" }, contacts: [{ name: "Ada" }, "plain", [{}]] });
    expect(record.secret).toBe("x");
  });

  it("is the record itself if nothing is hidden", () => {
    const record = { id: 1, address: { city: "Berlin" }, contacts: [{ name: "Ada" }], note: null };
    expect(redacted(record)).toBe(record);
  });

  it("ends if records and lists are nested too deeply, in linear time", () => {
    const nested = (levels: number, inner: string): unknown =>
      JSON.parse('{"a":['.repeat(levels) + JSON.stringify(inner) + "]}".repeat(levels));
    expect(redacted({ id: 1, deep: nested(15, "x") })).toEqual({ id: 1, deep: nested(15, "x") });
    expect(redacted({ id: 1, deep: nested(5_000, "x"), name: "Ada", secret: 1 })).toEqual({
      id: 1,
      deep: nested(16, "(nested too deeply to be shown)"),
      name: "Ada",
    });
  });

  it("keeps a member with the name of an inherited one", () => {
    const record = JSON.parse('{"secret": 1, "__proto__": {"secret": 2, "b": 3}, "constructor": 4}');
    const text = JSON.stringify(redacted(record));
    expect(text).toBe('{"__proto__":{"b":3},"constructor":4}');
  });

  it("keeps all other members in their order, whatever their names", () => {
    const names = fc.oneof(fc.constantFrom("secret", "__proto__", "constructor", "7", "", "id"), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.integer())), (members) => {
        const record = Object.fromEntries(members);
        const shown = Object.entries(record).filter(([name]) => !/secret/i.test(name));
        expect(Object.entries(redacted(record))).toEqual(shown);
        expect(Object.getPrototypeOf(redacted(record))).toBe(Object.prototype);
      }),
    );
  });

  it("may hide a member depending on another one's value", () => {
    const named = createRedaction((name) => name === "value" && ((row) => row["name"] === "pin"));
    const fields = [
      { name: "pin", value: "1234" },
      { name: "desk", value: "7" },
    ];
    expect(named({ fields })).toEqual({ fields: [{ name: "pin" }, { name: "desk", value: "7" }] });
  });
});
