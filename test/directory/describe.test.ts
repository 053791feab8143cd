import { describe, expect, it } from "vitest";
import { describeCharge } from "../../src/directory/describe.ts";
import { chargeWith } from "../accounts/records.ts";

describe("a charge counts as changed", () => {
  const of = (id: string, name: string | null) => ({ backend: "pbx", id, name });
  const fingerprint = (given: Parameters<typeof chargeWith>[0]): string => describeCharge(chargeWith(given)).fingerprint;

  it("not where its customer or plan has another name", () => {
    for (const member of ["customer", "plan"] as const) {
      const known = fingerprint({ [member]: of("7", "Ada's Bakery") });
      expect(fingerprint({ [member]: of("7", "Ada's Mill") })).toBe(known);
      expect(fingerprint({ [member]: of("7", null) })).toBe(known);
    }
  });

  it("where it belongs to another customer, or says something else itself", () => {
    const known = fingerprint({ customer: of("7", "Ada's Bakery") });
    for (const given of [{ customer: of("8", "Ada's Bakery") }, { customer: null }]) expect(fingerprint(given)).not.toBe(known);
    for (const given of [{ name: "Setup" }, { notes: "x" }, { quantity: "2" }, { plan: of("7", null) }])
      expect(fingerprint({ customer: of("7", "Ada's Bakery"), ...given })).not.toBe(known);
  });
});
