import { Failure } from "./failure.ts";

/**
 * Writes a value as JSON. Ids are bigints and become number literals with all their digits, which JSON.stringify cannot do
 * beyond 2^53 (section 2.6: Long is 64-bit). Undefined members are omitted (A13). With "text" every scalar is a string, as in
 * the vendor's samples (section 2.5).
 */
export const writeJson = (value: unknown, scalars: "native" | "text"): string => {
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, scalars)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member, scalars)}`).join(",")}}`;
  }
  return typeof value === "string" || scalars === "text" ? JSON.stringify(String(value)) : String(value);
};

/**
 * Reads a JSON object. Numbers that a double cannot hold exactly stay text, so that ids lose no digit. Fails with F01 if the
 * text is not exactly one JSON object.
 */
export const readJsonObject = (text: string): Readonly<Record<string, unknown>> => {
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure("F01", "The body must be one JSON object.");
  }
  return { ...value };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text, exactNumber);
  } catch {
    throw new Failure("F01", "The body is not well-formed JSON.");
  }
};

const exactNumber = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value;
