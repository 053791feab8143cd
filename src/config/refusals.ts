import type { Scope } from "../model/caller.ts";
import { isLoopback } from "./address.ts";
import { type ConfigurationProblem, pathText, type ValuePath, valueAt, valuesAt } from "./problem.ts";
import type { Environment } from "./variables.ts";

/**
 * Finds values that are well-formed but impossible in this combination. The document's variables are expanded.
 * Keys without effect are refused too: whoever writes one believes that it has an effect.
 */
export function refusals(document: unknown): readonly ConfigurationProblem[] {
  return [openToAll, sectionsOfModes, apiKeys, users, workers].flatMap((rule) => rule(document));
}

/** Why some of an API key's scopes could not work; null if all can. */
export function scopesProblem(scopes: readonly Scope[]): string | null {
  const reads = scopes.includes("read") || scopes.includes("admin");
  const idle = scopes.find((scope) => scope === "write" || scope === "raw" || scope === "approve");
  return reads || idle === undefined ? null : `has ${idle} without read: everything that needs ${idle} needs read as well`;
}

function problem(path: ValuePath, message: string): ConfigurationProblem {
  return { path: pathText(path), message };
}

const modeOf = (document: unknown): unknown => valueAt(document, ["auth", "mode"]) ?? "none";

function openToAll(document: unknown): readonly ConfigurationProblem[] {
  const host = valueAt(document, ["server", "host"]);
  if (modeOf(document) !== "none" || host === undefined || isLoopback(host)) return [];
  const message = 'must be a loopback address such as 127.0.0.1 while auth.mode is "none": anybody who reaches it could bill';
  return [problem(["server", "host"], message)];
}

const modes = ["none", "apiKeys", "jwt"];

function sectionsOfModes(document: unknown): readonly ConfigurationProblem[] {
  const mode = modeOf(document);
  if (!modes.some((known) => known === mode)) return [];
  const given = (section: string): boolean => !isEmpty(valueAt(document, ["auth", section]));
  const missing =
    mode === "none" || given(String(mode)) ? [] : [problem(["auth", String(mode)], `is needed with auth.mode "${mode}"`)];
  const needless = ["apiKeys", "jwt"].filter((section) => section !== mode && given(section));
  return [
    ...missing,
    ...needless.map((section) => problem(["auth", section], `has no effect while auth.mode is "${mode}"`)),
    ...(mode === "none" && given("users")
      ? [problem(["auth", "users"], 'has no effect while auth.mode is "none": callers have no names')]
      : []),
  ];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function apiKeys(document: unknown): readonly ConfigurationProblem[] {
  const unknownBackends = [...valuesAt(document, ["auth", "apiKeys", "*", "backends", "*"])].filter(
    ({ value }) => typeof value === "string" && value !== "*" && !isBackend(document, value),
  );
  const scopes = [...valuesAt(document, ["auth", "apiKeys", "*", "scopes"])].flatMap(({ path, value }) => {
    const message = Array.isArray(value) ? scopesProblem(value) : null;
    return message === null ? [] : [problem(path, message)];
  });
  return [
    ...repetitions(document, "name"),
    ...repetitions(document, "sha256"),
    ...scopes,
    ...unknownBackends.map(({ path }) => problem(path, noBackend)),
  ];
}

/** Finds repeated names and hashes of keys: two callers of one name would share operations, and one key would stand for two callers. */
function repetitions(document: unknown, key: "name" | "sha256"): readonly ConfigurationProblem[] {
  const seen = new Map<string, ValuePath>();
  return [...valuesAt(document, ["auth", "apiKeys", "*", key])].flatMap(({ path, value }) => {
    if (typeof value !== "string") return [];
    const text = key === "sha256" ? value.toLowerCase() : value;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, path);
    return first === undefined ? [] : [problem(path, `repeats ${pathText(first)}`)];
  });
}

const noBackend = "is not the key of a configured backend";

function isBackend(document: unknown, key: string | number): boolean {
  return valueAt(document, ["backends", key]) !== undefined;
}

function users(document: unknown): readonly ConfigurationProblem[] {
  const names = new Set([...valuesAt(document, ["auth", "apiKeys", "*", "name"])].map(({ value }) => value));
  const strangers = [...valuesAt(document, ["auth", "users", "*"])].filter(
    ({ path }) => modeOf(document) === "apiKeys" && !names.has(path.at(-1)),
  );
  const mapped = [...valuesAt(document, ["auth", "users", "*", "*"])].flatMap(({ path, value }) => {
    const backend = path.at(-1) ?? "";
    if (!isBackend(document, backend)) return [problem(path, noBackend)];
    const isUser = typeof value !== "string" || valueAt(document, ["backends", backend, "users", value]) !== undefined;
    return isUser ? [] : [problem(path, `is not one of ${pathText(["backends", backend, "users"])}`)];
  });
  return [...strangers.map(({ path }) => problem(path, "is not the name of a key in auth.apiKeys")), ...mapped];
}

function workers(document: unknown): readonly ConfigurationProblem[] {
  const count = valueAt(document, ["server", "workers"]);
  if (typeof count !== "number" || count <= 1 || valueAt(document, ["store", "url"]) !== "sqlite::memory:") return [];
  return [
    problem(["server", "workers"], 'must be 1 with store.url "sqlite::memory:": each worker would have a journal of its own'),
  ];
}

/**
 * Why the gateway refuses to start on simulated backends by itself; null if it may. A service whose configuration is missing or
 * misspelled must not serve made-up customers. `--sandbox` says that they are wanted. Pure.
 */
export function sandboxRefusal(environment: Environment): string | null {
  const reason = reasonIn(environment);
  return reason === null
    ? null
    : `There is no configuration, and ${reason}. Give the file with --config or in BILLING_GATEWAY_CONFIG; --sandbox starts on simulated backends.`;
}

function reasonIn(environment: Environment): string | null {
  if (environment["BILLING_GATEWAY_CONFIG"] !== undefined) return "BILLING_GATEWAY_CONFIG is set, but empty";
  if (environment["NODE_ENV"] === "production") return "NODE_ENV is production";
  if (environment["BILLING_GATEWAY_KEY"]) return "BILLING_GATEWAY_KEY is set, which a gateway with authentication uses";
  const misspelled = Object.keys(environment).filter(looksMeantForUs).toSorted();
  return misspelled.length === 0 ? null : `${misspelled.join(", ")} is set, which the gateway does not know`;
}

/** BILLING_GATEWAY_ANYTHING, and likely misspellings of BILLING_GATEWAY_CONFIG: GATEWAY_CONFIG, BILING-GATEWAY-CONF. */
function looksMeantForUs(name: string): boolean {
  return /^billing.?gateway/i.test(name) ? name !== "BILLING_GATEWAY_KEY" : /(gateway|billing).*con?f/i.test(name);
}
