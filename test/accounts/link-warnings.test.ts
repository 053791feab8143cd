import { describe, expect, it } from "vitest";
import type { Profile } from "../../src/accounts/drift.ts";
import { linkWarnings } from "../../src/accounts/link-warnings.ts";
import { BillingError } from "../../src/model/errors.ts";

interface Known {
  readonly backend?: string;
  readonly id?: string;
  readonly name: string;
  readonly reference?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
}

const profile = ({ backend = "pbx", id = "1", name, reference = null, email = null, phone = null }: Known): Profile =>
  ({
    customer: { type: "Customer", backend, id, name, reference, address: null },
    contact: { email, phone },
    taxes: null,
  }) as unknown as Profile;

const told = (...known: readonly Known[]) => {
  const profiles = known.map(profile);
  return linkWarnings(
    profiles.map(({ customer }) => customer),
    profiles,
  ).map(({ kind, customers }) => [kind, ...customers.map(({ name }) => name)]);
};

const bakery = { name: "Ada's Bakery Ltd" };

describe("link warnings", () => {
  it.each([
    ["the same name in another form", { name: "ADAS BAKERY" }],
    ["another name with the same reference", { name: "Crumbs", reference: "K-7" }],
    ["another name with the same e-mail address", { name: "Crumbs", email: "ADA@bakery.example" }],
    ["another name with an e-mail address of the same company", { name: "Crumbs", email: "bob@bakery.example" }],
    ["another name with the same telephone", { name: "Crumbs", phone: "+44 20 7946 0001" }],
  ])("is nothing for %s", (_, other) => {
    const one = { ...bakery, reference: "K-7", email: "ada@bakery.example", phone: "+442079460001" };
    expect(told(one, { ...other, backend: "suite" })).toEqual([]);
  });

  it.each([
    ["with nothing in common", { name: "Zenith Shipping", email: "ops@zenith.example" }],
    ["with nothing known but the name", { name: "Zenith Shipping" }],
    ["at the same free mail, which says nothing", { name: "Zenith Shipping", email: "zenith@gmail.com" }],
    // Some backends give a customer without a code its own id as the code.
    ["whose ids are the same", { name: "Zenith Shipping", id: "1", reference: "1" }],
  ])("is another name %s", (_, other) => {
    const one = { ...bakery, reference: "1", email: "ada@gmail.com" };
    expect(told(one, { ...other, backend: "suite" })).toEqual([["DISSIMILAR", bakery.name, "Zenith Shipping"]]);
  });

  it("warn of two customers of one backend, however similar they are", () => {
    expect(told(bakery, { ...bakery, id: "2" }, { ...bakery, backend: "suite" })).toEqual([
      ["SAME_BACKEND", bakery.name, bakery.name],
    ]);
  });

  it("say nothing about a customer that the caller may not see, not even that two are of one backend", () => {
    const absent = { backend: "pbx", id: "9", name: "9" };
    for (const code of ["NOT_FOUND", "FORBIDDEN"] as const) {
      const gone = new BillingError(code, "It does not exist.", { backend: "pbx" });
      const one = profile(bakery);
      expect(linkWarnings([one.customer, absent], [one, gone])).toEqual([]);
    }
  });

  it("warn of a customer that cannot be read, and compare it with nobody", () => {
    const [one] = [profile(bakery)];
    const other = { backend: "suite", id: "9", name: "Unknown" };
    const down = new BillingError("UNAVAILABLE", "It is down.", { backend: "suite" });
    expect(linkWarnings([one?.customer as never, other], [one as Profile, down])).toEqual([
      { kind: "NOT_READ", customers: [other] },
    ]);
  });
});
