import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoredDecimal } from "../../../src/adapter/kit/stored-decimal.ts";

describe("an amount as a backend may have stored it", () => {
  it.each([
    ["12.50", "12.5", 2],
    ["1e1", "10.00", 2],
    ["19.999", "20.00", 2],
    ["19.999", "19.99", 2],
    ["19.9999", "19.999", 2],
    ["-19.999", "-20", 2],
    ["-19.999", "-19.99", 2],
    ["0.005", "0.01", 2],
    ["-0.004", "0", 2],
    ["19.5", "20", 0],
    ["123456789012345678901.005", "123456789012345678901.01", 2],
  ])("%s as %s", (sent, stored, places) => expect(isStoredDecimal(sent, stored, places)).toBe(true));

  it.each([
    ["12.50", "12.51", 2],
    ["19.991", "20.00", 2],
    ["19.5", "20", 2],
    ["19.99", "20", 2],
    ["20", "19.999", 2],
    ["1", "-1", 2],
  ])("%s not as %s", (sent, stored, places) => expect(isStoredDecimal(sent, stored, places)).toBe(false));

  it("is never further away than the last decimal that is kept", () => {
    const amounts = fc.integer({ min: -10_000_000, max: 10_000_000 });
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 0, max: 3 }), (sent, stored, places) => {
        const near = (value: number) => (value / 10_000).toFixed(4);
        if (isStoredDecimal(near(sent), near(stored), places)) {
          expect(Math.abs(sent - stored)).toBeLessThan(10 ** (4 - places));
        }
        expect(isStoredDecimal(near(sent), (sent / 10_000).toFixed(4), places)).toBe(true);
      }),
    );
  });

  it("is found at every number of decimals, rounded and cut", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 6 }), (units, kept) => {
        const sign = units < 0n ? "-" : "";
        const size = units < 0n ? -units : units;
        const write = (value: bigint, places: number) => {
          const digits = String(value).padStart(places + 1, "0");
          return `${sign}${digits.slice(0, digits.length - places)}${places > 0 ? `.${digits.slice(-places)}` : ""}`;
        };
        const unit = 10n ** BigInt(6 - kept);
        const sent = write(size, 6);
        expect(isStoredDecimal(sent, write(size / unit, kept), kept)).toBe(true);
        expect(isStoredDecimal(sent, write((size + unit / 2n) / unit, kept), kept)).toBe(true);
      }),
    );
  });
});
