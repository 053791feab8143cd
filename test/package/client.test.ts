import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import client from "../../src/client/package.json" with { type: "json" };
import { type ListeningGateway, startListeningGateway } from "../client/gateway.ts";
import { shown } from "../docs/executed.ts";
import { codeSpans } from "../support/markdown.ts";
import { bundle } from "./bundle.ts";
import { packageImports } from "./imports.ts";
import { registryMissing } from "./registry.ts";
import { browserFile, compilerOptions, pageFile, typedQueryFile } from "./sources.ts";
import { type Ended, emptyProject, finish, install, type Packed, pack, remove } from "./stranger.ts";

/** The package for front ends, installed in new projects: with Node alone, with require, with React 18 and 19, for browsers. */

const longMs = 300_000;
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

let packed: Packed;
let gateway: ListeningGateway;
beforeAll(async () => {
  [packed, gateway] = await Promise.all([pack("./src/client"), startListeningGateway()]);
}, longMs);
afterAll(async () => {
  await gateway?.close();
  if (packed) remove(packed.checkout);
});

describe("what is built", () => {
  it("has the gateway's version, no dependencies, and runs in Node 20", () => {
    expect(client.version).toBe(manifest.version);
    expect(client).not.toHaveProperty("dependencies");
    expect(client.engines.node).toBe(">=20");
    expect(Object.keys(client.peerDependenciesMeta)).toEqual(Object.keys(client.peerDependencies));
  });

  it("imports its peers where they belong, and nothing else", () => {
    const imported = packageImports(packed.checkout, ["src/client/dist/esm/**/*.js", "src/client/dist/esm/**/*.d.ts"]);
    const files = (name: string): readonly string[] => [
      ...new Set(imported.filter((each) => each.name === name).map(({ file }) => file.replace(/^src\/client\/dist\/esm\//, ""))),
    ];
    expect(new Set(imported.map(({ name }) => name))).toEqual(new Set(Object.keys(client.peerDependencies)));
    for (const name of ["@apollo/client", "graphql"])
      expect(files(name), name).toEqual(files(name).filter((file) => file.startsWith("apollo.")));
    expect(files("react").filter((file) => !/^(react\/|generated\/hooks)/.test(file))).toEqual([]);
  });
});

describe.skipIf(await registryMissing())("in a project of its own", () => {
  let project: string;
  beforeAll(async () => {
    project = emptyProject();
    await install([packed.client], project);
  }, longMs);
  afterAll(() => project && remove(project));

  it("has no other files, and is small", () => {
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "billing-gateway-client",
    ]);
    const files = globSync("node_modules/billing-gateway-client/**/*", { cwd: project });
    const bytes = files.reduce((sum, file) => sum + statSync(join(project, file)).size, 0);
    expect(bytes).toBeLessThan(5_000_000);
  });

  it("contains the pages that its README names", () => {
    const folder = join(project, "node_modules/billing-gateway-client");
    const named = codeSpans(readFileSync(join(folder, "README.md"), "utf8")).filter((code) => code.endsWith(".md"));
    expect(named.map((path) => [path, existsSync(join(folder, path))])).toEqual(named.map((path) => [path, true]));
    expect(named.length).toBeGreaterThan(1);
  });

  it("runs the typed query that is shown", async () => {
    writeFileSync(join(project, "customers.ts"), typedQueryFile(new URL(gateway.url).origin));
    const { output } = await finish(process.execPath, ["customers.ts"], project);
    expect(output).toBe(`${format(Array(3).fill("Ada's Bakery"))}\n`);
  });

  it("is loaded by require, and by import without the marks of CommonJS", async () => {
    const required = `
      const { CustomersDocument, createGatewayClient } = require("billing-gateway-client");
      const { gatewayQuery } = require("billing-gateway-client/queries");
      const { scalars } = require("billing-gateway-client/codegen");
      const client = createGatewayClient({ url: ${JSON.stringify(gateway.url)} });
      gatewayQuery(client, CustomersDocument, { first: 2 }).queryFn({}).then((data) => console.log(data.customers.nodes.length, typeof scalars));
    `;
    // Older Nodes have no require of ES modules, nor has Jest.
    const flags = ["--no-experimental-require-module", "--input-type=commonjs", "--eval", required];
    expect(await finish(process.execPath, flags, project)).toEqual({ code: 0, output: "2 object\n" });
    const imported = `
      import * as all from "billing-gateway-client";
      console.log("default" in all, typeof all.CustomersDocument);
    `;
    const { output } = await finish(process.execPath, ["--input-type=module", "--eval", imported], project);
    expect(output).toBe("false string\n");
  });

  it("has the schema and the trusted documents", async () => {
    const script = `import { readFileSync } from "node:fs"; process.stdout.write(readFileSync(new URL(import.meta.resolve("billing-gateway-client/schema.graphql"))));`;
    const { output } = await finish(process.execPath, ["--input-type=module", "--eval", script], project);
    expect(output).toBe(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
    const listed = `import list from "billing-gateway-client/trusted-documents.json" with { type: "json" }; import { ViewerDocument } from "billing-gateway-client"; console.log(Object.values(list).includes(ViewerDocument));`;
    expect((await finish(process.execPath, ["--input-type=module", "--eval", listed], project)).output).toBe("true\n");
  });

  it("adds less than 15 kB, gzipped, to a page with the client and one query", async () => {
    const file = join(project, "browser.js");
    writeFileSync(file, browserFile);
    const { code, gzippedBytes, modules } = await bundle(project, file);
    expect(gzippedBytes).toBeLessThan(15_000);
    expect(code).toMatch(/\bCustomers\b/);
    expect(code).not.toMatch(/["'`]node:|\bCreateTax\b/);
    const own = join(project, "node_modules/billing-gateway-client/dist/esm/");
    expect(modules.filter((module) => module !== file && !module.startsWith(own))).toEqual([]);
  });
});

describe.skipIf(await registryMissing()).each(["18", "19"])("with React %s and TanStack Query", (version) => {
  let project: string;
  beforeAll(async () => {
    project = emptyProject();
    const react = [`react@${version}`, `react-dom@${version}`, `@types/react@${version}`, `@types/react-dom@${version}`];
    await install([packed.client, ...react, "@tanstack/react-query@5"], project);
  }, longMs);
  afterAll(() => project && remove(project));

  const bundler = { module: "preserve", moduleResolution: "bundler" };

  async function compile(files: Readonly<Record<string, string>>, module: object): Promise<Ended> {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
    const configuration = { compilerOptions: { ...compilerOptions, ...module }, files: Object.keys(files) };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(configuration));
    return finish(process.execPath, [compiler, "--pretty", "false"], project);
  }

  it.each([
    ["a bundler", bundler],
    ["Node", { module: "nodenext" }],
  ])("compiles a page with a hook, and not one with a field that the query has not, as for %s", async (_, module) => {
    const { code, output } = await compile({ "page.tsx": pageFile("name"), "wrong.tsx": pageFile("nickname") }, module);
    expect(code).not.toBe(0);
    expect(output.trim().split("\n")).toEqual([
      expect.stringMatching(/^wrong\.tsx\(\d+,\d+\): error TS2339: Property 'nickname'/),
    ]);
  });

  it("compiles the page that is shown", async () => {
    const page = shown("the page with React").find(({ language }) => language === "tsx")?.text ?? "";
    expect(await compile({ "shown.tsx": page }, bundler)).toEqual({ code: 0, output: "" });
  });

  it.each(["module", "commonjs"])("shows what a server component has prefetched, loaded as %s", async (type) => {
    const names = {
      react: "{ createElement }",
      "react-dom/server": "{ renderToString }",
      "@tanstack/react-query": "{ QueryClient, QueryClientProvider }",
      "billing-gateway-client": "{ createGatewayClient, CustomersDocument }",
      "billing-gateway-client/queries": "{ gatewayQuery }",
      "billing-gateway-client/react": "{ GatewayProvider, useCustomersQuery, useCreateChargeMutation }",
    };
    const imports = Object.entries(names).map(([name, what]) =>
      type === "module" ? `import ${what} from "${name}";` : `const ${what} = require("${name}");`,
    );
    const script = `${imports.join("\n")}
      const client = createGatewayClient({ url: ${JSON.stringify(gateway.url)} });
      const queries = new QueryClient();
      function Page() {
        const { data } = useCustomersQuery({ first: 2 });
        useCreateChargeMutation();
        return data.customers.nodes.map(({ backend }) => backend.label).join();
      }
      queries.prefetchQuery(gatewayQuery(client, CustomersDocument, { first: 2 })).then(() => {
        const provider = createElement(GatewayProvider, { client }, createElement(Page));
        console.log(renderToString(createElement(QueryClientProvider, { client: queries }, provider)));
        queries.clear();
      });`;
    const { output } = await finish(process.execPath, [`--input-type=${type}`, "--eval", script], project);
    expect(output).toBe("Telephony,Telephony\n");
  });

  it("loads the modules without React context in a server component, under React's condition", async () => {
    mkdirSync(join(project, "server"), { recursive: true });
    const script = `
      import { gatewayQuery } from "billing-gateway-client/queries";
      import { createGatewayClient, CustomersDocument } from "billing-gateway-client";
      const { customers } = await gatewayQuery(createGatewayClient({ url: ${JSON.stringify(gateway.url)} }), CustomersDocument, { first: 3 }).queryFn({});
      console.log(customers.nodes.length);`;
    const flags = ["--conditions=react-server", "--input-type=module", "--eval", script];
    expect((await finish(process.execPath, flags, project)).output).toBe("3\n");
  });
});
