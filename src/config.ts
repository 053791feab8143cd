import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { proxyFor } from "./config/address.ts";
import { ConfigurationError, type ConfigurationProblem, explain, pathText, problemsOf, valuesAt } from "./config/problem.ts";
import { refusals, sandboxRefusal } from "./config/refusals.ts";
import { gatewaySchema } from "./config/schema.ts";
import {
  cannotBeRead,
  type Environment,
  expandVariables,
  type ReadFile,
  unreadable,
  type VariableSources,
} from "./config/variables.ts";

/**
 * The configuration: a YAML file with ${VARIABLES} and ${file:…}, checked as a whole before anything listens. This is the only module that
 * reads the file and the environment.
 */

export { ConfigurationError };

/** The strict settings of each backend kind, by the kind's name in the file. */
export type BackendSchemas = Readonly<Record<string, z.ZodType>>;

/** A checked configuration. `backends` keeps the order of the file, which is the order of every list over several backends. */
export type Configuration<Schemas extends BackendSchemas = BackendSchemas> = Omit<z.output<typeof gatewaySchema>, "backends"> & {
  readonly backends: Readonly<Record<string, z.output<Schemas[keyof Schemas]>>>;
};

export interface ConfigurationOptions<Schemas extends BackendSchemas> {
  readonly backendSettings: Schemas;
  /** Default: that of the process. */
  readonly environment?: Environment | undefined;
  /** Default: from the disk. */
  readonly readFile?: ReadFile | undefined;
}

/** The file to read, from the command line's --config or BILLING_GATEWAY_CONFIG; undefined = none was given. */
export function configurationPath(option: string | undefined, environment: Environment = process.env): string | undefined {
  return option ?? (environment["BILLING_GATEWAY_CONFIG"] || undefined);
}

/** Throws, where no file was given and yet the sandbox must not start by itself: see sandboxRefusal. */
export function refuseUnwantedSandbox(environment: Environment = process.env): void {
  const refusal = sandboxRefusal(environment);
  if (refusal !== null) throw new UsageError(refusal);
}

/** The command line or the environment does not say what is wanted: its message is for whoever wrote it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The API key with which commands ask a running gateway; undefined = none, as with auth.mode none. */
export function gatewayKey(environment: Environment = process.env): string | undefined {
  return environment["BILLING_GATEWAY_KEY"] || undefined;
}

/**
 * The environment, with the variables of the file that BILLING_GATEWAY_ENVIRONMENT_FILE names: a process's own environment does not
 * change while it runs, this file is read again with the configuration. What it says holds.
 */
function fullEnvironment(environment: Environment, readFile: ReadFile): Environment {
  const file = environment[environmentFile];
  if (!file) return environment;
  try {
    return { ...environment, ...parseEnv(readFile(file)) };
  } catch (error) {
    throw new ConfigurationError([{ path: environmentFile, message: cannotBeRead(file, error) }]);
  }
}

const environmentFile = "BILLING_GATEWAY_ENVIRONMENT_FILE";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Without a byte order mark. Throws for a text in another encoding: its letters would be lost, in a password as well. */
const fromDisk: ReadFile = (path) => utf8.decode(readFileSync(path));

/** Reads and checks a configuration file. ConfigurationError with every problem at once, also for a file that cannot be read. */
export function loadConfiguration<Schemas extends BackendSchemas>(
  options: ConfigurationOptions<Schemas> & { readonly file: string; readonly read?: ReadFile | undefined },
): Configuration<Schemas> {
  const { file, read = fromDisk } = options;
  let text: string;
  try {
    text = read(file);
  } catch (error) {
    throw new ConfigurationError([{ path: file, message: unreadable(error) }]);
  }
  return parseConfiguration(parseYaml(text), options);
}

/** Checks a configuration that is already parsed, ${VARIABLES} included. ConfigurationError with every problem at once. */
export function parseConfiguration<Schemas extends BackendSchemas>(
  document: unknown,
  { backendSettings, environment = process.env, readFile = fromDisk }: ConfigurationOptions<Schemas>,
): Configuration<Schemas> {
  const sources = { environment: fullEnvironment(environment, readFile), readFile: once(readFile) };
  const { value, variableProblems, checked } = checkExpanded(document ?? {}, backendSettings, sources, new Set());
  let problems = variableProblems;
  for (const found of [checked.issues.flatMap(problemsOf), refusals(value)]) {
    // The earliest error at a place explains the later ones there.
    const explained = new Set(problems.map(({ path }) => path));
    problems = [...problems, ...found.filter(({ path }) => !explained.has(path))];
  }
  if (problems.length > 0 || checked.configuration === null) throw new ConfigurationError(problems);
  return withProxies(checked.configuration, sources.environment);
}

