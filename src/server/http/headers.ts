import type { IncomingHttpHeaders } from "node:http";

/**
 * Headers that every answer carries, to whoever asks. helmet would bring these and a dozen for pages of other kinds; of what it
 * sets, this is what OWASP's REST and HTTP headers cheat sheets ask of an API. HSTS belongs to whoever terminates TLS.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** The headers of an answer to this request, whatever it will be. @param origins that browsers may call from */
export function answerHeaders(request: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
  return { ...securityHeaders, ...corsHeaders(request, origins) };
}

/** What pages carry on top, and instead, of these: they load only what `directives` allow, and nobody frames them. */
export function pageHeaders(directives: readonly string[]): Readonly<Record<string, string>> {
  const common = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [...directives, ...common].join("; "),
    "cross-origin-opener-policy": "same-origin",
  };
}

/** Seconds for which a browser need not ask again; Chromium's own limit. */
const maxAge = 7_200;

/** What browsers say of the page that asks, as far as it is known. */
export interface BrowserRequest {
  readonly method?: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, "origin" | "access-control-request-headers">;
}

/**
 * For browsers: what pages of the listed origins may do. Preflights are answered to everybody, and without a credential, which
 * they never carry; what is missing from the answer to an origin that is not listed makes its browser refuse. Allowed headers are
 * those that a client asks for, because clients and proxies add their own (traceparent, idempotency-key, …).
 */
function corsHeaders({ method, headers }: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
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
