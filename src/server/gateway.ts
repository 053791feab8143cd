import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { type Context, schemaOf } from "../schema/index.ts";
import { type Authenticate, authentication } from "./auth/authenticate.ts";
import type { Services } from "./context.ts";
import { analysedDocuments, createDocuments, readTrustedDocuments } from "./document/documents.ts";
import { plainErrors, translateError } from "./errors.ts";
import { plannedExecution } from "./execution/execute.ts";
import { createBodies } from "./http/parameters.ts";
import { clientAddress, limitedCallers, type RateLimits, rateLimits } from "./http/rate-limit.ts";
import { httpRules } from "./http/rules.ts";
import { endingWithCredential, streamLimit } from "./http/streams.ts";
import { oneMutationPerKey } from "./idempotency-header.ts";
import { type QueryLimits, queryLimits } from "./limits/plugin.ts";
import { graphiqlPage } from "./pages.ts";
import { createExecutions, sharedExecution } from "./sharing.ts";
import { type Handle, requestState, stateOf, type WithState } from "./state.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { usualRequests } from "./usual-requests.ts";

/** Adds extensions.backendCalls to an answer: the calls that a query made, for its developer. Never bodies, ids or credentials. */
const backendCalls: Plugin = {
  onExecute: ({ args }) => ({
    onExecuteDone: ({ result, setResult }) => {
      if (Symbol.asyncIterator in result) return;
      const rows = stateOf(args.contextValue).backendCalls.map(({ attempts, ...call }) => ({
        ...call,
        ...(attempts > 1 && { retried: attempts - 1 }),
      }));
      setResult({ ...result, extensions: { ...result.extensions, backendCalls: rows } });
    },
  }),
};

interface GatewayOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  readonly telemetry: Telemetry;
  readonly limits: QueryLimits & {
    readonly requestsPerMinute: number;
    readonly maxStreams: number;
    readonly maxBodyBytes: number;
  };
  readonly graphiql: boolean;
  readonly introspection: boolean;
  /** Whether the gateway is a subgraph: see schema/federation.ts. */
  readonly federation: boolean;
  /** Whether answers carry extensions.backendCalls. */
  readonly debug: boolean;
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** For GraphiQL's ready-made tabs, in the sandbox. */
  readonly sampleCustomerId?: string | undefined;
}

interface Gateway {
  readonly handle: Handle;
  /** For routes beside GraphQL: all requests of a caller count together. */
  readonly rates: RateLimits;
  /** Sends a request from within this process. */
  readonly fetch: YogaServerInstance<WithState, Context>["fetch"];
}

/**
 * Creates the GraphQL server as a request handler; it does not listen by itself. `plugins` lists what a request goes through, in order.
 * Throws if trusted documents are wanted and their manifest is missing.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { services, authenticate, telemetry, limits, graphiql, introspection, federation, debug, sampleCustomerId } = options;
  const schema = schemaOf(services.kinds, { federation });
  const documents = createDocuments({ schema, limits, introspection });
  const mode = limits.trustedDocuments;
  const trusted = mode === "off" ? {} : readTrustedDocuments();
  const addressOf = clientAddress(options.trustedProxies);
  const rates = rateLimits(limits.requestsPerMinute, addressOf);
  const executions = createExecutions(services);
  const bodies = createBodies(limits.maxBodyBytes);
  const yoga = createYoga<WithState, Context>({
    schema,
    graphqlEndpoint: "/graphql",
    maskedErrors: { maskError: translateError },
    // Done elsewhere: pages, health, body sizes and the browser headers (listen.ts), the log. Yoga still answers preflights. No path
    // can end in a line break, so Yoga's own health check never answers.
    cors: () => false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: "\n",
    maxRequestBodySize: false,
    logging: false,
    parserAndValidationCache: false,
    plugins: [
      requestState,
      ...telemetry.plugins,
      authentication(authenticate, rates.failed),
      endingWithCredential,
      ...(graphiql ? [graphiqlPage(sampleCustomerId)] : []),
      httpRules(bodies),
      limitedCallers(rates),
      analysedDocuments(documents, mode, trusted),
      queryLimits(limits),
      plainErrors,
      oneMutationPerKey,
      plannedExecution(({ contextValue }) => stateOf(contextValue).operation?.plan() ?? null),
      streamLimit(limits.maxStreams, addressOf),
      sharedExecution(services, executions),
      ...(debug ? [backendCalls] : []),
    ],
  });
  const withYoga: Handle = (request, response, state) => yoga(request, response, { state });
  // Spans of a request and its phases are made by a plugin of Yoga's.
  const isTraced = telemetry.plugins.some(({ instrumentation }) => instrumentation !== undefined);
  const usual = { authenticate, rates, bodies, documents, limits, trusted, executions, isExtended: debug };
  return { handle: isTraced ? withYoga : usualRequests(usual, withYoga), rates, fetch: yoga.fetch };
}
