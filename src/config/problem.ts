import type { z } from "zod";

/**
 * A fault of a configuration. Its words never contain a value from the file or the environment: any of them may be a secret in the
 * wrong place.
 */
export interface ConfigurationProblem {
  /** The place in the file: "backends.pbx.circuit.openMs", "auth.apiKeys[0].sha256"; "line 3, column 5" if the file is not YAML. */
  readonly path: string;
  readonly message: string;
}

/** All faults of a configuration; `message` has a line for each, which begins with its path. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

/** ["auth", "apiKeys", 0, "name"] → "auth.apiKeys[0].name"; the document itself is "configuration". */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text === "" ? "configuration" : text.replace(/^\./, "");
}

const nouns: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a section with keys",
  record: "a section with keys",
  string: "a text",
};

/** The configuration's zod error map: its own words for the most frequent mistakes, zod's for the others. */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_value") return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.join(", ")}`;
  if (issue.code !== "invalid_type") return undefined;
  return issue.input === undefined ? "is missing" : `must be ${nouns[issue.expected] ?? issue.expected}`;
}

/** Returns one problem for each unknown key, and one for any other issue. */
export function problemsOf(issue: z.core.$ZodIssue): readonly ConfigurationProblem[] {
  if (issue.code !== "unrecognized_keys") return [{ path: pathText(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: "is not a known key" }));
}

/** Finds values in a parsed document. It may have any shape, because it is searched even if its check failed. Pure. */

export type ValuePath = readonly (string | number)[];

interface FoundValue {
  readonly path: ValuePath;
  readonly value: unknown;
}

/** Yields the values at a path. "*" stands for every key of a section and every item of a list. Yields none if the path does not exist. */
export function* valuesAt(document: unknown, [first, ...rest]: ValuePath, path: ValuePath = []): Generator<FoundValue> {
  if (first === undefined) yield { path, value: document };
  else {
    for (const [key, member] of membersOf(document)) {
      if (first === "*" || first === key) yield* valuesAt(member, rest, [...path, key]);
    }
  }
}

/** Returns the one value at a path; undefined if the path does not exist. */
export function valueAt(document: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, key) => membersOf(value).find(([name]) => name === key)?.[1], document);
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}
