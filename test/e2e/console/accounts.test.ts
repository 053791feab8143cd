import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing, openBrowser } from "../browser.ts";
import { type GatewayProgram, runGateway } from "../process.ts";
import { setFaults } from "../sandbox.ts";
import {
  accessibilityProblems,
  type ConsolePage,
  customersOf,
  openConsole,
  picture,
  requireBuiltConsole,
  telephone,
} from "./console.ts";

/** One customer in several backends: found by half of its name, linked, its total, its differences, and making them agree. */

const company = "Ada's Bakery";
const backends = ["Telephony", "Hosted offices", "Subscriptions"];

describe.skipIf(browserMissing)("a customer of several backends in the console", () => {
  let gateway: GatewayProgram;
  let browser: Browser;
  let tab: ConsolePage;
  let page: Page;

  beforeAll(async () => {
    requireBuiltConsole();
    browser = await openBrowser();
    gateway = await runGateway(["--port", "0"]);
    tab = await openConsole(browser, gateway.origin);
    page = tab.page;
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  const urlOf = (key: string): string => gateway.backends.find((backend) => backend.key === key)?.url ?? "";
  const dialog = (): Locator => page.getByRole("dialog");
  const searchField = (): Locator => page.getByRole("combobox", { name: "Search everything" });
  const heading = (name: string): Promise<void> => page.getByRole("heading", { level: 1, name }).waitFor();
  const account = (): Locator => page.getByRole("region", { name: "Account" });
  const differences = (): Locator => page.getByRole("table", { name: "Differences" });

  /** What is there sooner or later, because the gateway reads the backends in the background: the page is loaded until it is. */
  async function eventually(what: Locator): Promise<void> {
    const shown = async (): Promise<boolean> => {
      if (await what.isVisible()) return true;
      await page.reload();
      await page
        .getByText(/^Loading (?!more)/)
        .first()
        .waitFor({ state: "hidden" });
      return what.isVisible();
    };
    await expect.poll(shown, { timeout: 30_000, interval: 500 }).toBe(true);
  }

  /** Presses the keys of the search, types, and waits until something is found. */
  async function find(text: string): Promise<void> {
    await page.keyboard.press("Control+k");
    await expect.poll(() => searchField().evaluate((input) => input.matches(":focus"))).toBe(true);
    await page.keyboard.type(text);
    await dialog().getByRole("option", { name: company }).first().waitFor();
  }

  it("finds it by half of its name, with the keyboard alone", async () => {
    await tab.open("/", "Backends");
    await find("ada's bak");
    const options = dialog().getByRole("option");
    await expect.poll(() => options.count()).toBe(backends.length);
    for (const backend of backends) await options.filter({ hasText: backend }).waitFor();
    const chosen = dialog().getByRole("option", { selected: true });
    await expect.poll(() => chosen.count()).toBe(1);
    const first = await chosen.innerText();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => chosen.innerText()).not.toBe(first);
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => chosen.innerText()).toBe(first);
    const pointed = await searchField().getAttribute("aria-activedescendant");
    expect(await chosen.getAttribute("id")).toBe(pointed);
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "global-search");
    await page.keyboard.press("Enter");
    await heading(company);
    expect(page.url()).toContain("/customers/");
  });

  it("accepts what is suggested for it, by keyboard and by button", async () => {
    await account().getByRole("link", { name: "Who could it be?" }).click();
    await heading("Suggestions");
    const cards = page.getByRole("article").filter({ hasText: company });
    await eventually(cards.nth(1));
    await picture(page, "suggestions");
    await cards.first().focus();
    await page.keyboard.press("a");
    await page.getByText(`${company} is linked`).waitFor();
    await expect.poll(() => cards.count()).toBe(1);
    await cards.first().getByRole("button", { name: "Link", exact: true }).click();
    await expect.poll(() => cards.count()).toBe(0);
    await page.getByRole("link", { name: "Show the account" }).click();
    await heading(company);
  });

  it("shows its backends and what it owes in total", async () => {
    const customers = page.getByRole("table", { name: "Customers of the account" });
    for (const backend of backends) await customers.getByRole("row").filter({ hasText: backend }).waitFor();
    await customers.getByText("Active").nth(2).waitFor();
    const owed = page.getByRole("region", { name: "Amount due in total" });
    const amounts = await customers.getByRole("cell").filter({ hasText: "€" }).allInnerTexts();
    expect(amounts).toHaveLength(1);
    await owed.getByText(amounts[0] ?? "").waitFor();
  });

  it("finds that the addresses differ, aligns them, and they agree", async () => {
    const address = differences().getByRole("row", { name: /^Address/ });
    await address.getByText("7 Wharf Road").waitFor();
    await address.getByText("differs").waitFor();
    await picture(page, "differences");
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole("button", { name: "Align all to this: Address in Telephony" }).click();
    const results = dialog().getByRole("table", { name: "Results" });
    await results.getByRole("row").filter({ hasText: "Subscriptions" }).getByText("Checked only").waitFor();
    await dialog().getByText("12 Mill Lane").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "align");
    await dialog().getByRole("button", { name: "Align", exact: true }).click();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await page.getByText("The customers agree in all fields that their backends keep.").waitFor();
  });

  it("is found as an account from now on", async () => {
    await tab.open("/customers", "Customers");
    // Also while one types in a filter.
    await page.getByLabel("Name contains").focus();
    await find("ada's bak");
    await dialog().getByRole("group", { name: "Accounts" }).getByRole("option").getByText("3 customers").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/accounts/*");
    await heading(company);
  });

  it("shows its charges by month and backend, and all of them in one list", async () => {
    await page.getByRole("tab", { name: "Charges" }).click();
    const charges = page.getByRole("table", { name: "charges" });
    for (const backend of backends) await charges.getByRole("row").filter({ hasText: backend }).first().waitFor();
    const picture = page.getByRole("table", { name: /Charged in each month, in EUR/ });
    await picture.getByRole("columnheader", { name: "Telephony" }).waitFor({ state: "attached" });
    expect(await picture.getByRole("row").count()).toBe(13);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("has a statement, and downloads what it shows", async () => {
    await page.getByRole("tab", { name: "Statement" }).click();
    const statement = page.getByRole("table", { name: "Statement" });
    await statement.getByRole("row").nth(1).waitFor();
    await page.getByLabel("From", { exact: true }).fill("2026-05-01");
    await expect.poll(() => new URL(page.url()).searchParams.get("from")).toBe("2026-05-01");
    await page.getByLabel("To", { exact: true }).fill("2026-07-31");
    await expect.poll(() => statement.getByRole("rowheader").allInnerTexts()).not.toContain("Jan 2026");
    await statement.getByText("Total in USD").waitFor();
    await expect.poll(() => statement.getAttribute("aria-busy")).not.toBe("true");
    const rows = await statement.getByRole("rowheader", { name: / 2026$/ }).count();
    expect(rows).toBeGreaterThan(1);

    const button = page.getByRole("button", { name: "Download as CSV" });
    await expect.poll(() => button.isEnabled()).toBe(true);
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).toContain(company);
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
    expect(lines[0]).toContain("month");
    expect(lines).toHaveLength(rows + 1);
    expect(lines.slice(1).join("\n")).toMatch(/2026-07.*12\.50/);
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "statement");
  });

  it("is listed among the accounts, and can be renamed, on a telephone as well", async () => {
    await page.setViewportSize(telephone);
    await tab.open("/accounts", "Accounts");
    await page.getByLabel("Name contains").fill("bakery");
    await page.getByRole("table", { name: "accounts" }).getByRole("link", { name: company }).click();
    await heading(company);
    await page.getByRole("button", { name: "Rename" }).click();
    await dialog().getByLabel("Name").fill("Ada's Bakery, all of it");
    await dialog().getByRole("button", { name: "Rename", exact: true }).click();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await heading("Ada's Bakery, all of it");
    expect(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).toBe(true);
    await picture(page, "account-375");
    await find("ada's bak");
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await picture(page, `global-search-375-${colorScheme}`);
    }
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
  });

  it("is dissolved when but one customer is left, and can be linked again by searching", async () => {
    for (const backend of ["Subscriptions", "Hosted offices"]) {
      await page.getByRole("button", { name: `Unlink ${company} in ${backend}` }).click();
      await dialog().getByRole("button", { name: "Unlink", exact: true }).click();
      if (backend === "Hosted offices") break;
      await dialog().getByRole("status").getByText("Done").waitFor();
      await dialog().getByRole("button", { name: "Close" }).last().click();
      await dialog().waitFor({ state: "hidden" });
    }
    await page.getByText("This account does not exist").waitFor();
    await dialog().waitFor({ state: "hidden" });
    await find("ada's bak");
    await page.keyboard.press("Enter");
    await account().getByRole("button", { name: "Link…" }).click();
    await dialog().getByRole("combobox", { name: "Customer" }).fill("Ada's Bak");
    await page.getByRole("option", { name: company }).filter({ hasText: "Subscriptions" }).click();
    await dialog().getByRole("button", { name: "Link", exact: true }).click();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await account().getByRole("link", { name: company }).waitFor();
  });

  it("says which backend is missing from the total while it is down", async () => {
    await setFaults(urlOf("recurring"), [{ kind: "html502" }]);
    await account().getByRole("link", { name: company }).click();
    await heading(company);
    const owed = page.getByRole("region", { name: "Amount due in total" });
    await owed.getByText("Not counted, because it cannot be asked at the moment: Subscriptions.").waitFor();
    await owed.getByText("€").first().waitFor();
    await page.getByText("Those that could be compared agree.").waitFor();
    await picture(page, "account-backend-down");
    await setFaults(urlOf("recurring"), []);
  });

  it("follows what somebody else changes in its backends", async () => {
    const [customer] = await customersOf(gateway.origin, "suite");
    const subscribed = page.waitForRequest((request) => request.postData()?.includes("customerChanged") ?? false);
    await tab.open(`/customers/${customer?.id}`, customer?.name);
    await subscribed;
    const rename = (name: string) =>
      ask(gateway.origin, "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { operation { status } } }", {
        variables: { input: { id: customer?.id, name } },
      });
    let renamings = 0;
    // A subscription tells what happens from when it is there, and nothing in the page shows when that is.
    const shown = async (): Promise<boolean> => {
      const name = `Renamed, the ${++renamings}. time`;
      await rename(name);
      return page
        .getByRole("heading", { level: 1, name })
        .waitFor({ timeout: 3_000 })
        .then(() => true)
        .catch(() => false);
    };
    await expect.poll(shown, { timeout: 20_000 }).toBe(true);
  });

  it("is not suggested again once declined", async () => {
    await tab.open("/suggestions", "Suggestions");
    const cards = page.getByRole("article");
    await eventually(cards.first());
    const name = (await cards.first().getAttribute("aria-label")) ?? "";
    await cards.first().getByRole("button", { name: "Not the same" }).click();
    await page.getByText("is not suggested again").waitFor();
    await expect.poll(() => page.getByRole("article", { name, exact: true }).count()).toBe(0);
    await page.reload();
    await cards.first().waitFor();
    expect(await page.getByRole("article", { name, exact: true }).count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("is one account from the beginning where it is created in two backends", async () => {
    await tab.open("/new/customer?backend=suite&backend=offices", "New customer");
    expect(await page.getByRole("switch", { name: "Link as one account" }).isChecked()).toBe(true);
    await page.getByLabel("Name").first().fill("Zweigstelle & Söhne");
    await page.getByRole("button", { name: "Create in 2 backends" }).click();
    await page.getByRole("link", { name: "Show the account" }).click();
    await heading("Zweigstelle & Söhne");
    const customers = page.getByRole("table", { name: "Customers of the account" });
    for (const backend of ["Hosted offices", "Serviced offices"]) await customers.getByText(backend).waitFor();
  });

  it("caused no error and asked nobody but the gateway", () =>
    // The browser notes by itself that a backend's failure was told with another status.
    expect(tab.problems.filter((problem) => !/status of 50\d/.test(problem))).toEqual([]));
});
