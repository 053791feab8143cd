import fc from "fast-check";
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import { schema } from "../support/schema.ts";

/**
 * Random inputs of the schema's mutations. First comes the meaning, and then its notation, so it is known which inputs are equal
 * without comparing them. All of it is derived from the schema's types, so future mutations are included.
 */

/** Two meanings of one type are the same exactly when their ids are. */
export interface Meaning {
  readonly id: string;
  /** One way to write it as JSON; undefined = absent. */
  readonly words: fc.Arbitrary<unknown>;
}

export interface MutationInput {
  readonly mutation: string;
  readonly type: GraphQLInputObjectType;
}

/** For mutations with an idempotency key that the journal records. Runs compare their own input: see runs/keys.ts. */
export const mutationInputs: readonly MutationInput[] = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(
  ({ name, args }) => {
    const type = args.map((argument) => getNullableType(argument.type)).find(isInputObjectType);
    return type && "idempotencyKey" in type.getFields() && !name.endsWith("ChargeRun") ? [{ mutation: name, type }] : [];
  },
);

/** Two inputs of a mutation that differ in one member, or in none. */
export function pairOfInputs({ type }: MutationInput): fc.Arbitrary<readonly [Meaning, Meaning]> {
  const nullClears = /null = clear/.test(type.description ?? "");
  return createMeanings(nullClears).pair(type, "");
}

/** Lists that are read as sets: their order does not matter. */
const sets = ["taxIds", "appliesTo", "fields"];

function createMeanings(nullClears: boolean) {
  const absent: Meaning = { id: "absent", words: fc.constant(undefined) };
  const cleared: Meaning = { id: "null", words: fc.constant(null) };
  const notGiven: Meaning = { id: "not given", words: fc.constantFrom(undefined, null) };
  const missing = nullClears ? fc.constantFrom(absent, cleared) : fc.constant(notGiven);

  const membersOf = (type: GraphQLInputObjectType): readonly GraphQLInputField[] =>
    Object.values(type.getFields()).filter(({ name }) => name !== "idempotencyKey");

  /** A member with a default is an option: null and absent are the default, in changes as well. */
  function member({ name, type, defaultValue }: GraphQLInputField): fc.Arbitrary<Meaning> {
    if (defaultValue === undefined) return some(type, name);
    return present(getNullableType(type), name).map((meaning) => {
      if (meaning.id !== JSON.stringify(defaultValue)) return meaning;
      return { id: meaning.id, words: fc.oneof(meaning.words, notGiven.words) };
    });
  }

  function some(type: GraphQLInputType, name: string): fc.Arbitrary<Meaning> {
    if (isNonNullType(type)) return present(type.ofType, name);
    return fc.oneof({ weight: 1, arbitrary: missing }, { weight: 2, arbitrary: present(type, name) });
  }

  function present(type: GraphQLInputType, name: string): fc.Arbitrary<Meaning> {
    if (isListType(type)) return fc.array(some(type.ofType, name), { maxLength: 3 }).map((items) => list(items, name));
    if (isInputObjectType(type)) return members(type).map(object);
    if (isEnumType(type)) return plain(...type.getValues().map((each) => each.name));
    const leaf = leaves[String(type)];
    if (!leaf) throw new Error(`Say what can be meant by a ${type}, and in which words.`);
    return leaf;
  }

  const members = (type: GraphQLInputObjectType): fc.Arbitrary<Record<string, Meaning>> =>
    fc.record(Object.fromEntries(membersOf(type).map((field) => [field.name, member(field)])));

  function pair(type: GraphQLInputType, name: string, field?: GraphQLInputField): fc.Arbitrary<readonly [Meaning, Meaning]> {
    const inner = getNullableType(type);
    const any = field ? member(field) : some(type, name);
    if (isListType(inner)) {
      const oneOther = fc
        .tuple(fc.array(some(inner.ofType, name), { maxLength: 2 }), pair(inner.ofType, name))
        .map(([rest, [one, other]]): readonly [Meaning, Meaning] => [list([...rest, one], name), list([...rest, other], name)]);
      const turnedRound = fc
        .array(some(inner.ofType, name), { minLength: 2, maxLength: 3 })
        .map((items): readonly [Meaning, Meaning] => [list(items, name), list(items.toReversed(), name)]);
      return fc.oneof(oneOther, turnedRound, fc.tuple(any, any));
    }
    // Values that a comparison might confuse.
    if (String(inner) === "String") return fc.oneof(fc.constantFrom(...similarTexts), fc.tuple(any, any));
    if (!isInputObjectType(inner)) return fc.tuple(any, any);
    const near = fc
      .constantFrom(...membersOf(inner))
      .chain((changed) =>
        fc
          .tuple(members(inner), pair(changed.type, changed.name, changed))
          .map(([others, [one, other]]): readonly [Meaning, Meaning] => [
            object({ ...others, [changed.name]: one }),
            object({ ...others, [changed.name]: other }),
          ]),
      );
    return isNonNullType(type) || name === ""
      ? near
      : fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: fc.tuple(any, any) });
  }

  return { pair };
}

