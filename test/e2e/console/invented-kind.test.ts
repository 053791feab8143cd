import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type InventedGateway, startInventedGateway } from "../../invented/start.ts";
import { browserMissing, openBrowser } from "../browser.ts";
import { type ConsolePage, openConsole, picture } from "./console.ts";

/** A kind of backend that neither gateway nor console knows: the console is built from its description. */

describe.skipIf(browserMissing)("a backend of an invented kind in the console", () => {
  let gateway: InventedGateway;
  let browser: Browser;
  let tab: ConsolePage;
  let page: Page;
  beforeAll(async () => {
    [browser, gateway] = await Promise.all([openBrowser(), startInventedGateway()]);
  });
  beforeEach(async () => {
    tab = await openConsole(browser, gateway.origin);
    page = tab.page;
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  it("is shown by its own name, with its capabilities", async () => {
    await tab.open("/backends", "Backends");
    await page.getByText("Aunt's book").first().waitFor();
    await page.getByText(/Tally book · EUR/).waitFor();
    expect(tab.problems).toEqual([]);
  });

  it("lists its customers, and charges one with the members that it declares", async () => {
    await tab.open("/customers?backend=tally", "Customers");
    const customer = page.getByRole("table", { name: "customers" }).getByRole("link").first();
    const name = (await customer.textContent()) ?? "";
    await customer.click();
    await page.getByRole("heading", { level: 1, name }).waitFor();

    await page.getByRole("button", { name: "New charge" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("What for").waitFor();
    // Fields without a column are not requested.
    for (const label of ["Name", "Notes", "Quantity", "Service", "How often"]) {
      expect(await dialog.getByLabel(label, { exact: true }).count()).toBe(0);
    }
    await picture(page, "invented-kind");
    const lines = gateway.simulator.lines.length;

    await dialog.getByLabel("What for").fill("A wallpaper with a pattern of more than sixty small letters, and a border");
    await dialog.getByLabel("Amount").fill("1000");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("Must not be longer than 60 characters").waitFor();
    await dialog.getByText("Must be at most 999.99").waitFor();
    expect(gateway.simulator.lines.length).toBe(lines);

    await dialog.getByLabel("What for").fill("Wallpaper");
    await dialog.getByLabel("Amount").fill("12.34");
    await dialog.getByLabel("Kind").click();
    await page.getByRole("option", { name: "Loud" }).click();
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    expect(gateway.simulator.lines.slice(lines)).toMatchObject([{ what: "Wallpaper", pennies: 1234, tone: "loud" }]);

    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page
      .getByRole("cell", { name: /Wallpaper/ })
      .first()
      .waitFor();
    expect(tab.problems).toEqual([]);
  });
});
