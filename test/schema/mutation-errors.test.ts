import { type GraphQLInputObjectType, type GraphQLObjectType, getNamedType } from "graphql";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/model/errors.ts";
import { schema } from "../support/schema.ts";
import { untoldCodes } from "../support/told-codes.ts";

/** What front ends rely on: the codes that a mutation may return, and where in a form an error belongs. */

describe("every mutation", () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

  it.each(mutations.map((field) => [field.name, field.description ?? ""]))("%s names its error codes once", (_, description) => {
    const [, listed = "", ...more] = description.split("Error codes: ");
    expect(more).toEqual([]);
    const codes = listed.replace(/\.$/, "").split(", ");
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !errorCodes.some((known) => known === code))).toEqual([]);
    expect(codes).toEqual(expect.arrayContaining(["INVALID_INPUT", "FORBIDDEN", "INTERNAL"]));
  });

  it("is compared with earlier calls where doing it twice moves money twice", () => {
    const leavesTheSame = new Set([
      ...["updateCustomer", "archiveCustomer", "restoreCustomer", "updateCharge", "voidCharge"],
      ...["updateTax", "archiveTax", "setTaxLiability", "alignCustomers", "linkCustomers", "unlinkCustomers", "declineLink"],
      ...["reconcileOperation", "resolveOperation"],
    ]);
    const movesNoMoney = new Set(["createCustomer", "createTax"]);
    const journaled = mutations.filter(({ type }) => "operation" in (getNamedType(type) as GraphQLObjectType).getFields());
    const compared = journaled.filter(({ name }) => !leavesTheSame.has(name) && !movesNoMoney.has(name));
    expect(compared.map(({ name }) => name).sort()).toEqual(
      ["createCharge", "createCharges", "createCredit", "createCredits", "executeCharge"].sort(),
    );
    for (const { args } of compared) {
      expect(Object.keys((getNamedType(args[0]?.type) as GraphQLInputObjectType).getFields())).toContain("allowDuplicate");
    }
  });

  it("of backends has a dry run", () => {
    const ofGateway = new Set(["linkCustomers", "unlinkCustomers", "declineLink", "reconcileOperation", "resolveOperation"]);
    const journaled = mutations.filter(({ type }) => "operation" in (getNamedType(type) as GraphQLObjectType).getFields());
    for (const { name, args } of journaled.filter((each) => !ofGateway.has(each.name))) {
      const members = Object.keys((getNamedType(args[0]?.type) as GraphQLInputObjectType).getFields());
      expect.soft(members, name).toContain("validateOnly");
    }
  });

  it.each([
    ["createCharge", ["NOT_FOUND", "LIKELY_DUPLICATE", "OUTCOME_UNKNOWN"], []],
    ["createCredit", ["NOT_FOUND", "LIKELY_DUPLICATE", "OUTCOME_UNKNOWN"], []],
    ["voidCharge", ["NOT_FOUND", "OUTCOME_UNKNOWN"], ["LIKELY_DUPLICATE"]],
    ["linkCustomers", ["NOT_FOUND", "BAD_RESPONSE", "IDEMPOTENCY_KEY_REUSED"], ["OUTCOME_UNKNOWN", "UNSUPPORTED"]],
    ["createChargeRun", ["IDEMPOTENCY_KEY_REUSED"], ["NOT_FOUND", "TIMEOUT", "OUTCOME_UNKNOWN"]],
    ["pauseChargeRun", ["NOT_FOUND", "CONFLICT"], ["IDEMPOTENCY_KEY_REUSED", "TIMEOUT"]],
    ["resolveOperation", ["NOT_FOUND", "CONFLICT"], ["OUTCOME_UNKNOWN", "RATE_LIMITED"]],
  ])("%s describes its own error codes", (name, told, others) => {
    const codes = mutations.find((field) => field.name === name)?.description?.split("Error codes: ")[1] ?? "";
    const listed = codes.replace(/\.$/, "").split(", ");
    expect(listed).toEqual(expect.arrayContaining(told));
    expect(listed.filter((code) => others.includes(code))).toEqual([]);
  });

  it("declares every code that its answers have", () => {
    const error = (code: string) => ({ errors: [{ code }] });
    expect(
      untoldCodes("mutation { a: pauseChargeRun(input: {}) { errors { code } } }", { data: { a: error("TIMEOUT") } }),
    ).toEqual(["pauseChargeRun: TIMEOUT"]);
    expect(
      untoldCodes("mutation { createTax { results { errors { code } } } }", {
        data: { createTax: { results: [error("LIKELY_DUPLICATE")] } },
      }),
    ).toEqual(["createTax: LIKELY_DUPLICATE"]);
    expect(
      untoldCodes("mutation { createTax { operation { id } } }", {
        errors: [{ path: ["createTax"], extensions: { code: "LIKELY_DUPLICATE" } }],
      }),
    ).toHaveLength(1);
    expect(untoldCodes("mutation { createTax { operation { id } } }", { data: { createTax: error("TIMEOUT") } })).toEqual([]);
  });

  it("declares all codes, if it writes to a backend", () => {
    const description = mutations.find(({ name }) => name === "createCharge")?.description ?? "";
    expect(errorCodes.filter((code) => !description.includes(code))).toEqual([]);
  });
});
