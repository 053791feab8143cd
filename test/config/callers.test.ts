import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scopes } from "../../src/model/caller.ts";
import { fencedBlocks, tableRows } from "../support/markdown.ts";
import { backends, load, parse, problemsOf } from "./fixture.ts";

const key = { name: "storefront", sha256: "0a".repeat(32), scopes: ["read"], backends: ["*"] };
const jwt = { issuer: "https://id.example.com/", audience: "billing", jwksUri: "https://id.example.com/jwks.json" };
const clerk = { username: "clerk", password: "clerk's" };
const withUsers = { pbx: { ...backends.pbx, users: { clerk } } };

describe("callers with API keys", () => {
  it("are accepted with their scopes and backends", () => {
    const backOffice = { name: "back-office", sha256: "0B".repeat(32), scopes: ["read", "write", "raw"], backends: ["pbx"] };
    const { auth } = parse({ auth: { mode: "apiKeys", apiKeys: [key, backOffice] }, backends });
    expect(auth.apiKeys).toEqual([key, { ...backOffice, sha256: "0b".repeat(32) }]);
  });

  it("allow the gateway to listen for other machines", () => {
    const document = { server: { host: "0.0.0.0" }, auth: { mode: "apiKeys", apiKeys: [key] }, backends };
    expect(parse(document).server.host).toBe("0.0.0.0");
  });

  it.each([
    [{ name: "" }, "name", "must have 1 to 255 characters, without control characters and surrounding spaces"],
    [{ name: " storefront" }, "name", "must have 1 to 255 characters, without control characters and surrounding spaces"],
    [{ name: "store\nfront" }, "name", "must have 1 to 255 characters, without control characters and surrounding spaces"],
    [{ sha256: "bgw_key" }, "sha256", "must be the 64 hexadecimal digits of a SHA-256"],
    [{ scopes: ["write"] }, "scopes", "has write without read: everything that needs write needs read as well"],
    [{ scopes: ["metrics", "raw"] }, "scopes", "has raw without read: everything that needs raw needs read as well"],
    [{ scopes: ["delete"] }, "scopes[0]", "must be one of read, write, raw, approve, metrics, admin"],
    [{ scopes: [] }, "scopes", "Too small: expected array to have >=1 items"],
    [{ backends: ["pbx", "suite"] }, "backends[1]", "is not the key of a configured backend"],
    [{ backends: [] }, "backends", "Too small: expected array to have >=1 items"],
    [{ expires: "never" }, "expires", "is not a known key"],
  ])("are refused with %j", (wrong, place, message) => {
    const document = { auth: { mode: "apiKeys", apiKeys: [{ ...key, ...wrong }] }, backends };
    expect(problemsOf(() => parse(document))).toEqual({ [`auth.apiKeys[0].${place}`]: message });
  });

  it.each([["metrics"], ["admin"], ["admin", "write"]])("may hold %s, %s alone", (...scopes) => {
    expect(() => parse({ auth: { mode: "apiKeys", apiKeys: [{ ...key, scopes }] }, backends })).not.toThrow();
  });

  it("must differ in name and key", () => {
    const apiKeys = [key, { ...key, sha256: "0b".repeat(32) }, { ...key, name: "third", sha256: "0A".repeat(32) }];
    expect(problemsOf(() => parse({ auth: { mode: "apiKeys", apiKeys }, backends }))).toEqual({
      "auth.apiKeys[1].name": "repeats auth.apiKeys[0].name",
      "auth.apiKeys[2].sha256": "repeats auth.apiKeys[0].sha256",
    });
  });
});

describe("callers with tokens", () => {
  it("are read from claims with the usual names", () => {
    expect(parse({ auth: { mode: "jwt", jwt }, backends }).auth.jwt).toEqual({
      ...jwt,
      scopesClaim: "scope",
      backendsClaim: "backends",
      clockSkewSeconds: 5,
    });
  });

  it.each(["http://localhost:8080/jwks", "http://127.0.0.1/jwks", "http://[::1]:8080/jwks", "https://id.example.com/jwks"])(
    "take the issuer's keys from %s",
    (jwksUri) => {
      expect(parse({ auth: { mode: "jwt", jwt: { ...jwt, jwksUri } }, backends }).auth.jwt?.jwksUri).toBe(jwksUri);
    },
  );

  it.each(["http://id.example.com/jwks", "http://127.0.0.1.example.com/jwks", "http://10.0.0.1/jwks"])(
    "but not from %s",
    (jwksUri) => {
      expect(problemsOf(() => parse({ auth: { mode: "jwt", jwt: { ...jwt, jwksUri } }, backends }))).toEqual({
        "auth.jwt.jwksUri": "must be https: over http an attacker on the network could add a key",
      });
    },
  );
});

describe("the section of a mode", () => {
  it.each([
    [{ mode: "apiKeys" }, { "auth.apiKeys": 'is needed with auth.mode "apiKeys"' }],
    [{ mode: "apiKeys", apiKeys: [] }, { "auth.apiKeys": 'is needed with auth.mode "apiKeys"' }],
    [{ mode: "jwt" }, { "auth.jwt": 'is needed with auth.mode "jwt"' }],
    [{ mode: "apiKeys", apiKeys: null }, { "auth.apiKeys": "must be a list" }],
  ])("is needed: %j", (auth, problems) => {
    expect(problemsOf(() => parse({ auth, backends }))).toEqual(problems);
  });

  it.each([
    [{ apiKeys: [key] }, { "auth.apiKeys": 'has no effect while auth.mode is "none"' }],
    [{ jwt }, { "auth.jwt": 'has no effect while auth.mode is "none"' }],
    [{ mode: "jwt", jwt, apiKeys: [key] }, { "auth.apiKeys": 'has no effect while auth.mode is "jwt"' }],
    [{ mode: "apiKeys", jwt, apiKeys: [key] }, { "auth.jwt": 'has no effect while auth.mode is "apiKeys"' }],
    [
      { users: { storefront: { pbx: "clerk" } } },
      { "auth.users": 'has no effect while auth.mode is "none": callers have no names' },
    ],
  ])("of another one is refused: %j", (auth, problems) => {
    expect(problemsOf(() => parse({ auth, backends: withUsers }))).toEqual(problems);
  });

  it("is not demanded if the mode itself is wrong", () => {
    expect(Object.keys(problemsOf(() => parse({ auth: { mode: "some", apiKeys: [key] }, backends })))).toEqual(["auth.mode"]);
  });
});

