import fc from "fast-check";
import { expect, it } from "vitest";
import { driftOf, type Profile } from "../../src/accounts/drift.ts";
import type { Address } from "../../src/model/model.ts";
import { comparableCustomer } from "../../src/suggestions/keys.ts";
import type { CustomerRecord, ReasonKind } from "../../src/suggestions/model.ts";
import { compare } from "../../src/suggestions/score.ts";
import { customerWith } from "../accounts/records.ts";

/** Values that a suggestion treats as equal must not be differences once the two are linked: both use src/comparing. */

/** A variant of a text: usually the same written differently, sometimes another one. */
const phones = ["1-212-555-0100", "212-555-0100", "+1 (212) 555-0100", "001 212 555 0100", "212.555.0100 x4", "212-555-0199"];
const names = ["Müller & Söhne GmbH", "Mueller und Soehne", "MULLER SOHNE AG", "Söhne Müller", "Muller Sohne", "Möller & Söhne"];
const emails = ["ada@bakery.example", " Ada@Bakery.EXAMPLE", "ada+billing@bakery.example", "bob@bakery.example"];
const postcodes = ["EC1A 1BB", "ec1a1bb", "EC1A-1BB", "EC1A 1BC", null];
const countries = ["US", "us", "United States", null, "GB"];

const person = fc.record({
  name: fc.constantFrom(...names),
  email: fc.constantFrom(...emails),
  phone: fc.constantFrom(...phones),
  postalCode: fc.constantFrom(...postcodes),
  country: fc.constantFrom(...countries),
});
type Person = typeof person extends fc.Arbitrary<infer Value> ? Value : never;

const recordOf = (backend: string, given: Person): CustomerRecord => ({ backend, id: "1", reference: "AC-10001", ...given });

function profileOf(backend: string, { name, email, phone, postalCode, country }: Person): Profile {
  const address: Address = { lines: ["12 Mill Lane"], city: "London", state: null, postalCode, country };
  return { customer: customerWith({ backend, id: "1", name, email, phone, address }), contact: { email, phone }, taxes: null };
}

const fieldOf: Partial<Record<ReasonKind, string>> = { SAME_NAME: "NAME", SAME_EMAIL: "EMAIL", SAME_PHONE: "PHONE" };

it("suggestions and drift agree on name, e-mail, phone and postcode, however they are written", () => {
  const seen = new Map<ReasonKind, number>();
  fc.assert(
    fc.property(person, person, (one, other) => {
      const suggestion = compare(comparableCustomer(recordOf("pbx", one)), comparableCustomer(recordOf("suite", other)));
      const kinds = suggestion?.reasons.map(({ kind }) => kind) ?? [];
      for (const kind of kinds) seen.set(kind, (seen.get(kind) ?? 0) + 1);
      const drift = driftOf([profileOf("pbx", one), profileOf("suite", other)], () => true).map(({ field }) => field as string);
      for (const kind of kinds) expect(drift).not.toContain(fieldOf[kind]);
      if (kinds.includes("SAME_POSTCODE") && other.country === one.country) expect(drift).not.toContain("ADDRESS");
    }),
    { numRuns: 3_000 },
  );
  for (const kind of ["SAME_NAME", "SAME_EMAIL", "SAME_PHONE", "SAME_POSTCODE"] as const)
    expect(seen.get(kind)).toBeGreaterThan(50);
});

it("a value that differs is drift", () => {
  const [one, other] = [
    { name: "Ada's Bakery", email: "ada@bakery.example", phone: "212-555-0100", postalCode: "E1 6AN", country: "US" },
    { name: "Ada's Bakeries", email: "bob@bakery.example", phone: "212-555-0199", postalCode: "E1 6AM", country: "US" },
  ];
  const drift = driftOf([profileOf("pbx", one), profileOf("suite", other)], () => true).map(({ field }) => field);
  expect(drift).toEqual(["NAME", "EMAIL", "PHONE", "ADDRESS"]);
});
