import { createHash, randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { backendSettings } from "../../../src/adapters/index.ts";
import { parseConfiguration } from "../../../src/config.ts";
import { startGateway } from "../../../src/gateway/start.ts";
import type { Scope } from "../../../src/model/caller.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { createLogger } from "../../../src/server/telemetry/log.ts";

/** A whole gateway on a port, started as the program does it, with its log in memory. */

export type Line = Readonly<Record<string, unknown>>;

export interface Served extends AsyncDisposable {
  readonly origin: string;
  readonly sandbox: Sandbox;
  /** The log so far, line by line. */
  readonly lines: () => readonly Line[];
  /** The log so far, as it was written. */
  readonly log: () => string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
    operationName?: string,
  ) => Promise<Response>;
  readonly close: () => Promise<void>;
}

export interface ServeOptions {
  /** Sections of the configuration, in addition to the sandbox's backends and a port. */
  readonly sections?: Readonly<Record<string, unknown>>;
  /** Merged over each backend's section. */
  readonly backend?: Readonly<Record<string, unknown>>;
  readonly store?: string;
}

export async function serve({ sections, backend, store = "sqlite::memory:" }: ServeOptions = {}): Promise<Served> {
  const sandbox = await startSandbox({ customers: 20 });
  const backends = Object.entries(sandbox.configuration).map(([key, section]) => [key, { ...section, ...backend }]);
  const document = {
    server: { port: 0 },
    store: { url: store },
    directory: { refreshMinutes: 0 },
    backends: Object.fromEntries(backends),
    ...sections,
  };
  const configuration = parseConfiguration(document, { backendSettings, environment: {} });
  let written = "";
  const memory = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString("utf8");
      done();
    },
  });
  const gateway = await startGateway(configuration, { logger: createLogger("debug", memory) });
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= gateway.close().then(() => sandbox.close());
    return closed;
  };
  return {
    origin: gateway.origin,
    sandbox,
    log: () => written,
    lines: () =>
      written
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line),
    get: (path, headers = {}) => fetch(`${gateway.origin}${path}`, { headers }),
    post: (query, variables = {}, headers = {}, operationName = undefined) =>
      fetch(`${gateway.origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables, operationName }),
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export interface Key {
  readonly key: string;
  readonly bearer: { readonly authorization: string };
  /** An entry for auth.apiKeys. */
  readonly entry: Readonly<Record<string, unknown>>;
}

export function mintKey(name: string, scopes: readonly Scope[], backends: readonly string[] = ["*"]): Key {
  const key = randomBytes(32).toString("base64url");
  const sha256 = createHash("sha256").update(key).digest("hex");
  return { key, bearer: { authorization: `Bearer ${key}` }, entry: { name, sha256, scopes, backends } };
}

export function apiKeys(...keys: readonly Key[]): Readonly<Record<string, unknown>> {
  return { auth: { mode: "apiKeys", apiKeys: keys.map(({ entry }) => entry) } };
}
