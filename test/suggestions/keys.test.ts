import fc from "fast-check";
import { expect, it } from "vitest";
import { comparableEmail } from "../../src/comparing/contact.ts";
import { comparablePostcode } from "../../src/comparing/place.ts";
import { comparableReference } from "../../src/comparing/text.ts";
import { comparableCustomer } from "../../src/suggestions/keys.ts";
import { anyText } from "../support/texts.ts";

const text = anyText({ maxLength: 40 });

it("normalises any customer without throwing, and its forms are the same when normalised again", () => {
  const record = fc.record({
    backend: fc.constant("pbx"),
    id: text,
    name: text,
    email: fc.option(fc.oneof(text, fc.emailAddress())),
    phone: fc.option(fc.oneof(text, fc.stringMatching(/^\+?[\d ()-]{0,20}$/))),
    reference: fc.option(text),
    postalCode: fc.option(text),
    country: fc.option(text),
  });
  fc.assert(
    fc.property(record, (customer) => {
      const { email, reference, postcode } = comparableCustomer(customer);
      expect(comparableEmail(email)).toBe(email);
      expect(comparablePostcode(postcode)).toBe(postcode);
      if (reference !== null) expect(comparableReference(reference)).toBe(reference);
    }),
    { numRuns: 1_000 },
  );
});

it("does not treat a customer's own id as its reference", () => {
  const customer = {
    backend: "recurring",
    id: "9007199254740993",
    name: "X",
    email: null,
    phone: null,
    postalCode: null,
    country: null,
  };
  expect(comparableCustomer({ ...customer, reference: "9007199254740993" }).reference).toBeNull();
  expect(comparableCustomer({ ...customer, reference: "AC-1" }).reference).toBe("ac1");
});
