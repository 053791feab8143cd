import { describe, expect, it } from "vitest";
import { backendSettings } from "../src/adapters/index.ts";
import { configurationPath, loadConfiguration } from "../src/config.ts";
import { backends, load, parse, problemsOf } from "./config/fixture.ts";

describe("defaults", () => {
  it("are those of the contract", () => {
    const { backends: configured, ...gateway } = parse({ backends });
    expect(gateway).toEqual({
      readOnly: false,
      server: {
        host: "127.0.0.1",
        port: 4000,
        workers: 1,
        graphiql: true,
        debug: false,
        introspection: true,
        federation: true,
        cors: [],
        keepAliveSeconds: 75,
        maxConnections: 4_000,
        startSeconds: 120,
        shutdownGraceMs: 10_000,
        trustedProxies: [],
      },
      auth: { mode: "none", users: {} },
      limits: {
        maxDepth: 12,
        maxComplexity: 5_000,
        maxTokens: 2_000,
        maxAliases: 30,
        maxDirectives: 50,
        maxPageSize: 200,
        maxBackendCalls: 500,
        maxBodyBytes: 1_048_576,
        requestsPerMinute: 600,
        maxStreams: 100,
        trustedDocuments: "off",
        requestTimeoutMs: 30_000,
      },
      store: { url: "sqlite:./data/gateway.db", retentionHours: 720 },
      operations: { settleSeconds: 60, leaseSeconds: 12, reconcileSeconds: [2, 10, 60, 600, 3_600, 86_400] },
      directory: { refreshMinutes: 15, charges: true },
      runs: { references: {}, retentionDays: 400, approvalHours: 72 },
      duplicates: { charges: "warn", runs: "refuse", windowHours: 24 },
      telemetry: { logLevel: "info", metrics: true, otlpEndpoint: "" },
    });
    expect(configured["pbx"]).toMatchObject({
      url: "http://127.0.0.1:9/api/",
      timeoutMs: 10_000,
      readOnly: false,
      concurrency: 8,
      cacheSeconds: 0,
      retries: 2,
      users: {},
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
    const kinds = Object.keys(backendSettings).join(", ");
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
      "backends.suite.kind": `must be one of ${kinds}`,
      "backends.9th": "must start with a letter and go on with letters, digits and -",
      "backends.9th.kind": `must be one of ${kinds}`,
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

  it.each(["10.0.0.0/33", "fd00::/129", "10.0.0", "proxy.example.com", "10.0.0.1/", "*"])("include the proxy %s", (proxy) => {
    const problems = problemsOf(() => parse({ backends, server: { trustedProxies: ["10.0.0.0/8", "::1", proxy] } }));
    expect(problems).toEqual({ "server.trustedProxies[2]": "must be an IP address, or a network such as 10.0.0.0/8" });
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

describe("the host", () => {
  it.each(["127.0.0.1", "127.0.0.53", "localhost", "::1"])("%s is accepted without authentication", (host) => {
    expect(parse({ server: { host }, backends }).server.host).toBe(host);
  });

  it.each(["", " ", "127.0.0.1\n", "\ufeff127.0.0.1", "http://127.0.0.1"])("%j is no address", (host) => {
    expect(Object.keys(problemsOf(() => parse({ server: { host }, backends })))).toEqual(["server.host"]);
  });

  it.each(["0.0.0.0", "::", "192.168.1.7", "gateway.example.com", "127.0.0.1.example.com", "127.1"])("%s is not", (host) => {
    expect(problemsOf(() => parse({ server: { host: `\${HOST}` }, backends }, { HOST: host }))["server.host"]).toContain(
      "loopback",
    );
  });
});

describe("several workers", () => {
  const workers = (url: string) => ({ server: { workers: `\${WORKERS}` }, store: { url }, backends });

  it.each(["sqlite:gateway.db", "postgres://db/billing"])("share a store at %s", (url) => {
    expect(parse(workers(url), { WORKERS: "3" }).server.workers).toBe(3);
  });

  it("are refused a store in memory, which each would have for itself", () => {
    expect(parse(workers("sqlite::memory:"), { WORKERS: "1" }).server.workers).toBe(1);
    expect(problemsOf(() => parse(workers("sqlite::memory:"), { WORKERS: "2" }))).toEqual({
      "server.workers": 'must be 1 with store.url "sqlite::memory:": each worker would have a journal of its own',
    });
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
