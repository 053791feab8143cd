import { parse, validate } from "graphql";
import { expect, it } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { graphiqlDocuments } from "../../src/server/graphiql.ts";

it.each(graphiqlDocuments)("is valid: %s", (document) => {
  expect(validate(schema, parse(document))).toEqual([]);
});
