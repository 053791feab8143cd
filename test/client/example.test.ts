import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shown } from "../docs/executed.ts";
import { browserMissing, confine, openBrowser } from "../e2e/browser.ts";
import { type ListeningGateway, startListeningGateway } from "./gateway.ts";

/** examples/react: type-checked, built by Vite, and used in a browser. Only the package's name leads to this repository. */

const root = new URL("../..", import.meta.url).pathname;
/** The longer name first: Vite takes the first that a specifier begins with. */
const aliases = {
  "billing-gateway-client/react": join(root, "src/client/react/index.ts"),
  "billing-gateway-client": join(root, "src/client/index.ts"),
};

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "example-"));
  await cp(join(root, "examples/react"), project, { recursive: true });
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
});
afterAll(async () => rm(project, { recursive: true, force: true }));

it("starts as its page says", async () => {
  const [commands] = shown("the example").map(({ text }) => text);
  const { dependencies, scripts } = JSON.parse(await readFile(join(root, "examples/react/package.json"), "utf8"));
  const packed = /billing-gateway-client-[\d.]+\.tgz/.exec(commands ?? "")?.[0];
  expect(dependencies["billing-gateway-client"]).toBe(`file:../../${packed}`);
  const client = JSON.parse(await readFile(join(root, "src/client/package.json"), "utf8"));
  expect(packed).toBe(`${client.name}-${client.version}.tgz`);
  for (const [, script = ""] of (commands ?? "").matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(script);
});

it("compiles", async () => {
  const paths = Object.fromEntries(Object.entries(aliases).map(([name, file]) => [name, [file]]));
  const configuration = { extends: "./tsconfig.json", compilerOptions: { paths }, include: ["src"] };
  await writeFile(join(project, "tsconfig.test.json"), JSON.stringify(configuration));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.test.json", "--pretty", "false"], { cwd: project });
});

describe.skipIf(browserMissing)("in a browser", () => {
  let gateway: ListeningGateway;
  let server: PreviewServer;
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  beforeAll(async () => {
    gateway = await startListeningGateway();
    process.env["GATEWAY_ORIGIN"] = new URL(gateway.url).origin;
    const common = { root: project, logLevel: "error", resolve: { alias: aliases } } as const;
    await build({ ...common, build: { outDir: "dist", minify: false } });
    server = await preview({ ...common, preview: { host: "127.0.0.1", port: 0 } });
    delete process.env["GATEWAY_ORIGIN"];
    browser = await openBrowser();
    page = await browser.newPage();
    const address = server.resolvedUrls?.local[0] ?? "";
    problems = await confine(page, new URL(address).origin);
    await page.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await gateway?.close();
  });

  const list = () => page.getByRole("navigation");
  const shown = () => page.getByRole("main");

  it("lists customers of all backends, a page at a time, and finds some", async () => {
    await list().getByRole("listitem").nth(19).waitFor();
    await list().getByRole("button", { name: "More" }).click();
    await list().getByRole("listitem").nth(39).waitFor();
    await list().getByRole("searchbox").fill("Ada's Bakery");
    await expect.poll(() => list().getByRole("listitem").count()).toBe(3);
  });

  it("charges a customer, with the fields that its backend needs, once", async () => {
    for (const [label, backend, call] of [
      ["Telephony", "pbx", "charges/create"],
      ["Hosted offices", "suite", "charges/new"],
      ["Subscriptions", "recurring", "transactions/~create"],
    ] as const) {
      await list()
        .getByRole("button", { name: new RegExp(`Bakery ${label}`) })
        .click();
      await shown()
        .getByRole("paragraph")
        .filter({ hasText: new RegExp(`^${label}`) })
        .waitFor();
      const before = gateway.callsOf(backend, call);
      await shown().getByRole("textbox", { name: "Amount" }).fill("12.34");
      await shown().getByRole("button", { name: "Charge" }).dblclick();
      await shown().getByText("Charged.").waitFor();
      await shown()
        .getByRole("cell", { name: /12\.34/ })
        .first()
        .waitFor();
      expect({ label, made: gateway.callsOf(backend, call) - before }).toEqual({ label, made: 1 });
    }
  });

  it("keeps what was typed when the answer is lost, and charges it once when it is sent again", async () => {
    let losing = true;
    await page.route("**/graphql", async (route) => {
      if (!losing || !route.request().postData()?.includes("createCharge(")) return route.fallback();
      await route.fetch();
      return route.fulfill({ contentType: "text/html", body: "<h1>Bad gateway</h1>" });
    });
    const before = gateway.callsOf("recurring", "transactions/~create");
    await shown().getByRole("textbox", { name: "Amount" }).fill("43.21");
    await shown().getByRole("button", { name: "Charge" }).click();
    await shown().getByText("Press again: nobody is charged twice.").waitFor();
    expect(await shown().getByRole("textbox", { name: "Amount" }).inputValue()).toBe("43.21");
    losing = false;
    await shown().getByRole("button", { name: "Charge" }).click();
    await shown().getByText("Charged.").waitFor();
    await shown()
      .getByRole("cell", { name: /43\.21/ })
      .first()
      .waitFor();
    expect(gateway.callsOf("recurring", "transactions/~create") - before).toBe(1);
    await page.unroute("**/graphql");
  });

  it("shows at the form what the gateway does not even look at, and nothing about pressing again", async () => {
    await shown().getByRole("textbox", { name: "Text" }).fill("x".repeat(5_001));
    await shown().getByRole("button", { name: "Charge" }).click();
    await shown()
      .getByRole("alert")
      .getByText(/^charge\.\w+ (may have at most|must not be longer than) \d+ characters$/)
      .waitFor();
    expect(await shown().getByText("Press again").count()).toBe(0);
    await shown().getByRole("textbox", { name: "Text" }).fill("Setup");
  });

  it("links customers that are the same", async () => {
    const elsewhere = shown().getByRole("region", { name: "The same customer elsewhere" });
    await elsewhere.getByRole("listitem").filter({ hasText: "Telephony" }).getByRole("button", { name: "Link" }).click();
    // Both are linked within a millisecond, or one after the other.
    await elsewhere.getByText(/^Linked: (Subscriptions, Telephony|Telephony, Subscriptions)\.$/).waitFor();
    const { accounts } = await gateway.client.request<{ accounts: { nodes: readonly { name: string }[] } }, object>(
      "{ accounts { nodes { name } } }",
      {},
    );
    expect(accounts.nodes).toEqual([{ name: "Ada's Bakery" }]);
  });

  it("fits a telephone, and logs no error", async () => {
    await page.setViewportSize({ width: 375, height: 800 });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(375);
    expect(problems).toEqual([]);
  });
});
