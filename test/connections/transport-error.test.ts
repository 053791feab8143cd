import { describe, expect, it } from "vitest";
import { transportError } from "../../src/connections/failures.ts";
import { BillingError, type ErrorCode } from "../../src/model/errors.ts";

const failure = (code: string): Error => Object.assign(new Error("10.0.0.7 says no"), { code });
const timeout = new DOMException("timed out", "TimeoutError");
const aborted = new DOMException("aborted", "AbortError");

const call = { function: "charges/create", effect: "write" } as const;
const fate = (error: unknown, given: { effect: "read" | "write"; left?: boolean; abandoned?: boolean }) =>
  transportError(error, {
    backend: "pbx",
    call: { ...call, effect: given.effect },
    left: given.left ?? true,
    abandoned: given.abandoned ?? false,
  });

const kinds: [string, unknown, ErrorCode][] = [
  ["ECONNREFUSED", failure("ECONNREFUSED"), "UNAVAILABLE"],
  ["ENOTFOUND", failure("ENOTFOUND"), "UNAVAILABLE"],
  ["EAI_AGAIN", failure("EAI_AGAIN"), "UNAVAILABLE"],
  ["a connection that takes too long", failure("UND_ERR_CONNECT_TIMEOUT"), "UNAVAILABLE"],
  ["an expired certificate", failure("CERT_HAS_EXPIRED"), "UNAVAILABLE"],
  ["a certificate of another host", failure("ERR_TLS_CERT_ALTNAME_INVALID"), "UNAVAILABLE"],
  ["no TLS at the other end", failure("ERR_SSL_WRONG_VERSION_NUMBER"), "UNAVAILABLE"],
  ["ECONNRESET", failure("ECONNRESET"), "UNAVAILABLE"],
  ["EPIPE", failure("EPIPE"), "UNAVAILABLE"],
  ["a closed socket", failure("UND_ERR_SOCKET"), "UNAVAILABLE"],
  ["a closed pool", failure("UND_ERR_DESTROYED"), "UNAVAILABLE"],
  ["the deadline", timeout, "TIMEOUT"],
  ["late headers", failure("UND_ERR_HEADERS_TIMEOUT"), "TIMEOUT"],
  ["a late body", failure("UND_ERR_BODY_TIMEOUT"), "TIMEOUT"],
  ["an answer that decoding stumbled over", new TypeError("cannot read properties"), "BAD_RESPONSE"],
  ["something that is no error", "text", "BAD_RESPONSE"],
  ["an UNAVAILABLE of the adapter", new BillingError("UNAVAILABLE", "Maintenance."), "UNAVAILABLE"],
];

describe("a read that failed with", () => {
  it.each(kinds)("%s", (_kind, error, code) => {
    expect(fate(error, { effect: "read" })).toMatchObject({ code, retryable: true });
  });
});

describe("a write that was sent and failed with", () => {
  it.each(kinds)("%s has an unknown outcome", (_kind, error) => {
    expect(fate(error, { effect: "write" })).toMatchObject({ code: "OUTCOME_UNKNOWN", backend: "pbx", retryable: false });
  });

  it.each<ErrorCode>(["INVALID_INPUT", "NOT_FOUND", "UNAUTHENTICATED", "FORBIDDEN", "CONFLICT", "UNSUPPORTED", "RATE_LIMITED"])(
    "%s was refused: nothing happened",
    (code) => {
      const refusal = new BillingError(code, "No.");
      expect(fate(refusal, { effect: "write" })).toBe(refusal);
    },
  );

  it("keeps what the backend said", () => {
    const error = new BillingError("BAD_RESPONSE", "", { backendCode: "500" });
    expect(fate(error, { effect: "write" })).toMatchObject({ backendCode: "500", cause: error });
  });
});

describe("a write that was not sent and failed with", () => {
  it.each(kinds)("%s may be sent again", (_kind, error) => {
    const result = fate(error, { effect: "write", left: false });
    expect(result).toMatchObject({ code: "UNAVAILABLE", backend: "pbx", retryable: true });
    expect(result.message).toMatch(/ Nothing was sent\.$/);
  });
});

describe("a read given up", () => {
  it("by its client is nobody's failure", () => {
    expect(fate(aborted, { effect: "read", abandoned: true })).toMatchObject({ code: "CONFLICT", retryable: true });
  });

  it("because the request's time was up is a TIMEOUT like any other", () => {
    expect(fate(timeout, { effect: "read", abandoned: true })).toMatchObject({ code: "TIMEOUT", retryable: true });
  });
});

describe("messages", () => {
  it.each(kinds)("of %s hold no upstream text", (_kind, error) => {
    for (const effect of ["read", "write"] as const) {
      for (const left of [true, false]) expect(fate(error, { effect, left }).message).not.toMatch(/10\.0\.0\.7|properties|text/);
    }
  });
});
