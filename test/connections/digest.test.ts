import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { challengeIn, signature } from "../../src/connections/digest.ts";
import { failureOf, json, open, read, serve, write } from "./backend-server.ts";

/** The examples of RFC 7616, 3.9.1, and how the connection answers challenges. */

const login = { username: "Mufasa", password: "Circle of Life" };
const request = { method: "GET", path: "/dir/index.html" } as const;
const cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
const common =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const md5 = `Digest ${common}, algorithm=MD5`;
const sha = `Digest ${common}, algorithm=SHA-256`;

describe("a signature", () => {
  it.each([
    [md5, "8ca523f5e9506fed4657c9700eebdbec"],
    [sha, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
    [[md5, sha], "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
    [`${sha}, ${md5}`, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
    [`Basic realm="x", ${md5}`, "8ca523f5e9506fed4657c9700eebdbec"],
  ])("answers %s", (header, response) => {
    const challenge = challengeIn(header);
    if (!challenge) throw new Error("not understood");
    const signed = signature(request, login, challenge, 1, cnonce);
    expect(signed).toContain(`response="${response}"`);
    expect(signed).toContain("qop=auth, nc=00000001");
    expect(signed).not.toContain(login.password);
  });

  it("follows RFC 2069 if there is no qop", () => {
    const challenge = challengeIn('Digest realm="r", nonce="n"');
    if (!challenge) throw new Error("not understood");
    const md = (text: string) => createHash("md5").update(text).digest("hex");
    const response = md(`${md("Mufasa:r:Circle of Life")}:n:${md("GET:/dir/index.html")}`);
    expect(signature(request, login, challenge, 1, cnonce)).toBe(
      `Digest username="Mufasa", realm="r", nonce="n", uri="/dir/index.html", response="${response}"`,
    );
  });

  it.each([
    undefined,
    "",
    "Basic realm=x",
    'Digest realm="r"',
    'Digest realm="r", nonce="n", algorithm=X',
    'Digest realm="r", nonce="n", qop="auth-int"',
  ])("cannot answer %s", (header) => {
    expect(challengeIn(header)).toBeNull();
  });
});

describe("a connection", () => {
  const refuse = (nonce: string, stale = "false") =>
    json({}, 401, { "www-authenticate": `Digest realm="r", nonce="${nonce}", qop="auth", stale=${stale}` });
  const headersOf = async (...answers: Parameters<typeof serve>) => {
    const seen: (string | undefined)[] = [];
    const server = await serve(
      ...answers.map((answer): Parameters<typeof serve>[0] => (incoming, outgoing) => {
        seen.push(incoming.headers.authorization);
        answer(incoming, outgoing);
      }),
    );
    return { server, seen };
  };

  it.each([read, write])("signs every request after the first challenge ($effect)", async (call) => {
    const { server, seen } = await headersOf(refuse("one"), json([1]), json([2]));
    const connection = open(server.url);
    expect(await connection.call({ ...call, digest: login }, {})).toEqual([1]);
    expect(await connection.call({ ...call, digest: login }, {})).toEqual([2]);
    expect(seen).toEqual([undefined, expect.stringContaining("nc=00000001"), expect.stringContaining("nc=00000002")]);
  });

  it("signs again after a stale nonce, even a write", async () => {
    const { server, seen } = await headersOf(refuse("one"), json([1]), refuse("two", "true"), json([2]));
    const connection = open(server.url);
    await connection.call({ ...read, digest: login }, {});
    expect(await connection.call({ ...write, digest: login }, {})).toEqual([2]);
    expect(seen.at(-1)).toContain('nonce="two"');
  });

  it("stops with refused credentials, and sends none unasked", async () => {
    const { server, seen } = await headersOf(refuse("one"));
    const { error } = await failureOf(open(server.url), { ...read, digest: login });
    expect(error.code).toBe("CONFLICT");
    expect(seen).toHaveLength(2);
    const plain = await headersOf(json([]));
    await open(plain.server.url).call({ ...read, digest: login }, {});
    expect(plain.seen).toEqual([undefined]);
  });
});
