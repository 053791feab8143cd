import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publishable as enswitch } from "../../src/adapters/enswitch/fields.ts";
import { publishable as hostedsuite } from "../../src/adapters/hostedsuite/fields.ts";
import { publishable as v01 } from "../../src/adapters/v01/fields.ts";

/** Members that no backend's `raw` shows, however they are spelt and however deeply nested. */

const secretNames = [
  "password",
  "passwd",
  "passcode",
  "pass_phrase",
  "auth_token",
  "secret",
  "clientSecret",
  "credentials",
  "api_key",
  "apiKey",
  "private_key",
  "pin",
  "bank_account_number",
  "BankName",
  "IBAN",
  "bic",
  "swift_code",
  "routingNumber",
  "sort_code",
  "accountNumber",
  "account_no",
  "cardNumber",
  "card_holder_card",
  "cvv2",
  "cvc",
  "driverLicense",
  "social_security_number",
  "ssn",
  "totp_seed",
];

const plainNames = ["id", "name", "amount", "email", "description", "createDate", "Notes", "address1", "currency", "status"];

describe.each(Object.entries({ enswitch, hostedsuite, v01 }))("%s", (_, publishable) => {
  it("hides them in any case, in records and lists, and keeps all others", () => {
    const named = fc.constantFrom(...secretNames).chain((name) => fc.constantFrom(name, name.toUpperCase(), name.toLowerCase()));
    const around = fc.constantFrom<(inner: unknown) => unknown>(
      (inner) => inner,
      (inner) => [inner],
      (inner) => ({ address: inner }),
      (inner) => [{ items: [1, inner] }],
    );
    fc.assert(
      fc.property(named, fc.constantFrom(...plainNames), around, (secret, plain, place) => {
        const row = { [plain]: "kept", inner: place({ [secret]: "hidden", [plain]: "kept" }) };
        const shown = JSON.stringify(publishable(row));
        expect(shown).not.toContain("hidden");
        expect(shown).toBe(JSON.stringify({ [plain]: "kept", inner: place({ [plain]: "kept" }) }));
      }),
      { numRuns: 500 },
    );
  });
});
