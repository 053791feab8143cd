/**
 * Headers that every answer carries, whoever gives it. helmet would bring these and a dozen for pages of other kinds; of what it
 * sets, this is what OWASP's REST and HTTP headers cheat sheets ask of an API. HSTS belongs to whoever terminates TLS.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** What pages carry on top, and instead, of these: they load only what `directives` allow, and nobody frames them. */
export function pageHeaders(directives: readonly string[]): Readonly<Record<string, string>> {
  const common = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [...directives, ...common].join("; "),
    "cross-origin-opener-policy": "same-origin",
  };
}
