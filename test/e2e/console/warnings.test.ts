import { afterEach, describe, expect, it } from "vitest";
import { browserMissing } from "../browser.ts";
import { setConditions } from "../sandbox.ts";
import { accessibilityProblems, customersOf, gateway, page, picture, tab, urlOf, useConsole } from "./console.ts";

/** A write succeeds, but the record differs from what was sent: people see that with the outcome. */

describe.skipIf(browserMissing)("a record that differs from what was sent, in the console", () => {
  useConsole();
  afterEach(async () => {
    for (const { url } of gateway.backends) await setConditions(url, {});
  });

  it("is shown in the form's result and on the operation's page", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await setConditions(urlOf("recurring"), { storedAs: { amount: 1000, balance: 1000 } });
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "New charge" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("12.50");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    const verdict = dialog.getByRole("status").filter({ hasText: "Done, but some values were stored differently" });
    await verdict.waitFor();
    const warnings = verdict.getByRole("list", { name: "Warnings" });
    await expect
      .poll(() => warnings.innerText())
      .toContain("amount: Subscriptions has another value than the one that was sent.");
    expect(await warnings.innerText()).toContain("Sent: 12.50 · stored: 10.00");
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "warning-form");

    await verdict.getByRole("link", { name: "Show the operation" }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    const step = page.getByRole("list", { name: "Calls to backends" });
    await step.getByText("Sent: 12.50 · stored: 10.00").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "warning-operation");
  });

  it("is shown in the customer's row if several are charged", async () => {
    const [telephone] = await customersOf(gateway.origin, "pbx");
    const [subscriber] = await customersOf(gateway.origin, "recurring");
    await setConditions(urlOf("recurring"), { storedAs: { note: null } });
    await tab.open(`/new/charges?customer=${telephone?.id}&customer=${subscriber?.id}`, "New charges");
    await page.getByLabel("Amount").fill("3.75");
    await page.getByLabel("Description").first().fill("Support by telephone");
    await page.getByRole("group", { name: "Only in Telephony" }).getByLabel("Name").fill("Support");
    await page.getByRole("button", { name: "Charge 2 customers" }).click();
    const rowOf = (name: string) => page.getByRole("table", { name: "Results" }).getByRole("row").filter({ hasText: name });
    await rowOf(subscriber?.name ?? "")
      .getByText("Sent: Support by telephone · stored: nothing")
      .waitFor();
    expect(
      await rowOf(telephone?.name ?? "")
        .getByRole("list", { name: "Warnings" })
        .count(),
    ).toBe(0);
    await picture(page, "warning-bulk");
  });
});
