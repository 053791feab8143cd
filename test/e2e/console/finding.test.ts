import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { patience } from "../../support/patience.ts";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { runOnSmallSandbox, setFaults } from "../sandbox.ts";
import {
  accessibilityProblems,
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

/** Finding customers by anything that somebody knows of them, in every backend, even while one is down. */

interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
}

interface Answered {
  readonly data: {
    readonly customers: {
      readonly nodes: readonly { readonly name: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

describe.skipIf(browserMissing)("finding customers in the console", () => {
  useConsole({ start: () => runOnSmallSandbox({ customers: 130, directory: true }), tolerated: /status of 50\d/ });
  const keys = ["pbx", "suite", "offices", "recurring"] as const;
  const members = new Map<string, Member>();

  beforeAll(async () => {
    for (const key of keys) {
      const { data } = await ask<{ customers: { nodes: readonly Member[] } }>(
        gateway.origin,
        `query ($key: String!) { customers(backends: [$key], first: 30, filter: { status: ACTIVE }) { nodes { id name email phone reference } } }`,
        { variables: { key } },
      );
      const whole = data.customers.nodes.find(({ email, reference }) => email !== null && reference !== null);
      if (whole) members.set(key, whole);
    }
    expect(members.size).toBe(4);
    await filled();
  });

  /** The directory has read everything, so search results no longer change. */
  async function filled(): Promise<void> {
    const query = `{ search(text: "example", types: [CUSTOMER, CHARGE]) { sources { refreshedAt } } }`;
    const look = async (): Promise<void> => {
      const { data } = await ask<{ search: { sources: readonly { refreshedAt: string | null }[] } }>(gateway.origin, query);
      expect(data.search.sources.every(({ refreshedAt }) => refreshedAt !== null)).toBe(true);
    };
    await vi.waitFor(look, patience);
  }

  const memberOf = (key: string): Member => members.get(key) as Member;
  const dialog = () => page.getByRole("dialog");
  const field = () => page.getByRole("combobox", { name: "Search everything" });
  const table = () => page.getByRole("table", { name: "customers" });
  const names = async (): Promise<string[]> => table().getByRole("rowheader").or(table().locator("tbody a")).allInnerTexts();
  async function openSearch(): Promise<void> {
    await page.keyboard.press("Control+k");
    await expect.poll(() => field().evaluate((input) => input.matches(":focus"))).toBe(true);
  }

  it.each(keys)("finds one of %s by e-mail address, reference and phone, as somebody types them, first of all", async (key) => {
    const { name, email, phone, reference } = memberOf(key);
    await tab.open("/backends", "Backends");
    const texts = [email?.toUpperCase(), reference?.toLowerCase(), phone?.replaceAll(/\D+/g, " ").trim()];
    for (const text of texts.filter((each) => each !== undefined)) {
      await openSearch();
      await field().fill(text);
      const customers = dialog().getByRole("group", { name: "Customers" });
      await expect.poll(() => customers.getByRole("option").first().innerText(), patience).toContain(name);
      await page.keyboard.press("Escape");
      await dialog().waitFor({ state: "hidden" });
    }
  });

  it("offers recent objects and pages before anything is typed, and a page with all results", async () => {
    const { id, name, email } = memberOf("recurring");
    await tab.open(`/customers/${id}`, name);
    await openSearch();
    await dialog().getByRole("group", { name: "Recent" }).getByRole("option", { name }).waitFor();
    await dialog().getByRole("group", { name: "Go to" }).getByRole("option", { name: "New customer" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "search-empty");
    await field().fill(email?.split("@")[1] ?? "");
    await dialog().getByRole("option", { name: "All results for" }).click();
    await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
    expect(new URL(page.url()).searchParams.get("text")).toBe(email?.split("@")[1]);
    await page.getByRole("region", { name: "Customers" }).getByRole("link", { name }).first().waitFor();
  });

  it("shows all results, customers first and charges by date, filtered by kind and backend", async () => {
    await tab.open("/search?text=re", "Search");
    const regions = page.getByRole("main").getByRole("region");
    await regions.first().waitFor();
    const labels = await regions.evaluateAll((found) => found.map((each) => each.getAttribute("aria-label")));
    expect(labels.filter((label) => label !== "Accounts")[0]).toBe("Customers");
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "search-page");
    await tab.open("/search?text=re&type=CHARGE", "Search");
    const charges = page.getByRole("region", { name: "Charges" });
    await charges.waitFor();
    expect(await regions.count()).toBe(1);
    const dates = (await charges.getByRole("listitem").allInnerTexts()).map((text) =>
      Date.parse(/[A-Z][a-z]{2} \d{1,2}, \d{4}/.exec(text)?.[0] ?? "Jan 1, 1970"),
    );
    expect(dates.length).toBeGreaterThan(3);
    expect(dates).toEqual(dates.toSorted((left, right) => right - left));
    await page.setViewportSize(telephone);
    await tab.open("/search?text=re", "Search");
    await regions.first().waitFor();
    await fitsScreen("search");
    await picture(page, "search-page-320");
  });

  it("finds by e-mail address on the page of customers, and keeps text and order in the URL", async () => {
    const { name, email } = memberOf("pbx");
    await tab.open("/customers", "Customers");
    await page.getByLabel("Name, e-mail, reference or phone").fill(email ?? "");
    await expect.poll(async () => (await names())[0], patience).toBe(name);
    await table().getByRole("button", { name: "Name" }).click();
    expect(new URL(page.url()).searchParams.get("sort")).toBe("name");
    await page.reload();
    await expect.poll(async () => (await names())[0], patience).toBe(name);
    expect(await page.getByLabel("Name, e-mail, reference or phone").inputValue()).toBe(email);
  });

  it("sorts all loaded customers by name, reference, status and amount due", async () => {
    await tab.open("/customers?sort=-amountDue", "Customers");
    await table().waitFor();
    const header = (name: string) => table().getByRole("columnheader", { name });
    await expect.poll(() => header("Amount due").getAttribute("aria-sort")).toBe("descending");
    await page.getByText("end of list").or(page.getByText("Only the first")).first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "customers-sorted");
    await header("Name").getByRole("button").click();
    await header("Name").getByRole("button").click();
    await expect.poll(() => header("Name").getAttribute("aria-sort")).toBe("descending");
    const shown = await names();
    expect(shown.length).toBeGreaterThan(8);
    expect(shown).toEqual(
      shown.toSorted(new Intl.Collator("en-US", { numeric: true, sensitivity: "base" }).compare).toReversed(),
    );
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await picture(page, `customers-${colorScheme}`);
    }
    await page.setViewportSize(telephone);
    await tab.open("/customers?search=example&sort=name", "Customers");
    await table().getByRole("link").nth(3).waitFor();
    await fitsScreen("customers");
    await picture(page, "customers-320");
  });

  /** The file that the list is exported to. */
  async function saved(): Promise<{ readonly name: string; readonly rows: readonly Readonly<Record<string, string>>[] }> {
    const button = page.getByRole("button", { name: "Export as CSV" });
    const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
    const text = await readFile(await file.path(), "utf8");
    return { name: file.suggestedFilename(), rows: parse(text, { columns: true, bom: true }) };
  }

  it("prints the whole filtered list, not only the visible rows", async () => {
    await page.addInitScript("window.print = () => { window.printed = (window.printed ?? 0) + 1; }");
    await tab.open("/customers?backend=pbx", "Customers");
    await page.getByRole("table", { name: "customers" }).getByRole("row").nth(1).waitFor();
    const names: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data }: Answered = await ask(
        gateway.origin,
        'query ($after: String) { customers(first: 200, after: $after, backends: ["pbx"]) { nodes { name } pageInfo { hasNextPage endCursor } } }',
        { variables: { after } },
      );
      names.push(...data.customers.nodes.map(({ name }) => name));
      ({ hasNextPage: more, endCursor: after } = data.customers.pageInfo);
    }
    await page.getByRole("button", { name: "Print all" }).click();
    await page.getByText(/^\d+ rows are printed\.$/).waitFor();
    await expect.poll(() => page.evaluate("window.printed")).toBe(1);
    await page.emulateMedia({ media: "print" });
    const paper = page.getByRole("region", { name: "Customers, for printing" });
    await paper.waitFor();
    expect(await page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(false);
    const cells = await paper.getByRole("row").locator("td:nth-child(2)").allInnerTexts();
    expect(cells.toSorted()).toEqual(names.toSorted());
    await paper.getByRole("columnheader", { name: "Amount due", exact: true }).waitFor();
    expect(await cutOffOnPaper(page)).toEqual([]);
    await picture(page, "customers-print");
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    await paper.waitFor({ state: "detached" });
    await page.emulateMedia({ media: "screen" });
  });

  it("exports charges and operations as files too, as they are filtered", async () => {
    const { id } = memberOf("pbx");
    const { data } = await ask<{ customer: { charges: { nodes: { id: string }[] } } }>(
      gateway.origin,
      "query ($id: ID!) { customer(id: $id) { charges(first: 100, filter: { kind: [RECURRING] }) { nodes { id } } } }",
      { variables: { id } },
    );
    const charged = await ask<{ createCharge: { operation: { id: string } } }>(
      gateway.origin,
      'mutation ($id: ID!) { createCharge(input: { charge: { customerId: $id, amount: "3.10", name: "=Fee", recurrence: { interval: MONTHLY } } }) { operation { id } } }',
      { variables: { id } },
    );
    await tab.open(`/customers/${id}?kind=RECURRING`);
    const charges = await saved();
    expect(charges.rows).toHaveLength(data.customer.charges.nodes.length + 1);
    const made = charges.rows.find(({ name }) => name === "'=Fee");
    expect([made?.["amount"], made?.["kind"], made?.["backend"]]).toEqual(["3.10", "RECURRING", "pbx"]);

    await tab.open("/operations?mutation=createCharge", "Operations");
    await page.getByRole("table", { name: "operations" }).getByRole("row").nth(1).waitFor();
    const operations = await saved();
    const operation = operations.rows.find((row) => row["id"] === charged.data.createCharge.operation.id);
    expect([operation?.["status"], operation?.["amount"], operation?.["about"]]).toEqual(["SUCCEEDED", "3.10", "'=Fee"]);
    expect(new Set(operations.rows.map(({ mutation }) => mutation))).toEqual(new Set(["createCharge"]));
  });

  it("exports taxes and accounts as files too", async () => {
    await tab.open("/taxes?search=vat&backend=pbx", "Taxes");
    const taxes = await saved();
    expect(taxes.rows.map(({ name, backend, rate }) => [name, backend, rate])).toContainEqual(["UK VAT", "pbx", "20.00"]);
    expect(new Set(taxes.rows.map(({ backend }) => backend))).toEqual(new Set(["pbx"]));

    const customerIds = ["pbx", "recurring"].map((key) => memberOf(key).id);
    const link =
      "mutation ($customerIds: [ID!]!) { linkCustomers(input: { customerIds: $customerIds }) { account { id name } } }";
    type Linked = { linkCustomers: { account: { id: string; name: string } } };
    const { linkCustomers } = (await ask<Linked>(gateway.origin, link, { variables: { customerIds } })).data;
    await tab.open("/accounts", "Accounts");
    const accounts = await saved();
    const own = accounts.rows.filter(({ accountId }) => accountId === linkCustomers.account.id);
    expect(own.map(({ customerId }) => customerId)).toEqual(expect.arrayContaining(customerIds));
    expect(own.map(({ amountDue }) => amountDue)).toEqual(own.map(() => expect.stringMatching(/^-?\d+(\.\d+)?$/)));
  });

  it("exports all that match the filters, in the page's order, and says when a backend is missing", async () => {
    interface Listed {
      readonly customers: {
        readonly nodes: readonly { readonly name: string }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
    }
    const all: string[] = [];
    let after: string | null = null;
    do {
      const answer: { readonly data: Listed } = await ask<Listed>(
        gateway.origin,
        'query ($after: String) { customers(first: 100, after: $after, backends: ["pbx"], filter: { status: ACTIVE }) { nodes { name } pageInfo { hasNextPage endCursor } } }',
        { variables: { after } },
      );
      const { nodes, pageInfo } = answer.data.customers;
      all.push(...nodes.map(({ name }) => name));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(all.length).toBeGreaterThan(100);
    await tab.open("/customers?backend=pbx&status=ACTIVE&sort=-name", "Customers");
    const list = await saved();
    expect(list.name).toMatch(/^Customers \d{4}-\d\d-\d\d\.csv$/);
    const names = list.rows.map(({ name }) => (name ?? "").replace(/^'/, ""));
    expect(names.toSorted()).toEqual(all.toSorted());
    expect(names).toEqual(names.toSorted(new Intl.Collator("en-US", { numeric: true, sensitivity: "base" }).compare).reverse());
    expect(new Set(list.rows.map(({ backend }) => backend))).toEqual(new Set(["pbx"]));
    expect(list.rows.every(({ amountDue }) => /^-?\d+(\.\d+)?$/.test(amountDue ?? ""))).toBe(true);
    await page.getByText(`${all.length} rows are in the file.`).waitFor();
    await picture(page, "export");

    const text = all[0]?.slice(0, 4) ?? "";
    await tab.open(`/customers?search=${encodeURIComponent(text)}`, "Customers");
    const found = await saved();
    expect(found.rows.map(({ name }) => name)).toContain(all[0]);
    expect(found.rows.length).toBeLessThan(all.length);

    await setFaults(urlOf("suite"), [{ kind: "html502" }]);
    await tab.open("/customers?backend=pbx&backend=suite", "Customers");
    await page.getByRole("table", { name: "customers" }).getByRole("row").nth(2).waitFor();
    const partial = await saved();
    expect(partial.name).toContain("incomplete");
    await page.getByText("The file is not complete").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "export-incomplete");
  });

  it("names a backend that is down at once, and shows its known customers with their age", async () => {
    const { id, name, email } = memberOf("pbx");
    await setFaults(urlOf("pbx"), [{ kind: "html502" }]);
    await tab.open("/customers", "Customers");
    await page.getByRole("alert").getByText("missing from this list").waitFor();
    await table().getByRole("row").nth(2).waitFor();
    await page.getByLabel("Name, e-mail, reference or phone").fill(email ?? "");
    await table().getByRole("link", { name }).first().waitFor();
    await picture(page, "customers-down");
    await tab.open(`/customers/${id}`, "Customer");
    const known = page.getByRole("region", { name });
    await known.waitFor();
    await known.getByText("What the gateway knew of it").waitFor();
    await known.getByText(email ?? "").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "customer-down");
  });
});
