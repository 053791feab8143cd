import type { YogaServerOptions } from "graphql-yoga";

type Cors = YogaServerOptions<object, object>["cors"];

/** Seconds for which a browser need not ask again; Chromium's own limit. */
const maxAge = 7_200;

/**
 * For browsers: what pages of the listed origins may do. Preflights are answered to everybody, and without a credential, which
 * they never carry; what is missing from the answer to an origin that is not listed makes its browser refuse. Allowed headers are
 * those that a client asks for, because clients and proxies add their own (traceparent, idempotency-key, …).
 */
export function corsFor(origins: readonly string[]): Cors {
  const listed = new Set(origins);
  return ({ headers }: Request) => {
    const origin = headers.get("origin");
    if (origin === null || !listed.has(origin)) return false;
    return {
      origin: [origin],
      methods: ["GET", "POST"],
      exposedHeaders: ["x-request-id", "retry-after"],
      credentials: true,
      maxAge,
    };
  };
}
