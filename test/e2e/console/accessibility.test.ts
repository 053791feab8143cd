import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { oneIn } from "../../support/sample.ts";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { runOnSmallSandbox } from "../sandbox.ts";
import {
  accessibilityProblems,
  customersOf,
  fitsScreen,
  gateway,
  laptop,
  page,
  picture,
  settled,
  tab,
  telephone,
  useConsole,
} from "./console.ts";

/** Every view, light and dark, on a laptop and a telephone; and the console without a mouse. */

interface Subjects {
  readonly telephony: string;
  readonly office: string;
  readonly subscriber: string;
  readonly operation: string;
  readonly account: string;
}

const views: Readonly<Record<string, (subjects: Subjects) => string>> = {
  backends: () => "/",
  customers: () => "/customers",
  customer: ({ subscriber }) => `/customers/${subscriber}`,
  "telephony-customer": ({ telephony }) => `/customers/${telephony}`,
  accounts: () => "/accounts",
  account: ({ account }) => `/accounts/${account}`,
  "account-charges": ({ account }) => `/accounts/${account}?view=charges`,
  "account-statement": ({ account }) => `/accounts/${account}?view=statement`,
  suggestions: () => "/suggestions",
  taxes: () => "/taxes",
  operations: () => "/operations",
  operation: ({ operation }) => `/operations/${operation}`,
  "new-customer": () => "/new/customer?backend=pbx&backend=offices",
  "new-tax": () => "/new/tax?backend=pbx",
  "new-charges": ({ telephony, office }) => `/new/charges?customer=${telephony}&customer=${office}`,
  nowhere: () => "/nowhere",
};

/** What is dark differs from what is light in colours only: no other rules of axe-core look at these. */
const ofColors = ["color-contrast", "link-in-text-block"];

interface Appearance {
  readonly name: string;
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
  /** Of axe-core; default: all. */
  readonly rules?: readonly string[];
}

const usual: Appearance = { colorScheme: "light", viewport: laptop, name: "light" };
const others: readonly Appearance[] = [
  { colorScheme: "dark", viewport: laptop, name: "dark", rules: ofColors },
  { colorScheme: "light", viewport: telephone, name: "light-320" },
  { colorScheme: "dark", viewport: telephone, name: "dark-320", rules: ofColors },
];

