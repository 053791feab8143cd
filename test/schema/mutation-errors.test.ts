import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/model/errors.ts";
import { schema } from "../support/schema.ts";

/** What front ends decide by: which codes a mutation may have, and where an error belongs in a form. */

describe("every mutation", () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

  it.each(mutations.map((field) => [field.name, field.description ?? ""]))("%s names its error codes once", (_, description) => {
    const [, listed = "", ...more] = description.split("Error codes: ");
    expect(more).toEqual([]);
    const codes = listed.replace(/\.$/, "").split(", ");
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !errorCodes.some((known) => known === code))).toEqual([]);
    expect(codes).toEqual(expect.arrayContaining(["INVALID_INPUT", "CONFLICT", "INTERNAL"]));
  });

  it("and all codes are named by one that writes in a backend", () => {
    const description = mutations.find(({ name }) => name === "createCharge")?.description ?? "";
    expect(errorCodes.filter((code) => !description.includes(code))).toEqual([]);
  });
});
