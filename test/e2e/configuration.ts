import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Environment } from "./process.ts";
import type { SandboxProgram } from "./sandbox.ts";

export interface WrittenConfiguration extends Disposable {
  readonly file: string;
  /** The address of its store. */
  readonly storeUrl: string;
  /** The passwords; the file only has their names. */
  readonly environment: Environment;
}

export interface ConfigurationChanges {
  /** Default: SQLite, beside the file. */
  readonly storeUrl?: string;
  /** Default: off, so that backends receive only calls that a test causes. */
  readonly directory?: Readonly<Record<string, unknown>>;
  readonly operations?: {
    readonly settleSeconds: number;
    readonly reconcileSeconds: readonly number[];
    readonly leaseSeconds?: number;
  };
  readonly limits?: Readonly<Record<string, unknown>>;
  /** Default: one process. */
  readonly workers?: number;
  /** Settings for every backend: added to each section. */
  readonly backend?: Readonly<Record<string, unknown>>;
  /** Settings of the telephony backend. */
  readonly pbx?: Readonly<Record<string, unknown>>;
}

/** A configuration file as an operator writes one, for the four backends of a running sandbox. */
export function writeConfiguration(
  { backends }: Pick<SandboxProgram, "backends">,
  {
    storeUrl: givenStoreUrl,
    directory: keeping = { refreshMinutes: 0 },
    operations,
    limits,
    workers,
    backend: common,
    pbx,
  }: ConfigurationChanges = {},
): WrittenConfiguration {
  const directory = mkdtempSync(join(tmpdir(), "billing-gateway-"));
  const file = join(directory, "gateway.yaml");
  const storeUrl = givenStoreUrl ?? `sqlite:${join(directory, "data", "gateway.db")}`;
  const section = (key: string, settings: Readonly<Record<string, unknown>>) => ({
    ...settings,
    ...common,
    url: backends.find((backend) => backend.key === key)?.url,
    password: `\${${passwordVariable(key)}}`,
  });
  const hostedSuite = { kind: "hostedsuite", tenant: "acme", username: "api", currency: "USD", timeZone: "America/New_York" };
  const document = {
    server: { port: 0, ...(workers !== undefined && { workers }) },
    store: { url: storeUrl },
    directory: keeping,
    ...(operations && { operations }),
    ...(limits && { limits }),
    backends: {
      pbx: section("pbx", {
        kind: "enswitch",
        label: "Telephony",
        username: "gateway",
        currency: "EUR",
        timeZone: "UTC",
        ...pbx,
      }),
      suite: section("suite", { ...hostedSuite, generation: "v2" }),
      offices: section("offices", { ...hostedSuite, generation: "v3" }),
      recurring: section("recurring", {
        kind: "v01",
        username: "api-gateway",
        accountId: 2001,
        currency: "USD",
        country: "US",
        timeZone: "UTC",
      }),
    },
  };
  writeFileSync(file, stringify(document));
  return {
    file,
    storeUrl,
    environment: Object.fromEntries(backends.map(({ key, password }) => [passwordVariable(key), password])),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

function passwordVariable(key: string): string {
  return `${key.toUpperCase()}_PASSWORD`;
}
