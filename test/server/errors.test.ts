import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { BillingError } from "../../src/model/errors.ts";
import { addMissingCode, isMasked, translateError } from "../../src/server/errors.ts";

const located = (cause: Error): GraphQLError => new GraphQLError(cause.message, { path: ["customers", 0], originalError: cause });

describe("errors as callers see them", () => {
  it("a BillingError: code, backend, field, the backend's own code, and its path", () => {
    const cause = new BillingError("FORBIDDEN", "The role does not allow this.", {
      backend: "pbx",
      field: ["id"],
      backendCode: "402",
    });
    expect(translateError(located(cause)).toJSON()).toEqual({
      message: "The role does not allow this.",
      path: ["customers", 0],
      extensions: { code: "FORBIDDEN", backend: "pbx", field: ["id"], backendCode: "402", retryable: false },
    });
  });

  it("any other error is masked: the answer has nothing of it", () => {
    const error = translateError(located(new TypeError("connect to http://user:secret@host failed")));
    expect(JSON.stringify(error)).not.toContain("secret");
    expect(error.extensions["code"]).toBe("INTERNAL");
    expect(isMasked(error)).toBe(true);
    expect(error.originalError).toBeInstanceOf(TypeError);
    expect(isMasked(translateError("thrown text"))).toBe(true);
  });

  it("a GraphQL error keeps its message and code, and gets a code if it has none", () => {
    const coded = new GraphQLError('Cannot query field "nope"', { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } });
    expect(translateError(coded).toJSON()).toEqual(coded.toJSON());
    const variable = new GraphQLError('Variable "$id" is missing');
    addMissingCode(variable);
    expect(variable.toJSON()).toEqual({
      message: 'Variable "$id" is missing',
      extensions: { code: "INVALID_INPUT", retryable: false },
    });
    expect(isMasked(coded)).toBe(false);
  });
});
