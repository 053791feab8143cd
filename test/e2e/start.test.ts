import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { occupy } from "../support/ports.ts";
import { ask } from "./ask.ts";
import { type GatewayProgram, run, runGateway } from "./process.ts";
import { callsOf, received, setFaults } from "./sandbox.ts";

/** The gateway as a process: what it prints, when it refuses to start, how it ends. */

interface Named {
  readonly nodes: readonly { readonly name: string }[];
}

const oneCustomer = `query ($backend: String!) { customers(first: 1, backends: [$backend]) { nodes { name } } }`;

describe("a gateway without configuration", () => {
  let gateway: GatewayProgram;
  beforeAll(async () => {
    gateway = await runGateway(["--port", "0"]);
  });
  afterAll(async () => gateway?.[Symbol.asyncDispose]());

  it("first of all says that its backends are simulated", () => {
    expect(gateway.stdout()).toMatch(/^\*+\n\* +SANDBOX: no configuration was given\. /);
  });

  it("prints its addresses, and each backend with kind and address", () => {
    const lines = gateway.stdout().split("\n");
    expect(lines).toContain(`GraphQL   ${gateway.origin}/graphql`);
    expect(lines).toContain(`GraphiQL  ${gateway.origin}/graphql  (in a browser)`);
    expect(gateway.backends).toEqual([
      { key: "pbx", kind: "enswitch", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/json\/$/) },
      { key: "suite", kind: "hostedsuite", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/$/) },
      { key: "offices", kind: "hostedsuite", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/$/) },
      { key: "recurring", kind: "v01", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v01\/$/) },
    ]);
  });

  it("answers over all four backends and reports the calls", async () => {
    const aliases = gateway.backends.map(({ key }) => `${key}: customers(first: 2, backends: ["${key}"]) { nodes { name } }`);
    const { data, errors, extensions } = await ask<Record<string, Named>>(gateway.origin, `{ ${aliases.join(" ")} }`);
    expect(errors).toBeUndefined();
    expect(Object.entries(data).map(([key, { nodes }]) => [key, nodes.length])).toEqual([
      ["pbx", 2],
      ["suite", 2],
      ["offices", 2],
      ["recurring", 2],
    ]);
    const calls = extensions?.backendCalls?.map(({ backend, function: name }) => [backend, name]);
    expect(calls?.toSorted()).toEqual([
      ["offices", "GET /clients"],
      ["pbx", "customers/list"],
      ["recurring", "GET /customers"],
      ["suite", "POST /clients"],
    ]);
  });

  it("ends the backend calls of a client that goes away, and serves the next one at once", async () => {
    const [pbx] = gateway.backends;
    const url = pbx?.url ?? "";
    const before = (await callsOf(url)).length;
    // As many as the connection to a backend allows at once: if they continued, there would be no place for another one.
    const concurrency = 8;
    // Longer than the gateway waits for anything: who waits for a place among them, waits in vain.
    await setFaults(url, [{ kind: "delay", milliseconds: 600_000 }]);
    const clients = Array.from({ length: concurrency }, () => new AbortController());
    // Each makes a different request: equal ones would share one call.
    const customers = `query Customers($first: Int!) { customers(first: $first, backends: ["pbx"]) { nodes { name } } }`;
    const answers = clients.map(({ signal }, index) =>
      ask(gateway.origin, customers, { variables: { first: index + 1 }, signal }),
    );
    await received(url, before + concurrency);
    await setFaults(url, []);
    for (const client of clients) client.abort();
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);

    const next = await ask<{ customers: Named; backend: { health: object } }>(
      gateway.origin,
      `{
        customers(first: 1, backends: ["pbx"]) { nodes { name } }
        backend(key: "pbx") { health { status circuit } }
      }`,
    );
    expect(next.data.customers.nodes).toHaveLength(1);
    expect(next.data.backend.health).toEqual({ status: "UP", circuit: "CLOSED" });
  });

  it("answers requests in flight when it is told to end, accepts no more, and ends with 0", async () => {
    const recurring = gateway.backends.find(({ key }) => key === "recurring");
    const url = recurring?.url ?? "";
    const before = (await callsOf(url)).length;
    await setFaults(url, [{ kind: "delay", milliseconds: 1_000 }]);
    const answer = ask<{ customers: Named }>(gateway.origin, oneCustomer, { variables: { backend: "recurring" } });
    await received(url, before + 1);
    const ended = gateway.stop("SIGTERM");
    expect((await answer).data.customers.nodes).toHaveLength(1);
    await expect(ask(gateway.origin, "{ __typename }")).rejects.toThrow();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });
});

