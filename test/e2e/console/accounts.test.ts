import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { patience } from "../../support/patience.ts";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { runGateway } from "../process.ts";
import { setFaults } from "../sandbox.ts";
import {
  accessibilityProblems,
  customersOf,
  cutOffOnPaper,
  fitsScreen,
  gateway,
  page,
  picture,
  tab,
  telephone,
  urlOf,
  useConsole,
} from "./console.ts";

/** One customer in several backends: found by half of its name, linked, its total, its differences, and aligning it. */

const company = "Ada's Bakery";
const backends = ["Telephony", "Hosted offices", "Subscriptions"];

interface Bakery {
  /** Its customers, in the backends' order. */
  readonly customers: readonly string[];
  /** Makes a new account of them, whatever accounts they were in. Returns its id. */
  readonly link: () => Promise<string>;
  /** Unlinks each of them. */
  readonly unlink: () => Promise<void>;
}

/** Resolves once the gateway, which reads the backends in the background, can find it and has suggestions for it. */
async function findBakery(origin: string): Promise<Bakery> {
  const read = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const { data, errors } = await ask<Data>(origin, query, { variables: { ...variables } });
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  type Ids = { readonly nodes: readonly { readonly id: string }[] };
  const { pbx, suite, recurring } = await read<Readonly<Record<string, Ids>>>(
    `{ ${["pbx", "suite", "recurring"].map((key) => `${key}: customers(first: 1, backends: ["${key}"], filter: { search: "${company}" }) { nodes { id } }`).join(" ")} }`,
  );
  const customers = [pbx, suite, recurring].flatMap((found) => found?.nodes.map(({ id }) => id) ?? []);
  await vi.waitFor(async () => {
    const { search, linkSuggestions } = await read<{ search: Ids; linkSuggestions: Ids }>(
      `query ($text: String!, $id: ID!) {
        search(text: $text) { nodes { ... on Customer { id } } }
        linkSuggestions(customerId: $id) { nodes { customers { id } } }
      }`,
      { text: company, id: customers[0] },
    );
    const found = search.nodes.filter(({ id }) => customers.includes(id));
    expect([found.length, linkSuggestions.nodes.length]).toEqual([backends.length, backends.length - 1]);
  }, patience);

  const unlink = async (): Promise<void> => {
    const { nodes } = await read<{ nodes: readonly { id: string; account: object | null }[] }>(
      "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id account { id } } } }",
      { ids: customers },
    );
    const linked = nodes.filter(({ account }) => account !== null).map(({ id }) => id);
    if (linked.length === 0) return;
    await read("mutation ($ids: [ID!]!) { unlinkCustomers(input: { customerIds: $ids }) { operation { id } } }", { ids: linked });
  };
  const link = async (): Promise<string> => {
    await unlink();
    const { linkCustomers } = await read<{ linkCustomers: { account: { id: string } } }>(
      "mutation ($ids: [ID!]!) { linkCustomers(input: { customerIds: $ids }) { account { id } } }",
      { ids: customers },
    );
    return linkCustomers.account.id;
  };
  return { customers, link, unlink };
}

