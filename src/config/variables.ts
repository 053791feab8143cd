import { isScalar, parseDocument } from "yaml";
import { type ConfigurationProblem, pathText } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly value: unknown;
  /** The variables that are not set, each with its place. */
  readonly problems: readonly ConfigurationProblem[];
  /** Places whose whole value came from one variable. */
  readonly alone: ReadonlySet<string>;
}

/**
 * Replaces ${NAME} and ${NAME:-default} in every text of a parsed document; as in a shell, the default also stands in for an
 * empty NAME. $${ is a literal ${. The result is text, because only the schema knows whether 12345 is a port or a password;
 * at the places in `readAsYaml` (see pathText), what a variable alone gave is read as a YAML scalar instead.
 */
export function expandVariables(document: unknown, environment: Environment, readAsYaml: ReadonlySet<string>): Expanded {
  const problems: ConfigurationProblem[] = [];
  const alone = new Set<string>();

  function expandText(text: string, path: string): unknown {
    if (variableAlone.test(text)) alone.add(path);
    const expanded = text.replace(variable, (match: string, name: string | undefined, fallback: string | undefined) => {
      if (match === escaped) return "${";
      const value = name === undefined ? undefined : environment[name] || (fallback ?? environment[name]);
      if (value !== undefined) return value;
      problems.push({ path, message: name ? `the variable ${name} is not set` : malformed });
      return "";
    });
    return readAsYaml.has(path) ? yamlScalar(expanded) : expanded;
  }

  function expand(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === "string") return expandText(value, pathText(path));
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, expand(member, [...path, key])]));
  }

  return { value: expand(document, []), problems, alone };
}

const variable = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;
const variableAlone = /^\$\{[^}]*\}$/;
const escaped = "$${";
const malformed = "has a ${ without the name of a variable and a closing brace; $${ stands for a literal ${";

function yamlScalar(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  return errors.length === 0 && isScalar(contents) ? contents.value : text;
}
