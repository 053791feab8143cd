import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { createAuthenticator, digestOf, mintApiKey } from "../../../src/server/auth/authenticate.ts";

const storefront = mintApiKey();
const backOffice = mintApiKey();
const administration = "a key of the operator's own: ü";
const apiKeys = [
  { name: "storefront", sha256: digestOf(storefront), scopes: ["read"] as const, backends: ["pbx"] },
  { name: "back-office", sha256: digestOf(backOffice), scopes: ["read", "write"] as const, backends: ["pbx", "*"] },
  { name: "administration", sha256: digestOf(administration), scopes: ["admin"] as const, backends: ["*"] },
];
const authenticate = createAuthenticator({ mode: "apiKeys", apiKeys });
const callerOf = (authorization: string) => authenticate(new Headers({ authorization }));
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const missing = { code: "UNAUTHENTICATED", message: expect.stringMatching(/^A credential is missing/) };
const malformed = { code: "UNAUTHENTICATED", message: expect.stringMatching(/^The header Authorization is malformed/) };
const wrong = { code: "UNAUTHENTICATED", message: "The API key is not valid." };

describe("a minted key", () => {
  it("is recognised by secret scanners and never the same twice", () => {
    const keys = new Set(Array.from({ length: 100 }, mintApiKey));
    expect(keys.size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^bgw_[\w-]{43}$/);
  });
});

describe("the caller of a key", () => {
  it("has the key's name, scopes and backends", async () => {
    expect(await callerOf(`Bearer ${storefront}`)).toEqual({
      actor: "storefront",
      name: "storefront",
      scopes: new Set(["read"]),
      backends: new Set(["pbx"]),
      expiresAt: null,
    });
  });

  it("may do everything with admin", async () => {
    const { scopes, backends } = await callerOf(basic(`x:${administration}`));
    expect([...scopes]).toEqual(["read", "write", "raw", "approve", "metrics", "admin"]);
    expect(backends).toBe("*");
  });

  it.each([
    `bearer ${backOffice}`,
    `BEARER   ${backOffice}`,
    basic(`anything:${backOffice}`),
    basic(`:${backOffice}`),
    basic(`ünï:${backOffice}`),
    `basic ${Buffer.from(`a:${backOffice}`).toString("base64").replace(/=+$/, "")}`,
  ])("is found by %s", async (authorization) => {
    expect((await callerOf(authorization)).name).toBe("back-office");
  });
});

describe("a request is refused", () => {
  it("without a credential", async () => {
    await expect(authenticate(new Headers())).rejects.toMatchObject(missing);
  });

  it.each([
    "Bearer",
    "Bearer ",
    "",
    storefront,
    `Token ${storefront}`,
    `Bearer ${storefront} `.concat("x"),
    `Bearer ${storefront}, Bearer ${storefront}`,
    `Bearer ${storefront},`,
    `Bearer "${storefront}"`,
    `Bearer\t${storefront}`,
    `Bearer${storefront}`,
    `Bearer =`,
    "Basic",
    "Basic ====",
    basic("no colon"),
    basic("user:"),
    `Basic user:${storefront}`,
    `Digest username="x", response="${storefront}"`,
  ])("with the malformed header %j", async (authorization) => {
    await expect(callerOf(authorization)).rejects.toMatchObject(malformed);
  });

  it.each([
    `Bearer ${mintApiKey()}`,
    `Bearer ${storefront}A`,
    `Bearer ${storefront.slice(0, -1)}`,
    `Bearer ${storefront.toUpperCase()}`,
    `Bearer ${digestOf(storefront)}`,
    basic(`${storefront}:x`),
    basic(`${storefront}:${storefront}:${storefront}`),
  ])("with the wrong key %s", async (authorization) => {
    await expect(callerOf(authorization)).rejects.toMatchObject(wrong);
  });

  it("with a repeated header", async () => {
    const headers = new Headers([
      ["authorization", `Bearer ${storefront}`],
      ["authorization", `Bearer ${storefront}`],
    ]);
    await expect(authenticate(headers)).rejects.toMatchObject(malformed);
  });

  it("with any other text, with the same message, which does not repeat the text", async () => {
    // Valid header texts: latin1 without control characters. Surrounding white space is not part of them.
    const latin1 = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 300,
    });
    const schemes = fc.constantFrom("", "Bearer ", "bearer ", "Basic ", "Basic  ", "Bearer,");
    const encoded = latin1.map((text) => Buffer.from(text, "latin1").toString("base64"));
    await fc.assert(
      fc.asyncProperty(schemes, fc.oneof(latin1, encoded), async (scheme, text) => {
        const headers = new Headers();
        headers.set("authorization", (scheme + text).replaceAll("\x7f", ""));
        const refusal: unknown = await authenticate(headers).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(BillingError);
        const { code, message, cause } = refusal as BillingError;
        expect([malformed, wrong]).toContainEqual({ code, message });
        expect(cause).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("without authentication", () => {
  it("everybody may do everything, whatever the header", async () => {
    const open = createAuthenticator({ mode: "none" });
    const [stranger, bearer] = await Promise.all([open(new Headers()), open(new Headers({ authorization: "Bearer x" }))]);
    expect(stranger).toMatchObject({ actor: null, backends: "*" });
    expect(bearer).toBe(stranger);
  });

  it("a gateway that was meant to have some does not start", () => {
    expect(() => createAuthenticator({ mode: "apiKeys" })).toThrow("auth.apiKeys is missing");
    expect(() => createAuthenticator({ mode: "jwt" })).toThrow("auth.jwt is missing");
  });
});
