import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { GraphQLCountryCode, GraphQLCurrency, GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate } from "graphql-scalars";
import { longestDecimal } from "../model/limits.ts";
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
