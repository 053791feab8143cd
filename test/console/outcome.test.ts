import { describe, expect, it } from "vitest";
import type { ErrorDetailsFragment } from "../../src/client/generated/graphql.ts";
import { isRepeatable, isReused, isUnsettled, outcomeOfOne, sortErrors } from "../../src/console/forms/outcome.ts";
import { newChargeFields, newTaxFields } from "../../src/console/forms/record-fields.ts";
import { fieldsOfSeveral } from "../../src/console/forms/several-backends.ts";
import { pbx, recurring } from "./form-backends.ts";

const failed = (given: Partial<ErrorDetailsFragment>): ErrorDetailsFragment => ({
  code: "INVALID_INPUT",
  message: "wrong",
  field: null,
  fieldMessage: "wrong",
  formField: null,
  backendCode: null,
  retryable: false,
  ...given,
});
const operation = { id: "o", replayed: false, idempotencyKey: "k" } as const;

describe("errors", () => {
  const fields = newChargeFields(pbx);
  const prefix = ["input", "charge"];

  it.each([
    [["input", "charge", "amount"], "amount"],
    [["input", "charge", "taxIds", "0"], "taxIds"],
  ])("at %j are shown at the field %s", (field, name) => {
    expect(sortErrors([failed({ field, message: "first" }), failed({ field })], fields, prefix)).toEqual({
      atFields: { [name]: "First" },
      others: [],
    });
  });

  it.each([[null], [["input", "charge", "customerId"]], [["input", "amount"]]])("at %j are shown beside the form", (field) => {
    const error = failed({ field });
    expect(sortErrors([error], fields, prefix)).toEqual({ atFields: {}, others: [error] });
  });

  it("of a member that only one backend gets are shown at its own field, wherever it was sent", () => {
    const parts = [pbx, recurring].map((backend) => ({ ...backend, fields: newTaxFields(backend) }));
    const at = (field: readonly string[], message: string) =>
      sortErrors([{ ...failed({ message }), field, owner: "recurring" }], fieldsOfSeveral(parts), ["input"]).atFields;
    expect(at(["input", "overrides", "0", "effectiveDate"], "effectiveDate: is past")).toEqual({
      "recurring:effectiveDate": "Is past",
    });
    expect(at(["input", "effectiveDate"], "effectiveDate: is required")).toEqual({ "recurring:effectiveDate": "Is required" });
    expect(at(["input", "rate"], "rate: is too high")).toEqual({ rate: "Is too high" });
    // Sent to one of them alone, and asked of all.
    expect(at(["input", "overrides", "0", "rate"], "rate: is too high")).toEqual({ rate: "Is too high" });
  });

  it("do not repeat the name of their field", () => {
    const error = failed({ field: ["input", "charge", "amount"], message: "amount: must not be zero" });
    expect(sortErrors([error], fields, prefix).atFields).toEqual({ amount: "Must not be zero" });
    // As the gateway refuses a whole request.
    const refused = failed({ field: ["input", "charge", "amount"], message: "input.charge.amount: must not be zero" });
    expect(sortErrors([refused], fields, prefix).atFields).toEqual({ amount: "Must not be zero" });
    const wrong = failed({
      field: ["input", "charge", "amount"],
      message: 'Variable "$input" has an invalid value at "input.charge.amount": no',
    });
    expect(sortErrors([wrong], fields, prefix).atFields).toEqual({ amount: "No" });
  });
});

describe("an outcome", () => {
  it.each(["UNKNOWN", "PENDING"] as const)("%s may be repeated, and no other", (status) => {
    const outcome = outcomeOfOne({ operation: { ...operation, status }, errors: [] }, "Ada");
    expect([isUnsettled(outcome), isRepeatable(outcome)]).toEqual([true, true]);
  });

  it("FAILED is repeatable when its error is", () => {
    const outcome = (retryable: boolean) =>
      outcomeOfOne({ operation: { ...operation, status: "FAILED" }, errors: [failed({ retryable })] }, "Ada");
    expect([true, false].map((retryable) => isRepeatable(outcome(retryable)))).toEqual([true, false]);
  });

  it("under another submission's key is recognised", () => {
    const errors = [failed({ code: "IDEMPOTENCY_KEY_REUSED" })];
    expect(isReused(outcomeOfOne({ operation: { ...operation, status: "SUCCEEDED" }, errors }, "Ada"))).toBe(true);
  });
});
