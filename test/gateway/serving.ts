import { pino } from "pino";
import type { CallRecord } from "../../src/adapter/adapter.ts";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import type { BackendKey, Sandbox } from "../../src/sandbox/index.ts";
import type { Answer } from "../support/gateway.ts";

/** Gateways behind real sockets, on a sandbox that several of them may share, as replicas do. */

// biome-ignore lint/suspicious/noExplicitAny: answers of ad-hoc documents have the shape that only their test knows
type Whatever = any;

export interface ServingOptions {
  /** Merged over every backend's section. */
  readonly backend?: Readonly<Record<string, unknown>>;
  /** Merged over single ones. */
  readonly backends?: Partial<Readonly<Record<BackendKey, Readonly<Record<string, unknown>>>>>;
  /** Sections of the configuration. */
  readonly sections?: Readonly<Record<string, unknown>>;
  readonly store?: string;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly authorization?: string;
}

export interface Serving extends AsyncDisposable {
  readonly origin: string;
  readonly ask: (query: string, variables?: Record<string, unknown>, options?: AskOptions) => Promise<Answer<Whatever>>;
  /** The data; throws when the answer has errors. */
  readonly data: (query: string, variables?: Record<string, unknown>, options?: AskOptions) => Promise<Whatever>;
  readonly close: () => Promise<void>;
}

/** Every answer carries its calls, as with server.debug. */
export async function serveOn(sandbox: Sandbox, options: ServingOptions = {}): Promise<Serving> {
  const { backend, backends, sections, store = "sqlite::memory:" } = options;
  const configured = Object.entries(sandbox.configuration).map(([key, section]) => [
    key,
    { ...section, circuit: { failures: 1000 }, ...backend, ...backends?.[key as BackendKey] },
  ]);
  const document = {
    server: { port: 0, debug: true },
    limits: { requestsPerMinute: 0 },
    store: { url: store },
    directory: { refreshMinutes: 0 },
    backends: Object.fromEntries(configured),
    ...sections,
  };
  const configuration = parseConfiguration(document, { backendSettings, environment: {} });
  const gateway = await startGateway(configuration, { logger: pino({ level: "silent" }) });

  const ask: Serving["ask"] = async (query, variables = {}, { signal, authorization } = {}) => {
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }) },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });
    return (await response.json()) as Answer<Whatever>;
  };
  return {
    origin: gateway.origin,
    ask,
    data: async (...question) => {
      const answer = await ask(...question);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    },
    close: gateway.close,
    [Symbol.asyncDispose]: gateway.close,
  };
}

export function callsOf({ extensions }: Answer<unknown>): readonly CallRecord[] {
  return (extensions?.backendCalls ?? []) as readonly CallRecord[];
}

/** The functions that a backend was asked for since the last look. */
export function functionsSince(sandbox: Sandbox, key: BackendKey): readonly string[] {
  const backend = sandbox.backends[key];
  const functions = backend.calls.map((call) => call.function);
  backend.clearCalls();
  return functions;
}

/** How many calls each backend has received since the last look. */
export function countsSince(sandbox: Sandbox): Readonly<Record<BackendKey, number>> {
  const count = (key: BackendKey): number => functionsSince(sandbox, key).length;
  return { pbx: count("pbx"), suite: count("suite"), offices: count("offices"), recurring: count("recurring") };
}