describe("users of a backend", () => {
  const auth = (users: unknown) => ({ mode: "apiKeys", apiKeys: [key], users });

  it("are assigned to callers", () => {
    const configuration = parse({ auth: auth({ storefront: { pbx: "clerk" } }), backends: withUsers });
    expect(configuration.auth.users).toEqual({ storefront: { pbx: "clerk" } });
    expect(configuration.backends["pbx"]?.users).toEqual({ clerk });
  });

  it("may be assigned to any token's subject", () => {
    const users = { "auth0|5f7c": { pbx: "clerk" } };
    expect(parse({ auth: { mode: "jwt", jwt, users }, backends: withUsers }).auth.users).toEqual(users);
  });

  it.each([
    [{ storefront: { pbx: "boss" } }, { "auth.users.storefront.pbx": "is not one of backends.pbx.users" }],
    [{ storefront: { pbx: "toString" } }, { "auth.users.storefront.pbx": "is not one of backends.pbx.users" }],
    [{ storefront: { suite: "clerk" } }, { "auth.users.storefront.suite": "is not the key of a configured backend" }],
    [{ storefront: { "*": "clerk" } }, { "auth.users.storefront.*": "is not the key of a configured backend" }],
    [{ storefrnt: { pbx: "clerk" } }, { "auth.users.storefrnt": "is not the name of a key in auth.apiKeys" }],
    [{ storefront: { pbx: 7 } }, { "auth.users.storefront.pbx": "must be a text" }],
    [{ storefront: "clerk" }, { "auth.users.storefront": "must be a section with keys" }],
  ])("are refused as %j", (users, problems) => {
    expect(problemsOf(() => parse({ auth: auth(users), backends: withUsers }))).toEqual(problems);
  });
});

describe("docs/configuration.md", () => {
  const section =
    readFileSync("docs/configuration.md", "utf8")
      .split("\n## ")
      .find((text) => text.startsWith("Who may call")) ?? "";
  const [keys = "", tokens = "", users = ""] = fencedBlocks(section).flatMap(({ language, text }) =>
    language === "yaml" ? [text] : [],
  );
  const { pbx } = backends;
  const others = `backends: ${JSON.stringify({ pbx, suite: { ...pbx, users: { clerk } } })}`;

  it("shows API keys that work", () => {
    const { auth } = load(`${keys.replace("…64 hex…", "0a".repeat(32))}\n${others}`);
    expect(auth.apiKeys).toEqual([{ ...key, name: "back-office", scopes: ["read", "write"], backends: ["pbx", "suite"] }]);
  });

  it("shows tokens and users that work", () => {
    const mapping = users.slice(0, users.indexOf("backends:")).replace("auth:\n", "");
    expect(load(`${tokens}\n${mapping}\n${others}`).auth).toMatchObject({ jwt, users: { "back-office": { suite: "clerk" } } });
  });

  it("lists the scopes", () => {
    expect(tableRows(section, "Scope").map((row) => row["Scope"])).toEqual(scopes.map((scope) => `\`${scope}\``));
  });
});

describe("the shipped example", () => {
  /** The example with its optional parts, which are commented out, in force. */
  function example(mode: "apiKeys" | "jwt"): string {
    const others = { apiKeys: "jwt", jwt: "apiKeys" };
    const text = readFileSync("config/gateway.example.yaml", "utf8");
    const uncommented = text.replace(
      /^( +)# (?=(apiKeys|jwt|users|issuer|audience|jwksUri|scopesClaim|backendsClaim|clockSkewSeconds|back-office|clerk):| {2})/gm,
      "$1",
    );
    const without = uncommented.replace(new RegExp(`^  ${others[mode]}:[^]*?(?=^  [#\\w])`, "m"), "");
    return without.replace("mode: none", `mode: ${mode}`).replaceAll("…64 hex…", "0a".repeat(32)).replace("0a", "0b");
  }
  const environment = { ENSWITCH_PASSWORD: "1", HOSTEDSUITE_PASSWORD: "2", HOSTEDSUITE_CLERK_PASSWORD: "3", V01_PASSWORD: "4" };

  it("shows API keys and users that work", () => {
    const { auth, backends: configured } = load(example("apiKeys"), environment);
    expect(auth.apiKeys?.map(({ name, scopes }) => [name, scopes])).toEqual([
      ["storefront", ["read"]],
      ["back-office", ["read", "write", "raw"]],
    ]);
    expect(auth.users).toEqual({ "back-office": { suite: "clerk" } });
    expect(configured["suite"]?.users).toEqual({ clerk: { username: "clerk", password: "3" } });
  });

  it("shows tokens that work, with the defaults", () => {
    expect(load(example("jwt"), environment).auth.jwt).toEqual(parse({ auth: { mode: "jwt", jwt }, backends }).auth.jwt);
  });
});
