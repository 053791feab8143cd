import { randomUUID } from "node:crypto";
import { type GraphQLError, NoSchemaIntrospectionCustomRule } from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Logger } from "pino";
import { type Context, schema } from "../schema/index.ts";
import type { Authenticate } from "./auth/authenticate.ts";
import { authentication, callerOf } from "./auth/plugin.ts";
import { addMissingCode, isMasked, translateError } from "./errors.ts";
import { graphiqlOptions, graphiqlPage } from "./graphiql.ts";
import { httpRules } from "./http/plugin.ts";
import { rateLimit } from "./http/rate-limit.ts";
import { oneMutationPerKey } from "./idempotency-header.ts";
import { type QueryLimits, queryLimits } from "./limits/plugin.ts";
import { createContext, type Services } from "./request.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

export interface GatewayOptions {
  readonly services: Services;
  readonly logger: Logger;
  readonly authenticate: Authenticate;
  readonly telemetry: Telemetry;
  readonly limits: QueryLimits & { readonly requestsPerMinute: number };
  readonly graphiql: boolean;
  readonly introspection: boolean;
  /** Every answer carries extensions.backendCalls. */
  readonly debug: boolean;
  /** Origins that browsers may call from. */
  readonly cors: readonly string[];
  /** For GraphiQL's ready tabs, on the sandbox. */
  readonly sampleCustomerId?: string | undefined;
}

export type Gateway = YogaServerInstance<object, Context>;

/** The GraphQL server as a request handler; it listens nowhere by itself. */
export function createGateway(options: GatewayOptions): Gateway {
  const { services, logger, authenticate, telemetry, limits, graphiql, introspection, debug, cors, sampleCustomerId } = options;
  return createYoga<object, Context>({
    schema,
    context: ({ request }) => createContext(services, request, callerOf(request)),
    graphqlEndpoint: "/graphql",
    landingPage: false,
    cors: cors.length > 0 ? { origin: [...cors], credentials: true } : false,
    maskedErrors: { maskError: translateError },
    graphiql: graphiql && graphiqlOptions(sampleCustomerId),
    // The page's script is large and rarely asked for: it is loaded when it is.
    renderGraphiQL: async (options) => graphiqlPage((await import("@graphql-yoga/render-graphiql")).renderGraphiQL(options)),
    logging: false,
    plugins: [
      ...telemetry.plugins,
      authentication(authenticate),
      httpRules(),
      rateLimit(limits.requestsPerMinute),
      queryLimits(limits),
      requestIds(logger),
      oneMutationPerKey,
      ...(introspection ? [] : [withoutIntrospection]),
      ...(debug ? [backendCalls] : []),
    ],
  });
}

/** Gives every request an id, which the answer carries, and logs what callers do not get to see under it. */
function requestIds(logger: Logger): Plugin {
  const ids = new WeakMap<Request, string>();
  const idOf = (request: Request): string => {
    const id = ids.get(request) ?? randomUUID();
    ids.set(request, id);
    return id;
  };
  return {
    onResultProcess: ({ request, result }) => {
      if (Array.isArray(result) || !("errors" in result)) return;
      for (const error of (result.errors ?? []) as GraphQLError[]) {
        addMissingCode(error);
        if (!isMasked(error)) continue;
        const requestId = idOf(request);
        error.extensions["requestId"] = requestId;
        logger.error({ requestId, path: error.path, error: error.originalError }, "unexpected failure");
      }
    },
    onResponse: ({ request, response }) => {
      response.headers.set("x-request-id", idOf(request));
    },
  };
}

const withoutIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};

/** What a query costs, for the developer who looks at it: never bodies, ids or credentials. */
const backendCalls: Plugin<Context> = {
  onExecute: ({ args }) => ({
    onExecuteDone: ({ result, setResult }) => {
      if (Symbol.asyncIterator in result) return;
      const rows = (args.contextValue as Context).backendCalls.map(({ attempts, ...call }) => ({
        ...call,
        ...(attempts > 1 && { retried: attempts - 1 }),
      }));
      setResult({ ...result, extensions: { ...result.extensions, backendCalls: rows } });
    },
  }),
};
