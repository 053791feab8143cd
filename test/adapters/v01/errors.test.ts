import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorIn, isCertainlyMissing, isLimitRefusal, isMissing } from "../../../src/adapters/v01/errors.ts";
import { chargeFields, customerFields, taxFields } from "../../../src/adapters/v01/fields.ts";
import type { BillingError } from "../../../src/model/errors.ts";

const secrets = ["correct horse", "api-gateway", "YXBpLWdhdGV3YXk6Y29ycmVjdCBob3JzZQ=="];
const context = { backend: "recurring", secrets, parameters: {} };

function errorOf(...[answer, more]: [Parameters<typeof errorIn>[0], Partial<Parameters<typeof errorIn>[1]>?]): BillingError {
  const error = errorIn(answer, { ...context, ...more });
  if (error === null) throw new Error("it is none");
  return error;
}

const told = (failureCode: string, failureMessage?: string) => ({ failureCode, failureMessage });

describe("failures of the v01 backend (contract 3)", () => {
  it.each([
    [400, told("L01"), "UNAUTHENTICATED", "L01", false],
    [400, told("L04"), "FORBIDDEN", "L04", false],
    [403, told("L02"), "FORBIDDEN", "L02", false],
    [400, told("F01"), "INVALID_INPUT", "F01", false],
    [500, told("F01"), "INVALID_INPUT", "F01", false],
    [400, told("V02"), "INVALID_INPUT", "V02", false],
    [200, told("V01"), "INVALID_INPUT", "V01", false],
    [400, told("U01"), "CONFLICT", "U01", false],
    [400, told("O01"), "CONFLICT", "O01", false],
    [400, told("Q01"), "FORBIDDEN", "Q01", false],
    [500, told("E07"), "UNAVAILABLE", "E07", true],
    [200, told("E07"), "UNAVAILABLE", "E07", true],
    [500, told("S01"), "UNAVAILABLE", "S01", false],
    [404, told("V01"), "NOT_FOUND", "V01", false],
    [400, told("V24"), "NOT_FOUND", "V24", false],
    [404, told("V21"), "INVALID_INPUT", "V21", false],
    [400, told("V30"), "INVALID_INPUT", "V30", false],
    [200, { responseType: "exception", failureMessage: "no" }, "UNAVAILABLE", "200", false],
    [200, { responseType: "exception", failedRequestType: "find", ...told("E02") }, "UNAVAILABLE", "E02", true],
    [404, undefined, "NOT_FOUND", "404", false],
    [401, undefined, "UNAUTHENTICATED", "401", false],
    [403, undefined, "FORBIDDEN", "403", false],
    [405, undefined, "INVALID_INPUT", "405", false],
    [409, undefined, "CONFLICT", "409", false],
    [500, {}, "UNAVAILABLE", "500", false],
    [503, {}, "UNAVAILABLE", "503", true],
    [200, { exception: told("v01") }, "INVALID_INPUT", "V01", false],
    [200, told("correct horse"), "UNAVAILABLE", "200", false],
    [400, told("W01"), "INVALID_INPUT", "W01", false],
  ])("status %i with %j is %s (%s), retryable: %s", (status, json, code, backendCode, retryable) => {
    expect(errorOf({ status, json })).toMatchObject({ code, backendCode, retryable });
  });

  it.each([
    // V24 is "not found or not accessible"; V01 is the simulator's unknown id, and the sibling's missing parameter (18).
    [400, told("V24"), true, true],
    [400, told("V01"), true, true],
    [400, told("V01", "customerId is required parameter"), false, false],
    [400, told("V21", "Invalid field."), false, false],
    [404, told("V21"), false, false],
    [400, told("V28"), false, false],
    [400, told("V30"), false, false],
    [404, {}, true, false],
    [400, told("F01"), false, false],
  ])("status %i with %j means that the record does not exist: %s, certainly: %s", (status, json, missing, certainly) => {
    const error = errorOf({ status, json });
    expect([isMissing(error), isCertainlyMissing(error)]).toEqual([missing, certainly]);
  });

  it.each([
    [told("V30"), true],
    [told("F01", "limit must not be above 100"), true],
    [told("V07", "Pagination is limited."), true],
    [told("V07", "The credit limitation applies."), false],
    [told("V07", "Not known. [limit=1000, offset=0]"), false],
    [told("S01", "limit"), false],
  ])("%j refuses the limit: %s", (json, refusesLimit) => {
    expect(isLimitRefusal(errorOf({ status: 400, json }))).toBe(refusesLimit);
  });

  it("does not blame the credentials alone for a failure L, which may be a missing privilege", () => {
    const privilege = /credentials, or they lack the privilege/;
    for (const status of [200, 400]) expect(errorOf({ status, json: told("L02") }).message).toMatch(privilege);
    expect(errorOf({ status: 401, json: undefined }).message).not.toMatch(privilege);
  });

  it("quotes no echo of the request, and takes no field name from it", () => {
    const values = fc.stringMatching(/^[\w .,[\]@-]{0,20}$/);
    const echo = fc.dictionary(fc.constantFrom("accountId", "firstName", "amount", "requestType", "note"), values, {
      minKeys: 1,
    });
    const messages = fc.constantFrom("The record is locked.", "lastName is required.", "It is (really) not possible!");
    fc.assert(
      fc.property(messages, echo, fc.constantFrom(" ", "", "\n"), fc.constantFrom("]", "] ", ""), (message, sent, space, end) => {
        const echoed = Object.entries(sent).map(([name, value]) => `${name}=${value}`);
        const json = told("V05", `${message}${space}[${echoed.join(", ")}${end}`);
        const error = errorOf({ status: 400, json }, { parameters: { ...customerFields, ...chargeFields } });
        expect(error.message).toBe(`recurring does not accept a value of the request (V05). It says: ${message}`);
        expect(error.field).toEqual(message.startsWith("lastName") ? ["lastName"] : undefined);
      }),
    );
  });

  it.each([
    [200, { id: 1 }],
    [200, { id: 1, failureCode: null }],
    [201, [{ id: 1 }]],
    [200, undefined],
    [200, { id: 1, ...told("W03", "accepted with a remark") }],
  ])("status %i with %j is no failure", (status, json) => {
    expect(errorIn({ status, json }, context)).toBeNull();
  });

  it.each([
    ["firstName is required.", customerFields, ["firstName"]],
    ["The field zipCode is too long.", customerFields, ["address", "postalCode"]],
    ["taxAmount must not be greater than 100", chargeFields, ["taxAmount"]],
    ["value must be positive", taxFields, ["rate"]],
    ["firstName and lastName are required", customerFields, undefined],
    ["Something is wrong", customerFields, undefined],
  ])("finds the field in %j", (message, parameters, field) => {
    const error = errorOf({ status: 400, json: told("F01", message) }, { parameters });
    expect(error.field).toEqual(field);
    expect(error.message).toContain(message);
  });

  it.each([
    "Failed for user API-GATEWAY",
    "sent: Basic YXBpLWdhdGV3YXk6Y29ycmVjdCBob3JzZQ==",
    "wrong value 'correct horse'",
    "see https://gateway.example.com/errors",
    "java.lang.NullPointerException",
    "failed at com.unipay.Customer.load(Customer.java:12)",
    "two\nlines",
    '{"password": 1}',
    "x".repeat(200),
    " ",
  ])("does not quote %j", (message) => {
    const error = errorOf({ status: 400, json: told("V01", message) }, { parameters: customerFields });
    expect(error.message).toBe("recurring does not accept a value of the request (V01).");
  });
});
