import { ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

/**
 * What spans may tell those who read traces; everything else is dropped, whoever has recorded it. The undici instrumentation puts
 * the whole address on its spans (`url.full`, `url.query`), and Enswitch has its credentials there; events and status messages
 * repeat texts of errors.
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

/** An exporter behind which no span has more than what is published. Failures are logged, once until one succeeds. */
export function publishedOnly(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans.map(withoutDetails), (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !failing) logger.warn({ error: result.error }, "spans could not be sent to telemetry.otlpEndpoint");
        failing = failed;
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
