import { describe, expect, it } from "vitest";
import { backendSettings } from "../src/adapters/index.ts";
import { configurationPath, loadConfiguration } from "../src/config.ts";
import { backends, load, parse, problemsOf } from "./config/fixture.ts";

describe("defaults", () => {
  it("are those of the contract where a key is in effect", () => {
    const { backends: configured, ...gateway } = parse({ backends });
    expect(gateway).toEqual({
      server: {
        host: "127.0.0.1",
        port: 4000,
        workers: 1,
        graphiql: true,
        debug: false,
        introspection: true,
        cors: [],
        shutdownGraceMs: 10_000,
      },
      auth: { mode: "none" },
      limits: {
        maxPageSize: 200,
        maxBackendCalls: 500,
        maxBodyBytes: 1_048_576,
        requestsPerMinute: 0,
        trustedDocuments: "off",
        requestTimeoutMs: 30_000,
      },
      store: { url: "sqlite:./data/gateway.db", retentionHours: 720 },
      operations: { settleSeconds: 60, reconcileSeconds: [2, 10, 60, 600, 3_600, 86_400] },
      telemetry: { logLevel: "info", metrics: false, otlpEndpoint: "" },
    });
    expect(configured["pbx"]).toMatchObject({
      url: "http://127.0.0.1:9/api/",
      timeoutMs: 10_000,
      concurrency: 8,
      cacheSeconds: 0,
      retries: 2,
      circuit: { failures: 5, openMs: 15_000 },
    });
  });

  it("hold for a section with nothing but comments in it", () => {
    const text = `limits:\n  # maxPageSize: 10\nserver:\nbackends:\n  pbx: ${JSON.stringify(backends.pbx)}\n`;
    expect(load(text).limits.maxPageSize).toBe(200);
  });

  it.each(["sqlite::memory:", "sqlite:/var/lib/gateway.db", "postgres://gateway@db:5432/billing", "postgresql://db/billing"])(
    "give way to a store at %s",
    (url) => {
      expect(parse({ store: { url }, backends }).store.url).toBe(url);
    },
  );

  it("do not stand in for an empty value", () => {
    expect(problemsOf(() => parse({ server: { port: null }, backends }))).toEqual({ "server.port": "must be a number" });
  });
});

describe("the shipped example", () => {
  const environment = { ENSWITCH_PASSWORD: "one", HOSTEDSUITE_PASSWORD: "two", V01_PASSWORD: "three" };
  const example = { file: "config/gateway.example.yaml", backendSettings };

  it("loads with its variables set", () => {
    const configuration = loadConfiguration({ ...example, environment });
    expect(Object.keys(configuration.backends)).toEqual(["pbx", "suite", "recurring"]);
    expect(Object.values(configuration.backends).map(({ password }) => password)).toEqual(["one", "two", "three"]);
    expect(configuration.server.port).toBe(4000);
  });

  it("names every variable that is not set, with its place", () => {
    expect(problemsOf(() => loadConfiguration({ ...example, environment: { V01_PASSWORD: "three" } }))).toEqual({
      "backends.pbx.password": "the variable ENSWITCH_PASSWORD is not set",
      "backends.suite.password": "the variable HOSTEDSUITE_PASSWORD is not set",
    });
  });

  it("shows the defaults", () => {
    const shown = loadConfiguration({ ...example, environment });
    expect({ ...shown, backends: null }).toEqual({ ...parse({ backends }), backends: null });
  });
});

describe("mistakes", () => {
  it("are reported all at once, each with its path", () => {
    const text = `
sever: {}
server: { port: 99999, hots: here, cors: ["https://a.example/path"] }
auth: { mode: some }
limits: { maxPageSize: many }
operations: { reconcileSeconds: [1, 0] }
store: { url: "mysql://db" }
backends:
  pbx: { kind: enswitch, url: "ftp://x", username: gateway, currency: euro, circuit: { fails: 3 }, extra: 1 }
  suite: { kind: unheard }
  9th: {}
  none:
`;
    expect(problemsOf(() => load(text))).toEqual({
      sever: "is not a known key",
      "server.port": "Too big: expected number to be <=65535",
      "server.hots": "is not a known key",
      "server.cors[0]": "must be an origin such as https://app.example.com",
      "auth.mode": "must be one of none, apiKeys, jwt",
      "limits.maxPageSize": "must be a number",
      "operations.reconcileSeconds[1]": "Too small: expected number to be >0",
      "store.url": "must be sqlite:PATH, sqlite::memory: or postgres://…",
      "backends.pbx.url": "must be an http or https address",
      "backends.pbx.password": "is missing",
      "backends.pbx.currency": "must be an ISO 4217 code such as EUR",
      "backends.pbx.circuit.fails": "is not a known key",
      "backends.pbx.extra": "is not a known key",
      "backends.suite.kind": "must be one of enswitch, hostedsuite, v01",
      "backends.9th": "must start with a letter and go on with letters, digits and -",
      "backends.9th.kind": "must be one of enswitch, hostedsuite, v01",
      "backends.none": "must be a section with keys",
    });
  });

  it("have a line each in the message, the path first", () => {
    expect(() => parse({ server: { port: "x" }, limits: { maxPageSize: 0 }, backends })).toThrow(
      /^server\.port: must be a number\nlimits\.maxPageSize: Too small.*$/,
    );
  });

  it.each([
    [{}, { backends: "is missing" }],
    [null, { backends: "is missing" }],
    [{ backends: {} }, { backends: "must name at least one backend" }],
    [{ backends: null }, { backends: "must be a section with keys" }],
    [[], { configuration: "must be a section with keys" }],
    ["text", { configuration: "must be a section with keys" }],
    [{ backends, store: { url: "sqlite:" } }, { "store.url": "must be sqlite:PATH, sqlite::memory: or postgres://…" }],
    [{ backends, server: { cors: ["*"] } }, { "server.cors[0]": "must be an origin such as https://app.example.com" }],
  ])("%j", (document, expected) => {
    expect(problemsOf(() => parse(document))).toEqual(expected);
  });

  it("include times that a timer cannot wait for", () => {
    const document = { limits: { requestTimeoutMs: 2 ** 31 }, operations: { reconcileSeconds: [2_147_484] }, backends };
    expect(Object.keys(problemsOf(() => parse(document)))).toEqual(["limits.requestTimeoutMs", "operations.reconcileSeconds[0]"]);
  });

  it.each([
    ["a: b: c", "line 1, column 4", "is not valid YAML: block as implicit key"],
    ["a: 1\na: 2", "line 2, column 1", "is not valid YAML: duplicate key"],
    ["a:\n  b: !secret x", "line 2, column 6", "is not valid YAML: tag resolve failed"],
    ["a: *b", "configuration", "is not valid YAML: an alias without its anchor"],
    ["a: 1\n---\nb: 2", "line 2, column 1", "is not valid YAML: multiple docs"],
  ])("of YAML: %j", (text, path, message) => {
    expect(problemsOf(() => load(text))).toEqual({ [path]: message });
  });

  it("include a file that cannot be read", () => {
    expect(problemsOf(() => loadConfiguration({ file: "absent.yaml", environment: {}, backendSettings }))).toEqual({
      "absent.yaml": "cannot be read (ENOENT)",
    });
  });
});

