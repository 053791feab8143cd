import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type WrittenConfiguration, writeConfiguration } from "../e2e/configuration.ts";
import type { SandboxProgram } from "../e2e/sandbox.ts";
import { atEnd } from "../support/endings.ts";

export interface GatewaySettings {
  /** Default: off, so that only the load calls backends. */
  readonly directory?: Readonly<Record<string, unknown>>;
  readonly port: number;
  /** Default: an SQLite file beside the configuration. */
  readonly storeUrl?: string | undefined;
  /** Settings for every backend. */
  readonly backend?: Readonly<Record<string, unknown>>;
  /** More backends than the sandbox's four: each of these is one of them with another key. */
  readonly copies?: Readonly<Record<string, string>>;
  readonly operations?: { readonly settleSeconds: number; readonly reconcileSeconds: readonly number[] };
}

/**
 * The configuration file of a gateway as in production: default limits, except for the rate, since one caller sends everything
 * and would only measure its own limit; log level info.
 */
export function configureGateway(sandbox: Pick<SandboxProgram, "backends">, settings: GatewaySettings): WrittenConfiguration {
  const { port, storeUrl, backend, copies = {}, operations, directory } = settings;
  const changes = {
    ...(storeUrl !== undefined && { storeUrl }),
    ...(operations && { operations }),
    ...(backend && { backend }),
    ...(directory && { directory }),
  };
  const written = keepUntilExit(writeConfiguration(sandbox, changes));
  const document = parse(readFileSync(written.file, "utf8")) as WrittenDocument;
  const copied = Object.entries(copies).map(([key, original]) => [key, document.backends[original]]);
  const complete = {
    ...document,
    server: { ...document.server, port },
    limits: { requestsPerMinute: 0 },
    telemetry: { logLevel: "info" },
    backends: { ...document.backends, ...Object.fromEntries(copied) },
  };
  // Copies of one section are written out: the gateway need not know YAML's aliases.
  writeFileSync(written.file, stringify(complete, { aliasDuplicateObjects: false }));
  return written;
}

interface WrittenDocument {
  readonly server: object;
  readonly backends: Readonly<Record<string, unknown>>;
}

/** The other subjects' configuration: a JSON file with their address and those of the backends. */
export interface SubjectFile extends Disposable {
  readonly file: string;
}

export function writeSubjectFile(content: object): SubjectFile {
  const directory = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
  const file = join(directory, "subject.json");
  writeFileSync(file, JSON.stringify(content));
  return keepUntilExit({ file, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) });
}

/** Also removes the file if a signal ends the process, which disposes of nothing. */
function keepUntilExit<Written extends Disposable>(written: Written): Written {
  const forget = atEnd(() => written[Symbol.dispose]());
  const remove = (): void => {
    forget();
    written[Symbol.dispose]();
  };
  return { ...written, [Symbol.dispose]: remove };
}
