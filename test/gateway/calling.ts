import { createHash } from "node:crypto";
import { pino } from "pino";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { type Composition, compose } from "../../src/gateway/composition.ts";
import type { Caller, Scope } from "../../src/model/caller.ts";
import type { BackendKey, Sandbox } from "../../src/sandbox/index.ts";
import { createGateway } from "../../src/server/gateway.ts";
import { createTelemetry } from "../../src/server/telemetry/telemetry.ts";
import type { Answer } from "../support/gateway.ts";

/** A gateway that knows its callers by name, so that tests can call as several of them. Authentication is tested elsewhere. */

export const callerOf = (name: string, scopes: readonly Scope[], backends: readonly string[] | "*" = "*"): Caller => ({
  actor: name,
  name,
  scopes: new Set(scopes),
  backends: backends === "*" ? "*" : new Set(backends),
  expiresAt: null,
});

export interface CallingOptions {
  readonly callers: readonly Caller[];
  /** By caller and backend: a name of the backend's `users`. */
  readonly users?: Record<string, Record<string, string>>;
  /** By backend. */
  readonly backends?: Partial<Record<BackendKey, Record<string, unknown>>>;
  /** Backends that are not configured. */
  readonly without?: readonly BackendKey[];
  readonly store?: string;
  /** The section `directory`; default off. It is kept from when the test starts it on. */
  readonly directory?: Record<string, unknown>;
  /** The section `limits`. */
  readonly limits?: Record<string, unknown>;
  /** The section `runs`. */
  readonly runs?: Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of ad-hoc documents have the shape that only their test knows
type Whatever = any;

export interface CallingGateway {
  readonly composition: Composition;
  readonly respond: (
    caller: string,
    query: string,
    variables?: Record<string, unknown>,
    signal?: AbortSignal,
  ) => Promise<Response>;
  /** The events of a subscription, until the signal ends it. */
  readonly subscribe: (
    caller: string,
    query: string,
    variables: Record<string, unknown>,
    signal: AbortSignal,
  ) => AsyncIterableIterator<Whatever>;
  readonly send: (caller: string, query: string, variables?: Record<string, unknown>) => Promise<Answer<Whatever>>;
  /** Throws when the answer has errors. */
  readonly data: (caller: string, query: string, variables?: Record<string, unknown>) => Promise<Whatever>;
}

/** A caller's entry in the configuration. */
function keyOf({ name, scopes, backends }: Caller): Record<string, unknown> {
  return { name, sha256: createHash("sha256").update(name).digest("hex"), scopes: [...scopes], backends: [...backends] };
}

export async function startCallingGateway(sandbox: Sandbox, options: CallingOptions): Promise<CallingGateway> {
  const { callers, users, backends = {}, without = [] } = options;
  const sections = Object.entries(sandbox.configuration)
    .filter(([key]) => !without.includes(key as BackendKey))
    .map(([key, section]) => [
      key,
      { ...section, timeoutMs: 10_000, circuit: { failures: 1000 }, ...backends[key as BackendKey] },
    ]);
  const configuration = parseConfiguration(
    {
      store: { url: options.store ?? "sqlite::memory:" },
      ...(users && { auth: { mode: "apiKeys", apiKeys: callers.map(keyOf), users } }),
      // Nobody looks by itself: the tests do.
      operations: { settleSeconds: 0, reconcileSeconds: [3600] },
      directory: options.directory ?? { refreshMinutes: 0 },
      ...(options.limits && { limits: options.limits }),
      ...(options.runs && { runs: options.runs }),
      backends: Object.fromEntries(sections),
    },
    { backendSettings, environment: {} },
  );
  const logger = pino({ level: "silent" });
  const composition = await compose(configuration, logger);
  const gateway = createGateway({
    services: composition.services,
    authenticate: async (headers) => {
      const caller = callers.find(({ name }) => name === headers.get("x-caller"));
      if (!caller) throw new Error("The test names no caller that it has.");
      return caller;
    },
    telemetry: await createTelemetry({ metrics: false, otlpEndpoint: "" }, logger),
    limits: { ...configuration.limits, requestsPerMinute: 0 },
    graphiql: false,
    introspection: true,
    federation: true,
    debug: true,
    trustedProxies: [],
  });

  const respond: CallingGateway["respond"] = async (caller, query, variables = {}, signal) =>
    gateway.fetch("http://gateway.test/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", "x-caller": caller },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });
  const subscribe: CallingGateway["subscribe"] = async function* (caller, query, variables, signal) {
    const { body } = await gateway.fetch("http://gateway.test/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", "x-caller": caller },
      body: JSON.stringify({ query, variables }),
    });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    signal.addEventListener("abort", () => void reader?.cancel(), { once: true });
    for (let rest = ""; ; ) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: "" };
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data: ")) yield JSON.parse(line.slice("data: ".length));
    }
  };

  const send: CallingGateway["send"] = async (...call) => (await respond(...call)).json() as Promise<Answer<Whatever>>;
  return {
    composition,
    respond,
    subscribe,
    send,
    data: async (...call) => {
      const answer = await send(...call);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    },
  };
}
