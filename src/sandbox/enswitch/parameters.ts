import { formatDecimal, parseDecimal } from "./ledger.ts";

/** The parameters of a call: names as sent, values decoded. Of a repeated name, the last one counts. */
export type RawParameters = ReadonlyMap<string, string>;

type Reading<T> = { readonly value: T } | { readonly problem: string };

/** Reads the text of a parameter that was sent. */
export type Format<T> = (text: string) => Reading<T>;

/**
 * Reads an optional parameter. It is an object because TypeScript infers no object literal from calls that return functions.
 */
export interface Parameter<T> {
  readonly read: (text: string | undefined) => Reading<T>;
}

export type DeclaredParameters = Readonly<Record<string, Parameter<unknown>>>;

export type Values<P extends DeclaredParameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

export const string: Format<string> = (text) => ({ value: text });

export const integer: Format<number> = (text) =>
  /^-?\d{1,15}$/.test(text) ? { value: Number(text) } : { problem: "must be an integer" };

/** Text with at least two decimals, as the rows hold it. */
export const decimal: Format<string> = (text) => {
  const value = parseDecimal(text);
  return value === undefined ? { problem: "must be a decimal with at most four places" } : { value: formatDecimal(value) };
};

export const integerFrom =
  (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Format<number> =>
  (text) => {
    const reading = integer(text);
    if ("problem" in reading || (reading.value >= minimum && reading.value <= maximum)) return reading;
    return { problem: maximum < Number.MAX_SAFE_INTEGER ? `must be ${minimum} to ${maximum}` : `must be at least ${minimum}` };
  };

/** Booleans are 0 and 1 in requests (guide 4.4, throughout). */
export const flag = integerFrom(0, 1);

export const nonEmpty: Format<string> = (text) => (text.trim() === "" ? { problem: "must not be empty" } : { value: text });

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Format<T> =>
  (text) => {
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined ? { problem: `must be one of: ${choices.join(", ")}` } : { value: choice };
  };

export const required = <T>(format: Format<T>): Parameter<T> => ({
  read: (text) => (text === undefined ? { problem: "is required" } : format(text)),
});

export const optional = <T>(format: Format<T>): Parameter<T | undefined> => ({
  read: (text) => (text === undefined ? { value: undefined } : format(text)),
});

export const defaulting = <T>(format: Format<T>, fallback: T): Parameter<T> => ({
  read: (text) => (text === undefined ? { value: fallback } : format(text)),
});

export type Formats<Row> = { readonly [K in keyof Row]: Format<Row[K]> };

/** Makes the columns of a row optional parameters with the same names, for create and update. */
export const optionalColumns = <Row extends object>(
  formats: Formats<Row>,
): { readonly [K in keyof Row]: Parameter<Row[K] | undefined> } =>
  Object.fromEntries(Object.entries<Format<unknown>>(formats).map(([name, format]) => [name, optional(format)])) as {
    readonly [K in keyof Row]: Parameter<Row[K] | undefined>;
  };

/** The columns that were sent. An omitted parameter keeps the current value, an empty one sets it to empty. */
export const given = <Row extends object>(
  formats: Formats<Row>,
  values: { readonly [K in keyof Row]: Row[K] | undefined },
): Partial<Row> => {
  const sent = Object.entries(values).filter(([name, value]) => name in formats && value !== undefined);
  return Object.fromEntries(sent) as Partial<Row>;
};

export interface Problem {
  /** The name of the parameter at fault. */
  readonly key: string;
  readonly message: string;
}

/** Reads all parameters of a function, or reports all that are invalid. Unknown names are ignored. */
export const readParameters = <P extends DeclaredParameters>(
  parameters: P,
  raw: RawParameters,
): { readonly values: Values<P> } | { readonly problems: readonly Problem[] } => {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, parameter] of Object.entries(parameters)) {
    const reading = parameter.read(raw.get(key));
    if ("problem" in reading) problems.push({ key, message: `${key} ${reading.problem}` });
    else values[key] = reading.value;
  }
  return problems.length > 0 ? { problems } : { values: values as Values<P> };
};

/**
 * Splits a query string or form body. The vendor's examples separate with ";", public clients with "&". Both are separators
 * here, so a ";" within a value has to be sent as "%3B".
 */
export const splitParameters = (encoded: string): [string, string][] =>
  encoded
    .split(/[&;]/)
    .filter((pair) => pair !== "")
    .map((pair) => {
      const mark = pair.indexOf("=");
      return mark < 0 ? [decode(pair), ""] : [decode(pair.slice(0, mark)), decode(pair.slice(mark + 1))];
    });

const decode = (text: string): string => {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};
