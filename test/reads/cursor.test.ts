import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKeyCursor, encodeKeyCursor } from "../../src/reads/cursor.ts";

describe("cursors of lists that the gateway keeps", () => {
  const text = fc.string({ unit: "grapheme" }).filter((key) => !key.includes("\0"));

  it("give back the keys they were made of", () => {
    fc.assert(
      fc.property(fc.array(text), (keys) => {
        expect(decodeKeyCursor("accounts", keys.length, encodeKeyCursor("accounts", keys))).toEqual(keys);
      }),
    );
  });

  it("with NUL are refused: PostgreSQL would fail on it", () => {
    expect(() => decodeKeyCursor("accounts", 2, encodeKeyCursor("accounts", ["2026-01-01", "a\0b"]))).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", field: ["after"] }),
    );
  });
});
