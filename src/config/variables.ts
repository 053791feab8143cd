import { isAbsolute } from "node:path";
import { isScalar, parseDocument } from "yaml";
import { type ConfigurationProblem, pathText } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly value: unknown;
  /** Variables that are not set and files that cannot be read, each with its place. */
  readonly problems: readonly ConfigurationProblem[];
  /** Places whose whole value comes from one variable or file. */
  readonly alone: ReadonlySet<string>;
}

/** Reads a file as text; throws Node's error. */
export type ReadFile = (path: string) => string;

export interface VariableSources {
  readonly environment: Environment;
  readonly readFile: ReadFile;
}

const notAbsolute = "names a file (file:…) whose path is not absolute";

/** In characters. No secret is longer, so a longer file must be a wrong one. */
const longestSecret = 65_536;

/**
 * Replaces ${NAME}, ${NAME:-default} and ${file:/path} in every text of a parsed document. As in a shell, the default also replaces an
 * empty NAME. A line break at the end of a file is removed. $${ is a literal ${. Results are text, because only the schema knows whether
 * 12345 is a port or a password; at the places in `readAsYaml` (see pathText) they are read as YAML scalars instead.
 */
export function expandVariables(
  document: unknown,
  { environment, readFile }: VariableSources,
  readAsYaml: ReadonlySet<string>,
): Expanded {
  const problems: ConfigurationProblem[] = [];
  const alone = new Set<string>();

  function expandText(text: string, path: string): unknown {
    if (variableAlone.test(text)) alone.add(path);
    const expanded = text.replace(variable, (match: string, file?: string, name?: string, fallback?: string) => {
      if (match === escaped) return "${";
      if (file !== undefined) return contentOf(file, path);
      const value = name === undefined ? undefined : environment[name] || (fallback ?? environment[name]);
      if (value !== undefined) return value;
      problems.push({ path, message: name ? `the variable ${name} is not set` : malformed });
      return "";
    });
    return readAsYaml.has(path) ? yamlScalar(expanded) : expanded;
  }

  function contentOf(file: string, path: string): string {
    const content = isAbsolute(file) ? readSecret(readFile, file) : { problem: notAbsolute };
    if ("text" in content) return content.text;
    problems.push({ path, message: content.problem });
    return "";
  }

  function expand(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === "string") return expandText(value, pathText(path));
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, expand(member, [...path, key])]));
  }

  return { value: expand(document, []), problems, alone };
}

const variable = /\$\$\{|\$\{(?:file:([^}]+)\}|([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;
const variableAlone = /^\$\{[^}]*\}$/;
const escaped = "$${";
const malformed = "has a ${ without the name of a variable and a closing brace; $${ stands for a literal ${";

function readSecret(readFile: ReadFile, file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const text = readFile(file).replace(/\r?\n$/, "");
    return text.length > longestSecret ? { problem: `the file ${file} is too long for a secret` } : { text };
  } catch (error) {
    return { problem: cannotBeRead(file, error) };
  }
}

/** Says nothing about the file's content. */
export function cannotBeRead(file: string, error: unknown): string {
  return `the file ${file} ${unreadable(error)}`;
}

/** The rest of a sentence about a file. */
export function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is not UTF-8" : `cannot be read (${code ?? "unknown failure"})`;
}

function yamlScalar(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  return errors.length === 0 && isScalar(contents) ? contents.value : text;
}