function object(members: Readonly<Record<string, Meaning>>): Meaning {
  const entries = Object.entries(members);
  const words = fc
    .tuple(fc.shuffledSubarray(entries, { minLength: entries.length }), fc.tuple(...entries.map(([, each]) => each.words)))
    .map(([order, said]) =>
      Object.fromEntries(order.map(([name]) => [name, said[entries.findIndex(([each]) => each === name)]])),
    );
  return { id: JSON.stringify(entries.map(([name, { id }]) => [name, id]).toSorted()), words };
}

function list(items: readonly Meaning[], name: string): Meaning {
  const ids = items.map(({ id }) => id);
  const inOrder = fc.tuple(...items.map(({ words }) => words));
  if (!sets.includes(name)) return { id: JSON.stringify(ids), words: inOrder };
  const shuffled = fc
    .tuple(fc.shuffledSubarray([...items], { minLength: items.length }), fc.subarray([...items]))
    .chain(([all, again]) => fc.tuple(...[...all, ...again].map(({ words }) => words)));
  return { id: JSON.stringify([...new Set(ids)].toSorted()), words: shuffled };
}

/** Values with a single notation. */
function plain(...values: readonly unknown[]): fc.Arbitrary<Meaning> {
  return fc.constantFrom(...values.map((value) => ({ id: JSON.stringify(value), words: fc.constant(value) })));
}

const textOf = (text: string): Meaning => ({
  id: JSON.stringify(text.normalize("NFC")),
  words: fc.constantFrom(text, text.normalize("NFC"), text.normalize("NFD")),
});

const similarTexts = [
  ["0019", "19"],
  ["19.9", "19.90"],
  ["1e3", "1000"],
  ["Line rental", "Line rental "],
  ["Line rental", "line rental"],
  ["Zo\u00eb", "Zoe"],
  ["ﬁne", "fine"],
  ["", " "],
  ["false", "KEEP"],
].map(([one = "", other = ""]) => [textOf(one), textOf(other)] as const);

const leaves: Readonly<Record<string, fc.Arbitrary<Meaning>>> = {
  ID: plain("Q3VzdG9tZXI6cGJ4OjE", "Q3VzdG9tZXI6cGJ4OjI", "19.9", "19.90", "007", "7"),
  String: fc.oneof(fc.constantFrom(...similarTexts.flat()), fc.string({ unit: "grapheme", maxLength: 6 }).map(textOf)),
  Boolean: plain(true, false),
  Int: plain(-1, 0, 1, 12),
  Decimal: fc
    .oneof(fc.constantFrom(0, 1, 10, 100, 1990, -1990, 199), fc.integer({ min: -999_999_999, max: 999_999_999 }))
    .map(decimal),
  Date: plain("2026-01-31", "2026-11-21", "2028-02-29"),
  CurrencyCode: plain("EUR", "USD"),
  CountryCode: plain("DE", "FR"),
};

/** An amount in hundredths. */
function decimal(hundredths: number): Meaning {
  const digits = String(Math.abs(hundredths)).padStart(3, "0");
  const exact = `${hundredths < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  const number = hundredths / 100;
  return {
    id: `decimal ${hundredths}`,
    words: fc.constantFrom(exact, `${exact}0`, ` ${exact}`, String(number), number, `${hundredths}e-2`),
  };
}