describe.skipIf(browserMissing)("a customer of several backends in the console", () => {
  // The browser itself reports that a backend's failure has an error status.
  useConsole({ start: () => runGateway(["--port", "0"]), tolerated: /status of 50\d/ });
  let bakery: Bakery;
  beforeAll(async () => {
    bakery = await findBakery(gateway.origin);
  });

  const dialog = (): Locator => page.getByRole("dialog");
  const searchField = (): Locator => page.getByRole("combobox", { name: "Search everything" });
  const heading = (name: string): Promise<void> => page.getByRole("heading", { level: 1, name }).waitFor();
  const account = (): Locator => page.getByRole("region", { name: "Account" });
  const differences = (): Locator => page.getByRole("table", { name: "Differences" });

  /** Presses the search keys, types, and waits for a result. */
  async function find(text: string): Promise<void> {
    await page.keyboard.press("Control+k");
    await expect.poll(() => searchField().evaluate((input) => input.matches(":focus"))).toBe(true);
    await page.keyboard.type(text);
    await dialog().getByRole("option", { name: company }).first().waitFor();
  }

  /** The page of its account, which it has whatever happened before. */
  async function openAccount(view = ""): Promise<void> {
    await tab.open(`/accounts/${await bakery.link()}${view}`, company);
  }

  /** Colours of the dots before the labels of backends, by the backends' keys. */
  async function colors(): Promise<ReadonlyMap<string, string>> {
    const dots = await page
      .locator("[data-backend]")
      .evaluateAll((all) => all.map((dot) => [dot.getAttribute("data-backend"), getComputedStyle(dot).backgroundColor]));
    return new Map(dots.map(([backend, color]) => [backend ?? "", color ?? ""]));
  }

  it("is found by half of its name, with the keyboard alone", async () => {
    await bakery.unlink();
    await tab.open("/backends", "Backends");
    await find("ada's bak");
    const options = dialog().getByRole("group", { name: "Customers" }).getByRole("option");
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

  it("finds without a new search what the gateway had not read yet", async () => {
    let asked = 0;
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("search(")) return route.fallback();
      const response = await route.fetch();
      const answer = await response.json();
      if (++asked === 1) {
        for (const found of [answer.data.customers, answer.data.others]) {
          found.edges = [];
          for (const source of found.sources) source.complete = false;
        }
      }
      return route.fulfill({ response, json: answer });
    });
    await tab.open("/backends", "Backends");
    await find("ada's bak");
    expect(asked).toBeGreaterThan(1);
    await dialog().getByText("search has not covered").waitFor({ state: "hidden" });
  });

  it("accepts what is suggested for it, by keyboard and by button", async () => {
    await bakery.unlink();
    await tab.open(`/customers/${bakery.customers[0]}`, company);
    await account().getByRole("link", { name: "Suggestions for this customer" }).click();
    await heading("Suggestions");
    const cards = page.getByRole("article").filter({ hasText: company });
    await cards.nth(1).waitFor();
    await picture(page, "suggestions");
    // Nothing is selected yet: an arrow key begins. Keys also work with Caps Lock.
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => cards.first().evaluate((card) => card.matches(":focus"))).toBe(true);
    await page.keyboard.press("Shift+A");
    await page.getByText(`${company} is linked`).waitFor();
    await expect.poll(() => cards.count()).toBe(1);
    await cards.first().getByRole("button", { name: "Link", exact: true }).click();
    await expect.poll(() => cards.count()).toBe(0);
    await page.getByRole("link", { name: "Show the account" }).click();
    await heading(company);
  });

  it("shows reasons against a suggestion before it is accepted, and lets somebody link anyway", async () => {
    await bakery.unlink();
    const strangers = await customersOf(gateway.origin, "offices", 2);
    // With a foreign customer in the account, the warning says that it differs from the bakery's other customers.
    const [stranger] = strangers;
    const linked = await ask<{ linkCustomers: { account: { id: string } | null } }>(
      gateway.origin,
      "mutation ($ids: [ID!]!) { linkCustomers(input: { customerIds: $ids }) { account { id } } }",
      { variables: { ids: [bakery.customers[0], stranger?.id] } },
    );
    expect(linked.data.linkCustomers.account).not.toBeNull();
    try {
      await tab.open(`/suggestions?customer=${bakery.customers[0]}`, "Suggestions");
      const card = page.getByRole("article").filter({ hasText: company }).first();
      await card.getByRole("button", { name: "Link", exact: true }).click();
      await card.getByText("Are they the same customer?").waitFor();
      await card
        .getByText(/These have different names/)
        .first()
        .waitFor();
      expect(await page.getByText(`${company} is linked`).count()).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await picture(page, "suggestion-warning");
      await card.getByRole("button", { name: "Link anyway" }).click();
      await page.getByText(`${company} is linked`).waitFor();
    } finally {
      await bakery.unlink();
    }
  });

  it("shows its backends and what it owes in total", async () => {
    await openAccount();
    const customers = page.getByRole("table", { name: "Customers of the account" });
    for (const backend of backends) await customers.getByRole("row").filter({ hasText: backend }).waitFor();
    await customers.getByText("Active").nth(2).waitFor();
    const owed = page.getByRole("region", { name: "Amount due in total" });
    const amounts = await customers.getByRole("cell").filter({ hasText: "€" }).allInnerTexts();
    expect(amounts).toHaveLength(1);
    await owed.getByText(amounts[0] ?? "").waitFor();
  });

  it("finds that the addresses differ, aligns them, and they agree", async () => {
    await openAccount();
    const address = differences().getByRole("row", { name: /^Address/ });
    await address.getByText("7 Wharf Road").waitFor();
    await address.getByText("differs").waitFor();
    await picture(page, "differences");
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole("button", { name: "Align all to this: Address in Telephony" }).click();
    // Each record by its name, with its old and its new value, before anything is written.
    const record = dialog()
      .getByRole("table", { name: "Changes to be written" })
      .getByRole("row")
      .filter({ hasText: "Subscriptions" });
    await record.getByRole("rowheader").getByText(company).waitFor();
    await record.getByRole("cell").nth(0).getByText("7 Wharf Road").waitFor();
    await record.getByRole("cell").nth(1).getByText("12 Mill Lane").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "align");
    await dialog().getByRole("button", { name: "Align", exact: true }).click();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await page.getByText("The customers agree in all fields that their backends keep.").waitFor();
  });

  it("is found as an account once it is linked", async () => {
    await bakery.link();
    await tab.open("/customers", "Customers");
    // Even while typing in a filter.
    await page.getByLabel("Name, e-mail, reference or phone").focus();
    await find("ada's bak");
    await dialog().getByRole("group", { name: "Accounts" }).getByRole("option").getByText("3 customers").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/accounts/*");
    await heading(company);
  });

  it("shows its charges by month and backend, and all of them in one list", async () => {
    await openAccount();
    await page.getByRole("tab", { name: "Charges" }).click();
    const charges = page.getByRole("table", { name: "charges" });
    for (const backend of backends) await charges.getByRole("row").filter({ hasText: backend }).first().waitFor();
    const picture = page.getByRole("table", { name: /Charged in each month, in EUR/ });
    await picture.getByRole("columnheader", { name: "Telephony" }).waitFor({ state: "attached" });
    expect(await picture.getByRole("row").count()).toBe(13);
    // The axis has a title, and a bar has its backend's usual colour.
    const places = page.locator(".recharts-yAxis .recharts-cartesian-axis-tick-value");
    for (const place of await places.allInnerTexts()) expect(place).toMatch(/^-?[€$£]/);
    const bars = await page
      .locator(".recharts-bar-rectangle path")
      .evaluateAll((paths) => [...new Set(paths.map((path) => getComputedStyle(path).fill))]);
    const here = await colors();
    expect(new Set(here.values()).size).toBe(backends.length);
    expect([...here.values()]).toEqual(expect.arrayContaining(bars));
    expect(bars.length).toBeGreaterThan(1);
    expect(await accessibilityProblems(page)).toEqual([]);
    await tab.open("/", "Open work");
    await page.locator("[data-backend]").first().waitFor();
    const there = await colors();
    for (const [backend, color] of here) expect([backend, there.get(backend)]).toEqual([backend, color]);
  });

  it("has a statement, and downloads what it shows", async () => {
    await openAccount();
    await page.getByRole("tab", { name: "Statement" }).click();
    const statement = page.getByRole("table", { name: "Statement" });
    await statement.getByRole("row").nth(1).waitFor();
    await page.getByLabel("From", { exact: true }).fill("2026-05-01");
    await expect.poll(() => new URL(page.url()).searchParams.get("from")).toBe("2026-05-01");
    await page.getByLabel("To", { exact: true }).fill("2026-07-31");
    const otherMonths = statement.getByRole("rowheader", { name: /^(Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec) 2026$/ });
    await expect.poll(() => otherMonths.count()).toBe(0);
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
    // A charge of 12.50 once, and one of 0.10 that began before and repeats.
    expect(lines.slice(1).join("\n")).toMatch(/2026-07.*12\.60/);
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "statement");
    // A total says which parts it lacks.
    await statement
      .getByText(/^without taxes of \d+/)
      .first()
      .waitFor();
    await page.getByText("A recurring charge counts on each day on which it falls due. 6 of these are calculated").waitFor();

    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(false);
    expect(await button.isVisible()).toBe(false);
    await page.getByText(/^Ada's Bakery, from May 1, 2026 to Jul 31, 2026$/).waitFor();
    await picture(page, "statement-print");
    expect(await cutOffOnPaper(page)).toEqual([]);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(5_000);
    await page.emulateMedia({ media: "screen" });
  });

  it("is listed among the accounts, and can be renamed, on a telephone as well", async () => {
    await bakery.link();
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
    await fitsScreen("the account");
    await picture(page, "account-320");
    await find("ada's bak");
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await picture(page, `global-search-320-${colorScheme}`);
    }
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
  });

  it("is dissolved when only one customer is left, and can be linked again by searching", async () => {
    await openAccount();
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
    // Somebody else, even of the same backend: possible, with a warning.
    await dialog().getByRole("combobox", { name: "Customer" }).fill("Müller & Söhne");
    await page.getByRole("option", { name: "Müller & Söhne" }).filter({ hasText: "Telephony" }).click();
    const doubt = dialog().getByRole("status").filter({ hasText: "Are they the same customer?" });
    await doubt.getByText(/^These are in one backend.*in Telephony and .*in Telephony\.$/).waitFor();
    await doubt.getByText(/^These have different names/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "link-warnings");
    await dialog().getByRole("combobox", { name: "Customer" }).fill("Ada's Bak");
    await page.getByRole("option", { name: company }).filter({ hasText: "Subscriptions" }).click();
    await doubt.waitFor({ state: "hidden" });
    await dialog().getByRole("button", { name: "Link", exact: true }).click();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await account().getByRole("link", { name: company }).waitFor();
  });

  it("follows what somebody else changes in its backends", async () => {
    const customers = await customersOf(gateway.origin, "suite", 5);
    const customer = customers.find(({ id }) => !bakery.customers.includes(id));
    // The gateway answers a subscription once it is registered: no later change is missed.
    const subscribed = page.waitForResponse((response) => response.request().postData()?.includes("customerChanged") ?? false);
    await tab.open(`/customers/${customer?.id}`, customer?.name);
    await subscribed;
    await ask(
      gateway.origin,
      "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { operation { status } } }",
      { variables: { input: { id: customer?.id, name: "Renamed by somebody" } } },
    );
    await heading("Renamed by somebody");
  });

  it("is not suggested again once declined", async () => {
    await tab.open("/suggestions", "Suggestions");
    const cards = page.getByRole("article");
    await cards.first().waitFor();
    const name = (await cards.first().getAttribute("aria-label")) ?? "";
    await cards.first().getByRole("button", { name: "Decline" }).click();
    await page.getByText("is not suggested again").waitFor();
    await expect.poll(() => page.getByRole("article", { name, exact: true }).count()).toBe(0);
    await page.reload();
    await cards.first().waitFor();
    expect(await page.getByRole("article", { name, exact: true }).count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("is one account from the beginning if it is created in two backends", async () => {
    await tab.open("/new/customer?backend=suite&backend=offices", "New customer");
    expect(await page.getByRole("switch", { name: "Link as one account" }).isChecked()).toBe(true);
    await page.getByLabel("Name").first().fill("Zweigstelle & Söhne");
    await page.getByRole("button", { name: "Create in 2 backends" }).click();
    await page.getByRole("link", { name: "Show the account" }).click();
    await heading("Zweigstelle & Söhne");
    const customers = page.getByRole("table", { name: "Customers of the account" });
    for (const backend of ["Hosted offices", "Serviced offices"]) await customers.getByText(backend).waitFor();
  });

  it("says which backend is missing from the total while it is down", async () => {
    // Last, since the gateway leaves this backend alone for a while afterwards.
    const id = await bakery.link();
    await setFaults(urlOf("recurring"), [{ kind: "html502" }]);
    await tab.open(`/accounts/${id}`, company);
    const owed = page.getByRole("region", { name: "Amount due in total" });
    await owed.getByText("Not included (no answer): Subscriptions.").waitFor();
    // Its values are unknown: nothing is aligned without it, and it is not said to agree with the others.
    const section = page.getByRole("region", { name: "Differences" });
    await section.getByText("The customers that could be compared agree.").waitFor();
    expect(await section.getByRole("button", { name: /^Align all/ }).count()).toBe(0);
    await page.getByText(/^This one cannot be read now, so it was not compared: .* in Subscriptions\.$/).waitFor();
    await owed.getByText("€").first().waitFor();
    await page.getByText("The customers that could be compared agree.").waitFor();
    await picture(page, "account-backend-down");
  });
});
