import type { z } from "zod";

/**
 * What is wrong with a configuration, in words that never contain a value from the file or the environment: any of them may be
 * a secret in the wrong place.
 */
export interface ConfigurationProblem {
  /** Place in the file: "backends.pbx.circuit.openMs", "auth.apiKeys[0].sha256"; "line 3, column 5" where it is not YAML. */
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with a configuration; `message` has a line for each problem, its path first. */
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

/** The zod error map of the configuration: words for the mistakes that people make most; the library's own for the others. */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_value") return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.join(", ")}`;
  if (issue.code !== "invalid_type") return undefined;
  return issue.input === undefined ? "is missing" : `must be ${nouns[issue.expected] ?? issue.expected}`;
}

/** One problem for each unknown key, one for any other issue. */
export function problemsOf(issue: z.core.$ZodIssue): readonly ConfigurationProblem[] {
  if (issue.code !== "unrecognized_keys") return [{ path: pathText(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: "is not a known key" }));
}
