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
    'An exact decimal number as a string, e.g. "19.99". Input accepts a string or an integer, and a float only when it has no more digits than it can hold exactly.',
});
/**
 * How a scalar reads what callers send: as `scalar` does, which is one of texts. Whatever does not fit is answered by one sentence,
 * because the library's own repeat it.
 */
function reading(scalar: GraphQLScalarType, problem: string) {
  const parseValue = (value: unknown): string => {
    try {
      return scalar.parseValue(value) as string;
    } catch {
      throw new GraphQLError(problem);
    }
  };
  const parseLiteral = (node: ValueNode): string => parseValue(node.kind === Kind.STRING ? node.value : undefined);
  return { parseValue, coerceInputValue: parseValue, parseLiteral };
}

/**
 * What adapters hand on is a date, or has the form of a code, already (the contract suite says so). Checked again, a list of charges
 * would spend its time on that, and a code that is on no list, such as that of a currency of former times, would take the row away.
 */
const asGiven = (text: unknown): string => text as string;
const writtenAsGiven = (scalar: GraphQLScalarType): GraphQLScalarType =>
  new GraphQLScalarType({ ...scalar.toConfig(), serialize: asGiven, coerceOutputValue: asGiven });

builder.addScalarType("Date", writtenAsGiven(GraphQLLocalDate), {
  ...reading(GraphQLLocalDate, 'Date: expected a day of the calendar such as "2026-11-21".'),
  description: 'A calendar date, e.g. "2026-11-21".',
});
builder.addScalarType("CurrencyCode", writtenAsGiven(GraphQLCurrency), {
  ...reading(GraphQLCurrency, 'CurrencyCode: expected an ISO 4217 code such as "EUR".'),
  description: "A currency as an ISO 4217 code, e.g. EUR.",
});
builder.addScalarType("CountryCode", writtenAsGiven(GraphQLCountryCode), {
  ...reading(GraphQLCountryCode, 'CountryCode: expected an ISO 3166-1 alpha-2 code such as "DE".'),
  description: "A country as an ISO 3166-1 alpha-2 code, e.g. DE.",
});
const GraphQLInstant = new GraphQLScalarType({
  name: "DateTime",
  parseValue: (value) => (GraphQLDateTimeISO.parseValue(value) as Date).toISOString(),
});
builder.addScalarType("JSON", GraphQLJSON, { description: "Any JSON value." });
builder.scalarType("DateTime", {
  description: 'An instant as an RFC 3339 time in UTC, e.g. "2026-11-21T09:30:00.000Z".',
  serialize: (value) => value,
  ...reading(GraphQLInstant, 'DateTime: expected an RFC 3339 time such as "2026-11-21T09:30:00.000Z".'),
});
