import { hash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { graphiqlTabs } from "../../src/server/graphiql/tabs.ts";
import { patience } from "../support/patience.ts";
import { schema } from "../support/schema.ts";
import { type Answer, ask } from "./ask.ts";
import { browserMissing, confine, openBrowser } from "./browser.ts";
import { writeConfiguration } from "./configuration.ts";
import { type GatewayProgram, runGateway } from "./process.ts";
import { changeConfiguration } from "./processes.ts";
import { runOnSmallSandbox, runSandbox } from "./sandbox.ts";

/** The page at /graphql, as a front-end developer uses it on the first day, without the internet. */

const tabs = ["FirstLook", "CustomersWithCharges", "CreateCharge", "TaxInSeveralBackends", "Operations"];
const screenshotFile = fileURLToPath(new URL("../../test-artefacts/graphiql.png", import.meta.url));

interface Size {
  readonly width: number;
  readonly height: number;
}
const laptop: Size = { width: 1400, height: 900 };
const telephone: Size = { width: 375, height: 812 };
/** The editors render visible lines only: this is high enough for every answer. */
const allInView: Size = { width: 1400, height: 6_000 };

describe.skipIf(browserMissing)("GraphiQL", () => {
  let gateway: GatewayProgram;
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];

  beforeAll(async () => {
    browser = await openBrowser();
    gateway = await runGateway(["--port", "0"]);
    page = await browser.newPage({ viewport: laptop });
    page.setDefaultTimeout(patience.timeout);
    problems = await confine(page, gateway.origin);
    await show(page, `${gateway.origin}/graphql`);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });
  afterEach(() => expect(problems).toEqual([]));

  /** Opens a tab, presses the button, and returns the result. */
  async function executeTab(tab: string): Promise<Answer<Readonly<Record<string, unknown>>>> {
    await page.getByTitle(tab).click();
    // GraphiQL remembers a tab's operation a moment after it shows it, and then stores the tab.
    const activeTab = `JSON.parse(localStorage["graphiql:tabState"] ?? "{}").activeTabIndex`;
    // The page's policy forbids eval, which Playwright would use to wait in the page.
    await expect.poll(() => page.evaluate<unknown>(activeTab)).toBe(tabs.indexOf(tab));
    const [response] = await Promise.all([
      page.waitForResponse((candidate) => candidate.request().postData()?.includes(tab) ?? false),
      page.getByRole("button", { name: "Execute query" }).click(),
    ]);
    return (await response.json()) as Answer<Readonly<Record<string, unknown>>>;
  }

  it("has its ready tabs", async () => {
    expect(await page.title()).toBe("GraphiQL · Billing gateway");
    expect(await page.getByRole("tab").allInnerTexts()).toEqual(tabs);
    expect(graphiqlTabs(undefined)).toHaveLength(tabs.length);
  });

  it("shows all backends and what the query cost when the first tab is run", async () => {
    await executeTab("FirstLook");
    const result = page.getByRole("region", { name: "Result Window" });
    await result.getByText('"pbx"').first().waitFor();
    await page.screenshot({ path: screenshotFile });
    await page.setViewportSize(allInView);
    await result.getByText('"backendCalls"').waitFor();
    const text = (await result.textContent())?.replaceAll("\u00a0", " ");
    await page.setViewportSize(laptop);
    for (const { key } of gateway.backends) expect(text).toContain(`"key": "${key}"`);
  });

  it.each(tabs)("runs %s as it stands", async (tab) => {
    const { data, errors } = await executeTab(tab);
    expect(errors).toBeUndefined();
    // The tab with the fan-out shows a refusal on purpose; the fields of the other tabs succeed.
    if (tab !== "TaxInSeveralBackends") expect(JSON.stringify(data)).not.toMatch(/"errors":\[\{/);
  });

  it("documents the schema", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    const documentation = page.getByRole("region", { name: "Documentation Explorer" });
    await documentation.getByRole("link", { name: "Mutation", exact: true }).click();
    await documentation.getByRole("link", { name: "createCharge", exact: true }).click();
    const [description = ""] = schema.getMutationType()?.getFields()["createCharge"]?.description?.split("\n") ?? [];
    expect(description).not.toBe("");
    await documentation.getByText(description).waitFor();
    await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  });

  it("completes typed text", async () => {
    await write(page, "{ customerBy");
    await page.keyboard.press("Control+Space");
    await page.getByRole("option", { name: "customerByBackendId" }).waitFor();
  });

  it("builds a query by clicks", async () => {
    await write(page, "{ __typename }");
    await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
    const fields = page.locator(".graphiql-plugin");
    await fields.getByText("viewer", { exact: true }).click();
    await fields.getByText("scopes", { exact: true }).click();
    await expect.poll(() => textOf(page, "query")).toMatch(/viewer \{\s+scopes\s+\}/);
    await page.getByRole("button", { name: "Hide GraphiQL Explorer" }).click();
  });

  it("reformats queries", async () => {
    await write(page, "query  Ordered{viewer{name}}");
    await page.getByRole("button", { name: "Prettify query" }).click();
    await expect.poll(() => textOf(page, "query")).toMatch(/query Ordered \{\s+viewer \{/);
  });

  it("shows a subscription's events until it is stopped", async () => {
    await write(page, "subscription Watched { operationUpdated { mutation status } }");
    const [request] = await Promise.all([
      page.waitForRequest((candidate) => candidate.postData()?.includes("Watched") ?? false),
      page.getByRole("button", { name: "Execute query" }).click(),
    ]);
    const ended = page.waitForEvent("requestfailed", (candidate) => candidate === request);
    // Until the subscription reaches the gateway, it reports nothing.
    await request.response();
    const { data } = await ask<{ readonly createTax: { readonly results: readonly { readonly status: string }[] } }>(
      gateway.origin,
      'mutation { createTax(input: { backends: ["pbx"], name: "Watched tax", rate: "1" }) { results { status } } }',
    );
    expect(data.createTax.results).toEqual([{ status: "SUCCEEDED" }]);
    await expect
      .poll(() => textOf(page, "result"))
      .toMatch(/"operationUpdated": \{\s*"mutation": "createTax",\s*"status": "SUCCEEDED"/);
    await page.getByRole("button", { name: "Stop query" }).click();
    await ended;
    await page.getByRole("button", { name: "Execute query" }).waitFor();
  });

  it("fits a telephone, with the answer below the query and nothing beyond the edge", async () => {
    await page.setViewportSize(telephone);
    await executeTab("FirstLook");
    await page.getByRole("region", { name: "Result Window" }).getByText('"data"').waitFor();
    const [editor, result] = await Promise.all(
      [".graphiql-query-editor", ".graphiql-response"].map((part) => page.locator(part).boundingBox()),
    );
    if (!editor || !result) throw new Error("There is no editor, or no result.");
    expect(result.y).toBeGreaterThanOrEqual(editor.y + editor.height);
    for (const { x, width, height } of [editor, result]) {
      expect(x + width).toBeLessThanOrEqual(telephone.width);
      expect(Math.min(width, height)).toBeGreaterThan(150);
    }
    await page.screenshot({ path: screenshotFile.replace(".png", "-telephone.png") });
    await page.setViewportSize(laptop);
  });
});

describe.skipIf(browserMissing)("GraphiQL in a new browser", () => {
  let gateway: GatewayProgram;
  let browser: Browser;
  const ends: AsyncDisposable[] = [];

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([openBrowser(), runOnSmallSandbox()]);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  /** A page with its own profile. Fails the test if the page had a problem. */
  async function open(options: BrowserContextOptions = {}, { origin }: { readonly origin: string } = gateway): Promise<Page> {
    const context = await browser.newContext({ viewport: laptop, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patience.timeout);
    const problems = await confine(page, origin);
    ends.push({
      [Symbol.asyncDispose]: async () => {
        await context.close();
        expect(problems).toEqual([]);
      },
    });
    await show(page, `${origin}/graphql`);
    return page;
  }

  const shownHistory = (page: Page) => page.getByRole("region", { name: "History" }).getByRole("button", { name: "Set active" });

  it("keeps the history over a reload, restores from it, and deletes it on request", async () => {
    const page = await open();
    // GraphiQL notes a query in an effect while it shows that it waits. On a busy machine the answer can be there before that.
    await page.route("**/graphql", async (route) => {
      if (/query (Before|After)/.test(route.request().postData() ?? ""))
        await page.getByRole("button", { name: "Stop query" }).waitFor();
      await route.fallback();
    });
    await run(page, "query Before { viewer { name } }", "Before");
    await run(page, "query After { __typename }", "After");
    await page.reload();
    await page.getByRole("button", { name: "Show History" }).click();
    await expect.poll(() => shownHistory(page).allInnerTexts()).toEqual(["After", "Before"]);
    await shownHistory(page).getByText("Before").click();
    await expect.poll(() => textOf(page, "query")).toBe("query Before { viewer { name } }");
    await page.getByRole("region", { name: "History" }).getByRole("button", { name: "Clear" }).click();
    await page.reload();
    await page.getByRole("region", { name: "History" }).waitFor();
    expect(await shownHistory(page).count()).toBe(0);
  });

  it("sends the entered headers, and keeps them only while the page is open", async () => {
    const page = await open();
    const query = "query WithHeader { viewer { name } }";
    await write(page, query);
    await page.getByRole("button", { name: "Headers" }).click();
    await page.locator(`${parts.headers} .monaco-editor:visible`).click();
    await page.keyboard.insertText('{ "authorization": "Bearer kept-nowhere" }');
    const request = await execute(page, "WithHeader");
    expect(request.headers()["authorization"]).toBe("Bearer kept-nowhere");
    const kept = () => page.evaluate<string>("JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])");
    await expect.poll(kept).toContain("WithHeader");
    await page.reload();
    await page.locator(".graphiql-query-editor .view-line").first().waitFor();
    expect(await kept()).not.toContain("kept-nowhere");
    expect(await textOf(page, "headers")).toBe("");
  });

  it("opens a link's query in a new tab, once, beside the existing ones", async () => {
    const page = await open();
    const query = "query Linked($first: Int) { customers(first: $first) { nodes { id } } }";
    const variables = '{ "first": 1 }';
    const link = `${gateway.origin}/graphql?${new URLSearchParams({ query, variables })}`;
    for (const context of [page.context(), undefined]) {
      const linked = context ? page : await open();
      await show(linked, link);
      await expect.poll(() => textOf(linked, "query")).toBe(query);
      // Also when it is reloaded at once, before the tab is kept.
      if (context) await linked.reload();
      else expect((await execute(linked, "Linked")).postDataJSON()).toMatchObject({ variables: { first: 1 } });
      await expect.poll(() => linked.url()).toBe(`${gateway.origin}/graphql`);
      await linked.reload();
      await linked.getByRole("tab").first().waitFor();
      expect((await linked.getByRole("tab").allInnerTexts()).toSorted()).toEqual([...tabs, "Linked"].toSorted());
    }
  });

  it("works with the key that the browser knows, also for workers and subscriptions", async () => {
    await using sandbox = await runSandbox(5);
    using configuration = writeConfiguration(sandbox);
    const key = "bgw_developer-for-tests-only";
    const apiKeys = [{ name: "developer", sha256: hash("sha256", key), scopes: ["read"], backends: ["*"] }];
    changeConfiguration(configuration.file, { auth: { mode: "apiKeys", apiKeys } });
    await using closed = await runGateway(["--config", configuration.file], configuration.environment);
    const page = await open({ httpCredentials: { username: "anything", password: key } }, closed);
    const request = await run(page, "query Mine { viewer { name } }", "Mine");
    expect(await (await request.response())?.json()).toMatchObject({ data: { viewer: { name: "developer" } } });
    await write(page, "{ customerBy");
    await page.keyboard.press("Control+Space");
    await page.getByRole("option", { name: "customerByBackendId" }).waitFor();
    // Before the gateway ends, which it would notice.
    await page.context().close();
  });

  it("is dark if the system is", async () => {
    const page = await open({ colorScheme: "dark" });
    const background = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor',
    );
    const channels = background.match(/\d+/g)?.slice(0, 3).map(Number) ?? [];
    expect(Math.max(...channels), background).toBeLessThan(100);
    await page.screenshot({ path: screenshotFile.replace(".png", "-dark.png") });
  });

  it("loads two megabytes at first, and afterwards only the page and the schema", async () => {
    const context = await browser.newContext({ viewport: laptop });
    ends.push({ [Symbol.asyncDispose]: () => context.close() });
    const page = await context.newPage();
    // Without routes, which turn the browser's cache off. Workers are not among a page's own resources.
    const loaded = () =>
      page.evaluate<number>(
        `performance.getEntriesByType("resource").filter(({ name }) => name.includes("/graphiql/")).reduce((sum, { transferSize }) => sum + transferSize, 0)`,
      );
    await show(page, `${gateway.origin}/graphql`);
    // The font of the editor's signs comes last.
    await expect.poll(() => page.evaluate<string>('JSON.stringify(performance.getEntriesByType("resource"))')).toContain(".ttf");
    const first = await loaded();
    expect(first).toBeGreaterThan(500_000);
    expect(first).toBeLessThan(2_000_000);
    await page.goto("about:blank");
    await show(page, `${gateway.origin}/graphql`);
    expect(await loaded()).toBe(0);
  });
});

/** Opens an address and waits for its editor. */
async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
}

/** Writes a query into a new tab. */
async function write(page: Page, query: string): Promise<void> {
  await page.getByRole("button", { name: "New tab" }).click();
  await page.locator(".graphiql-query-editor .monaco-editor").click();
  await page.keyboard.press("Control+A");
  // Inserted at once: the editor would complete typed brackets.
  await page.keyboard.insertText(query);
}

/** Runs a query in a new tab. */
async function run(page: Page, query: string, operation: string): Promise<Request> {
  await write(page, query);
  return await execute(page, operation);
}

/** Presses the button, and waits for the result. */
async function execute(page: Page, operation: string): Promise<Request> {
  // GraphiQL remembers the text a moment later. Its history consists of remembered texts.
  await page.getByTitle(operation, { exact: true }).waitFor();
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => candidate.request().postData()?.includes(operation) ?? false),
    page.getByRole("button", { name: "Execute query" }).click(),
  ]);
  await page.getByRole("region", { name: "Result Window" }).getByText('"data"').waitFor();
  return response.request();
}

const parts = { query: ".graphiql-query-editor", result: ".graphiql-response", headers: "[aria-label=Headers]" };

/** The visible text of an editor. */
async function textOf(page: Page, part: keyof typeof parts): Promise<string> {
  const lines = await page.locator(`${parts[part]} .view-line:visible`).allInnerTexts();
  return lines.join("\n").replaceAll("\u00a0", " ").trim();
}
