import type { BackendInputMemberDetailsFragment } from "../../client/generated/graphql.ts";

/**
 * Amounts are typed as the API writes them: digits and a decimal point. Other notations are refused, never guessed: "1,234" is a
 * little more than one to some people, and more than a thousand to others. The message says what to write instead.
 */

const decimal = /^-?\d+(\.\d+)?$/;

/** What parts thousands in the reader's language: "." in German, "," in English. */
const readersMark = new Intl.NumberFormat().formatToParts(1_234_567).find(({ type }) => type === "group")?.value;

/** Explains why a typed number is refused; null when it is fine. */
export function decimalProblem(typed: string, thousandsMark = readersMark): string | null {
  const text = typed.trim();
  // To who writes 1.234 for more than a thousand, it looks right, and a thousandth of it would be charged.
  if (thousandsMark === "." && /^-?[1-9]\d{0,2}\.\d{3}$/.test(text)) return `Write it as ${text.replace(".", "")} or ${text}0`;
  if (decimal.test(text)) return null;
  const meant = meaningsOf(text);
  return meant.length === 0 ? "Must be a number such as 19.99" : `Write it as ${meant.join(" or ")}`;
}

/** The numbers that a text can mean: one, two if a lone comma may part thousands or decimals, or none if it is no number. */
function meaningsOf(typed: string): readonly string[] {
  // Spaces and apostrophes only ever part thousands. A typographic minus is a minus.
  const text = typed.replace(/[\s'’]/g, "").replace("−", "-");
  if (!/^-?\d[\d.,]*$/.test(text)) return [];
  const [commas, points] = [text.split(",").length - 1, text.split(".").length - 1];
  const without = (mark: string): string => text.replaceAll(mark, "");
  const meant =
    commas > 0 && points > 0
      ? text.lastIndexOf(",") > text.lastIndexOf(".")
        ? [without(".").replace(",", ".")]
        : [without(",")]
      : commas > 1
        ? [without(",")]
        : commas === 1
          ? [text.replace(",", "."), ...(/^-?[1-9]\d{0,2},\d{3}$/.test(text) ? [without(",")] : [])]
          : [points > 1 ? without(".") : text];
  return meant.filter((each) => decimal.test(each));
}

/** Forms as data. The backends say which fields a form has. All forms make a mutation's input in the same way. */

export type Control =
  | { readonly kind: "text" | "paragraph" | "lines" | "decimal" | "integer" | "currency" | "date" | "email" | "switch" }
  | { readonly kind: "choice" | "choices"; readonly options: readonly Choice[] }
  /** Chosen from a backend's own objects. */
  | { readonly kind: "service" | "plan" | "taxes" | "customer"; readonly backend: string };

/** Values that a backend refuses in a field (schema: BackendInputLimits); null = no limit is known. */
type Limits = BackendInputMemberDetailsFragment["limits"];

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface Field {
  /** Path in the mutation's input, separated by "/": "amount", "address/city". No dots: form paths use them. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly control: Control;
  readonly required: boolean;
  /** In an update: true if the backend can clear the member. */
  readonly clearable: boolean;
  /** The limits of every backend that gets the value. All must hold. Default: none. */
  readonly limits?: readonly Limits[];
  /** True: its object cannot be sent without it. */
  readonly goesAlong?: boolean;
  /** The heading above it. Default: none. */
  readonly group?: string;
  /** Names of the fields that `when` reads. */
  readonly dependsOn?: readonly string[];
  /** Shown and sent only if this is true. Default: always. */
  readonly when?: (values: Values) => boolean;
}

export type Value = string | boolean | string[];
export type Values = Record<string, Value>;
export type Input = Record<string, unknown>;

/** The fields that these values leave on the form. */
export function shownFields(fields: readonly Field[], values: Values): readonly Field[] {
  return fields.filter(({ when }) => when?.(values) ?? true);
}

/** The values of an untouched form. `given` takes precedence. */
export function initialValues(fields: readonly Field[], given: Values = {}): Values {
  return Object.fromEntries(fields.map(({ name, control }) => [name, given[name] ?? emptyValue(control)]));
}

/** The value of an untouched control. */
export function emptyValue(control: Control): Value {
  if (control.kind === "switch") return false;
  if (control.kind === "choices" || control.kind === "taxes") return [];
  return "";
}

/** Checks what can be checked without the gateway; returns a problem for each field that has one. The gateway checks the rest. */
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

/** Checks a value against one backend's limits, in the gateway's words; null when nothing is wrong. */
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

/** Checks numbers of up to 15 digits. For longer ones, the gateway decides. */
function beyondNumbers({ decimals, digits, least, most, moreThan, notZero }: Limits, text: string): string | null {
  const number = Number(text);
  const places = /\.(\d*?)0*$/.exec(text)?.[1]?.length ?? 0;
  if (decimals !== null && places > decimals) return `Must not have more than ${decimals} decimals`;
  // Counts from the first non-zero digit to the last.
  const significant = text.replace(/^-|\./g, "").replace(/^0+|0+$/g, "").length;
  if (digits !== null && significant > digits) return `Must not have more than ${digits} digits`;
  if (notZero && number === 0) return "Must not be zero";
  if (moreThan !== null && number <= Number(moreThan)) return `Must be greater than ${moreThan}`;
  if (least !== null && number < Number(least)) return `Must be at least ${least}`;
  return most !== null && number > Number(most) ? `Must be at most ${most}` : null;
}

function beyondTexts({ longest, pattern, patternMeans }: Limits, texts: readonly string[]): string | null {
  // Counts code points, as the gateway does.
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

/** The input of a create: all fields that are filled in. A switch that is off is left out. */
export function inputOf(fields: readonly Field[], values: Values): Input {
  const given = shownFields(fields, values).filter(({ name }) => isGiven(values[name]));
  return nested(given.map((field) => [field.name, sent(field, values[field.name] ?? "")]));
}

/** The input of an update: only changed fields. An emptied field is null, which clears it. */
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

/** The object that holds a field: "recurrence" for "recurrence/interval"; null for a field outside of objects. */
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
