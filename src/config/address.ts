import { isIP, isIPv4 } from "node:net";
import type { Environment } from "./variables.ts";

/** Addresses in the configuration. Pure. */

/** Whether only this machine can reach a host. */
export function isLoopback(host: unknown): boolean {
  return host === "localhost" || host === "::1" || (typeof host === "string" && isIPv4(host) && host.startsWith("127."));
}

/** Whether nobody can change what is fetched from an address: it uses https, or does not leave the machine. */
export function isTamperProof(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
}

/** Whether a text is an origin as browsers send it in the Origin header: scheme, host and port, and nothing after them. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** Whether a text is an IP address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

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
