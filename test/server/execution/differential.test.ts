import fc from "fast-check";
import { type ExecutionArgs, execute, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { depth, seed } from "../../support/sample.ts";
import { schema } from "../../support/schema.ts";
import { billingContext, billingValues } from "./billing-world.ts";
import { answerOf, createExecutor, isValid } from "./compare.ts";
import { type Choose, generateDocument, type Source } from "./documents.ts";
import { syntheticSchema, syntheticValues } from "./synthetic-schema.ts";
import type { World } from "./synthetic-world.ts";

/** Documents. Each is executed twice with different variables: the second time, its plan exists. */
const ofEverything = 500 * depth;
const ofBilling = 250 * depth;

/** Makes random valid documents, and executes them in both ways. */
function compareExecutions(source: Source, numRuns: number, contextOf: (drawn: number) => unknown): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.gen(), async (generate) => {
      const choose: Choose = (count) => generate(fc.nat, { max: count - 1 });
      const { text, operationName, variables } = generateDocument(source, choose);
      const document = parse(text);
      fc.pre(isValid({ schema: source.schema, document }));
      const executePlanned = createExecutor();
      const drawn = choose(1_000_000);
      for (const variableValues of variables) {
        const given = (): ExecutionArgs => ({
          schema: source.schema,
          document,
          operationName,
          variableValues,
          contextValue: contextOf(drawn),
        });
        const expected = await answerOf(execute, given());
        const answer = await answerOf((each) => executePlanned(each) ?? execute(each), given());
        expect(answer, JSON.stringify({ text, variableValues, seed: drawn })).toBe(expected);
      }
    }),
    { numRuns, seed },
  );
}

const timeout = 120_000;

describe("planned execution answers generated documents like graphql's own", () => {
  it("on a schema with every feature, and resolvers that do everything", { timeout }, () =>
    compareExecutions({ schema: syntheticSchema, values: syntheticValues, depth: 4 }, ofEverything, (drawn): World => {
      return { seed: drawn, oddity: [0, 7, 20, 60][drawn % 4] ?? 0, calls: [] };
    }),
  );

  it("on the gateway's schema, over backends some of which fail", { timeout }, () =>
    compareExecutions({ schema, values: billingValues, depth: 3 }, ofBilling, billingContext),
  );
});
