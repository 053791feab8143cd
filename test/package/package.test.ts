import { existsSync, globSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { shown } from "../docs/executed.ts";
import { ask } from "../e2e/ask.ts";
import { startCollector } from "../server/telemetry/collector.ts";
import { importsOfProgram } from "./imports.ts";
import { registryMissing } from "./registry.ts";
import { emptyProject, finish, install, npxGateway, type Packed, pack, type Running, remove } from "./stranger.ts";

/** The gateway's package from `npm pack`, used in an empty project. */

const packingMs = 300_000;
const installingMs = 300_000;
const peers = Object.keys(manifest.peerDependencies);
const traces = peers.filter((name) => name.startsWith("@opentelemetry/"));

/** For one backend that nobody serves. */
function configuration(telemetry: object = {}): object {
  const backend = { kind: "v01", url: "http://127.0.0.1:9/api/v01/", username: "api", password: "secret", accountId: 1 };
  return {
    server: { port: 0 },
    store: { url: "sqlite:./data/gateway.db" },
    telemetry,
    backends: { recurring: { ...backend, currency: "USD", country: "US" } },
  };
}

let packed: Packed;
beforeAll(async () => {
  const [, folders = ""] = /^npm pack (.+)$/m.exec(shown("packing")[0]?.text ?? "") ?? [];
  packed = await pack(...folders.split(" "));
}, packingMs);
afterAll(() => packed && remove(packed.checkout));

describe("what is built", () => {
  it("holds what it imports: only Node's own modules and the optional packages are loaded from elsewhere", () => {
    const imported = new Set(importsOfProgram(packed.checkout).map(({ name }) => name));
    expect([...imported].toSorted()).toEqual(peers.filter((name) => name !== "@opentelemetry/api").toSorted());
  });

  it("loads its optional packages for traces only, when they are wanted", () => {
    const importers = new Set(importsOfProgram(packed.checkout).map(({ file }) => file));
    expect(Object.keys(manifest.peerDependenciesMeta).toSorted()).toEqual(peers.toSorted());
    expect(traces).toEqual(peers);
    expect([...importers]).toEqual(["dist/traces.js"]);
  });

  it("says which packages traces need, as package.json does", () => {
    const named = shown("packages for traces").flatMap(({ text }) => text.match(/@opentelemetry\/[^\s\\]+/g) ?? []);
    expect(named).toEqual(
      traces.map((name) => `${name}@${Object.entries(manifest.peerDependencies).find(([each]) => each === name)?.[1]}`),
    );
  });

  it("has a source map, with the sources in it, for each file", () => {
    // Files that only re-export have nothing to map.
    const modules = globSync("dist/*.js", { cwd: packed.checkout }).filter((file) =>
      readFileSync(join(packed.checkout, file), "utf8").includes("sourceMappingURL"),
    );
    const sources = modules.map((file) => {
      const map: unknown = JSON.parse(readFileSync(join(packed.checkout, `${file}.map`), "utf8"));
      return [file, map];
    });
    expect(sources.map(([file]) => file)).toEqual(expect.arrayContaining(["dist/main.js", "dist/start.js", "dist/traces.js"]));
    for (const [file, map] of sources) expect(map, String(file)).toMatchObject({ sourcesContent: expect.any(Array) });
  });
});

describe.skipIf(await registryMissing())("in an empty project", () => {
  let project: string;
  beforeAll(async () => {
    project = emptyProject();
    await install([packed.tarball], project);
  }, installingMs);
  afterAll(() => project && remove(project));
  const installed = (path: string): string => join(project, "node_modules", path);

  // Not longer than these need it: it reads all of the sandbox when it starts.
  describe("started without a configuration", () => {
    let gateway: Running;
    beforeAll(async () => {
      gateway = await npxGateway(["--port", "0"], project);
    }, installingMs);
    afterAll(() => gateway?.[Symbol.asyncDispose]());

    it.each(["/", "/graphql"])("serves the page at %s, with its script", async (path) => {
      const page = await fetch(new URL(path, gateway.origin), { headers: { accept: "text/html" } });
      const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
      const code = await fetch(new URL(script, gateway.origin));
      expect([page.status, code.status, code.headers.get("content-type")]).toEqual([
        200,
        200,
        expect.stringMatching(/javascript/),
      ]);
    });
  });

  it("contains the program and the documents, and nothing else", () => {
    expect(readdirSync(installed("billing-gateway")).toSorted()).toEqual(
      [
        ...["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY-LICENCES.md"],
        ...["config", "deploy", "dist", "docs", "examples", "package.json", "schema"],
      ].toSorted(),
    );
  });

  it("installs no other package", () => {
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["billing-gateway"]);
    expect(existsSync(installed("billing-gateway/dist/client"))).toBe(false);
  });

  it("contains the texts of all licences", () => {
    const texts = readFileSync(installed("billing-gateway/dist/licences.txt"), "utf8");
    for (const name of ["graphql 17", "graphql-yoga 5", "pg 8", "undici 8", "react 19"]) expect(texts).toContain(`\n${name}.`);
  });

  it("sends traces when the optional packages are installed beside it", async () => {
    await using collector = await startCollector();
    const scope = join(project, "node_modules", "@opentelemetry");
    symlinkSync(fileURLToPath(new URL("../../node_modules/@opentelemetry", import.meta.url)), scope);
    try {
      writeFileSync(join(project, "traced.yaml"), stringify(configuration({ otlpEndpoint: collector.endpoint })));
      await using traced = await npxGateway(["--config", "traced.yaml"], project);
      await ask(traced.origin, "{ backends { key } }");
    } finally {
      rmSync(scope);
    }
    // It flushes unsent data when it ends.
    expect(collector.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["POST /graphql", "Query.backends"]));
  });

  it("starts from a configuration file, with its journal beside it", async () => {
    writeFileSync(join(project, "gateway.yaml"), stringify(configuration()));
    await using configured = await npxGateway(["--config", "gateway.yaml"], project);
    const { data } = await ask(configured.origin, "{ backends { key } operations(first: 1) { nodes { id } } }");
    expect(data).toEqual({ backends: [{ key: "recurring" }], operations: { nodes: [] } });
    expect(existsSync(join(project, "data", "gateway.db"))).toBe(true);
  });

  it.each(["schema.graphql", "subgraph.graphql"])("has the schema as billing-gateway/%s", async (name) => {
    const script = `import { readFileSync } from "node:fs"; process.stdout.write(readFileSync(new URL(import.meta.resolve("billing-gateway/${name}"))));`;
    const { output } = await finish(process.execPath, ["--input-type=module", "--eval", script], project);
    expect(output).toBe(readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8"));
  });
});