/** Where a backend's section says nothing of a proxy, the environment's holds. */
function withProxies<Schemas extends BackendSchemas>(
  configuration: Configuration<Schemas>,
  environment: Environment,
): Configuration<Schemas> {
  const sections = Object.entries(configuration.backends).map(([key, section]) => {
    const { url, proxy } = section as { readonly url?: unknown; readonly proxy?: unknown };
    if (proxy !== undefined || typeof url !== "string") return [key, section] as const;
    const found = proxyFor(url, environment);
    if (found !== undefined && !(URL.canParse(found) && new URL(found).protocol === "http:")) {
      const message = "the proxy in HTTPS_PROXY or HTTP_PROXY cannot be used: it must be an http address";
      throw new ConfigurationError([{ path: pathText(["backends", key, "proxy"]), message }]);
    }
    return [key, found === undefined ? section : { ...(section as object), proxy: found }] as const;
  });
  return { ...configuration, backends: Object.fromEntries(sections) as typeof configuration.backends };
}

/** A file that changes while it is read would otherwise be of two times. */
function once(readFile: ReadFile): ReadFile {
  const read = new Map<string, string>();
  return (path) => {
    const known = read.get(path) ?? readFile(path);
    read.set(path, known);
    return known;
  };
}

function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // The library's messages quote the text around the mistake, which may be a secret; its codes do not.
  const problems = [...document.errors, ...document.warnings].map(({ code, pos: [start] }) => {
    const { line, col } = lines.linePos(start);
    return { path: `line ${line}, column ${col}`, message: `is not valid YAML: ${code.toLowerCase().replaceAll("_", " ")}` };
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  try {
    return document.toJS();
  } catch {
    throw new ConfigurationError([{ path: pathText([]), message: "is not valid YAML: an alias without its anchor" }]);
  }
}

/** Expands the variables as text, and once more where the schema turns out to want a number or a boolean. */
function checkExpanded<Schemas extends BackendSchemas>(
  document: unknown,
  schemas: Schemas,
  sources: VariableSources,
  readAsYaml: ReadonlySet<string>,
): { value: unknown; variableProblems: readonly ConfigurationProblem[]; checked: Checked<Schemas> } {
  const { value, problems, alone } = expandVariables(document, sources, readAsYaml);
  const checked = check(value, schemas);
  const mistyped = checked.issues
    .filter(({ code }) => code === "invalid_type" || code === "invalid_value" || code === "invalid_union")
    .map(({ path }) => pathText(path))
    .filter((path) => alone.has(path) && !readAsYaml.has(path));
  if (mistyped.length > 0) return checkExpanded(document, schemas, sources, readAsYaml.union(new Set(mistyped)));
  return { value, variableProblems: problems, checked };
}

interface Checked<Schemas extends BackendSchemas> {
  /** Null when there are issues. */
  readonly configuration: Configuration<Schemas> | null;
  readonly issues: readonly z.core.$ZodIssue[];
}

/** Everything against the gateway's schema, and each backend's section against the schema of its kind. */
function check<Schemas extends BackendSchemas>(document: unknown, schemas: Schemas): Checked<Schemas> {
  const gateway = gatewaySchema.safeParse(document, { error: explain });
  const backends = [...valuesAt(document, ["backends", "*"])].map(({ path, value }) => ({
    path,
    result: checkBackend(value, schemas),
  }));
  const issues = [
    ...(gateway.error?.issues ?? []),
    ...backends.flatMap(({ path, result }) =>
      (result.error?.issues ?? []).map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
    ),
  ];
  if (!gateway.success || issues.length > 0) return { configuration: null, issues };
  const settings = backends.flatMap(({ path, result }) => (result.success ? [[path.at(-1), result.data] as const] : []));
  return { configuration: { ...gateway.data, backends: Object.fromEntries(settings) }, issues };
}

function checkBackend<Schemas extends BackendSchemas>(section: unknown, schemas: Schemas) {
  const kinds = z.object({ kind: z.enum(Object.keys(schemas)) });
  const { data, error } = kinds.safeParse(section, { error: explain });
  const schema = data && schemas[data.kind as keyof Schemas];
  return schema ? schema.safeParse(section, { error: explain }) : { success: false as const, error, data: undefined };
}
