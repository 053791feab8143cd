import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { type ExecutionArgs, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { CallObserver } from "../../connections/observer.ts";
import { publishedOnly } from "./published-spans.ts";
import type { LoggedOperation, LoggedStep } from "./request-log.ts";
import { inSpan, spans, traceRootFields } from "./spans.ts";

/** Traces over OTLP/HTTP, from the request through its fields to the calls it causes. Loaded only where an endpoint is configured. */
export interface Traces {
  readonly plugin: Plugin;
  readonly within: CallObserver["within"];
  readonly stepEnded: (operation: LoggedOperation, step: LoggedStep) => void;
  /** Sends what has not been sent yet. */
  readonly close: () => Promise<void>;
}

/** For one batch and its repetitions: how much longer a gateway takes to end whose receiver of traces is away. */
const exportTimeoutMs = 3_000;

/**
 * To be called once at a time in a process, which shares a tracer, a context and a propagator.
 * @param endpoint base address, as OTEL_EXPORTER_OTLP_ENDPOINT has it: spans go to <endpoint>/v1/traces
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
      // That the last spans were not sent has been logged by then.
      await provider.shutdown().catch(() => {});
    },
  };
}

/** The span of a request, below the one that its traceparent names, and those of its phases. */
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

/** On the span of the phase that executes it. */
function nameOperation({ document, operationName }: Pick<ExecutionArgs, "document" | "operationName">): void {
  const operation = getOperationAST(document, operationName);
  const attributes = { "graphql.operation.type": operation?.operation, "graphql.operation.name": operation?.name?.value };
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** Steps are told of when they have ended. */
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
