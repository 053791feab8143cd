import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { refuseRestartKeys } from "../../src/gateway/configuration.ts";
import { closingMs } from "../../src/processes/gateway-process.ts";
import { mostBytes } from "../../src/runs/model.ts";
import { backends, load, parse } from "../config/fixture.ts";
import { codeSpans, fencedBlocks, sectionUnder, tableRows } from "../support/markdown.ts";
import { readPage } from "./pages.ts";

/** Compares what docs/operating.md names and promises with the files below deploy, the code and the configuration. */

const operating = readPage("docs/operating.md");

describe("the operating guide", () => {
  const example = fencedBlocks(operating).find(({ language }) => language === "yaml")?.text ?? "";
  const environment = { BACK_OFFICE_SHA256: "0a".repeat(32), ENSWITCH_PASSWORD: "secret" };

  it("shows a valid configuration that asks callers for a key", () => {
    const { auth, store } = load(example, environment);
    expect([auth.mode, store.url]).toEqual(["apiKeys", "sqlite:/var/lib/billing-gateway/gateway.db"]);
  });

  it("shows a proxy that lets through what the gateway takes, the files of charge runs above all", () => {
    const nginx = fencedBlocks(operating).find(({ language }) => language === "nginx")?.text ?? "";
    const [, mebibytes] = /client_max_body_size (\d+)m;/.exec(nginx) ?? [];
    expect(Number(mebibytes) * 2 ** 20).toBeGreaterThanOrEqual(Math.max(mostBytes, parse({ backends }).limits.maxBodyBytes));
    const [, seconds] = /proxy_read_timeout (\d+)s;/.exec(nginx) ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(parse({ backends }).limits.requestTimeoutMs);
    // What a client writes into the header is trusted no further than the address that nginx adds to it.
    expect(nginx).toContain("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;");
  });

  it("shows only databases that are accepted", () => {
    const [row] = tableRows(operating, "The journal in").filter((each) => each["The journal in"] === "`store.url`");
    const shown = [row?.["SQLite"], row?.["PostgreSQL"]].flatMap((cell) => codeSpans(cell ?? ""));
    const urls = shown.map((url) => parse({ store: { url }, backends }, { STORE_PASSWORD: "secret" }).store.url);
    expect(urls.map((url) => url.split(":")[0])).toEqual(["sqlite", "postgres"]);
  });

  it("names the keys that only a restart changes", () => {
    const other = {
      server: { host: "localhost", port: 1, keepAliveSeconds: 1, maxConnections: 1, workers: 2 },
      limits: { maxBodyBytes: 1, requestTimeoutMs: 1 },
      store: { url: "sqlite:other.db" },
      operations: { leaseSeconds: 60 },
      telemetry: { metrics: false, otlpEndpoint: "http://127.0.0.1:4318" },
    };
    const reload = () => refuseRestartKeys(parse({ backends }), parse({ ...other, backends }));
    const [sentence = ""] = /Only a restart changes [^:]+:/.exec(operating) ?? [];
    expect(reload).toThrow(`Only a restart changes ${codeSpans(sentence).join(", ")}.`);
  });

  it("names the package's programs", () => {
    for (const program of Object.keys(manifest.bin)) expect(codeSpans(operating)).toContain(program);
    expect(operating).toContain(`${manifest.name}-${manifest.version}.tgz`);
  });
});

describe("the hardening checklist", () => {
  const rows = tableRows(sectionUnder(operating, "Hardening checklist"), "Key").map((row) => ({
    path: codeSpans(row["Key"] ?? "")[0] ?? "",
    byDefault: codeSpans(row["Default"] ?? "")[0],
  }));
  const defaults: unknown = parse({ backends });

  /** "*" means the only backend. */
  const valueAt = (path: string): unknown =>
    path.split(".").reduce<unknown>((parent, key) => (parent as Record<string, unknown>)?.[key === "*" ? "pbx" : key], defaults);

  it("names existing keys, with their defaults", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const { path, byDefault } of rows) {
      if (byDefault !== undefined) expect(valueAt(path), path).toEqual(parseYaml(byDefault));
    }
    const given = rows.filter(({ byDefault }) => byDefault === undefined).map(({ path }) => path);
    expect(given).toEqual(["auth.apiKeys", "auth.jwt", "telemetry.otlpEndpoint", "backends.*.url", "backends.*.username"]);
  });

  it("has every limit that a request may exceed", () => {
    const { limits } = parse({ backends });
    const missing = Object.keys(limits).filter((key) => !rows.some(({ path }) => path === `limits.${key}`));
    expect(missing).toEqual(["maxTokens", "maxAliases", "maxDirectives"]);
  });
});

describe("the systemd unit", () => {
  const unit = readPage("deploy/systemd/billing-gateway.service");
  const settings = new Map(Array.from(unit.matchAll(/^(\w+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value]));

  it("runs the package's program as its own user, within limits, and gives it time to end", () => {
    const [, ...parameters] = settings.get("ExecStart")?.split(" ") ?? [];
    const [program] = parameters;
    expect(program).toBe(`/opt/billing-gateway/node_modules/${manifest.name}/${manifest.bin["billing-gateway"]}`);
    expect(Object.fromEntries(settings)).toMatchObject({
      DynamicUser: "yes",
      UMask: "0077",
      StateDirectoryMode: "0700",
      ProtectSystem: "strict",
      NoNewPrivileges: "yes",
      CapabilityBoundingSet: "",
      MemoryMax: expect.stringMatching(/^\d+M$/),
      TasksMax: expect.stringMatching(/^\d+$/),
    });
    const { server } = parse({ backends });
    expect(Number(settings.get("TimeoutStopSec")) * 1000).toBeGreaterThan(server.shutdownGraceMs + closingMs);
  });

  it("reads the configuration and writes where the guide says", () => {
    expect(settings.get("ExecStart")).toContain("--config /etc/billing-gateway/gateway.yaml");
    expect(settings.get("EnvironmentFile")).toBe("/etc/billing-gateway/secrets.env");
    expect(operating).toContain(`/var/lib/${settings.get("StateDirectory")}/gateway.db`);
  });
});
