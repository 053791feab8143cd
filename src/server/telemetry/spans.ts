import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { GraphQLSchema } from "graphql";
import { BillingError } from "../../model/errors.ts";

/** Asked for each time: the provider behind it comes and goes with the gateway, and without one nothing is recorded. */
export function spans(): Tracer {
  return trace.getTracer("billing-gateway");
}

/** Runs something as a span below the current one. It ends with it, as failed when it throws or rejects. */
export function inSpan<T>(name: string, attributes: Attributes, run: (span: Span) => T, kind: SpanKind = SpanKind.INTERNAL): T {
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

/** A code or a name: texts of errors may hold what must not be published. */
function typeOf(error: unknown): string {
  if (error instanceof BillingError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

const traced = new WeakSet<object>();

/** Makes a span of every field of Query, Mutation and Subscription that a request resolves. Once a schema, however often called. */
export function traceRootFields(schema: GraphQLSchema): void {
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
