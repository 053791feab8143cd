import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from "graphql";
import type { SandboxAnswer, SimulatedBackend } from "../../src/sandbox/simulated.ts";

/** Backends whose answers have an unexpected value in one place. */

/** By name: the JSON that replaces a member's value. */
export const surprises: Readonly<Record<string, string>> = {
  null: "null",
  true: "true",
  false: "false",
  zero: "0",
  "minus one": "-1",
  "a fraction": "0.1",
  "a number": "7",
  "a huge number": "9".repeat(40),
  "more than a double": "1e400",
  "the smallest number": "5e-324",
  "minus nothing": "-0.0",
  "an empty text": '""',
  "a text": '"Ünexpected"',
  "a number as text": '"12"',
  "a text like no number": '"NaN"',
  "a text like no end": '"Infinity"',
  "a text like a hexadecimal": '"0x1F"',
  "a very long text": JSON.stringify("x".repeat(300_000)),
  "a very long number as text": JSON.stringify("9".repeat(3_000)),
  "half a character": '"a\\ud800"',
  "half characters, turned round": '"\\udfff\\ud800"',
  "a NUL": '"a\\u0000b"',
  "a line end": '"a\\r\\nb"',
  "a date that is none": '"2026-02-30T25:61:00Z"',
  "a date far away": '"+275761-01-01"',
  "a date of Microsoft's": '"/Date(253402300800000-0000)/"',
  "an own name": '"__proto__"',
  "another own name": '"constructor"',
  "an empty list": "[]",
  "a list": '[1, "a", null]',
  "a list of records": '[{"id": 1, "name": {}}, null, []]',
  "an empty record": "{}",
  "a record": '{"id": {"id": {}}, "amount": []}',
  "a record with own names": '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": 1}, "toString": 1, "valueOf": null}',
  "a record like a date": '{"toJSON": "x", "getTime": 1, "length": 4294967296, "then": 1}',
  "5,000 lists in each other": "[".repeat(5_000) + "]".repeat(5_000),
  "5,000 records in each other": `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  "100,000 lists in each other": "[".repeat(100_000) + "]".repeat(100_000),
  "a long list": JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index)),
};

/** A place in the answers of a function: "data.*.name", "*" for each item of a list. */
export interface Place {
  readonly function: string;
  readonly path: string;
}

export interface Altered extends Place {
  /** The JSON at that place. */
  readonly json: string;
}

export interface Surprising {
  /** From now on the first such place of every answer has this value; null: answers are unchanged. */
  readonly alter: (altered: Altered | null) => void;
  /** Where answers have had members until now. */
  readonly places: () => readonly Place[];
}

const placeholder = "@surprise@";

/** Changes a simulated backend's answers where they are made. */
export function surprising(backend: SimulatedBackend): Surprising {
  const answer = backend.answer;
  const places = new Map<string, Place>();
  /** Answers whose places are known: most are given again and again. */
  const known = new Set<string>();
  let wanted: Altered | null = null;

  const altered = (request: Parameters<typeof answer>[0]): SandboxAnswer => {
    const proper = answer(request);
    const said = `${proper.function} ${proper.body}`;
    if (wanted === null ? known.has(said) : wanted.function !== proper.function) return proper;
    const body = parsed(proper.body);
    if (body === undefined) return proper;
    if (wanted === null) {
      known.add(said);
      for (const path of pathsOf(body)) places.set(`${proper.function} ${path}`, { function: proper.function, path });
      return proper;
    }
    if (!putAt(body, wanted.path.split("."))) return proper;
    return { ...proper, body: JSON.stringify(body).replace(`"${placeholder}"`, () => wanted?.json ?? "") };
  };
  Object.assign(backend, { answer: altered });
  return {
    alter: (next) => {
      wanted = next;
    },
    places: () => [...places.values()],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* pathsOf(value: unknown, path = ""): Generator<string> {
  if (path !== "") yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? "*" : name;
    yield* pathsOf(member, path === "" ? step : `${path}.${step}`);
  }
}

/** Replaces the first place of this path by the placeholder. False if there is none. */
function putAt(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined || typeof value !== "object" || value === null) return false;
  const record = value as Record<string, unknown>;
  const names = step === "*" && Array.isArray(value) ? Object.keys(value) : [step];
  return names.some((name) => {
    if (!Object.hasOwn(record, name)) return false;
    if (rest.length > 0) return putAt(record[name], rest);
    record[name] = placeholder;
    return true;
  });
}

/** All fields of a type that take no arguments; of other records their ids. */
export function everyField(schema: GraphQLSchema, typeName: string, without: readonly string[]): string {
  const type = schema.getType(typeName) as GraphQLObjectType;
  const fields = Object.values(type.getFields()).filter(({ args, name }) => args.length === 0 && !without.includes(name));
  const selected = fields.map(({ name, type: fieldType }) => {
    const named = getNamedType(fieldType);
    if (!isObjectType(named)) return name;
    if (named.name === "Backend") return `${name} { key }`;
    return `${name} { ${Object.hasOwn(named.getFields(), "id") ? "id" : everyField(schema, named.name, [])} }`;
  });
  return selected.join(" ");
}
