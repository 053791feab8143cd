import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ExportResultCode, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ExecutionArgs, GraphQLSchema } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { CallObserver } from "../../connections/observer.ts";
import { createEpisodes } from "../../model/episodes.ts";
import { BillingError } from "../../model/errors.ts";
import { stateOf } from "../state.ts";
import type { LoggedOperation, LoggedStep } from "./log.ts";

/** Traces over OTLP/HTTP, from the request through its fields to its calls. Loaded only if an endpoint is configured. */
export interface Traces {
  readonly plugin: Plugin;
  readonly within: CallObserver["within"];
  readonly stepEnded: (operation: LoggedOperation, step: LoggedStep) => void;
  /** Sends what has not been sent yet. */
  readonly close: () => Promise<void>;
}

/** The limit for one batch with its retries, in milliseconds. While the receiver is down, the gateway's end takes this much longer. */
const exportTimeoutMs = 3_000;

/**
 * Starts traces. Only one may run at a time in a process, which has one tracer, context and propagator.
 * @param endpoint base address, as in OTEL_EXPORTER_OTLP_ENDPOINT: spans go to <endpoint>/v1/traces
 */
export function startTraces(endpoint: string, version: string, logger: Logger): Traces {
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": "billing-gateway", "service.version": version })),
    spanProcessors: [new BatchSpanProcessor({ exporter: publishedOnly(exporter, logger) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  // Gives every request to a backend its own span, and the header traceparent that names it.
  const undici = new UndiciInstrumentation();
  return {
    plugin: requestSpans(),
    within: ({ backend, function: name, effect }, run) =>
      inSpan(`${backend} ${name}`, { "billing.backend": backend, "billing.function": name, "billing.effect": effect }, run),
    stepEnded: spanOfStep,
    close: async () => {
      undici.disable();
      trace.disable();
      context.disable();
      propagation.disable();
      // If the last spans could not be sent, that is logged already.
      await provider.shutdown().catch(() => {});
    },
  };
}

/** Makes the span of a request, below the span in its traceparent, and spans of its phases. */
function requestSpans(): Plugin {
  return {
    onSchemaChange: ({ schema }) => traceRootFields(schema),
    instrumentation: {
      request: ({ request }, wrapped) => {
        const { method, headers, url } = request;
        const isGraphql = new URL(url, "http://gateway").pathname === "/graphql";
        const carrier = { traceparent: headers.get("traceparent"), tracestate: headers.get("tracestate") };
        const sent = Object.fromEntries(Object.entries(carrier).filter(([, value]) => value !== null));
        const attributes = { "http.request.method": method, ...(isGraphql && { "http.route": "/graphql" }) };
        return context.with(propagation.extract(ROOT_CONTEXT, sent), () =>
          inSpan(isGraphql ? `${method} /graphql` : method, attributes, async () => wrapped(), SpanKind.SERVER),
        );
      },
      parse: (_, wrapped) => inSpan("graphql.parse", {}, wrapped),
      validate: (_, wrapped) => inSpan("graphql.validate", {}, wrapped),
      execute: (_, wrapped) => inSpan("graphql.execute", {}, wrapped),
      subscribe: (_, wrapped) => inSpan("graphql.subscribe", {}, wrapped),
    },
    onExecute: ({ args }) => nameOperation(args),
    onSubscribe: ({ args }) => nameOperation(args),
    onResponse: ({ response }) => {
      trace.getActiveSpan()?.setAttribute("http.response.status_code", response.status);
    },
  };
}

/** Puts the operation's name on the span of the phase that executes it. */
function nameOperation({ contextValue }: Pick<ExecutionArgs, "contextValue">): void {
  const { operation } = stateOf(contextValue);
  const attributes = { "graphql.operation.type": operation?.kind, "graphql.operation.name": operation?.name ?? undefined };
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** Makes the span of a step after the step has ended. */
function spanOfStep({ id, mutation }: LoggedOperation, step: LoggedStep): void {
  const { position, backend, action, status, attempts, errors, startedAt, finishedAt } = step;
  const attributes = {
    "billing.operation": id,
    "billing.mutation": mutation,
    "billing.step": position,
    "billing.backend": backend,
    "billing.function": action,
    "billing.status": status,
    "billing.attempts": attempts,
    "error.type": errors[0]?.code,
  };
  const started = startedAt === null ? new Date() : new Date(startedAt);
  const span = spans().startSpan(`step ${backend} ${action}`, { attributes, startTime: started });
  span.end(finishedAt === null ? new Date() : new Date(finishedAt));
}

/** Fetched anew each time: the provider behind it comes and goes with the gateway. Without a provider nothing is recorded. */
function spans(): Tracer {
  return trace.getTracer("billing-gateway");
}

/** Runs a function as a span below the current one. The span ends with it, as failed if it throws or rejects. */
function inSpan<T>(name: string, attributes: Attributes, run: (span: Span) => T, kind: SpanKind = SpanKind.INTERNAL): T {
  return spans().startActiveSpan(name, { attributes, kind }, (span) => {
    const fail = (error: unknown): never => {
      span.setAttribute("error.type", typeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    };
    try {
      const result = run(span);
      if (!isPromise(result)) {
        span.end();
        return result;
      }
      const ended = result.then((value) => {
        span.end();
        return value;
      }, fail);
      return ended as T;
    } catch (error) {
      return fail(error);
    }
  });
}

/** The error's code or name. Its text may hold what must not be published. */
function typeOf(error: unknown): string {
  if (error instanceof BillingError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

const traced = new WeakSet<object>();

/** Makes a span for every resolved field of Query, Mutation and Subscription. Does so once per schema, however often it is called. */
function traceRootFields(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { resolve } = field;
      if (!resolve || traced.has(field)) continue;
      traced.add(field);
      const attributes = { "graphql.field.name": `${type?.name}.${field.name}` };
      field.resolve = (source, values, requestContext, info) =>
        trace.getActiveSpan()
          ? inSpan(`${type?.name}.${field.name}`, attributes, () => resolve(source, values, requestContext, info))
          : resolve(source, values, requestContext, info);
    }
  }
}

/**
 * The attributes that spans may publish; all others are dropped. The undici instrumentation puts the whole address on its spans
 * (`url.full`, `url.query`), and some backends take their credentials there. Events and status messages repeat texts of errors.
 */
const published: ReadonlySet<string> = new Set([
  "http.request.method",
  "http.response.status_code",
  "http.route",
  "server.address",
  "server.port",
  "network.protocol.version",
  "error.type",
  "graphql.operation.type",
  "graphql.operation.name",
  "graphql.field.name",
  "billing.backend",
  "billing.function",
  "billing.effect",
  "billing.operation",
  "billing.mutation",
  "billing.step",
  "billing.status",
  "billing.attempts",
]);

/** Wraps an exporter so that only published attributes reach it. */
function publishedOnly(exporter: SpanExporter, logger: Logger): SpanExporter {
  const failures = createEpisodes((error) => logger.warn({ error }, "spans could not be sent to telemetry.otlpEndpoint"));
  return {
    export: (spans, done) =>
      exporter.export(spans.map(withoutDetails), (result) => {
        if (result.code === ExportResultCode.SUCCESS) failures.worked();
        else failures.failed(result.error);
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function withoutDetails(span: ReadableSpan): ReadableSpan {
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([name]) => published.has(name)));
  return Object.create(span, {
    attributes: { value: attributes },
    events: { value: [] },
    status: { value: { code: span.status.code } },
  });
}
