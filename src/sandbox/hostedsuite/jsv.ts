/**
 * JSV, ServiceStack's format for complex values in query strings: JSON without most quotes (contract 2.4, 7.2).
 * `{start:2026-01-01,end:"1/31/2026 23:59"}`, `[a,b]`.
 */
export type Jsv = string | readonly Jsv[] | ReadonlyMap<string, Jsv>;

/** Values that can be printed: JSON-like data. */
export type Printable =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Printable[]
  | { readonly [name: string]: Printable };

const deepest = 16;

interface Parsed {
  readonly value: Jsv;
  /** Position after the value. */
  readonly end: number;
}

/** Null if the whole text is not JSV. Unquoted values run to the next comma or closing bracket, so times need no quotes. */
export function parseJsv(text: string): Jsv | null {
  const parsed = parseValue(text, 0, 0);
  return parsed !== null && parsed.end === text.length ? parsed.value : null;
}

function parseValue(text: string, start: number, depth: number): Parsed | null {
  if (depth > deepest) return null;
  const position = skipBlanks(text, start);
  switch (text[position]) {
    case "{":
      return parseObject(text, position + 1, depth);
    case "[":
      return parseList(text, position + 1, depth);
    case '"':
      return parseQuoted(text, position + 1);
    default:
      return parseBare(text, position);
  }
}

function parseObject(text: string, start: number, depth: number): Parsed | null {
  const members = new Map<string, Jsv>();
  let position = skipBlanks(text, start);
  if (text[position] === "}") return { value: members, end: position + 1 };
  for (;;) {
    const name = parseName(text, skipBlanks(text, position));
    if (name === null || text[name.end] !== ":") return null;
    const member = parseValue(text, name.end + 1, depth + 1);
    if (member === null) return null;
    members.set(name.value, member.value);
    position = skipBlanks(text, member.end);
    if (text[position] === "}") return { value: members, end: position + 1 };
    if (text[position] !== ",") return null;
    position += 1;
  }
}

function parseList(text: string, start: number, depth: number): Parsed | null {
  const items: Jsv[] = [];
  let position = skipBlanks(text, start);
  if (text[position] === "]") return { value: items, end: position + 1 };
  for (;;) {
    const item = parseValue(text, position, depth + 1);
    if (item === null) return null;
    items.push(item.value);
    position = skipBlanks(text, item.end);
    if (text[position] === "]") return { value: items, end: position + 1 };
    if (text[position] !== ",") return null;
    position += 1;
  }
}

function parseName(text: string, start: number): { readonly value: string; readonly end: number } | null {
  if (text[start] === '"') return parseQuoted(text, start + 1);
  const end = text.indexOf(":", start);
  const name = end === -1 ? "" : text.slice(start, end).trim();
  return name === "" || /[{}[\],"]/.test(name) ? null : { value: name, end };
}

function parseQuoted(text: string, start: number): { readonly value: string; readonly end: number } | null {
  let position = start;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote === -1) return null;
    if (text[quote + 1] !== '"') return { value: text.slice(start, quote).replaceAll('""', '"'), end: quote + 1 };
    position = quote + 2;
  }
}

function parseBare(text: string, start: number): Parsed {
  let end = start;
  while (end < text.length && !/[,}\]]/.test(text[end] ?? "")) end += 1;
  return { value: text.slice(start, end).trim(), end };
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (text[position] === " ") position += 1;
  return position;
}

/** Leaves null members out, prints True/False, quotes strings with one of `" : , { } [ ]` or a line break (contract 2.4). */
export function printJsv(value: Printable): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quoteJsv(value);
  if (isList(value)) return `[${value.map(printJsv).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return `{${members.map(([name, member]) => `${name}:${printJsv(member)}`).join(",")}}`;
}

function quoteJsv(text: string): string {
  // Blanks at the ends would be lost, and null prints as an empty value.
  const plain = text !== "" && text === text.trim() && !/[":,{}[\]\r\n]/.test(text);
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}

export function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}