describe.skipIf(browserMissing)("the console's views", () => {
  useConsole({ start: () => runOnSmallSandbox({ directory: true }) });
  let subjects: Subjects;
  beforeAll(async () => {
    const { origin } = gateway;
    const found = await Promise.all(["pbx", "offices", "recurring"].map((backend) => customersOf(origin, backend)));
    const [telephony = "", office = "", subscriber = ""] = found.map(([customer]) => customer?.id);
    const { data } = await ask<{ readonly createCharge: { readonly operation: { readonly id: string } } }>(
      origin,
      `mutation ($customerId: ID!) {
        createCharge(input: { charge: { customerId: $customerId, description: "Paper invoices", amount: "2.50" } }) { operation { id } }
      }`,
      { variables: { customerId: subscriber } },
    );
    const linked = await ask<{ readonly linkCustomers: { readonly account: { readonly id: string } } }>(
      origin,
      "mutation ($customerIds: [ID!]!) { linkCustomers(input: { customerIds: $customerIds }) { account { id } } }",
      { variables: { customerIds: [telephony, office, subscriber] } },
    );
    const { operation } = data.createCharge;
    subjects = { telephony, office, subscriber, operation: operation.id, account: linked.data.linkCustomers.account.id };
  });

  /** Words that are cut with dots for lack of room. The text of a field can be scrolled, so it does not count. */
  const cutTexts = (): Promise<string[]> =>
    page.locator("body *:not(input):not(textarea)").evaluateAll((elements) =>
      elements
        .filter((element) => {
          const { textOverflow, webkitLineClamp } = getComputedStyle(element);
          const isCut = textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth;
          return isCut || (!["none", ""].includes(webkitLineClamp) && element.scrollHeight > element.clientHeight);
        })
        .map(({ textContent }) => textContent),
    );

  it.each(Object.entries(views))(
    "%s: no serious accessibility problem, nothing is cut off, and it fits the screen",
    async (view, addressOf) => {
      await tab.open(addressOf(subjects));
      await page
        .getByText(/^Loading (?!more)/)
        .first()
        .waitFor({ state: "hidden" });
      // axe-core takes most of the time.
      const judged = [usual, ...oneIn(3, others, view)];
      for (const appearance of [usual, ...others]) {
        const { name, colorScheme, viewport, rules } = appearance;
        // Nothing is laid out otherwise in the dark.
        if (!judged.includes(appearance) && colorScheme === "dark" && !process.env["PICTURES"]) continue;
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        await page.evaluate(settled);
        if (judged.includes(appearance)) expect({ [name]: await accessibilityProblems(page, rules) }).toEqual({ [name]: [] });
        await fitsScreen(name);
        expect({ [name]: await cutTexts() }).toEqual({ [name]: [] });
        await picture(page, `${view}-${name}`);
      }
    },
  );

  it("shows what is chosen, and switches, where the system chooses the colours", async () => {
    await page.emulateMedia({ forcedColors: "active" });
    const backgroundOf = (place: Locator): Promise<string> =>
      place.first().evaluate((element) => getComputedStyle(element).backgroundColor);
    /** What is chosen must not look like what is not. */
    const differs = async (chosen: Locator, other: Locator): Promise<void> => {
      await chosen.first().waitFor();
      await expect.poll(async () => (await backgroundOf(chosen)) !== (await backgroundOf(other))).toBe(true);
    };

    await tab.open(`/accounts/${subjects.account}`);
    const navigation = page.getByRole("navigation").getByRole("link");
    await differs(navigation.and(page.locator('[aria-current="page"]')), navigation.filter({ hasText: "Taxes" }));
    await differs(page.getByRole("tab", { selected: true }), page.getByRole("tab", { selected: false }));

    await tab.open("/customers", "Customers");
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.keyboard.press("ArrowDown");
    await differs(
      page.locator("[role=option][data-combobox-selected]"),
      page.locator("[role=option]:not([data-combobox-selected])"),
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    const search = page.getByRole("dialog");
    const [{ name } = { name: "" }] = await customersOf(gateway.origin, "pbx");
    await search.getByRole("combobox").fill(name);
    await search.getByText(name).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await differs(search.getByRole("option", { selected: true }), search.getByRole("option", { selected: false }));
    await picture(page, "forced-colors");

    await tab.open("/new/tax?backend=pbx");
    const shared = page.getByRole("switch", { name: "Shared with all customers" });
    const track = shared.locator("+ *");
    expect(await track.evaluate((element) => getComputedStyle(element).borderTopWidth)).not.toBe("0px");
    const off = await backgroundOf(track);
    await shared.press("Space");
    await expect.poll(() => backgroundOf(track)).not.toBe(off);
  });

  it("shows its keys when ? is pressed, but not where it is typed", async () => {
    await tab.open("/customers", "Customers");
    await page.getByRole("table", { name: "customers" }).getByRole("row").nth(2).waitFor();
    const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.getByRole("checkbox").first().focus();
    await page.keyboard.press("?");
    await keys.getByText("Search everything").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "keys");
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    const field = page.getByLabel("Name, e-mail, reference or phone");
    await field.focus();
    await page.keyboard.press("?");
    await expect.poll(() => field.inputValue()).toBe("?");
    expect(await keys.count()).toBe(0);
  });

  it("can be used with the keyboard alone", async () => {
    await tab.open(`/customers/${subjects.subscriber}`);
    const button = page.getByRole("button", { name: "New charge" });
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    const description = dialog.getByLabel("Description");
    await expect.poll(() => description.evaluate((input) => input.matches(":focus"))).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.type("Typed");
    await page.keyboard.press("Tab");
    await page.keyboard.type("4.20");
    await page.keyboard.press("Enter");
    await dialog.getByRole("status").getByText("Done").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => button.evaluate((element) => element.matches(":focus"))).toBe(true);
  });
});
