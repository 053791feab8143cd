import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ErrorContext, errorIn } from "../../../src/adapters/enswitch/errors.ts";
import { dataOf } from "../../../src/adapters/enswitch/wire.ts";
import type { BillingError } from "../../../src/model/errors.ts";

const expected: ErrorContext = {
  backend: "pbx",
  function: "charges/create",
  answer: "result",
  subject: "Customer 123",
  fields: { amount: ["amount"], number: ["recurrence", "occurrences"] },
  secrets: ["gateway@example.com", "s3cret"],
};

const answer = (json: unknown, status = 200) => ({ status, headers: {}, json, empty: json === undefined });
const envelope = (...responses: readonly object[]) => answer({ responses });

function failure(given: ReturnType<typeof answer>, context: Partial<ErrorContext> = {}): BillingError {
  const error = errorIn(given, { ...expected, ...context });
  if (error === null) throw new Error("it did not fail");
  return error;
}

describe("codes of the envelope", () => {
  it.each([
    ["400", "INVALID_INPUT"],
    ["401", "UNAUTHENTICATED"],
    ["402", "FORBIDDEN"],
    ["403", "FORBIDDEN"],
    ["404", "NOT_FOUND"],
    ["500", "UNAVAILABLE"],
    ["503", "UNAVAILABLE"],
    ["418", "BAD_RESPONSE"],
  ] as const)("%s is %s, as text and as a number, whatever the HTTP status", (code, expectedCode) => {
    for (const given of [code, Number(code)]) {
      for (const status of [200, Number(code)]) {
        const error = failure(answer({ responses: [{ code: given, key: "", message: "" }] }, status));
        expect(error).toMatchObject({ code: expectedCode, backendCode: code, retryable: false, backend: "pbx" });
      }
    }
  });

  it("distinguishes role and rate plan, and says what the role needs", () => {
    expect(failure(envelope({ code: "402" })).message).toContain("administrator or wholesale");
    expect(failure(envelope({ code: "403" })).message).toContain("rate plan");
  });

  it("treats 202 as a misconfigured account", () => {
    expect(failure(envelope({ code: "202", key: "", message: "OK" }))).toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringContaining("TOTP"),
    });
  });

  it("accepts 201 for a dry run only, and only 201", () => {
    expect(failure(envelope({ code: "201" })).code).toBe("BAD_RESPONSE");
    expect(errorIn(envelope({ code: "201" }), { ...expected, answer: "validation" })).toBeNull();
    expect(failure(envelope({ code: "204" }), { answer: "validation" }).code).toBe("BAD_RESPONSE");
  });

  it("returns data with 200 and null with 204", () => {
    const found = answer({ responses: [{ code: "200", key: "", message: "OK" }], data: { id: 123 } });
    const none = envelope({ code: "204", key: "", message: "OK" });
    expect([found, none].map((each) => errorIn(each, expected))).toEqual([null, null]);
    expect([found, none].map(({ json }) => dataOf(json))).toEqual([{ id: 123 }, null]);
  });
});

describe("several entries", () => {
  it("reports each at its field", () => {
    const error = failure(envelope({ code: "400", key: "amount", message: "must be a decimal" }, { code: 400, key: "number" }));
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      field: ["amount"],
      message: expect.stringContaining("must be a decimal"),
    });
    expect(error.related).toMatchObject([{ code: "INVALID_INPUT", field: ["recurrence", "occurrences"] }]);
  });

  it("fails if any one does", () => {
    expect(failure(envelope({ code: "200" }, { code: "404", key: "" })).code).toBe("NOT_FOUND");
  });

  it("puts an internal error first: it alone does not prove that nothing happened", () => {
    expect(failure(envelope({ code: "400", key: "amount" }, { code: "500" })).code).toBe("UNAVAILABLE");
  });
});

describe("answers without an envelope", () => {
  it.each([
    [undefined, 502, "UNAVAILABLE", true],
    [undefined, 200, "BAD_RESPONSE", true],
    [{ responses: [] }, 200, "BAD_RESPONSE", true],
    [{ responses: [{ code: "OK" }] }, 200, "BAD_RESPONSE", true],
    [[], 200, "BAD_RESPONSE", true],
    [undefined, 404, "BAD_RESPONSE", false],
    [{ error: "x" }, 302, "BAD_RESPONSE", false],
  ])("%j with HTTP status %i is %s", (json, status, code, retryable) => {
    expect(failure(answer(json, status))).toMatchObject({ code, retryable });
  });
});

describe("the backend's own words", () => {
  it("never carry a credential into a message, wherever it stands", () => {
    const texts = fc.tuple(fc.string(), fc.constantFrom(...expected.secrets), fc.string()).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom("400", "401", "402", "404", "500", "499"), texts, texts, (code, key, message) => {
        const error = failure(envelope({ code, key, message }));
        for (const secret of expected.secrets) expect(JSON.stringify([error.message, error.field])).not.toContain(secret);
      }),
    );
  });
});
