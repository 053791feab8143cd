import { builder } from "./builder.ts";

/** Defines an enum with a description of every value. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  meanings: Readonly<Record<Value, string>>,
) {
  const values = Object.entries<string>(meanings).map(([value, meaning]) => [value, { description: meaning }] as const);
  return builder.enumType(name, { description, values: Object.fromEntries(values) as Record<Value, { description: string }> });
}