/** Ten mistakes; texts that look like secrets are in the right places and, as happens, in wrong ones. */
const configurationWithMistakes = `
server: { prt: 4000, host: 0.0.0.0 }
limits: { maxPageSize: many-s3cret }
backends:
  pbx: { kind: enswitch, url: "ftp://user:s3cret@pbx.example.com/", username: gateway, password: s3cret,
    currency: "\${PBX_PASSWORD}" }
  suite: { kind: hostedsuite, url: "https://suite.example.com/api", generation: s3cret, username: api, password: s3cret,
    currency: USD, timeZone: America/New_York }
  recurring: { kind: s3cret }
  offices: { kind: v01, url: "https://offices.example.com/", username: api, password: "\${OFFICES_PASSWORD}", accountId: 2001,
    currency: USD }
`;

describe("a gateway that cannot start", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "billing-gateway-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("names every mistake of its configuration with its path, and no value", async () => {
    const file = join(directory, "mistakes.yaml");
    writeFileSync(file, configurationWithMistakes);
    await using gateway = run("src/main.ts", ["--config", file], { PBX_PASSWORD: "s3cret" });
    const { code, stdout, stderr } = await gateway.ended();
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).not.toContain("s3cret");
    const [title, ...problems] = stderr.trimEnd().split("\n");
    expect(title).toBe("The configuration has mistakes:");
    const paths = new Set(problems.map((problem) => problem.slice(0, problem.indexOf(":"))));
    expect([...paths].toSorted()).toEqual([
      "backends.offices.country",
      "backends.offices.password",
      "backends.pbx.currency",
      "backends.pbx.url",
      "backends.recurring.kind",
      "backends.suite.generation",
      "backends.suite.tenant",
      "limits.maxPageSize",
      "server.host",
      "server.prt",
    ]);
    expect(problems).toContain("backends.offices.password: the variable OFFICES_PASSWORD is not set");
    expect(problems).toContain("server.prt: is not a known key");
  });

  it("says that the configuration does not exist", async () => {
    const file = join(directory, "absent.yaml");
    await using gateway = run("src/main.ts", [], { BILLING_GATEWAY_CONFIG: file });
    expect(await gateway.ended()).toEqual({
      code: 1,
      stdout: "",
      stderr: `The configuration has mistakes:\n${file}: cannot be read (ENOENT)\n`,
    });
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ["in production", [], { NODE_ENV: "production" }, /^There is no configuration, and NODE_ENV is production\. .*--sandbox/],
    [
      "where a variable is misspelled",
      [],
      { BILLING_GATEWAY_CONF: "a.yaml" },
      /^There is no configuration, and BILLING_GATEWAY_CONF is set/,
    ],
    ["of two minds", ["--sandbox", "--config", "a.yaml"], {}, /^Either --config or --sandbox/],
    ["that gives a configuration another port", ["--config", "a.yaml", "--port", "1"], {}, /^--port is for the sandbox/],
    ["with a port that is none", ["--port", "many"], {}, /'--port <number>' .*It must be a whole number/],
    ["with a command that is none", ["opertions"], {}, /^error: .*opertions/],
  ])("says in one line why it does not start %s", async (_, parameters, environment, line) => {
    await using gateway = run("src/main.ts", parameters, environment);
    const { code, stdout, stderr } = await gateway.ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("says in one line that traces need packages which are not installed", async () => {
    // As if nobody had installed them. prom-client needs the small one, without any code that sends.
    const hooks = `import { registerHooks } from "node:module";
      registerHooks({ resolve: (name, context, next) => next(/^@opentelemetry.(?!api$)/.test(name) ? name + "-left-out" : name, context) });`;
    const file = join(directory, "traced.yaml");
    const recurring = { kind: "v01", url: "http://127.0.0.1:9/", username: "api", password: "secret", accountId: 1 };
    const document = {
      server: { port: 0 },
      store: { url: "sqlite::memory:" },
      telemetry: { otlpEndpoint: "http://127.0.0.1:9" },
      backends: { recurring: { ...recurring, currency: "USD", country: "US" } },
    };
    writeFileSync(file, JSON.stringify(document));
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hooks)}` };
    await using gateway = run("src/main.ts", ["--config", file], environment);
    const { code, stdout, stderr } = await gateway.ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^telemetry\.otlpEndpoint is set, .*OpenTelemetry.*peerDependencies/);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("starts on the sandbox in production on request, without calling it a mistake", async () => {
    await using gateway = await runGateway(["--sandbox", "--port", "0"], { NODE_ENV: "production" });
    expect(gateway.stdout()).toMatch(/^GraphQL [\s\S]*\nBackends \(simulated\)\n/);
  });

  it("says in one line that its port is taken", async () => {
    const server = await occupy(0);
    const { port } = server.address() as AddressInfo;
    try {
      await using gateway = run("src/main.ts", ["--port", String(port)]);
      expect(await gateway.ended()).toEqual({
        code: 1,
        stdout: "",
        stderr: `Port ${port} is in use. Give another one with --port, or server.port in the configuration.\n`,
      });
    } finally {
      server.close();
    }
  });
});
