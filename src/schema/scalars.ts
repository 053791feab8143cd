import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLInputType,
  GraphQLScalarType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type ValueNode,
} from "graphql";
import { GraphQLCountryCode, GraphQLCurrency, GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate } from "graphql-scalars";
import { invalidInput } from "../model/errors.ts";
import { longestDecimal, longestText } from "../model/limits.ts";
import { isDecimal, plainDecimal } from "../model/money.ts";
import { builder } from "./builder.ts";

function decimal(value: unknown): string {
  const text = typeof value === "bigint" ? value.toString() : value;
  if (typeof text === "string" && text.length <= longestDecimal && isDecimal(text)) {
    const plain = plainDecimal(text);
    if (plain.length <= longestDecimal) return plain;
  }
  if (typeof text === "number" && Number.isFinite(text)) {
    // 15 significant digits always survive a double; with more, the number that arrived may not be the one that was sent.
    const digits = String(text).replace(/e.*$/, "").replace(/[-.]/g, "").replace(/^0+/, "").length;
    if (digits <= 15) return plainDecimal(String(text));
    throw new GraphQLError("Decimal: a number with this many digits is not exact; send it as a string.");
  }
  throw new GraphQLError(
    `Decimal: expected a decimal number as a string such as "19.99", of at most ${longestDecimal} characters.`,
  );
}

const GraphQLDecimal = new GraphQLScalarType<string, string>({
  name: "Decimal",
  parseValue: decimal,
  // The literal's text is exact, also for a float.
  parseLiteral: (node: ValueNode) =>
    decimal(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : undefined),
  serialize: (value) => String(value),
});

builder.addScalarType("Decimal", GraphQLDecimal, {
  description:
    'An exact decimal number as a string, e.g. "19.99". Input may be a string or an integer, or a float with at most 15 significant digits. 40 characters at most.',
});
/**
 * Parses input as `scalar` does, from strings only. Replaces the library's messages with one sentence, because they repeat the value.
 */
function reading(scalar: GraphQLScalarType, problem: string, normalised = (text: string): string => text) {
  const parseValue = (value: unknown): string => {
    try {
      return normalised(scalar.parseValue(value) as string);
    } catch {
      throw new GraphQLError(problem);
    }
  };
  const parseLiteral = (node: ValueNode): string => parseValue(node.kind === Kind.STRING ? node.value : undefined);
  return { parseValue, coerceInputValue: parseValue, parseLiteral };
}

/** The scalars take codes in any case. Backends store and compare them as ISO writes them. */
const inCapitals = (code: string): string => code.toUpperCase();

/**
 * Serializes without a check. Adapters return valid dates and well-formed codes; the contract suite tests that. A second check would
 * dominate the time of a list of charges, and a code that is on no list, such as a former currency's, would remove the row.
 */
const asGiven = (text: unknown): string => text as string;
const writtenAsGiven = (scalar: GraphQLScalarType): GraphQLScalarType =>
  new GraphQLScalarType({ ...scalar.toConfig(), serialize: asGiven, coerceOutputValue: asGiven });

builder.addScalarType("Date", writtenAsGiven(GraphQLLocalDate), {
  ...reading(GraphQLLocalDate, 'Date: expected a day of the calendar such as "2026-11-21".'),
  description: 'A calendar date, e.g. "2026-11-21", in the time zone of the backend (`Backend.timeZone`).',
});
builder.addScalarType("CurrencyCode", writtenAsGiven(GraphQLCurrency), {
  ...reading(GraphQLCurrency, 'CurrencyCode: expected an ISO 4217 code such as "EUR".', inCapitals),
  description: 'A currency as an ISO 4217 code, e.g. "EUR".',
});
builder.addScalarType("CountryCode", writtenAsGiven(GraphQLCountryCode), {
  ...reading(GraphQLCountryCode, 'CountryCode: expected an ISO 3166-1 alpha-2 code such as "DE".', inCapitals),
  description: 'A country as an ISO 3166-1 alpha-2 code, e.g. "DE".',
});
const GraphQLInstant = new GraphQLScalarType({
  name: "DateTime",
  parseValue: (value) => (GraphQLDateTimeISO.parseValue(value) as Date).toISOString(),
});
builder.addScalarType("JSON", GraphQLJSON, { description: "Any JSON value." });
builder.scalarType("DateTime", {
  description: 'An instant as an RFC 3339 time; answers are in UTC, e.g. "2026-11-21T09:30:00.000Z".',
  serialize: (value) => value,
  ...reading(GraphQLInstant, 'DateTime: expected an RFC 3339 time such as "2026-11-21T09:30:00.000Z".'),
});

/** Refuses what is longer than model/limits.ts allows. */

/** Items of a list. The estimate of a query limits what they cost together (server/document/cost.ts). */
const mostItems = 1_000;

/** Throws INVALID_INPUT with the path of the value that is too long. */
type Check = (value: unknown, path: readonly string[]) => void;

/** Makes every field that takes texts or lists check their lengths before its resolver runs. Changes the schema that it is given. */
export function limitTexts(schema: GraphQLSchema): GraphQLSchema {
  const ofType = new Map<string, Check>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const checks = field.args.flatMap(({ name, type: given }) => {
        const check = checkOf(name, given, ofType);
        return check ? [[name, check] as const] : [];
      });
      if (checks.length === 0) continue;
      const checked =
        <Rest extends readonly unknown[], Result>(
          resolve: (source: unknown, values: Record<string, unknown>, ...rest: Rest) => Result,
        ) =>
        (source: unknown, values: Record<string, unknown>, ...rest: Rest): Result => {
          for (const [name, check] of checks) check(values[name], [name]);
          return resolve(source, values, ...rest);
        };
      if (field.subscribe) field.subscribe = checked(field.subscribe);
      else field.resolve = checked(field.resolve ?? defaultFieldResolver);
    }
  }
  return schema;
}

/** Null if nothing in it can be too long. */
function checkOf(name: string, given: GraphQLInputType, ofType: Map<string, Check>): Check | null {
  const type = getNullableType(given);
  if (isListType(type)) {
    const check = checkOf(name, type.ofType, ofType);
    return (value, path) => {
      if (!Array.isArray(value)) return;
      if (value.length > mostItems) throw invalidInput(path, `may have at most ${mostItems} items`);
      if (check) for (const [index, item] of value.entries()) check(item, [...path, String(index)]);
    };
  }
  if (isInputObjectType(type)) return checkOfObject(type.name, () => Object.values(type.getFields()), ofType);
  if (type.name !== "String" && type.name !== "ID") return null;
  const maximum = longestText(name);
  return (value, path) => {
    if (typeof value === "string" && value.length > maximum) throw invalidInput(path, `may have at most ${maximum} characters`);
  };
}

type Fields = () => readonly { readonly name: string; readonly type: GraphQLInputType }[];

function checkOfObject(name: string, fields: Fields, ofType: Map<string, Check>): Check {
  const known = ofType.get(name);
  if (known) return known;
  let checks: readonly (readonly [string, Check])[] | null = null;
  // Made on first use, because input types may contain themselves.
  const check: Check = (value, path) => {
    if (typeof value !== "object" || value === null) return;
    checks ??= fields().flatMap((field) => {
      const inside = checkOf(field.name, field.type, ofType);
      return inside ? [[field.name, inside] as const] : [];
    });
    const members = value as Readonly<Record<string, unknown>>;
    for (const [member, inside] of checks) inside(members[member], [...path, member]);
  };
  ofType.set(name, check);
  return check;
}
