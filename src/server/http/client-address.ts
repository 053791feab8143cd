import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/**
 * Returns the address by which a request is counted: an IPv4 address, the network of an IPv6 address, or "none" for requests made in
 * this process.
 */
export type ClientAddress = (serverContext: object) => string;

/**
 * Takes the address of the connection. If that is a trusted proxy, takes the last address in X-Forwarded-For that is not one: anybody
 * may have written what stands before it.
 * @param trustedProxies addresses, and networks such as 10.0.0.0/8
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  const proxies = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = "", bits] = proxy.split("/");
    if (bits === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(bits), familyOf(address));
  }
  const isProxy = (address: string): boolean => isIP(address) !== 0 && proxies.check(address, familyOf(address));
  const addressOf: ClientAddress = (serverContext) => {
    const { req } = serverContext as { readonly req?: IncomingMessage };
    const connection = plain(req?.socket.remoteAddress ?? "none");
    if (!req || !isProxy(connection)) return connection;
    const forwarded = (req.headersDistinct["x-forwarded-for"] ?? []).join(",").split(",").map(plain);
    let client = connection;
    for (const address of forwarded.toReversed()) {
      // A trusted proxy writes addresses only. Anything else was written by somebody else, so the last known address counts.
      if (isIP(address) === 0) return client;
      client = address;
      if (!isProxy(address)) return client;
    }
    return client;
  };
  return (serverContext) => networkOf(addressOf(serverContext));
}

/**
 * The first 64 bits of an IPv6 address; other addresses as they are. Whoever has such a network, as every home has (RFC 6177), may send
 * each request from another address of it, and would never reach a limit.
 */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const [before, after] = [head, tail ?? ""].map((part) => part.split(":").filter((group) => group !== "")) as [
    string[],
    string[],
  ];
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Removes a port, brackets and a zone; turns an IPv4-mapped IPv6 address into the IPv4 address. */
function plain(text: string): string {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? withPort ?? text.trim()).toLowerCase();
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
