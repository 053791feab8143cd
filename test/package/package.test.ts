import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { shown } from "../docs/executed.ts";
import { ask } from "../e2e/ask.ts";
import { packageImports } from "./imports.ts";
import { registryMissing } from "./registry.ts";
import { emptyProject, finish, install, npxGateway, type Packed, pack, type Running, remove } from "./stranger.ts";

/** What `npm pack` makes of the gateway, and what a stranger can do with it in an empty project. */

const packingMs = 300_000;
const installingMs = 300_000;
const peers = Object.keys(manifest.peerDependencies);
const traces = peers.filter((name) => name.startsWith("@opentelemetry/"));

let packed: Packed;
beforeAll(async () => {
  const [, folders = ""] = /^npm pack (.+)$/m.exec(shown("packing")[0]?.text ?? "") ?? [];
  packed = await pack(...folders.split(" "));
}, packingMs);
afterAll(() => packed && remove(packed.checkout));

describe("what is built", () => {
  it("imports the declared dependencies, all of them, and nothing else", () => {
    const imported = new Set(packageImports(packed.checkout).map(({ name }) => name));
    expect([...imported].toSorted()).toEqual([...Object.keys(manifest.dependencies), ...peers].toSorted());
  });

  it("imports its optional peers for traces only", () => {
    const importers = packageImports(packed.checkout).filter(({ name }) => peers.includes(name));
    expect(Object.keys(manifest.peerDependenciesMeta).toSorted()).toEqual(peers.toSorted());
    expect(traces).toEqual(peers);
    expect([...new Set(importers.map(({ file }) => file))]).toEqual(["dist/server/telemetry/traces.js"]);
  });

  it("is said to need, for traces, what package.json names", () => {
    const named = shown("packages for traces").flatMap(({ text }) => text.match(/@opentelemetry\/[^\s\\]+/g) ?? []);
    expect(named).toEqual(
      traces.map((name) => `${name}@${Object.entries(manifest.peerDependencies).find(([each]) => each === name)?.[1]}`),
    );
  });

  it("has a source map, with the source in it, for each module", () => {
    const modules = globSync("dist/**/*.js", { cwd: packed.checkout, exclude: ["dist/{console,graphiql}/**"] });
    const sources = modules.map((file) => {
      const map: unknown = JSON.parse(readFileSync(join(packed.checkout, `${file}.map`), "utf8"));
      return [file, map];
    });
    expect(sources.length).toBeGreaterThan(0);
    for (const [file, map] of sources) expect(map, String(file)).toMatchObject({ sourcesContent: [expect.any(String)] });
  });
});

describe.skipIf(await registryMissing())("in an empty project", () => {
  let project: string;
  let gateway: Running;
  beforeAll(async () => {
    project = emptyProject();
    await install([packed.tarball], project);
    gateway = await npxGateway(["--port", "0"], project);
  }, installingMs);
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    if (project) remove(project);
  });
  const installed = (path: string): string => join(project, "node_modules", path);

  it("brings what runs and what is read, and nothing else", () => {
    expect(readdirSync(installed("billing-gateway")).toSorted()).toEqual(
      [
        ...["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY-LICENCES.md"],
        ...["config", "deploy", "dist", "docs", "examples", "package.json", "schema"],
      ].toSorted(),
    );
  });

  it("brings nothing of traces, of React or of the front ends' package", () => {
    // prom-client brings the one without any code that sends.
    expect(readdirSync(installed("@opentelemetry"))).toEqual(["api"]);
    expect(["react", "@tanstack", "@apollo", "billing-gateway-client"].filter((name) => existsSync(installed(name)))).toEqual([]);
    expect(existsSync(installed("billing-gateway/dist/client"))).toBe(false);
  });

  it("starts from a configuration file, with its journal beside it", async () => {
    const backend = { kind: "v01", url: "http://127.0.0.1:9/api/v01/", username: "api", password: "secret", accountId: 1 };
    const document = {
      server: { port: 0 },
      store: { url: "sqlite:./data/gateway.db" },
      backends: { recurring: { ...backend, currency: "USD", country: "US" } },
    };
    writeFileSync(join(project, "gateway.yaml"), stringify(document));
    await using configured = await npxGateway(["--config", "gateway.yaml"], project);
    const { data } = await ask(configured.origin, "{ backends { key } operations(first: 1) { nodes { id } } }");
    expect(data).toEqual({ backends: [{ key: "recurring" }], operations: { nodes: [] } });
    expect(existsSync(join(project, "data", "gateway.db"))).toBe(true);
  });

  it.each(["/", "/graphql"])("serves the page at %s, with its script", async (path) => {
    const page = await fetch(new URL(path, gateway.origin), { headers: { accept: "text/html" } });
    const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
    const code = await fetch(new URL(script, gateway.origin));
    expect([page.status, code.status, code.headers.get("content-type")]).toEqual([200, 200, expect.stringMatching(/javascript/)]);
  });

  it.each(["schema.graphql", "subgraph.graphql"])("has the schema as billing-gateway/%s", async (name) => {
    const script = `import { readFileSync } from "node:fs"; process.stdout.write(readFileSync(new URL(import.meta.resolve("billing-gateway/${name}"))));`;
    const { output } = await finish(process.execPath, ["--input-type=module", "--eval", script], project);
    expect(output).toBe(readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8"));
  });
});
