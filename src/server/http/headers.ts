import type { IncomingHttpHeaders } from "node:http";

/**
 * Security headers of every answer. They are what OWASP's REST and HTTP headers cheat sheets ask of an API; helmet would add a dozen
 * more, for other kinds of pages. HSTS belongs to whatever terminates TLS.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** The headers that every answer to this request carries. @param origins that browsers may call from */
export function answerHeaders(request: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
  return origins.length === 0 ? securityHeaders : { ...securityHeaders, ...corsHeaders(request, origins) };
}

/** The headers of a page, which replace or complete those above: it loads only what `directives` allow, and may not be framed. */
export function pageHeaders(directives: readonly string[]): Readonly<Record<string, string>> {
  const common = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [...directives, ...common].join("; "),
    "cross-origin-opener-policy": "same-origin",
  };
}

/** How long a browser may cache the answer to a preflight, in seconds; Chromium's own limit. */
const maxAge = 7_200;

/** The browser's statements about the page that sends the request, as far as known. */
export interface BrowserRequest {
  readonly method?: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, "origin" | "access-control-request-headers">;
}

/**
 * CORS: what pages of the listed origins may do. Every preflight is answered, without a credential, which preflights never carry. An
 * origin that is not listed gets no CORS headers, so its browser refuses. All headers that a preflight asks for are allowed, because
 * clients and proxies add their own (traceparent, idempotency-key, …).
 */
function corsHeaders({ method, headers }: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
  // Caches must tell the answers apart, even those that allow nothing.
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
