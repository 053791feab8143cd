import { describe, expect, test } from "vitest";
import { errorIn } from "../../../src/adapters/hostedsuite/errors.ts";
import { answer } from "./fixture.ts";

const secrets = ["api-user", "s3cret-Word"];

const envelope = (ErrorCode: string, Message: string, Errors: readonly object[] = []) => ({
  ResponseStatus: { ErrorCode, Message, Errors },
});

const missingClient = envelope("ArgumentNullException", "Value cannot be null. Parameter name: ClientId", [
  { ErrorCode: "ArgumentNullException", FieldName: "ClientId", Message: "Value cannot be null." },
]);

describe("classification, in the order of contract 3.2", () => {
  test.each([
    [200, envelope("SecurityException", "Invalid credentials"), "UNAUTHENTICATED", "SecurityException"],
    [500, envelope("Unauthorized", "User not found"), "UNAUTHENTICATED", "Unauthorized"],
    [401, {}, "UNAUTHENTICATED", "401"],
    [500, envelope("ForbiddenException", "No"), "FORBIDDEN", "ForbiddenException"],
    [500, envelope("UnauthorizedAccessException", "No"), "FORBIDDEN", "UnauthorizedAccessException"],
    [403, undefined, "FORBIDDEN", "403"],
    [500, envelope("Exception", "Client not found"), "NOT_FOUND", "Exception"],
    [404, undefined, "NOT_FOUND", "404"],
    [400, missingClient, "INVALID_INPUT", "ArgumentNullException"],
    [500, envelope("Exception", "Quantity is required"), "INVALID_INPUT", "Exception"],
    [500, envelope("FormatException", "What?"), "INVALID_INPUT", "FormatException"],
    [400, {}, "INVALID_INPUT", "400"],
    [405, envelope("NotSupportedException", "No"), "UNSUPPORTED", "NotSupportedException"],
    [409, envelope("OptimisticConcurrencyException", "No"), "CONFLICT", "OptimisticConcurrencyException"],
    [500, envelope("NullReferenceException", "Object reference not set"), "UNAVAILABLE", "NullReferenceException"],
    [200, envelope("Exception", "Something"), "CONFLICT", "Exception"],
    [500, envelope("Exception", "Client is on credit hold"), "CONFLICT", "Exception"],
    [500, envelope("CreditHoldException", "Client is on credit hold"), "CONFLICT", "CreditHoldException"],
    [500, envelope("", "The charge cutoff day has passed"), "CONFLICT", "500"],
    [500, envelope("Exception", "An internal error occurred"), "UNAVAILABLE", "Exception"],
    [500, envelope("Exception", "Please try again later"), "UNAVAILABLE", "Exception"],
    [500, envelope("MongoConnectionException", "Server not found"), "UNAVAILABLE", "MongoConnectionException"],
    [500, envelope("SqlException", "Client is required"), "UNAVAILABLE", "SqlException"],
    [500, envelope("TimeoutException", "It took too long"), "UNAVAILABLE", "TimeoutException"],
    [500, envelope("InvalidOperationException", "Sequence contains no elements"), "UNAVAILABLE", "InvalidOperationException"],
    [500, envelope("Exception", ""), "UNAVAILABLE", "Exception"],
    [500, envelope("Exception", "SELECT 1 FROM dual"), "UNAVAILABLE", "Exception"],
    [302, undefined, "BAD_RESPONSE", "302"],
  ])("status %i with %j is %s", (status, json, code, backendCode) => {
    expect(errorIn(answer(json, status), { backend: "suite", secrets })).toMatchObject({ code, backendCode });
  });

  test("treats an answer without an envelope as a success", () => {
    expect(errorIn(answer([]), { backend: "suite", secrets })).toBeNull();
    expect(errorIn(answer({ Id: "1", ResponseStatus: {} }), { backend: "suite", secrets })).toBeNull();
    expect(errorIn(answer(undefined, 204), { backend: "suite", secrets })).toBeNull();
  });

  test("allows a read to be repeated only if HostedSuite itself did not answer", () => {
    const context = { backend: "suite", secrets };
    expect(errorIn(answer(envelope("Exception", ""), 500), context)).toMatchObject({ retryable: false });
    expect(errorIn(answer({}, 500), context)).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });

  test("says why it is refused, and that the same must not be sent again", () => {
    const hold = errorIn(answer(envelope("Exception", "Client is on credit hold"), 500), { backend: "suite", secrets });
    expect(hold).toMatchObject({ retryable: false, message: "suite refuses this: Client is on credit hold" });
  });

  test("reads v3's casing", () => {
    const json = { responseStatus: { errorCode: "Unauthorized", message: "No", errors: [] } };
    expect(errorIn(answer(json), { backend: "suite", secrets })).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("fields at fault", () => {
  const fieldOf = (json: object, entity: "customer" | "charge" | "tax" | undefined) =>
    errorIn(answer(json, 500), { backend: "suite", secrets, entity })?.field;

  test.each([
    [missingClient, "charge", ["customerId"]],
    [missingClient, undefined, undefined],
    [envelope("Exception", "Quantity is required"), "charge", ["quantity"]],
    [envelope("Exception", "Service not found"), "charge", ["serviceId"]],
    [envelope("ArgumentException", "Bad date (Parameter 'DateOfCharge')"), "charge", ["date"]],
    [envelope("ValidationException", "", [{ FieldName: "Memorized" }]), "charge", ["recurrence", "interval"]],
    [envelope("ValidationException", "", [{ FieldName: "BillingEmailAddresses[0].Address" }]), "customer", ["email"]],
    [envelope("ValidationException", "", [{ FieldName: "constructor" }]), "customer", undefined],
    [envelope("Exception", "Rate must be positive"), "tax", ["rate"]],
  ] as const)("of %j for a %s: %j", (json, entity, field) => {
    expect(fieldOf(json, entity)).toEqual(field);
  });

  test("keeps every field of an answer", () => {
    const json = envelope("ValidationException", "Two things", [
      { ErrorCode: "NotEmpty", FieldName: "NewName", Message: "Name is empty." },
      { ErrorCode: "TooLong", FieldName: "ThirdPartyAccountId", Message: "Too long." },
    ]);
    const error = errorIn(answer(json, 400), { backend: "suite", secrets, entity: "customer" });
    expect(error?.flatten(["input"]).map(({ field, backendCode }) => [field, backendCode])).toEqual([
      [["input", "name"], "NotEmpty"],
      [["input", "reference"], "TooLong"],
    ]);
  });
});

describe("messages", () => {
  test("are not classified by the words of a dump, which are the caller's", () => {
    const dump = envelope("Exception", 'Failed: {"Notes":"invoice must be paid, address not found","Password":"s3cret-Word"}');
    const error = errorIn(answer(dump, 500), { backend: "suite", secrets, entity: "charge" });
    expect(error?.code).toBe("UNAVAILABLE");
    expect(error?.message).not.toContain("s3cret");
  });

  test("never show a malformed code", () => {
    const json = envelope("Rejected s3cret-Word", "No");
    expect(errorIn(answer(json, 500), { backend: "suite", secrets })).toMatchObject({ backendCode: "500" });
    expect(errorIn(answer(envelope("xs3cretWordx", "No"), 500), { backend: "suite", secrets: ["s3cretWord"] })).toMatchObject({
      backendCode: "500",
    });
  });
});
