import type { IncomingHttpHeaders } from "node:http";

/** Seconds for which a browser need not ask again; Chromium's own limit. */
const maxAge = 7_200;

/** What browsers say of the page that asks, as far as it is known. */
export interface Asking {
  readonly method?: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, "origin" | "access-control-request-headers">;
}

/**
 * For browsers: what pages of the listed origins may do. Preflights are answered to everybody, and without a credential, which
 * they never carry; what is missing from the answer to an origin that is not listed makes its browser refuse. Allowed headers are
 * those that a client asks for, because clients and proxies add their own (traceparent, idempotency-key, …).
 */
export function corsHeaders({ method, headers }: Asking, origins: readonly string[]): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  // Caches must tell the answers apart, also those that allow nothing.
  const vary = { vary: "Origin, Access-Control-Request-Headers" };
  const { origin, "access-control-request-headers": wanted } = headers;
  if (origin === undefined || !origins.includes(origin)) return vary;
  const allowed = {
    ...vary,
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "x-request-id, retry-after",
  };
  if (method !== "OPTIONS") return allowed;
  return {
    ...allowed,
    "access-control-allow-methods": "GET, POST",
    ...(wanted !== undefined && { "access-control-allow-headers": wanted }),
    "access-control-max-age": String(maxAge),
  };
}
