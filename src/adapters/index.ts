import type { z } from "zod";
import type { Adapter } from "../adapter/adapter.ts";
import { contained, type ReportProblem, type Strange } from "../adapter/contained.ts";
import type { Doctor, KnownAnswers } from "../adapter/doctoring/diagnosis.ts";
import { withPlainFilters } from "../adapter/kit/filters.ts";
import { isSecretName } from "../adapter/kit/quote.ts";
import type { CommonSettings } from "../adapter/settings.ts";
import { type BackendConnection, type ConnectionSettings, connect } from "../connections/http.ts";
import * as enswitch from "./enswitch/index.ts";
import * as hostedsuite from "./hostedsuite/index.ts";
import * as v01 from "./v01/index.ts";

/** The settings that every kind of backend has. */
export type BackendSettings = CommonSettings & { readonly kind: string; readonly password?: string | undefined };

/** The exports of a kind's module, adapters/<kind>/index.ts. */
export interface BackendModule {
  /** Its name in the API. */
  readonly kind: string;
  /** Its name for people. */
  readonly label: string;
  /** A sentence about the system. */
  readonly description: string;
  /** Strict schema of one backend's section in the configuration; its `kind` is the module's name in the registry. */
  readonly settings: z.ZodType<BackendSettings>;
  /** Makes an adapter; does no I/O. `key` is the backend's key in the configuration, `settings` come from the schema above. */
  create(key: string, settings: BackendSettings, connection: BackendConnection): Adapter;
  /** Names the part of the system at its address that the backend stands for, such as a merchant; absent: all of it. */
  account?(settings: BackendSettings): string;
  /** The members of a backend's answers by its contract; a running gateway reports answers that deviate. */
  knownAnswers?(settings: BackendSettings): KnownAnswers;
  /** Loads the checks of the contract's open points, see src/doctor. A kind without them is not examined. */
  loadDoctor?(): Promise<{ readonly doctor: Doctor<never> }>;
}

/** The kinds of backends, by their names in the configuration. */
export type Registry = Readonly<Record<string, BackendModule>>;

/** One line for each kind; nothing else outside of its folder knows it by name. */
export const registry: Registry = {
  enswitch,
  hostedsuite,
  v01,
};

/** The strict settings of each kind, for the configuration. */
export function settingsOf(kinds: Registry): Readonly<Record<string, BackendModule["settings"]>> {
  return Object.fromEntries(Object.entries(kinds).map(([name, { settings }]) => [name, settings]));
}

export const backendSettings = settingsOf(registry);

const described = new WeakMap<Registry, readonly BackendModule[]>();

/** The modules of a registry: the same list for the same registry. */
export function kindsOf(kinds: Registry): readonly BackendModule[] {
  const list = described.get(kinds) ?? Object.values(kinds);
  described.set(kinds, list);
  return list;
}

/**
 * Makes one backend's adapter and connection from its section of the configuration. Does no I/O. Adapters are made nowhere else, so all
 * fail with BillingError only (adapter/contained.ts), and read filters alike (kit/filters.ts).
 */
export function openBackend(
  backend: string,
  settings: BackendSettings,
  report: ReportProblem,
  observer?: ConnectionSettings["observer"],
  kinds: Registry = registry,
): { adapter: Adapter; connection: BackendConnection } {
  const module = kinds[settings.kind];
  // The configuration was checked against another registry.
  if (!module) throw new Error(`there is no kind of backend called ${settings.kind}`);
  const connection = connectBackend(backend, settings, observer, kinds);
  const adapter = module.create(backend, settings, connection);
  const strange: Strange = ({ verb, ...told }) => observer?.surprised({ backend, function: verb, ...told });
  return {
    adapter: contained(withPlainFilters(adapter), report, { label: settings.label, secrets: secretsIn(settings), strange }),
    connection,
  };
}

function secretsIn(settings: object): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null) return secretsIn(value);
    return typeof value === "string" && value !== "" && isSecretName(name) ? [value] : [];
  });
}

/** Makes a backend's connection without its adapter. */
function connectBackend(
  backend: string,
  settings: BackendSettings,
  observer?: ConnectionSettings["observer"],
  kinds: Registry = registry,
): BackendConnection {
  const knownAnswers = kinds[settings.kind]?.knownAnswers?.(settings);
  return connect({ ...connectionSettings(settings), backend, label: settings.label, observer, knownAnswers });
}

/** The same for the doctor: it also reads texts in a wrong charset, to report them. */
export function connectDoctor(backend: string, settings: BackendSettings): BackendConnection {
  return connect({ ...connectionSettings(settings), backend, label: settings.label, otherCharsets: ["utf-8", "windows-1252"] });
}

/** The doctor of a backend's kind, null where it has none, and whether the kind's settings have a key. */
export async function doctorOf(
  { kind }: Pick<BackendSettings, "kind">,
  kinds: Registry = registry,
): Promise<{ doctor: Doctor<unknown> | null; takes: (key: string) => boolean }> {
  const module = kinds[kind];
  const loaded = await module?.loadDoctor?.();
  const shape = module && "shape" in module.settings ? (module.settings.shape as object) : {};
  return { doctor: (loaded?.doctor as Doctor<unknown> | undefined) ?? null, takes: (key) => key in shape };
}

function connectionSettings({
  url,
  proxy,
  tls,
  readOnly,
  timeoutMs,
  concurrency,
  maxAnswerBytes,
  charset,
  retries,
  circuit,
}: CommonSettings): Omit<ConnectionSettings, "backend" | "observer" | "knownAnswers"> {
  return {
    url,
    proxy: proxy || undefined,
    tls,
    readOnly,
    timeoutMs,
    concurrency,
    maxAnswerBytes,
    charset,
    retries,
    circuit,
  };
}
