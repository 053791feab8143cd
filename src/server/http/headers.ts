import { type Asking, corsHeaders } from "./cors.ts";

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
export function answerHeaders(request: Asking, origins: readonly string[]): Readonly<Record<string, string>> {
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
