import type { BackendInputMemberDetailsFragment } from "../../client/generated/graphql.ts";
import { decimalProblem } from "./decimals.ts";

/** Forms as data: which fields a form has follows from its backends; how they become a mutation's input is the same everywhere. */

export type Control =
  | { readonly kind: "text" | "paragraph" | "lines" | "decimal" | "integer" | "currency" | "date" | "email" | "switch" }
  | { readonly kind: "choice" | "choices"; readonly options: readonly Option[] }
  /** Chosen from what a backend has. */
  | { readonly kind: "service" | "plan" | "taxes" | "customer"; readonly backend: string };

/** What a backend refuses at a field though it is of its kind (schema: BackendInputLimits); null = no such limit is known. */
export type Limits = BackendInputMemberDetailsFragment["limits"];

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Field {
  /** Where it stands in the mutation's input, members separated by "/": "amount", "address/city". No dots: form paths have them. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly control: Control;
  readonly required: boolean;
  /** In a change: whether the backend can forget it. */
  readonly clearable: boolean;
  /** All of them hold: those of every backend that the value goes to. Default none. */
  readonly limits?: readonly Limits[];
  /** It belongs to an object that cannot be sent without it. */
  readonly goesAlong?: boolean;
  /** The heading that it stands under; default none. */
  readonly group?: string;
  /** Names of the fields that `when` looks at. */
  readonly dependsOn?: readonly string[];
  /** Shown and sent only while this holds; default always. */
  readonly when?: (values: Values) => boolean;
}

export type Value = string | boolean | string[];
export type Values = Record<string, Value>;
export type Input = Record<string, unknown>;

/** The fields that are in play with these values. */
export function shownFields(fields: readonly Field[], values: Values): readonly Field[] {
  return fields.filter(({ when }) => when?.(values) ?? true);
}

/** What every field holds before anybody has typed; `given` takes precedence. */
export function initialValues(fields: readonly Field[], given: Values = {}): Values {
  return Object.fromEntries(fields.map(({ name, control }) => [name, given[name] ?? emptyValue(control)]));
}

/** What a control holds before anybody has used it. */
export function emptyValue(control: Control): Value {
  if (control.kind === "switch") return false;
  if (control.kind === "choices" || control.kind === "taxes") return [];
  return "";
}

/** What can be said without the gateway, by field. The rest is the gateway's to judge. */
export function problemsOf(fields: readonly Field[], values: Values, initial: Values = {}): Record<string, string> {
  const problems = shownFields(fields, values).flatMap((field) => {
    const problem = problemOf(field, values[field.name] ?? "", initial[field.name]);
    return problem === null ? [] : [[field.name, problem] as const];
  });
  return Object.fromEntries(problems);
}

function problemOf(
  { label, control, required, clearable, limits = [] }: Field,
  value: Value,
  initial: Value | undefined,
): string | null {
  if (isEmpty(value)) {
    if (required) return `${label} is required`;
    return initial !== undefined && !isEmpty(initial) && !clearable ? "This backend can change it, but not clear it" : null;
  }
  const wrongNumber = control.kind === "decimal" ? decimalProblem(String(value)) : null;
  if (wrongNumber !== null) return wrongNumber;
  if (control.kind === "integer" && !/^[1-9]\d*$/.test(String(value).trim())) return "Must be a whole number of at least 1";
  if (control.kind === "currency" && !/^[a-z]{3}$/i.test(String(value).trim()))
    return "Must be a code of three letters such as EUR";
  for (const limit of limits) {
    const problem = beyond(limit, control, value);
    if (problem !== null) return problem;
  }
  return null;
}

/** What is wrong with a value by one backend's limits, in the gateway's words; null for nothing that can be told here. */
function beyond(limits: Limits, control: Control, value: Value): string | null {
  if (typeof value === "boolean") return null;
  switch (control.kind) {
    case "decimal":
    case "integer":
      return beyondNumbers(limits, String(value).trim());
    case "date":
      return limits.earliest !== null && String(value) < limits.earliest ? `Must be ${limits.earliest} or later` : null;
    case "lines":
      return beyondTexts(limits, linesOf(String(value))) ?? beyondCount(limits, linesOf(String(value)).length);
    case "choices":
    case "taxes":
      return beyondCount(limits, value.length);
    case "text":
    case "paragraph":
    case "email":
      return beyondTexts(limits, [String(value).trim()]);
    default:
      return null;
  }
}

