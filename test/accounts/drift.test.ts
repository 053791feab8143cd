import { describe, expect, it } from "vitest";
import { type Accepts, alignment, type DriftField, driftFields, driftOf, type Profile } from "../../src/accounts/drift.ts";
import type { Customer, CustomerChange, Tax } from "../../src/model/model.ts";
import { customerWith } from "./records.ts";

const profile = (given: Partial<Customer>, taxes: readonly Tax[] | null = null): Profile => {
  const customer = customerWith(given);
  return { customer, contact: customer, taxes };
};

/** pbx stores no phone, no contact person and no country. recurring requires a country code. The others accept everything. */
const accepts: Accepts = ({ backend }, { phone, firstName, lastName, address }) => {
  if (backend === "pbx")
    return phone === undefined && firstName === undefined && lastName === undefined && address?.country === undefined;
  return backend !== "recurring" || address?.country == null || /^[A-Z]{2}$/.test(address.country);
};

const mill = { lines: ["12 Mill Lane"], city: "London", state: null, postalCode: "E1 6AN", country: "United Kingdom" };
const wharf = { ...mill, lines: ["7 Wharf Road"], postalCode: "N1 7GR", country: "GB" };
const taxNamed = (name: string): Tax => ({ type: "Tax", name, rate: "20.0", fixedAmount: null }) as Tax;

describe("drift", () => {
  it("is empty when only the spelling differs", () => {
    const profiles = [
      profile({ name: "Ada's Bakery", email: "ada@bakery.example", phone: "+44 20 7946 0123", address: mill }),
      profile({
        backend: "suite",
        name: "ADA’S BAKERY",
        email: "Ada@Bakery.example",
        phone: "020 7946 0123",
        address: { ...mill, country: "GB" },
      }),
    ];
    expect(driftOf(profiles, accepts)).toEqual([]);
  });

  it("lists each field with everybody's value, in the order in which they were linked", () => {
    const profiles = [
      profile({ address: mill }),
      profile({ backend: "suite", address: mill }),
      profile({ backend: "recurring", address: wharf }),
    ];
    const [drift, ...others] = driftOf(profiles, accepts);
    expect(others).toEqual([]);
    expect(drift?.field).toBe("ADDRESS");
    expect(drift?.values.map(({ customer, address, text, alignable }) => [customer.backend, address, text, alignable])).toEqual([
      ["pbx", mill, null, true],
      ["suite", mill, null, true],
      ["recurring", wharf, null, true],
    ]);
  });

  it("counts a missing value only if the backend could store it", () => {
    const profiles = [profile({}), profile({ backend: "suite" }), profile({ backend: "recurring", phone: "+44 20 7946 0123" })];
    const [drift] = driftOf(profiles, accepts);
    expect(drift?.field).toBe("PHONE");
    expect(drift?.values.map(({ customer, text }) => [customer.backend, text])).toEqual([
      ["suite", null],
      ["recurring", "+44 20 7946 0123"],
    ]);
  });

  it("does not count a contact person as missing if only one backend has one", () => {
    expect(driftOf([profile({ firstName: "Ada", lastName: "Byron" }), profile({ backend: "suite" })], accepts)).toEqual([]);
  });

  it("says which backends cannot take another's value", () => {
    const profiles = [profile({ phone: "+44 1" }), profile({ backend: "suite", phone: "+44 2" })];
    expect(driftOf(profiles, accepts)[0]?.values.map(({ alignable }) => alignable)).toEqual([false, true]);
  });

  it("compares taxes by name and rate, if the backends know them", () => {
    const [one, other] = [profile({}, [taxNamed("VAT")]), profile({ backend: "offices" }, [taxNamed("vat ")])];
    expect(driftOf([one, other], accepts)).toEqual([]);
    const [drift] = driftOf([one, profile({ backend: "offices" }, []), profile({ backend: "suite" })], accepts);
    expect(drift).toMatchObject({ field: "TAX_LIABILITY", values: [{ alignable: false }, { taxes: [], alignable: false }] });
  });
});

describe("aligning", () => {
  const from = profile({
    backend: "suite",
    name: "Ada's Bakery",
    email: "ada@bakery.example",
    phone: "+44 20 7946 0123",
    address: mill,
  });
  const change = (given: Partial<Customer>, fields: readonly DriftField[] = driftFields): CustomerChange | null =>
    alignment(fields, from, profile({ ...from.customer, ...given }), accepts);

  it("changes nothing where they agree", () => expect(change({ backend: "recurring" })).toBeNull());

  it("changes only those of the given fields that differ", () => {
    const other = { backend: "recurring", name: "Ada Ltd", email: "old@bakery.example" };
    expect(change(other)).toEqual({ name: "Ada's Bakery", email: "ada@bakery.example" });
    expect(change(other, ["EMAIL"])).toEqual({ email: "ada@bakery.example" });
  });

  it("writes the country in the backend's form, and leaves it out if the backend cannot store it and has the same", () => {
    const { lines, city, postalCode } = mill;
    expect(change({ backend: "recurring", address: wharf })).toEqual({ address: { lines, city, postalCode, country: "GB" } });
    expect(change({ backend: "pbx", address: wharf })).toEqual({ address: { lines, city, postalCode } });
    expect(change({ backend: "pbx", address: { ...wharf, country: "FR" } })?.address).toHaveProperty("country", "United Kingdom");
  });

  it("keeps the country if the model customer has none and the backend cannot clear it", () => {
    const untold = profile({ address: { ...mill, country: null } });
    const { lines, city, postalCode } = mill;
    const keeping: Accepts = (_customer, { address }) => address?.country !== null;
    const to = profile({ backend: "recurring", address: wharf });
    expect(alignment(["ADDRESS"], untold, to, keeping)).toEqual({ address: { lines, city, postalCode } });
  });

  it("clears parts of an address that the model customer lacks", () => {
    expect(change({ backend: "suite", id: "2", address: { ...wharf, state: "England" } })?.address).toHaveProperty("state", null);
  });

  it("asks for a value that the backend refuses, so that its reason is shown", () => {
    expect(change({ backend: "pbx", phone: "+44 1" })).toEqual({ phone: "+44 20 7946 0123" });
  });

  it("never passes on a missing value", () => {
    expect(alignment(["EMAIL"], profile({}), profile({ backend: "suite", email: "ada@bakery.example" }), accepts)).toBeNull();
  });
});
