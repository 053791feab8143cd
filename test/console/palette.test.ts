import { describe, expect, it } from "vitest";
import { backendColors } from "../../src/console/palette.ts";

describe("the colours of backends", () => {
  it("differ, whatever the order of the backends", () => {
    const keys = ["suite", "pbx", "offices", "recurring", "a", "b", "c", "d"];
    const colors = backendColors(keys);
    expect(new Set(colors.values()).size).toBe(keys.length);
    const reversed = backendColors([...keys.toReversed(), "pbx"]);
    for (const key of keys) expect(reversed.get(key)).toBe(colors.get(key));
  });

  it("repeat if there are more backends than colours", () => {
    const many = Array.from({ length: 20 }, (_, index) => `backend-${index}`);
    expect([...backendColors(many).values()].every((color) => color !== undefined)).toBe(true);
    expect(backendColors([]).size).toBe(0);
  });
});
