/**
 * `config.scalars` for a code generator of one's own (GraphQL Code Generator 4 and later): the schema's scalars as this package has
 * them. All are strings on the wire. As input a Decimal may be an integer too, which the types leave out: they ask for "19.99".
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
