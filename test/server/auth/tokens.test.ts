import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import fc from "fast-check";
import type { JWK } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthenticator } from "../../../src/server/auth/authenticate.ts";
import { issuerProblem } from "../../../src/server/auth/tokens.ts";
import { patience } from "../../support/patience.ts";
import { createKey, type Issuer, issuerName, type SigningKey, sign, startIssuer } from "./issuer.ts";

let issuer: Issuer;
let key: SigningKey;

beforeAll(async () => {
  key = await createKey("first");
});
beforeEach(async () => {
  issuer = await startIssuer();
  issuer.publish(key);
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

function authenticator(settings: Readonly<Record<string, unknown>> = {}) {
  const jwt = {
    issuer: issuerName,
    audience: "billing",
    jwksUri: issuer.jwksUri,
    scopesClaim: "scope",
    backendsClaim: "backends",
    clockSkewSeconds: 5,
    ...settings,
  };
  const authenticate = createAuthenticator({ mode: "jwt", jwt });
  return (token: string) => authenticate(new Headers({ authorization: `Bearer ${token}` }));
}

const invalid = { code: "UNAUTHENTICATED", message: "The token is not valid.", retryable: false };
const foreign = (claim: string) => ({
  code: "UNAUTHENTICATED",
  message: `The token is not for this gateway: its claim ${claim} does not match.`,
});

describe("the caller of a token", () => {
  it("has the token's subject as name and actor, and its scopes and backends", async () => {
    const token = await sign(key, { scope: "read write openid", backends: ["pbx", "suite"], exp: 4_000_000_000 });
    expect(await authenticator()(token)).toEqual({
      actor: "back-office",
      name: "back-office",
      scopes: new Set(["read", "write"]),
      backends: new Set(["pbx", "suite"]),
      // Its own time plus the clock skew.
      expiresAt: new Date(4_000_000_005_000),
    });
  });

  it.each([
    [{ scope: ["read", "raw", 7] }, ["read", "raw"]],
    [{ scope: "admin" }, ["read", "write", "raw", "approve", "metrics", "admin"]],
    [{ scope: "Read READ read:all" }, []],
    [{ scope: { read: true } }, []],
    [{}, []],
  ])("%j grants %j", async (claims, scopes) => {
    expect([...(await authenticator()(await sign(key, claims))).scopes]).toEqual(scopes);
  });

  it.each([
    [{ backends: "pbx suite" }, new Set(["pbx", "suite"])],
    [{ backends: ["*"] }, "*"],
    [{ backends: "*" }, "*"],
    [{ backends: null }, new Set()],
    [{ backends: 1 }, new Set()],
    [{}, new Set()],
  ])("%j opens %j", async (claims, backends) => {
    expect((await authenticator()(await sign(key, claims))).backends).toEqual(backends);
  });

  it.each(["https://example.com/grants", "realm.roles", "__proto__", "constructor"])(
    "may be described in a claim %s",
    async (claim) => {
      const authenticate = authenticator({ scopesClaim: claim, backendsClaim: claim });
      const described = await authenticate(await sign(key, JSON.parse(`{${JSON.stringify(claim)}:"read pbx"}`)));
      expect([...described.scopes]).toEqual(["read"]);
      expect(described.backends).toEqual(new Set(["read", "pbx"]));
      expect((await authenticate(await sign(key))).scopes.size).toBe(0);
    },
  );

  it.each(["RS256", "PS384", "ES512", "EdDSA"])("is recognised by a signature with %s", async (algorithm) => {
    const other = await createKey("other", algorithm);
    issuer.publish(key, other);
    expect((await authenticator()(await sign(other))).name).toBe("back-office");
  });
});

describe("a token is refused", () => {
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ["of another issuer", { iss: "https://elsewhere.example.com/" }, foreign("iss")],
    ["of no issuer", { iss: undefined }, foreign("iss")],
    ["for another audience", { aud: ["shop", "mail"] }, foreign("aud")],
    ["for no audience", { aud: undefined }, foreign("aud")],
    ["that never expires", { exp: undefined }, foreign("exp")],
    ["with an expiry that is no number", { exp: "tomorrow" }, foreign("exp")],
    ["of nobody", { sub: undefined }, foreign("sub")],
    ["of a subject without a name", { sub: "" }, foreign("sub")],
    ["of a subject that is no text", { sub: 7 }, foreign("sub")],
    ["of a subject that would break a line of a log", { sub: "back\noffice" }, foreign("sub")],
    ["of a subject that is too long", { sub: "x".repeat(256) }, foreign("sub")],
  ])("%s", async (_what, claims, refusal) => {
    await expect(authenticator()(await sign(key, claims))).rejects.toMatchObject(refusal);
  });

  it("after it has expired, allowing for clock skew", async () => {
    const authenticate = authenticator();
    expect((await authenticate(await sign(key, { exp: now() - 3 }))).name).toBe("back-office");
    const expired = { code: "UNAUTHENTICATED", message: "The token has expired." };
    await expect(authenticate(await sign(key, { exp: now() - 6 }))).rejects.toMatchObject(expired);
  });

  it("before it is valid, allowing for clock skew", async () => {
    const authenticate = authenticator();
    expect((await authenticate(await sign(key, { nbf: now() + 3 }))).name).toBe("back-office");
    const early = { code: "UNAUTHENTICATED", message: expect.stringMatching(/^The token is not valid yet/) };
    await expect(authenticate(await sign(key, { nbf: now() + 60 }))).rejects.toMatchObject(early);
    await expect(authenticate(await sign(key, { nbf: "today" }))).rejects.toMatchObject(foreign("nbf"));
  });

  it("without a signature", async () => {
    const [, payload] = (await sign(key)).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const token of [`${header}.${payload}.`, `${header}.${payload}`, `${header}.${payload}.AA`]) {
      await expect(authenticator()(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
    expect(issuer.asked()).toBe(0);
  });

  it.each(["HS256", "HS512"])("when it is signed by %s with the public key as the secret", async (alg) => {
    const rsa = await createKey("rsa", "RS256");
    issuer.publish(rsa);
    const [, payload] = (await sign(rsa)).split(".");
    const header = Buffer.from(JSON.stringify({ alg, kid: "rsa" })).toString("base64url");
    const secrets = [
      createPublicKey({ key: rsa.publicKey as never, format: "jwk" }).export({ type: "spki", format: "pem" }),
      JSON.stringify(rsa.publicKey),
      String(rsa.publicKey.n),
    ];
    for (const secret of secrets) {
      const signature = createHmac(alg.replace("HS", "sha"), secret).update(`${header}.${payload}`).digest("base64url");
      await expect(authenticator()(`${header}.${payload}.${signature}`)).rejects.toMatchObject(invalid);
    }
  });

  it("when it is signed by a key of the same name that is not the issuer's", async () => {
    const impostor = await createKey("first");
    await expect(authenticator()(await sign(impostor))).rejects.toMatchObject(invalid);
  });

  it("with its own key in the header", async () => {
    const impostor = await createKey("mine");
    const [, payload = ""] = (await sign(impostor)).split(".");
    const header = { alg: "ES256", jwk: impostor.publicKey, jku: "http://127.0.0.1:1/jwks.json" };
    const forged = Buffer.from(JSON.stringify(header)).toString("base64url");
    await expect(authenticator()(`${forged}.${payload}.${"A".repeat(86)}`)).rejects.toMatchObject(invalid);
  });

  it("with a changed part", async () => {
    const [header = "", payload = "", signature = ""] = (await sign(key, { scope: "read" })).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const raised = Buffer.from(JSON.stringify({ ...claims, scope: "admin" })).toString("base64url");
    await expect(authenticator()([header, raised, signature].join("."))).rejects.toMatchObject(invalid);
  });

  it("for any reason, with the same message", async () => {
    const authenticate = authenticator();
    const encoded = fc.json().map((json) => Buffer.from(json).toString("base64url"));
    const headers = fc.record({
      alg: fc.constantFrom("ES256", "RS256", "HS256", "none", "x", 1),
      kid: fc.constantFrom("first", "x", 1),
    });
    const header = headers.map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
    const signature = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
    const shaped = fc.tuple(fc.oneof(header, encoded), encoded, signature).map((parts) => parts.join("."));
    const unshaped = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,60}=*$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(shaped, unshaped), async (token) => {
        await expect(authenticate(token)).rejects.toMatchObject(invalid);
      }),
      { numRuns: 500 },
    );
  });

  it("without repeating anything of it", async () => {
    const claims = { iss: "canary-issuer", aud: "canary-audience", sub: "canary-subject", scope: "canary-scope" };
    const token = await sign(key, claims);
    const error: unknown = await authenticator()(token).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify({ ...(error as Error), message: String(error), cause: (error as Error).cause })).not.toMatch(
      /canary|eyJ/,
    );
  });
});

