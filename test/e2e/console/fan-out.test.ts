import { describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { setFaults } from "../sandbox.ts";
import { customersOf, gateway, page, picture, tab, urlOf, useConsole } from "./console.ts";

/** One submission to several backends, with one result row for each; and lists while a backend is down. */

interface TaxesFound {
  readonly taxes: {
    readonly nodes: readonly {
      readonly name: string;
      readonly effectiveDate: string | null;
      readonly backend: { readonly key: string };
    }[];
  };
}

describe.skipIf(browserMissing)("several backends in the console", () => {
  useConsole();

  const rowOf = (title: string) => page.getByRole("table", { name: "Results" }).getByRole("row").filter({ hasText: title });

  it("creates a tax where it can, shows the one refusal, and repeats only that", async () => {
    await tab.open("/new/tax", "New tax");
    await page.getByLabel("Telephony").check();
    await page.getByLabel("Serviced offices").check();
    // A backend without taxes is named, and not offered.
    expect(await page.getByLabel("Hosted offices").count()).toBe(0);
    await page.getByText("Not in Hosted offices: it keeps no taxes.").waitFor();
    await page.getByLabel("Name").fill("City tax");
    await page.getByLabel("Rate").fill("2.5");
    await setFaults(urlOf("offices"), [{ kind: "rateLimit", function: "POST /taxes", times: 1 }]);
    await page.getByRole("button", { name: "Create in 2 backends" }).click();
    await rowOf("Telephony").getByText("Done").waitFor();
    await rowOf("Serviced offices").getByText("Failed").waitFor();
    await picture(page, "tax-fan-out");

    await page.getByRole("button", { name: "Repeat safely" }).click();
    await rowOf("Serviced offices").getByText("Done").waitFor();
    await page.getByRole("link", { name: "Show the operation" }).click();
    await page.getByText("Tried 2 times").first().waitFor();
    await page.getByText("Sent once").first().waitFor();
  });

  it("creates a tax in all backends with taxes, with the fields that only one needs", async () => {
    await tab.open("/new/tax", "New tax");
    for (const label of ["Telephony", "Serviced offices", "Subscriptions"]) await page.getByLabel(label, { exact: true }).check();
    await page.getByLabel("Name").fill("Bed tax");
    await page.getByLabel("Rate").first().fill("4");
    await page.getByRole("button", { name: "Create in 3 backends" }).click();
    const onlyThere = page.getByRole("group", { name: "Only in Subscriptions" });
    await onlyThere.getByText("Valid from is required").waitFor();
    await onlyThere.getByLabel("Valid from").fill("2027-01-01");
    await picture(page, "tax-everywhere");
    await page.getByRole("button", { name: "Create in 3 backends" }).click();
    for (const label of ["Telephony", "Serviced offices", "Subscriptions"]) await rowOf(label).getByText("Done").waitFor();
    const { data } = await ask<TaxesFound>(
      gateway.origin,
      "{ taxes(first: 200) { nodes { name effectiveDate backend { key } } } }",
    );
    const made = data.taxes.nodes.filter(({ name }) => name === "Bed tax");
    expect(made.map(({ backend, effectiveDate }) => [backend.key, effectiveDate])).toEqual(
      expect.arrayContaining([
        ["pbx", null],
        ["recurring", "2027-01-01"],
      ]),
    );
    expect(made).toHaveLength(3);
  });

  it("charges customers of several backends with the fields of each", async () => {
    const [telephone] = await customersOf(gateway.origin, "pbx");
    const [subscriber] = await customersOf(gateway.origin, "recurring");
    const charge = { customerId: subscriber?.id, amount: "2", description: "Set-up", reference: "GW-7" };
    await ask(
      gateway.origin,
      "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id } } }",
      {
        variables: { charge },
      },
    );
    await tab.open(`/new/charges?customer=${telephone?.id}&customer=${subscriber?.id}`, "New charges");
    await page.getByLabel("Amount").fill("3.75");
    await page.getByRole("group", { name: "Only in Telephony" }).getByLabel("Name").fill("Support by telephone");
    await page.getByRole("button", { name: "Charge 2 customers" }).click();
    await rowOf(telephone?.name ?? "")
      .getByText("Done")
      .waitFor();
    await rowOf(subscriber?.name ?? "")
      .getByText("Done")
      .waitFor();
    await rowOf(telephone?.name ?? "")
      .getByRole("cell")
      .filter({ hasText: "Telephony" })
      .waitFor();
    await rowOf(telephone?.name ?? "")
      .getByRole("cell")
      .filter({ hasText: /^.3\.75$/ })
      .waitFor();
    await rowOf(subscriber?.name ?? "")
      .getByRole("cell")
      .filter({ hasText: "Subscriptions" })
      .waitFor();
    await picture(page, "bulk-charge");
  });

  it("continues with what failed, and does nothing twice", async () => {
    const [telephone] = await customersOf(gateway.origin, "pbx");
    const [subscriber] = await customersOf(gateway.origin, "recurring");
    const charge = { customerId: subscriber?.id, amount: "2", description: "Set-up", reference: "GW-7" };
    await ask(
      gateway.origin,
      "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id } } }",
      {
        variables: { charge },
      },
    );
    await tab.open(`/new/charges?customer=${telephone?.id}&customer=${subscriber?.id}`, "New charges");
    // Free of charge: Telephony takes it, Subscriptions does not, and says so before anything is sent.
    await page.getByLabel("Amount").fill("0");
    await page.getByRole("group", { name: "Only in Telephony" }).getByLabel("Name").fill("Goodwill");
    await page.getByRole("button", { name: "Charge 2 customers" }).click();
    await page.getByText("Must not be zero").waitFor();
    await page.getByLabel("Amount").fill("1.25");
    // Subscriptions keeps a reference once.
    const reference = page.getByRole("group", { name: "Only in Subscriptions" }).getByLabel("Reference");
    await reference.fill("GW-7");
    await page.getByRole("button", { name: "Charge 2 customers" }).click();
    await rowOf(telephone?.name ?? "")
      .getByText("Done")
      .waitFor();
    await rowOf(subscriber?.name ?? "")
      .getByText("Failed")
      .waitFor();
    await picture(page, "partly-done");
    expect(await page.getByRole("button", { name: "Charge 2 customers" }).isDisabled()).toBe(true);

    await page.getByRole("button", { name: "Retry what failed" }).click();
    await page
      .getByRole("group", { name: "Customers to be charged" })
      .getByText(telephone?.name ?? "")
      .waitFor({ state: "hidden" });
    await page.getByLabel("Reference").fill("GW-8");
    await page.getByRole("button", { name: "Charge 1 customer" }).click();
    await page.getByRole("status").getByText("Done").waitFor();
  });

  it("shows the others' customers while a backend is down, and names it", async () => {
    // Last, since the gateway leaves this backend alone for a while afterwards.
    await setFaults(urlOf("suite"), [{ kind: "html502" }]);
    await tab.open("/customers?backend=suite&backend=pbx", "Customers");
    await page.getByText("One backend is missing from this list").waitFor();
    expect(await page.getByRole("table", { name: "customers" }).getByRole("row").count()).toBeGreaterThan(5);
    await picture(page, "backend-down");
    await tab.open("/backends", "Backends");
    await page.getByText("Down", { exact: true }).first().waitFor();
    await setFaults(urlOf("suite"), []);
  });
});
