import fc from "fast-check";
import { type DocumentNode, getIntrospectionQuery, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { structureOf as structureWith } from "../../../src/server/document/cost.ts";
import { fragmentsOf } from "../../../src/server/execution/plan.ts";

const structureOf = (document: DocumentNode) => structureWith(document, fragmentsOf(document));

/** Compares the structure of a document with the simplest way of counting: with all fragments written out. */

type Selection =
  | { readonly field: string; readonly alias: string | null; readonly below: readonly Selection[] }
  | { readonly inline: readonly Selection[] }
  | { readonly spread: number };

interface Sample {
  readonly root: readonly Selection[];
  readonly fragments: readonly (readonly Selection[])[];
}

const { selections } = fc.letrec<{ selections: Selection[]; selection: Selection }>((tie) => ({
  selections: fc.array(tie("selection"), { minLength: 1, maxLength: 4 }),
  selection: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ spread: fc.nat(5) }),
    fc.record({
      field: fc.constantFrom("a", "b", "c"),
      alias: fc.option(fc.constantFrom("x", "b"), { nil: null }),
      below: fc.oneof({ maxDepth: 4 }, fc.constant([]), tie("selections")),
    }),
    fc.record({ inline: tie("selections") }),
  ),
}));

const samples = fc.record({ root: selections, fragments: fc.array(selections, { maxLength: 4 }) });

/** Spreads the fragment with this number if it comes later, so that there are no cycles. */
const target = ({ fragments }: Sample, from: number, { spread }: { readonly spread: number }): number | null =>
  spread > from && spread < fragments.length ? spread : null;

function print(sample: Sample): string {
  const set = (selections: readonly Selection[], from: number): string => {
    const texts = selections.map((selection) => {
      if ("inline" in selection) return `... ${set(selection.inline, from)}`;
      if ("spread" in selection) {
        const fragment = target(sample, from, selection);
        return fragment === null ? "c" : `...F${fragment}`;
      }
      const alias = selection.alias === null ? "" : `${selection.alias}: `;
      return `${alias}${selection.field}${selection.below.length > 0 ? ` ${set(selection.below, from)}` : ""}`;
    });
    return `{ ${texts.join(" ")} }`;
  };
  const fragments = sample.fragments.map((selections, index) => `fragment F${index} on T ${set(selections, index)}`);
  return [set(sample.root, -1), ...fragments].join("\n");
}

interface Written {
  readonly key: string;
  readonly aliased: boolean;
  readonly below: readonly Written[];
  readonly repeatedSpreads: number;
}

/** The whole document without fragments. In one selection set, each named fragment is written out once, at its first spread. */
function writeOut(sample: Sample, selections: readonly Selection[], from: number) {
  const seen = new Set<number>();
  let repeatedSpreads = 0;
  const expand = (inside: readonly Selection[], place: number): readonly Written[] =>
    inside.flatMap((selection): readonly Written[] => {
      if ("inline" in selection) return expand(selection.inline, place);
      if ("spread" in selection) {
        const fragment = target(sample, place, selection);
        if (fragment === null) return [{ key: "c", aliased: false, below: [], repeatedSpreads: 0 }];
        if (seen.has(fragment)) {
          repeatedSpreads += 1;
          return [];
        }
        seen.add(fragment);
        return expand(sample.fragments[fragment] ?? [], fragment);
      }
      const { fields, repeatedSpreads: below } = writeOut(sample, selection.below, place);
      const key = selection.alias ?? selection.field;
      return [{ key, aliased: selection.alias !== null, below: fields, repeatedSpreads: below }];
    });
  const fields = expand(selections, from);
  return { fields, repeatedSpreads };
}

function depthOf(fields: readonly Written[]): number {
  return Math.max(0, ...fields.map(({ below }) => 1 + depthOf(below)));
}

function aliasesOf(fields: readonly Written[]): number {
  const surplus = fields.filter(({ aliased, key }, index) => aliased || fields.findIndex((each) => each.key === key) < index);
  return fields.reduce((sum, { below, repeatedSpreads }) => sum + repeatedSpreads + aliasesOf(below), surplus.length);
}

function shapeOf(text: string) {
  const [shape] = structureOf(parse(text)).operations.values();
  return shape;
}

describe("depth and aliases", () => {
  it("are those of the document with every fragment written out", () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const { fields, repeatedSpreads } = writeOut(sample, sample.root, -1);
        expect(shapeOf(print(sample))).toEqual({ depth: depthOf(fields), aliases: repeatedSpreads + aliasesOf(fields) });
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["{ a }", { depth: 1, aliases: 0 }],
    ["{ a { b { c } } }", { depth: 3, aliases: 0 }],
    ["{ x: a }", { depth: 1, aliases: 1 }],
    ["{ a a a }", { depth: 1, aliases: 2 }],
    ["{ a { b } a { b } }", { depth: 2, aliases: 1 }],
    ["{ ...F ...F } fragment F on T { a { b } }", { depth: 2, aliases: 1 }],
    ["{ ...F a } fragment F on T { a }", { depth: 1, aliases: 1 }],
    ["{ ... { ... { a } } }", { depth: 1, aliases: 0 }],
    ["{ ...Missing }", { depth: 0, aliases: 0 }],
    ["{ ...F } fragment F on T { a { ...F } }", { depth: 2, aliases: 0 }],
    ["{ __schema { types { name } } a }", { depth: 1, aliases: 0 }],
  ])("%s", (text, expected) => {
    expect(shapeOf(text)).toEqual(expected);
  });
});

describe("the rest of the document", () => {
  it("is counted as written, with unused fragments", () => {
    const text = "query ($a: Int @x) @x { a(v: [[{ b: 1 }]]) @x @x } fragment F on T @x { a(v: { b: { c: [1] } }) }";
    expect(structureOf(parse(text))).toMatchObject({ directives: 5, inputDepth: 3, introspects: false });
  });

  it("introspects if it selects __schema or __type, but not for __typename", () => {
    const introspects = (text: string): boolean => structureOf(parse(text)).introspects;
    expect([getIntrospectionQuery(), '{ x: __type(name: "T") { name } }'].map(introspects)).toEqual([true, true]);
    expect(introspects("{ __typename }")).toBe(false);
  });
});
