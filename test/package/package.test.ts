import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { ask } from "../e2e/ask.ts";
import { bundle } from "./bundle.ts";
import { packageImports } from "./imports.ts";
import { registryMissing } from "./registry.ts";
import { browserFile, compilerOptions, pageFile, readmeFile } from "./sources.ts";
import { emptyProject, finish, install, npxGateway, type Packed, pack, type Running, remove } from "./stranger.ts";

/** What `npm pack` makes, and what a stranger can do with it in an empty project. */

const packingMs = 300_000;
const installingMs = 300_000;
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const peers = Object.keys(manifest.peerDependencies);
const traces = peers.filter((name) => name.startsWith("@opentelemetry/"));

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
}, packingMs);
afterAll(() => packed && remove(packed.checkout));

describe("what is built", () => {
  it("imports the declared dependencies, all of them, and nothing else", () => {
    const imported = new Set(packageImports(packed.checkout).map(({ name }) => name));
    expect([...imported].toSorted()).toEqual([...Object.keys(manifest.dependencies), ...peers].toSorted());
  });

  it("imports the optional peers in the hooks, and in the traces, only", () => {
    const importers = packageImports(packed.checkout).filter(
      ({ name, file }) => peers.includes(name) && !/telemetry.traces/.test(file),
    );
    expect(Object.keys(manifest.peerDependenciesMeta).toSorted()).toEqual(peers.toSorted());
    expect(importers.filter(({ file }) => !/^dist\/client\/(react\/|generated\/hooks\.)/.test(file))).toEqual([]);
  });

  it("is said to need, for traces, what package.json names", () => {
    const shown = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8").match(/@opentelemetry\/[^\s\\]+/g);
    expect(shown).toEqual(
      traces.map((name) => `${name}@${Object.entries(manifest.peerDependencies).find(([each]) => each === name)?.[1]}`),
    );
  });

  it("has a source map, with the source in it, for each module", () => {
    const modules = globSync("dist/**/*.js", { cwd: packed.checkout, exclude: ["dist/console/**"] });
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
      ["LICENSE", "README.md", "config", "dist", "package.json", "schema"].toSorted(),
    );
  });

  it("runs the README's typed query through billing-gateway/client, without React", async () => {
    writeFileSync(join(project, "customers.ts"), readmeFile(gateway.origin));
    const { output } = await finish(process.execPath, ["customers.ts"], project);
    expect(output).toBe(`${format(Array(3).fill("Ada's Bakery"))}\n`);
    // prom-client brings the one without any code that sends.
    expect(peers.filter((name) => existsSync(installed(name)))).toEqual(traces.filter((name) => name.endsWith("/api")));
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

  it("serves the console", async () => {
    const page = await fetch(gateway.origin, { headers: { accept: "text/html" } });
    const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
    const code = await fetch(new URL(script, gateway.origin));
    expect([page.status, code.status, code.headers.get("content-type")]).toEqual([200, 200, expect.stringMatching(/javascript/)]);
  });

  it("has the schema as billing-gateway/schema.graphql", async () => {
    const script = `import { readFileSync } from "node:fs"; process.stdout.write(readFileSync(new URL(import.meta.resolve("billing-gateway/schema.graphql"))));`;
    const { output } = await finish(process.execPath, ["--input-type=module", "--eval", script], project);
    expect(output).toBe(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
  });

  it("adds less than 15 kB, gzipped, and no server code to a page with the client and one query", async () => {
    const file = join(project, "browser.js");
    writeFileSync(file, browserFile);
    const { code, gzippedBytes, modules } = await bundle(project, file);
    const own = modules.filter((module) => module !== file);
    expect(gzippedBytes).toBeLessThan(15_000);
    expect(code).toMatch(/\bCustomers\b/);
    expect(code).not.toMatch(/["'`]node:|\bCreateTax\b/);
    expect(own.filter((module) => !module.startsWith(installed("billing-gateway/dist/client/")))).toEqual([]);
  });

  describe("with React and TanStack Query", () => {
    beforeAll(async () => {
      const names = [
        ...peers.filter((name) => !traces.includes(name)),
        "@types/react",
      ] as (keyof typeof manifest.devDependencies)[];
      await install(
        names.map((name) => `${name}@${manifest.devDependencies[name]}`),
        project,
      );
    }, installingMs);

    async function compile(field: string, module: object): Promise<{ readonly code: number | null; readonly output: string }> {
      writeFileSync(join(project, "page.tsx"), pageFile(field));
      const configuration = { compilerOptions: { ...compilerOptions, ...module }, files: ["page.tsx", "customers.ts"] };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify(configuration));
      return finish(process.execPath, [compiler, "--pretty", "false"], project);
    }

    it.each([
      ["a bundler", { module: "preserve", moduleResolution: "bundler" }],
      ["Node", { module: "nodenext" }],
    ])("compiles a page with a hook, and not one with a field that the query has not, as for %s", async (_, module) => {
      expect(await compile("name", module)).toEqual({ code: 0, output: "" });
      const { code, output } = await compile("nickname", module);
      expect(code).not.toBe(0);
      expect(output.trim().split("\n")).toEqual([
        expect.stringMatching(/^page\.tsx\(\d+,\d+\): error TS2339: Property 'nickname'/),
      ]);
    });
  });
});
