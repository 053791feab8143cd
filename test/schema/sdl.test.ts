import { readFileSync } from "node:fs";
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { printed } from "../../src/schema/print.ts";
import { schema } from "../support/schema.ts";

describe("the schema", () => {
  it.each(Object.entries(printed))(
    "schema/%s is what the code prints: run `npm run generate` after changing it",
    (name, print) => {
      expect(readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8")).toBe(print());
    },
  );

  it("describes every type, field, argument, input and enum value", () => {
    const undescribed = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type))
      .flatMap(undescribedParts);
    expect(undescribed).toEqual([]);
  });
});

function undescribedParts(type: GraphQLNamedType): string[] {
  const parts: [string, string | null | undefined][] = [[type.name, type.description]];
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push([`${type.name}.${field.name}`, field.description]);
      for (const argument of field.args) parts.push([`${type.name}.${field.name}(${argument.name})`, argument.description]);
    }
  }
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields())) parts.push([`${type.name}.${field.name}`, field.description]);
  if (isEnumType(type)) for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
  return parts.filter(([, description]) => !description).map(([name]) => name);
}
