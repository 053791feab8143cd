import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { graphiqlTabs } from "../../src/server/graphiql/tabs.ts";
import { patience } from "../support/patience.ts";
import type { Answer } from "./ask.ts";
import { browserMissing, confine, openBrowser } from "./browser.ts";
import { type GatewayProgram, runGateway } from "./process.ts";

/** The page that a browser shows at /graphql, as a front-end developer uses it on the first day, without the internet. */

const tabs = ["FirstLook", "CustomersWithCharges", "CreateCharge", "TaxInSeveralBackends", "Operations"];
const screenshotFile = fileURLToPath(new URL("../../test-artefacts/graphiql.png", import.meta.url));

interface Size {
  readonly width: number;
  readonly height: number;
}
const laptop: Size = { width: 1400, height: 900 };
/** The panes render only the lines that are in view: this is high enough for every answer. */
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
    await page.goto(`${gateway.origin}/graphql`);
    await page.getByRole("tab").first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });
  afterEach(() => expect(problems).toEqual([]));

  /** Opens a tab, presses the button, and gives what came back. */
  async function execute(tab: string): Promise<Answer<Readonly<Record<string, unknown>>>> {
    await page.getByTitle(tab).click();
    // GraphiQL takes note of a tab's operation a moment after it shows it, and then of the tab itself in its storage.
    const activeTab = `JSON.parse(localStorage["graphiql:tabState"] ?? "{}").activeTabIndex`;
    // The page's policy forbids the eval with which Playwright itself would wait in the page.
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
    await execute("FirstLook");
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
    const { data, errors } = await execute(tab);
    expect(errors).toBeUndefined();
    // The tab that fans out shows a refusal on purpose; the others' fields succeed.
    if (tab !== "TaxInSeveralBackends") expect(JSON.stringify(data)).not.toMatch(/"errors":\[\{/);
  });

  it("documents the schema", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    const documentation = page.getByRole("region", { name: "Documentation Explorer" });
    await documentation.getByRole("link", { name: "Mutation", exact: true }).click();
    await documentation.getByRole("link", { name: "createCharge", exact: true }).click();
    await documentation.getByText("Creates a charge, in the backend of its customer or plan.").waitFor();
    await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  });

  it("completes what is typed", async () => {
    await page.getByRole("button", { name: "New tab" }).click();
    await page.locator(".graphiql-query-editor .monaco-editor").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("{ customerBy");
    await page.keyboard.press("Control+Space");
    await page.getByRole("option", { name: "customerByBackendId" }).waitFor();
  });
});
