import { isIPv4 } from "node:net";

/** Addresses in the configuration. Pure. */

/** A name or address that only this machine reaches. */
export function isLoopback(host: unknown): boolean {
  return host === "localhost" || host === "::1" || (typeof host === "string" && isIPv4(host) && host.startsWith("127."));
}

/** What is fetched from there cannot be changed on its way: by https, or without leaving the machine. */
export function isTamperProof(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
}

/** As browsers write it in the Origin header: scheme, host and port, nothing behind them. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