describe("what is not available yet", () => {
  const key = { name: "storefront", sha256: "0".repeat(64), scopes: ["read"], backends: ["*"] };
  const jwt = { issuer: "https://id.example.com/", audience: "billing", jwksUri: "https://id.example.com/jwks.json" };

  it.each([
    ["server.workers", { server: { workers: 2 } }],
    ["auth.mode", { auth: { mode: "apiKeys" } }],
    ["auth.mode", { auth: { mode: "jwt" } }],
    ["auth.apiKeys", { auth: { apiKeys: [key] } }],
    ["auth.jwt", { auth: { jwt } }],
    ["limits.maxDepth", { limits: { maxDepth: 12 } }],
    ["limits.maxComplexity", { limits: { maxComplexity: 5000 } }],
    ["limits.maxTokens", { limits: { maxTokens: 2000 } }],
    ["limits.maxAliases", { limits: { maxAliases: 30 } }],
    ["limits.requestsPerMinute", { limits: { requestsPerMinute: 600 } }],
    ["limits.trustedDocuments", { limits: { trustedDocuments: "allow" } }],
    ["telemetry.metrics", { telemetry: { metrics: true } }],
    ["telemetry.otlpEndpoint", { telemetry: { otlpEndpoint: "https://otlp.example.com" } }],
    ["backends.pbx.cacheSeconds", { backends: { pbx: { ...backends.pbx, cacheSeconds: 60 } } }],
  ])("%s is refused by name", (path, document) => {
    const problems = problemsOf(() => parse({ backends, ...document }));
    expect(Object.keys(problems)).toEqual([path]);
    expect(problems[path]).toMatch(/not (available|enforced) yet/);
  });

  it("says what is available", () => {
    expect(() => parse({ auth: { mode: "apiKeys" }, backends })).toThrow(
      "auth.mode: apiKeys and jwt are not available yet; only none is",
    );
  });

  it("is accepted where it is switched off", () => {
    const off = {
      server: { workers: 1 },
      auth: { mode: "none" },
      limits: { requestsPerMinute: 0, trustedDocuments: "off" },
      telemetry: { metrics: false, otlpEndpoint: `\${OTEL_EXPORTER_OTLP_ENDPOINT:-}` },
      backends: { pbx: { ...backends.pbx, cacheSeconds: `\${CACHE}` } },
    };
    expect(() => parse(off, { CACHE: "0" })).not.toThrow();
    expect(problemsOf(() => parse(off, { CACHE: "5" }))).toHaveProperty(["backends.pbx.cacheSeconds"]);
  });

  it("is reported along with mistakes elsewhere", () => {
    const problems = problemsOf(() => parse({ server: { workers: 4, port: -1 }, limits: { maxDepth: 0 }, backends }));
    expect(problems["server.workers"]).toContain("not available yet");
    expect(problems["limits.maxDepth"]).toContain("Too small");
    expect(problems["server.port"]).toContain("Too small");
  });
});

describe("the host", () => {
  it.each(["127.0.0.1", "127.0.0.53", "localhost", "::1"])("%s is accepted without authentication", (host) => {
    expect(parse({ server: { host }, backends }).server.host).toBe(host);
  });

  it.each(["0.0.0.0", "::", "192.168.1.7", "gateway.example.com", "127.0.0.1.example.com", "127.1"])("%s is not", (host) => {
    expect(problemsOf(() => parse({ server: { host: `\${HOST}` }, backends }, { HOST: host }))["server.host"]).toContain(
      "loopback",
    );
  });
});

describe("configurationPath", () => {
  it.each([
    ["a.yaml", { BILLING_GATEWAY_CONFIG: "b.yaml" }, "a.yaml"],
    [undefined, { BILLING_GATEWAY_CONFIG: "b.yaml" }, "b.yaml"],
    [undefined, { BILLING_GATEWAY_CONFIG: "" }, undefined],
    [undefined, {}, undefined],
  ])("of --config %s and %j is %s", (option, environment, expected) => {
    expect(configurationPath(option, environment)).toBe(expected);
  });
});
