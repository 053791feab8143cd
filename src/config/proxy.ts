import { isLoopback } from "./address.ts";
import type { Environment } from "./variables.ts";

/**
 * Returns the proxy for an address, by the usual environment variables: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case.
 * Undefined = none. This machine is never reached through a proxy. Pure.
 */
export function proxyFor(url: string, environment: Environment): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const of = (name: string): string | undefined => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = of(protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy === undefined || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"))) return undefined;
  const excepted = (of("NO_PROXY") ?? "").split(/[,\s]+/).some((entry) => isNamedBy(entry.toLowerCase(), hostname, port));
  // Other programs accept a bare host and port, too.
  return excepted ? undefined : proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** "example.com" and ".example.com" match the host and all its subdomains; with a port, only that port. */
function isNamedBy(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  const [, name = "", wantedPort] = /^\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (name === "" || (wantedPort !== undefined && wantedPort !== port)) return false;
  return hostname === name || hostname.endsWith(`.${name}`);
}
