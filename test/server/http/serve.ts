import { createHash } from "node:crypto";
import { pino } from "pino";
import { backendSettings } from "../../../src/adapters/index.ts";
import { parseConfiguration } from "../../../src/config.ts";
import { compose } from "../../../src/gateway/composition.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { createAuthenticator } from "../../../src/server/auth/authenticate.ts";
import type { Services } from "../../../src/server/context.ts";
import { createGateway } from "../../../src/server/gateway.ts";
import { listen } from "../../../src/server/listen.ts";
import { withConsole } from "../../../src/server/pages.ts";
import { createTelemetry } from "../../../src/server/telemetry/telemetry.ts";

/** A gateway on a sandbox behind a real socket, as browsers, programs and auditors reach it. */
export interface ServedGateway extends AsyncDisposable {
  readonly origin: string;
  /** "http://127.0.0.1:4000/graphql" */
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly post: (body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>;
}

export interface ServeOptions {
  /** Keys that callers need; each is also the caller's name. Default: no authentication. */
  readonly keys?: readonly string[];
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
  /** Replaces members that requests share. */
  readonly services?: (services: Services) => Services;
}

const silent = pino({ level: "silent" });

export async function serveGateway(options: ServeOptions = {}): Promise<ServedGateway> {
  const sandbox = await startSandbox({ customers: 20 });
  const configuration = parseConfiguration(
    {
      server: options.server,
      auth: options.keys ? { mode: "apiKeys", apiKeys: options.keys.map(apiKey) } : {},
      store: { url: "sqlite::memory:" },
      directory: { refreshMinutes: 0 },
      limits: { requestsPerMinute: 0, ...options.limits },
      backends: sandbox.configuration,
    },
    { backendSettings, environment: {} },
  );
  const { server, limits } = configuration;
  const composition = await compose(configuration, silent);
  const services = options.services?.(composition.services) ?? composition.services;
  const gateway = createGateway({
    services,
    authenticate: createAuthenticator(configuration.auth),
    telemetry: await createTelemetry({ metrics: false, otlpEndpoint: "" }, silent),
    limits,
    ...server,
  });
  const { maxBodyBytes, requestTimeoutMs } = limits;
  const listening = await listen(withConsole(gateway.handle), {
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes,
    requestTimeoutMs,
    origins: () => server.cors,
  });
  const url = `${listening.origin}/graphql`;
  return {
    origin: listening.origin,
    url,
    sandbox,
    post: (body, headers) =>
      fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await listening.close(100);
      await composition.close();
      await sandbox.close();
    },
  };
}

function apiKey(key: string) {
  const sha256 = createHash("sha256").update(key).digest("hex");
  return { name: key, sha256, scopes: ["read", "write", "raw"], backends: ["*"] };
}
