import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Where a request comes from; "none" for those made in this process. */
export type ClientAddress = (serverContext: object) => string;

/**
 * The address of the connection; where that is a proxy of the operator's own, the last one in X-Forwarded-For that is none of them.
 * What stands before it may have been written by anybody.
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
  return (serverContext) => {
    const { req } = serverContext as { readonly req?: IncomingMessage };
    const connection = plain(req?.socket.remoteAddress ?? "none");
    if (!req || !isProxy(connection)) return connection;
    const forwarded = (req.headersDistinct["x-forwarded-for"] ?? []).join(",").split(",").map(plain);
    let client = connection;
    for (const address of forwarded.toReversed()) {
      // What is no address was not written by a proxy that can be relied upon: its own is the last that is known.
      if (isIP(address) === 0) return client;
      client = address;
      if (!isProxy(address)) return client;
    }
    return client;
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Without a port, brackets or a zone; of an IPv4 address that came over IPv6, the IPv4 address. */
function plain(text: string): string {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? withPort ?? text.trim()).toLowerCase();
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