/** The same piece for ever. */
const endless = (piece: Buffer): Readable => Readable.from(repeat(piece));
function* repeat(piece: Buffer): Generator<Buffer> {
  for (;;) yield piece;
}

describe("the issuer's keys", () => {
  const later = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });

  it("are fetched once for many tokens", async () => {
    const authenticate = authenticator();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => sign(key, { sub: `caller-${index}` })));
    await Promise.all(tokens.map(authenticate));
    await Promise.all(tokens.map(authenticate));
    expect(issuer.asked()).toBe(1);
  });

  it("rotate: a new key works once it was fetched, the old one until it is withdrawn", async () => {
    const authenticate = authenticator();
    await authenticate(await sign(key));
    const next = await createKey("next");
    later(1);
    issuer.publish(key, next);
    expect((await authenticate(await sign(next))).name).toBe("back-office");
    expect((await authenticate(await sign(key))).name).toBe("back-office");
    later(11);
    issuer.publish(next);
    await expect(authenticate(await sign(key))).rejects.toMatchObject(invalid);
    expect((await authenticate(await sign(next))).name).toBe("back-office");
  });

  it("are not fetched again for every unknown key id", async () => {
    const authenticate = authenticator();
    await authenticate(await sign(key));
    for (const kid of ["a", "b", "c"]) {
      await expect(authenticate(await sign({ ...key, kid }))).rejects.toMatchObject(invalid);
    }
    expect(issuer.asked()).toBe(1);
  });

  it.each([
    ["fail", 500, "canary"],
    ["are missing", 404, "canary"],
    ["are no JSON", 200, "<html>canary</html>"],
    ["are no set of keys", 200, '{"canary":[]}'],
  ])("leave tokens unchecked if they %s: UNAVAILABLE, retryable", async (_how, status, body) => {
    const authenticate = authenticator();
    issuer.breakDown(status, body);
    const refusal = await authenticate(await sign(key)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(String(refusal)).not.toContain("canary");
    issuer.publish(key);
    later(1);
    expect((await authenticate(await sign(key))).name).toBe("back-office");
  });

  it("are fetched once per pause while their issuer fails, however many tokens arrive", async () => {
    const authenticate = authenticator();
    issuer.breakDown(503, "");
    for (let turn = 0; turn < 20; turn += 1) {
      const token = await sign(key, { sub: `caller-${turn}` });
      await expect(authenticate(token)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
    expect(issuer.asked()).toBe(1);
    later(0.1);
    await expect(authenticate(await sign(key))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(issuer.asked()).toBe(2);
  });

  it.each<[string, (piece: Buffer) => (response: ServerResponse) => void]>([
    ["in plain", (piece) => (response) => void endless(piece).pipe(response.writeHead(200))],
    [
      "of a few bytes that unpack",
      (piece) => (response) =>
        void endless(piece)
          .pipe(createGzip())
          .pipe(response.writeHead(200, { "content-encoding": "gzip" })),
    ],
    ["with an error", (piece) => (response) => void endless(piece).pipe(response.writeHead(500))],
  ])("are not read on if their answer has no end, %s", async (_how, answerWith) => {
    let sent = 0;
    const piece = Buffer.alloc(2 ** 16, " ");
    issuer.answerBy((response) => {
      answerWith(piece)(response);
      response.once("close", () => {
        sent = response.socket?.bytesWritten ?? 0;
      });
    });
    // By its length, and not by its time.
    using _ = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
    await expect(authenticator()(await sign(key))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await vi.waitFor(() => expect(sent).toBeGreaterThan(0), patience);
    // What the sockets buffer is not read.
    expect(sent).toBeLessThan(2 ** 24);
  });

  const usual = { kid: "ill", alg: "ES256", use: "sig" };
  it.each<[string, JWK]>([
    ["lies on no curve", { ...usual, kty: "EC", crv: "P-256", x: "AAAA", y: "AAAA" }],
    ["lacks a part", { ...usual, kty: "EC", crv: "P-256", x: "AAAA" }],
    ["is secret", { ...usual, kty: "oct", k: "AAAA", alg: "HS256" }],
    ["is for encryption", { ...usual, use: "enc" }],
    ["has other types of members", { ...usual, kty: 5, crv: {}, x: [] } as unknown as JWK],
  ])("may hold one that %s: only a token that names it is refused", async (_what, ill) => {
    issuer.publish(key, { ...key, publicKey: ill });
    const authenticate = authenticator();
    const naming = await sign({ ...key, kid: "ill" });
    await expect(authenticate(naming)).rejects.toMatchObject(invalid);
    expect((await authenticate(await sign(key))).name).toBe("back-office");
    // Nor does it stop the keys from being fetched when it is time.
    later(11);
    await expect(authenticate(naming)).rejects.toMatchObject(invalid);
    expect((await authenticate(await sign(key))).name).toBe("back-office");
    expect(issuer.asked()).toBe(2);
  });

  it("may hold one that cannot be used under the name of a good one, which is tried, and which may follow later", async () => {
    const good = await createKey("same", "RS256");
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const weak = { ...good, publicKey: { ...good.publicKey, ...(publicKey.export({ format: "jwk" }) as JWK) } };
    issuer.publish(weak, good);
    expect((await authenticator()(await sign(good))).name).toBe("back-office");
    issuer.publish(weak);
    const authenticate = authenticator();
    await expect(authenticate(await sign(good))).rejects.toMatchObject(invalid);
    later(1);
    issuer.publish(good);
    expect((await authenticate(await sign(good))).name).toBe("back-office");
  });

  it("may share a key id: each is tried", async () => {
    const twins = [await createKey("twin"), await createKey("twin"), await createKey("twin")];
    issuer.publish(...twins);
    const authenticate = authenticator();
    for (const twin of twins) expect((await authenticate(await sign(twin))).name).toBe("back-office");
    await expect(authenticate(await sign(await createKey("twin")))).rejects.toMatchObject(invalid);
    await expect(authenticate(await sign(twins[1] as SigningKey, { aud: "other" }))).rejects.toMatchObject(foreign("aud"));
  });

  it("need no key ids in the tokens, even while they rotate", async () => {
    const [old, next] = [await createKey("old", "RS256"), await createKey("next", "RS256")];
    const nameless = (signer: SigningKey) => sign({ ...signer, kid: undefined });
    issuer.publish(old);
    const authenticate = authenticator();
    expect((await authenticate(await nameless(old))).name).toBe("back-office");
    later(1);
    issuer.publish(old, next);
    for (const signer of [next, old, next]) expect((await authenticate(await nameless(signer))).name).toBe("back-office");
    // With the same key id the whole time.
    later(1);
    const renewed = { ...(await createKey("old", "RS256")) };
    issuer.publish(renewed);
    expect((await authenticate(await sign(renewed))).name).toBe("back-office");
    await expect(authenticate(await sign(old))).rejects.toMatchObject(invalid);
  });

  it("are not fetched again for each wrong signature", async () => {
    const authenticate = authenticator();
    await authenticate(await sign(key));
    const impostor = await createKey("first");
    for (let turn = 0; turn < 10; turn += 1) await expect(authenticate(await sign(impostor))).rejects.toMatchObject(invalid);
    expect(issuer.asked()).toBe(1);
  });

  it.each([
    ["redirects", 302, "", /^auth\.jwt\.jwksUri answers with a redirect \(302\), which is not followed: name the address/],
    ["fails", 500, "canary", /^auth\.jwt\.jwksUri answers with status 500/],
    ["is right", 200, '{"keys":[]}', null],
  ])("have an address whose fault is reported to the operator if it %s", async (_, status, body, expected) => {
    issuer.breakDown(status, body);
    const problem = await issuerProblem(issuer);
    if (expected === null) expect(problem).toBeNull();
    else expect(problem).toMatch(expected);
  });

  it("leave tokens unchecked if nobody listens, except those that were verified before", async () => {
    const authenticate = authenticator();
    const token = await sign(key);
    await authenticate(token);
    await issuer.close();
    expect((await authenticate(token)).name).toBe("back-office");
    later(11);
    await expect(authenticate(await sign(key))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    issuer = await startIssuer();
  });
});
