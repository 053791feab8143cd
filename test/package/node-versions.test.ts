import { cpSync, existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { ask } from "../e2e/ask.ts";
import { runGateway } from "../e2e/process.ts";
import { registryMissing } from "./registry.ts";
import { emptyProject, finish, install, remove } from "./stranger.ts";

/** Other versions of Node than that of the tests: the oldest that package.json allows, and older ones. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const [, lowest = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(manifest.engines.node) ?? [];
const versions = { lowest, 24: "24", 20: "20" };

describe.skipIf(await registryMissing())("on Node", () => {
  const project = emptyProject();
  const nodeOf = (name: keyof typeof versions): string => join(project, "node_modules", `node-${name}`, "bin", "node");

  beforeAll(async () => {
    // The package fetches its platform's program in a script of its own.
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", allowScripts: { node: true } }));
    await install(
      Object.entries(versions).map(([name, version]) => `node-${name}@npm:node@${version}`),
      project,
    );
  }, 300_000);
  afterAll(() => remove(project));

  it(`${lowest}, the oldest that is allowed, every backend of the sandbox answers`, async () => {
    expect((await finish(nodeOf("lowest"), ["--version"], project)).output.trim()).toBe(`v${lowest}`);
    await using gateway = await runGateway(["--sandbox", "--port", "0"], {}, { node: nodeOf("lowest") });
    const aliases = gateway.backends.map(
      ({ key }) => `${key}: customers(first: 3, backends: ["${key}"]) {
        nodes { createdAt amountDue { amount } charges(first: 3) { nodes { date createdAt amount { amount } } } }
        unavailable { message }
      }`,
    );
    type Customers = { readonly nodes: readonly object[]; readonly unavailable: readonly object[] };
    const { data, errors } = await ask<Readonly<Record<string, Customers>>>(gateway.origin, `{ ${aliases.join(" ")} }`);
    expect(errors).toBeUndefined();
    const found = Object.entries(data).map(([key, { nodes, unavailable }]) => [key, nodes.length, unavailable]);
    expect(found).toEqual(["pbx", "suite", "offices", "recurring"].map((key) => [key, 3, []]));
  });

  it.each([24, 20] as const)("%i, the gateway says which one it needs, and ends", async (version) => {
    // Built code, since Node 20 runs no TypeScript.
    writeFileSync(join(project, "main.js"), stripTypeScriptTypes(readFileSync(join(root, "src/main.ts"), "utf8")));
    const { code, output } = await finish(nodeOf(version), ["main.js"], project);
    expect(output).toMatch(
      new RegExp(`^billing-gateway needs Node 26\\.1 or later\\. This is Node ${version}\\.\\d+\\.\\d+\\.\\n$`),
    );
    expect([code, lowest]).toEqual([1, "26.1.0"]);
  });

  it("20, npm ci warns of no package, and ends with which Node the scripts run on", async () => {
    const checkout = emptyProject();
    try {
      for (const file of ["package.json", "package-lock.json", ".npmrc", "scripts/prepare.js"]) {
        cpSync(join(root, file), join(checkout, file));
      }
      // What the command npm leads to. Its global folder may be another Node's, without npm.
      const program = realpathSync(
        (process.env["PATH"] ?? "")
          .split(delimiter)
          .map((folder) => join(folder, "npm"))
          .find((file) => existsSync(file)) ?? "npm",
      );
      const { code, output } = await finish(nodeOf(20), [program, "ci", "--dry-run", "--prefer-offline"], checkout);
      expect(code).toBe(0);
      expect(output).not.toMatch(/^npm warn|EBADENGINE/m);
      const agent = { npm_config_user_agent: "npm/10.9.9 node/v20.20.2 linux x64" };
      const { output: last } = await finish(process.execPath, ["scripts/prepare.js"], checkout, agent);
      expect(last.trim().split("\n")).toEqual([
        expect.stringMatching(/^This machine's Node is v20\.20\.2\. .* Node 26\.\d+\.\d+,/),
      ]);
    } finally {
      remove(checkout);
    }
  });
});