/** Numbers of up to 15 digits are told exactly; with more the gateway has the last word. */
function beyondNumbers({ decimals, digits, least, most, moreThan, notZero }: Limits, text: string): string | null {
  const number = Number(text);
  const places = /\.(\d*?)0*$/.exec(text)?.[1]?.length ?? 0;
  if (decimals !== null && places > decimals) return `Must not have more than ${decimals} decimals`;
  // From the first digit that is not 0 to the last that is not.
  const significant = text.replace(/^-|\./g, "").replace(/^0+|0+$/g, "").length;
  if (digits !== null && significant > digits) return `Must not have more than ${digits} digits`;
  if (notZero && number === 0) return "Must not be zero";
  if (moreThan !== null && number <= Number(moreThan)) return `Must be greater than ${moreThan}`;
  if (least !== null && number < Number(least)) return `Must be at least ${least}`;
  return most !== null && number > Number(most) ? `Must be at most ${most}` : null;
}

function beyondTexts({ longest, pattern, patternMeans }: Limits, texts: readonly string[]): string | null {
  // As the gateway counts: code points.
  if (longest !== null && texts.some((text) => [...text].length > longest))
    return `Must not be longer than ${longest} characters`;
  if (pattern === null || texts.every((text) => new RegExp(`^(?:${pattern})$`).test(text))) return null;
  return `Must be ${patternMeans ?? `like ${pattern}`}`;
}

function beyondCount({ fewestItems, mostItems }: Limits, count: number): string | null {
  if (fewestItems !== null && count < fewestItems) return `Must be at least ${fewestItems}`;
  return mostItems !== null && count > mostItems ? `Must not be more than ${mostItems}` : null;
}

function isEmpty(value: Value): boolean {
  return typeof value === "string" ? value.trim() === "" : Array.isArray(value) && value.length === 0;
}

/** The input of a create: what is filled in. A switch that is off says nothing. */
export function inputOf(fields: readonly Field[], values: Values): Input {
  const given = shownFields(fields, values).filter(({ name }) => isGiven(values[name]));
  return nested(given.map((field) => [field.name, sent(field, values[field.name] ?? "")]));
}

/** The input of a change: only what differs from before; what was emptied is null, which clears it. */
export function changesOf(fields: readonly Field[], initial: Values, values: Values): Input {
  const shown = shownFields(fields, values);
  const differs = ({ name }: Field): boolean =>
    JSON.stringify(values[name]) !== JSON.stringify(initial[name]) && values[name] !== undefined;
  const objects = new Set(shown.filter(differs).flatMap(({ name }) => objectOf(name) ?? []));
  const changed = shown.filter(
    (field) => differs(field) || (field.goesAlong && objects.has(objectOf(field.name) ?? "") && isGiven(values[field.name])),
  );
  return nested(
    changed.map((field) => {
      const value = values[field.name] ?? "";
      return [field.name, isEmpty(value) && !Array.isArray(value) ? null : sent(field, value)];
    }),
  );
}

const isGiven = (value: Value | undefined): boolean => value !== undefined && value !== false && !isEmpty(value);

/** Which object of the input a field is a part of: "recurrence" of "recurrence/interval"; null for one that stands alone. */
function objectOf(name: string): string | null {
  return name.includes("/") ? name.slice(0, name.indexOf("/")) : null;
}

function sent({ control }: Field, value: Value): unknown {
  if (typeof value !== "string") return value;
  if (control.kind === "lines") return linesOf(value);
  if (control.kind === "currency") return value.trim().toUpperCase();
  return control.kind === "integer" ? Number(value) : value.trim();
}

function linesOf(value: string): string[] {
  return value.split("\n").flatMap((line) => line.trim() || []);
}

function nested(entries: readonly (readonly [name: string, value: unknown])[]): Input {
  const input: Input = {};
  for (const [name, value] of entries) {
    const [first = "", second] = name.split("/");
    input[first] = second === undefined ? value : { ...(input[first] as Input | undefined), [second]: value };
  }
  return input;
}
