import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress } from "../../../src/server/http/rate-limit.ts";

/** A request of this connection, with these headers. */
function coming(remoteAddress: string | undefined, ...forwarded: readonly string[]): object {
  return { req: { socket: { remoteAddress }, headersDistinct: forwarded.length > 0 ? { "x-forwarded-for": forwarded } : {} } };
}

describe("the client's address", () => {
  const trusting = clientAddress(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);

  it.each([
    ["the connection", "198.51.100.1", [], "198.51.100.1"],
    ["the connection, whatever it says", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"],
    ["a proxy that says nothing", "10.1.2.3", [], "10.1.2.3"],
    ["behind a proxy", "10.1.2.3", ["203.0.113.9"], "203.0.113.9"],
    ["behind a proxy that IPv6 is spoken with", "::ffff:10.1.2.3", ["203.0.113.9"], "203.0.113.9"],
    ["behind a proxy by its own address", "192.0.2.7", ["203.0.113.9"], "203.0.113.9"],
    ["not behind its neighbour", "192.0.2.8", ["203.0.113.9"], "192.0.2.8"],
    ["behind two proxies", "10.1.2.3", ["203.0.113.9, 10.9.9.9"], "203.0.113.9"],
    ["behind two proxies with a header each", "10.1.2.3", ["203.0.113.9", "10.9.9.9"], "203.0.113.9"],
    ["as the proxy says, not the client", "10.1.2.3", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"],
    ["behind proxies only", "10.1.2.3", ["10.4.4.4"], "10.4.4.4"],
    ["with a port", "10.1.2.3", ["203.0.113.9:5123"], "203.0.113.9"],
    ["in brackets, with a port", "fd00::1", ["[2001:DB8::1]:5123"], "2001:db8:0:0::/64"],
    ["behind what is no address", "10.1.2.3", ["203.0.113.9, unknown"], "10.1.2.3"],
    ["behind what is empty", "10.1.2.3", [""], "10.1.2.3"],
  ])("%s", (_, remote, forwarded, expected) => expect(trusting(coming(remote, ...forwarded))).toBe(expected));

  it.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:2::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["2001:db8:1::192.0.2.1", "2001:db8:1:0::/64"],
    ["::ffff:198.51.100.1", "198.51.100.1"],
  ])("of the IPv6 address %s counts by its network: each request may come from another address of it", (remote, expected) => {
    expect(clientAddress([])(coming(remote))).toBe(expected);
  });

  it("of all addresses of a network is one, and of two networks are two", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const four = fc.array(group, { minLength: 4, maxLength: 4 });
    const written = (groups: readonly number[]): string =>
      new URL(`http://[${groups.map((each) => each.toString(16)).join(":")}]`).hostname.slice(1, -1);
    // IPv4 addresses that are written as IPv6 ones count as themselves.
    const network = four.filter((groups) => groups.some((each) => each !== 0));
    fc.assert(
      fc.property(network, network, four, four, (one, other, first, second) => {
        const of = (groups: readonly number[]): string => clientAddress([])(coming(written(groups)));
        expect(of([...one, ...first])).toBe(of([...one, ...second]));
        expect(of([...one, ...first]) === of([...other, ...first])).toBe(one.join() === other.join());
      }),
    );
  });

  it("is the connection's if no proxy is trusted", () => {
    expect(clientAddress([])(coming("127.0.0.1", "203.0.113.9"))).toBe("127.0.0.1");
  });

  it("is unknown for requests within this process", () => expect(clientAddress(["127.0.0.1"])({})).toBe("none"));
});
