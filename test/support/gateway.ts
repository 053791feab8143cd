import { pino } from "pino";
import { type Registry, settingsOf, registry as usualKinds } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import type { Directory } from "../../src/directory/directory.ts";
import { compose } from "../../src/gateway/composition.ts";
import type { HousekeepingOptions } from "../../src/journal/housekeeping.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import type { LoggedCall } from "../../src/sandbox/simulated.ts";
import { createAuthenticator } from "../../src/server/auth/authenticate.ts";
import { createGateway } from "../../src/server/gateway.ts";
import { createTelemetry } from "../../src/server/telemetry/telemetry.ts";
import { letTimePass } from "./let-time-pass.ts";
import { untoldCodes } from "./told-codes.ts";

export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { message: string; path?: readonly (string | number)[]; extensions: Record<string, unknown> }[];
  readonly extensions?: { readonly backendCalls: readonly { backend: string; function: string; retried?: number }[] };
}

// Answers of ad-hoc documents: tests say what they expect of them by reading it.
// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, which only the test knows
type Whatever = any;

export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Record<string, string>;
  /** The header Authorization: "Bearer …". */
  readonly authorization?: string;
}

export interface TestGateway {
  readonly sandbox: Sandbox;
  readonly directory: Directory;
  readonly send: <Data = Whatever>(
    query: string,
    variables?: Record<string, unknown>,
    extra?: SendOptions,
  ) => Promise<Answer<Data>>;
  /** Sends a body unchanged, and does not parse the answer. */
  readonly post: (body: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  /** The data; throws when the answer has errors. */
  readonly data: <Data = Whatever>(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<Data>;
  /** Outcomes lost until now may be settled: see let-time-pass.ts. */
  readonly letTimePass: () => Promise<void>;
  /** The calls that each sandbox backend has received since the last look. */
  readonly callsSince: () => Record<string, readonly LoggedCall[]>;
  readonly close: () => Promise<void>;
}

export interface TestGatewayOptions {
  readonly sandbox?: SandboxOptions;
  /** Merged over each backend's section. */
  readonly backend?: Record<string, unknown>;
  /** Merged over the sections of these backends. */
  readonly backends?: Readonly<Record<string, Record<string, unknown>>>;
  readonly readOnly?: boolean;
  /** The section `auth` of the configuration; default: none, everybody may do everything. */
  readonly auth?: Record<string, unknown>;
  readonly limits?: Record<string, unknown>;
  readonly store?: string;
  readonly operations?: Record<string, unknown>;
  readonly housekeeping?: Partial<HousekeepingOptions>;
  readonly runs?: Record<string, unknown>;
  readonly duplicates?: Record<string, unknown>;
  /** The section `directory`; default off, so that only the test calls backends. */
  readonly directory?: Record<string, unknown>;
  /** The kinds of backends; default: those of src/adapters. */
  readonly registry?: Registry;
}

/** A whole gateway in this process, over real HTTP to a sandbox of its own. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const sandbox = await startSandbox({ customers: 130, ...options.sandbox });
  const sections = Object.entries(sandbox.configuration).map(([key, section]) => [
    key,
    { ...section, ...options.backend, ...options.backends?.[key] },
  ]);
  const gateway = await startGatewayOf(Object.fromEntries(sections), options);
  return {
    ...gateway,
    sandbox,
    callsSince: () =>
      Object.fromEntries(
        Object.entries(sandbox.backends).map(([key, backend]) => {
          const calls = [...backend.calls];
          backend.clearCalls();
          return [key, calls];
        }),
      ),
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}

/** The same for backends of the test's own. @param sections the section `backends` of the configuration */
export async function startGatewayOf(
  sections: Readonly<Record<string, unknown>>,
  options: Omit<TestGatewayOptions, "sandbox" | "backend" | "backends"> = {},
): Promise<Omit<TestGateway, "sandbox" | "callsSince">> {
  const registry = options.registry ?? usualKinds;
  const configuration = parseConfiguration(
    {
      readOnly: options.readOnly ?? false,
      store: { url: options.store ?? "sqlite::memory:" },
      auth: options.auth ?? {},
      limits: { requestsPerMinute: 0, ...options.limits },
      operations: options.operations ?? {},
      runs: options.runs ?? {},
      duplicates: options.duplicates ?? {},
      directory: options.directory ?? { refreshMinutes: 0 },
      backends: sections,
    },
    { backendSettings: settingsOf(registry), environment: {} },
  );
  const composition = await compose(configuration, pino({ level: "silent" }), { registry });
  composition.keepHouse(options.housekeeping, { lookEveryMs: 50 });
  const gateway = createGateway({
    services: composition.services,
    authenticate: createAuthenticator(configuration.auth),
    telemetry: await createTelemetry({ metrics: false, otlpEndpoint: "" }, pino({ level: "silent" })),
    limits: configuration.limits,
    graphiql: true,
    introspection: true,
    federation: true,
    debug: true,
    trustedProxies: [],
  });

  async function post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const type = { "content-type": "application/json" };
    return gateway.fetch("http://gateway.test/graphql", { method: "POST", headers: { ...type, ...headers }, body });
  }

  async function send<Data = Whatever>(
    query: string,
    variables?: Record<string, unknown>,
    { signal, headers, authorization }: SendOptions = {},
  ): Promise<Answer<Data>> {
    const response = await gateway.fetch("http://gateway.test/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }), ...headers },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });
    const answer = (await response.json()) as Answer<Data>;
    const untold = untoldCodes(query, answer);
    if (untold.length > 0)
      throw new Error(`Mutations answer with codes that their descriptions do not tell: ${untold.join(", ")}`);
    return answer;
  }

  return {
    directory: composition.directory,
    send,
    post,
    data: async (query, variables, headers) => {
      const answer = await send(query, variables, headers && { headers });
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data as never;
    },
    letTimePass: () => letTimePass(composition.store),
    close: () => composition.close(),
  };
}
