import { isIP, isIPv4 } from "node:net";

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

/** An IP address, or one with the length of its network's prefix behind it (CIDR). */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
