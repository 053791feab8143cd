/**
 * `config.scalars` for your own code generator (GraphQL Code Generator 4 and later): the schema's scalars as this package types
 * them. All are strings on the wire. The gateway also takes an integer as a Decimal; the types leave that out and ask for
 * "19.99".
 */
export const scalars = {
  ID: { input: "string", output: "string" },
  Decimal: "billing-gateway-client#Decimal",
  Date: "billing-gateway-client#CalendarDate",
  DateTime: "billing-gateway-client#Instant",
  CurrencyCode: "billing-gateway-client#CurrencyCode",
  CountryCode: "billing-gateway-client#CountryCode",
  JSON: "unknown",
} as const;
