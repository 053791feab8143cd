import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shown } from "../docs/executed.ts";
import { browserMissing, confine, openBrowser } from "../e2e/browser.ts";
import { type ListeningGateway, startListeningGateway } from "./gateway.ts";

/** The React page of docs/clients/README.md, taken from its text: type-checked, built by Vite, and used in a browser. */

const root = new URL("../..", import.meta.url).pathname;
/** The longer name first: Vite takes the first that a specifier begins with. */
const entries = {
  "billing-gateway-client/react": "src/client/react/index.ts",
  "billing-gateway-client": "src/client/index.ts",
};
const aliases = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)]));

/** Compiler options of another project; only the package's name leads to this repository. */
const compilerOptions = {
  strict: true,
  target: "es2022",
  lib: ["esnext", "dom"],
  types: ["vite/client"],
  jsx: "react-jsx",
  module: "esnext",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
  paths: Object.fromEntries(Object.entries(aliases).map(([name, file]) => [name, [file]])),
};

let gateway: ListeningGateway;
let project: string;
beforeAll(async () => {
  gateway = await startListeningGateway();
  project = await mkdtemp(join(tmpdir(), "front-end-"));
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  const blocks = shown("the page with React");
  const text = (language: string): string => blocks.find((block) => block.language === language)?.text ?? "";
  await writeFile(join(project, "index.html"), text("html"));
  await writeFile(join(project, "vite.config.mjs"), text("js").replace("http://127.0.0.1:4000", new URL(gateway.url).origin));
  await writeFile(join(project, "page.tsx"), text("tsx"));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["page.tsx"] }));
});
afterAll(async () => {
  await gateway?.close();
  await rm(project, { recursive: true, force: true });
});

function compile(): Promise<unknown> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return promisify(execFile)(process.execPath, [compiler, "-p", project, "--pretty", "false"]);
}

describe("the page", () => {
  it("imports only packages that it says to install", async () => {
    const commands = shown("packages for React")
      .map(({ text }) => text)
      .join("");
    const installed = commands.replace(/\S*billing-gateway-client-[\d.]+\.tgz/, "billing-gateway-client").split(/\s+/);
    const page = await readFile(join(project, "page.tsx"), "utf8");
    const imported = Array.from(page.matchAll(/from "((?:@[^/"]+\/)?[^/"]+)/g), ([, name = ""]) => name);
    expect(imported).toContain("react-dom");
    expect(imported.filter((name) => !installed.includes(name))).toEqual([]);
  });

  it("compiles, and does not with an unknown field", async () => {
    await compile();
    const page = await readFile(join(project, "page.tsx"), "utf8");
    await writeFile(join(project, "page.tsx"), page.replaceAll("backend.label", "backend.colour"));
    await expect(compile()).rejects.toMatchObject({ stdout: expect.stringContaining("'colour' does not exist") });
    await writeFile(join(project, "page.tsx"), page);
  });
});

describe.skipIf(browserMissing)("the page in a browser", () => {
  let server: PreviewServer;
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  beforeAll(async () => {
    const common = { root: project, logLevel: "error", resolve: { alias: aliases } } as const;
    await build({ ...common, build: { outDir: "dist", minify: false } });
    server = await preview({ ...common, preview: { host: "127.0.0.1", port: 0 } });
    browser = await openBrowser();
    page = await browser.newPage();
    const address = server.resolvedUrls?.local[0] ?? "";
    problems = await confine(page, new URL(address).origin);
    await page.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it("lists customers", async () => {
    await page.getByRole("listitem").first().waitFor();
    const rows = await page.getByRole("listitem").allTextContents();
    expect(rows.map((row) => row.replace(/ Charge$/, ""))).toEqual([
      expect.stringContaining("Ada's Bakery (Telephony)"),
      expect.stringContaining("Ada's Bakery (Hosted offices)"),
      expect.stringContaining("Ada's Bakery (Subscriptions)"),
    ]);
  });

  it("charges once, even for a double click", async () => {
    const before = gateway.callsOf("pbx", "charges/create");
    await page.getByRole("listitem").filter({ hasText: "Telephony" }).getByRole("button").dblclick();
    await page.getByText("Charged 19.99 EUR").waitFor();
    expect(gateway.callsOf("pbx", "charges/create") - before).toBe(1);
  });

  it("shows the gateway's refusal at its field", async () => {
    const offices = page.getByRole("listitem").filter({ hasText: "Hosted offices" });
    await offices.getByRole("button").click();
    await offices.getByRole("alert").first().waitFor();
    expect(await offices.getByRole("alert").first().textContent()).toMatch(/serviceId|name/);
    expect(problems).toEqual([]);
  });
});
