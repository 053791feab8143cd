import type { z } from "zod";
import type { Adapter } from "../adapter/adapter.ts";
import { contained, type Report } from "../adapter/contained.ts";
import type { Doctor } from "../adapter/doctoring/diagnosis.ts";
import type { CommonSettings } from "../adapter/settings.ts";
import { type Connection, type ConnectionSettings, connect } from "../connections/http.ts";
import type { BackendKind } from "../model/model.ts";
import * as enswitch from "./enswitch/index.ts";
import * as hostedsuite from "./hostedsuite/index.ts";
import * as v01 from "./v01/index.ts";

/** What a module under adapters/<kind> exports. */
export interface AdapterModule<Settings extends z.ZodType> {
  readonly kind: BackendKind;
  /** Strict schema of one backend's section in the configuration, `kind` included. */
  readonly settings: Settings;
  /** Does no I/O. `key` is the backend's key in the configuration. */
  readonly create: (key: string, settings: z.output<Settings>, connection: Connection) => Adapter;
  /** What asks a live backend for what its contract leaves open; see src/doctor. A kind without one is not examined. */
  readonly loadDoctor?: () => Promise<{ readonly doctor: Doctor<z.output<Settings>> }>;
}

/** The registry: one line a backend kind, under its name in the configuration. */
const modules = {
  enswitch: adapterModule(enswitch),
  hostedsuite: adapterModule(hostedsuite),
  v01: adapterModule(v01),
};

export const backendSettings = { enswitch: enswitch.settings, hostedsuite: hostedsuite.settings, v01: v01.settings };

export type BackendSettings = z.output<(typeof backendSettings)[keyof typeof backendSettings]>;

/**
 * One backend's adapter and its connection, from its section of the configuration. Does no I/O. Adapters are opened nowhere else: this
 * one fails with BillingError only.
 */
export function openBackend(
  backend: string,
  settings: BackendSettings,
  report: Report,
  observer?: ConnectionSettings["observer"],
): { adapter: Adapter; connection: Connection } {
  const connection = connectBackend(backend, settings, observer);
  const adapter = modules[settings.kind].create(backend, settings as never, connection);
  return { adapter: contained(adapter, report), connection };
}

/** The way to a backend without its adapter. */
export function connectBackend(
  backend: string,
  settings: BackendSettings,
  observer?: ConnectionSettings["observer"],
): Connection {
  return connect({ ...connectionSettings(settings), backend, observer });
}

/** The doctor of a backend's kind, null where it has none, and the keys that the kind's settings have. */
export async function doctorOf({
  kind,
}: Pick<BackendSettings, "kind">): Promise<{ doctor: Doctor<unknown> | null; takes: (key: string) => boolean }> {
  const { loadDoctor, settings }: AdapterModule<z.ZodObject> = modules[kind] as never;
  const loaded = await loadDoctor?.();
  return { doctor: (loaded?.doctor as Doctor<unknown> | undefined) ?? null, takes: (key) => key in settings.shape };
}

function connectionSettings({
  url,
  readOnly,
  timeoutMs,
  concurrency,
  maxAnswerBytes,
  retries,
  circuit,
}: CommonSettings): Omit<ConnectionSettings, "backend"> {
  return { url, readOnly, timeoutMs, concurrency, maxAnswerBytes, retries, circuit };
}

function adapterModule<Settings extends z.ZodType>(module: AdapterModule<Settings>): AdapterModule<Settings> {
  return module;
}
