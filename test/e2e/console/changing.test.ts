import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { customersOf, gateway, page, picture, tab, useConsole } from "./console.ts";

/** Changing what is there: customers edited, archived and restored, charges edited, voided and executed. */

describe.skipIf(browserMissing)("changing customers and charges in the console", () => {
  useConsole();

  const dialog = (): Locator => page.getByRole("dialog");

  /** Presses the form's button, waits until it is done, and closes it. */
  async function submit(button: string): Promise<void> {
    await dialog().getByRole("button", { name: button, exact: true }).click();
    await dialog().getByText("Done", { exact: true }).first().waitFor();
    await dialog().getByRole("button", { name: "Close", exact: true }).last().click();
    await dialog().waitFor({ state: "hidden" });
  }

  async function chargeAction(action: string): Promise<string> {
    const menu = page.getByRole("button", { name: /^Actions of / }).first();
    const name = ((await menu.getAttribute("aria-label")) ?? "").replace("Actions of ", "");
    await menu.click();
    await page.getByRole("menuitem", { name: action }).click();
    return name;
  }

  it("edits a customer; the page shows the new name at once", async () => {
    const [customer] = await customersOf(gateway.origin, "suite");
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await dialog().getByLabel("Name").first().fill("Renamed & Sons");
    await submit("Save");
    await page.getByRole("heading", { level: 1, name: "Renamed & Sons" }).waitFor();
  });

  it("archives a customer and restores it", async () => {
    const live = await ask<{ customers: { nodes: { id: string }[] } }>(
      gateway.origin,
      '{ customers(first: 1, backends: ["offices"], filter: { status: ACTIVE }) { nodes { id } } }',
    );
    const [customer] = live.data.customers.nodes;
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "Archive", exact: true }).click();
    await submit("Archive");
    await page.getByText("Archived", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Restore", exact: true }).click();
    await submit("Restore");
    await page.getByText("Active", { exact: true }).first().waitFor();
  });

  it("edits and executes a charge in telephony", async () => {
    const [customer] = await customersOf(gateway.origin, "pbx");
    await tab.open(`/customers/${customer?.id}`);
    await chargeAction("Edit the charge");
    await dialog().getByLabel("Amount").fill("41.07");
    await submit("Save");
    await page.getByText("41.07", { exact: false }).first().waitFor();
    const due = async (): Promise<string> => {
      const answer = await ask<{ customer: { amountDue: { amount: string } } }>(
        gateway.origin,
        "query ($id: ID!) { customer(id: $id) { amountDue { amount } } }",
        { variables: { id: customer?.id } },
      );
      return answer.data.customer.amountDue.amount;
    };
    const before = await due();
    await chargeAction("Execute the charge");
    await submit("Execute");
    expect(await due()).not.toBe(before);
  });

  it("makes a customer liable for a tax, or exempt, after saying what that does", async () => {
    const [customer] = await customersOf(gateway.origin, "pbx");
    await tab.open(`/customers/${customer?.id}`);
    const liable = page.getByRole("switch", { name: /^Liable for / }).first();
    await liable.waitFor({ state: "attached" });
    const before = await liable.isChecked();
    const tax = ((await liable.getAttribute("aria-label")) ?? "").replace("Liable for ", "");
    let sent = 0;
    page.on("request", (request) => {
      if (request.postData()?.includes("setTaxLiability(")) sent += 1;
    });
    await liable.click({ force: true });
    await dialog()
      .getByText(before ? /does not add it to what is charged/ : /adds it to what is charged/)
      .waitFor();
    expect(await dialog().innerText()).toContain(`${customer?.name} in`);
    expect(await dialog().innerText()).toContain(`${tax} (`);
    await picture(page, "liability");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
    expect([await liable.isChecked(), sent]).toEqual([before, 0]);

    await liable.click({ force: true });
    await submit(before ? "Make exempt" : "Make liable");
    await expect.poll(() => liable.isChecked()).toBe(!before);
  });

  it("voids a charge in subscriptions", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    const created = await ask<{ createCharge: { charge: { id: string } } }>(
      gateway.origin,
      'mutation ($id: ID!) { createCharge(input: { charge: { customerId: $id, amount: "7.77", date: "2026-11-30", description: "To be voided" } }) { charge { id } } }',
      { variables: { id: customer?.id } },
    );
    expect(created.data.createCharge.charge.id).toBeTruthy();
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "Actions of To be voided" }).click();
    await page.getByRole("menuitem", { name: "Void the charge" }).click();
    await submit("Void");
    await page.getByText("Voided", { exact: true }).first().waitFor();
  });
});
