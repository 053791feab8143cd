import { describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { callsOf, setFaults } from "../sandbox.ts";
import { browser, customersOf, gateway, openConsole, page, picture, tab, urlOf, useConsole } from "./console.ts";

/** Finding a customer by name, charging it and seeing the outcome, without documentation. */

const createTransaction = "transactions/~create";

describe.skipIf(browserMissing)("charging a customer in the console", () => {
  useConsole();

  const created = async (): Promise<number> =>
    (await callsOf(urlOf("recurring"))).filter((call) => call.function === createTransaction).length;
  const openCharge = async (customerId: string): Promise<void> => {
    await tab.open(`/customers/${customerId}`);
    await page.getByRole("button", { name: "New charge" }).click();
    await page.getByRole("dialog").getByLabel("Description").waitFor();
  };

  it("finds a customer by a part of the name", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await tab.open("/customers", "Customers");
    await page.getByLabel("Name, e-mail, reference or phone").fill(customer?.name.slice(0, 6) ?? "");
    // Another backend may have a customer of the same name.
    const row = page.getByRole("table", { name: "customers" }).getByRole("row").filter({ hasText: "Subscriptions" });
    const found = row.getByRole("link", { name: customer?.name ?? "" });
    await found.waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("search")).toBe(customer?.name.slice(0, 6).trim());
    await picture(page, "search");
    await found.click();
    await page.getByRole("heading", { level: 1, name: customer?.name ?? "" }).waitFor();
  });

  it("shows what is wrong at its field, and charges once it is right", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await openCharge(customer?.id ?? "");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("nineteen");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("Must be a number such as 19.99").waitFor();
    let sent = 0;
    page.on("request", (request) => {
      if (request.postData()?.includes("createCharge(")) sent += 1;
    });
    await dialog.getByLabel("Amount").fill("1.234,50");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("Write it as 1234.50").waitFor();
    expect(sent).toBe(0);
    await picture(page, "comma");

    await dialog.getByLabel("Amount").fill("0");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("Must not be zero").waitFor();
    await expect.poll(() => dialog.getByLabel("Amount").getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => dialog.getByLabel("Amount").evaluate((input) => input.matches(":focus"))).toBe(true);
    await picture(page, "field-error");
    const before = await created();

    await dialog.getByLabel("Description").fill("Set-up by a specialist");
    await dialog.getByLabel("Amount").fill("19.99");
    await dialog.getByRole("button", { name: "Check only" }).click();
    await dialog.getByText("nothing was changed", { exact: false }).waitFor();
    expect(await created()).toBe(before);

    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    expect(await created()).toBe(before + 1);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page
      .getByRole("cell", { name: /Set-up by a specialist/ })
      .first()
      .waitFor();
  });

  it("shows what is wrong with a field that has a list, where the list does not hide it", async () => {
    const [customer] = await customersOf(gateway.origin, "offices");
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "New charge" }).click();
    const dialog = page.getByRole("dialog");
    const service = dialog.getByRole("combobox", { name: /^Service/ });
    await service.waitFor();
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    const message = dialog.getByText("Service is required");
    await message.waitFor();
    await expect.poll(() => service.evaluate((input) => input.matches(":focus"))).toBe(true);
    expect(await page.getByRole("option").count()).toBe(0);
    await service.click();
    await page.getByRole("option").first().waitFor();
    await picture(page, "service-list");
    const isOnTop = await message.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    expect(isOnTop).toBe(true);
  });

  it("charges once however often the button is pressed", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await openCharge(customer?.id ?? "");
    const dialog = page.getByRole("dialog");
    const before = await created();
    await dialog.getByLabel("Amount").fill("5");
    await dialog.getByRole("button", { name: "Charge", exact: true }).dblclick();
    await dialog.getByRole("status").getByText("Done").waitFor();
    expect(await created()).toBe(before + 1);
  });

  it("gives a credit only after a confirmation, and shows it below zero", async () => {
    const [, customer] = await customersOf(gateway.origin, "recurring", 2);
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "New credit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This gives money back").waitFor();
    const submit = dialog.getByRole("button", { name: "Give the credit" });
    await dialog.getByLabel("Description").fill("Two days without service");
    await dialog.getByLabel("Amount").fill("12.34");
    expect(await submit.isDisabled()).toBe(true);
    const before = await created();
    await dialog.getByRole("button", { name: "Check only" }).click();
    await dialog.getByText("nothing was changed", { exact: false }).waitFor();
    await dialog.getByLabel("Yes, give this money back").check();
    await dialog.getByLabel("Amount").fill("-1");
    await submit.click();
    await dialog.getByText("Must be greater than 0").waitFor();
    await picture(page, "credit");
    expect(await created()).toBe(before);
    await dialog.getByLabel("Amount").fill("12.34");
    await submit.click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    expect(await created()).toBe(before + 1);
    await dialog.getByRole("link", { name: "Show the operation" }).click();
    await page.getByRole("heading", { level: 1, name: "Give a credit" }).waitFor();
    await page.getByText("Two days without service").first().waitFor();
    await picture(page, "credit-operation");

    await tab.open(`/customers/${customer?.id}?kind=CREDIT`);
    const row = page.getByRole("row").filter({ hasText: "Two days without service" });
    await row.getByText("-$12.34").or(row.getByText("−$12.34")).first().waitFor();
    await picture(page, "credits");
  });

  it("says of a credit like another one that it was given anyway, and links the other one", async () => {
    const [, , customer] = await customersOf(gateway.origin, "recurring", 3);
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "New credit" }).click();
    const dialog = page.getByRole("dialog");
    const give = async (): Promise<void> => {
      await dialog.getByLabel("Description").fill("A day without service");
      await dialog.getByLabel("Amount").fill("6.17");
      await dialog.getByLabel("Yes, give this money back").check();
      await dialog.getByRole("button", { name: "Give the credit" }).click();
      await dialog.getByRole("status").getByText("Done").waitFor();
    };
    await give();
    await dialog.getByRole("button", { name: "Another credit" }).click();
    await give();
    const status = dialog.getByRole("status");
    await status.getByText("Done, with a warning").waitFor();
    expect(await status.innerText()).toMatch(/It looks the same as an earlier one: customer, description, amount/);
    expect(await status.innerText()).not.toMatch(/operation [\w-]{16}/);
    await picture(page, "credit-like-another");
    await status.getByRole("link", { name: "Show the earlier one" }).click();
    await page.getByRole("heading", { level: 1, name: "Give a credit" }).waitFor();
  });

  it("offers no credit if the backend cannot give one", async () => {
    const [customer] = await customersOf(gateway.origin, "offices");
    await tab.open(`/customers/${customer?.id}`);
    await page.getByRole("button", { name: "New charge" }).waitFor();
    expect(await page.getByRole("button", { name: "New credit" }).count()).toBe(0);
  });

  it("charges once when the answer is lost, and says so when it stays lost", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    const lossy = await openConsole(browser, gateway.origin);
    await lossy.open(`/customers/${customer?.id}`);
    await lossy.page.getByRole("button", { name: "New charge" }).click();
    const dialog = lossy.page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("7");
    const before = await created();
    let losing = true;
    await lossy.page.route("**/graphql", async (route) => {
      if (!losing || !route.request().postData()?.includes("createCharge(")) return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("The answer was lost").waitFor();
    await expect.poll(() => dialog.getByLabel("Amount").isEditable()).toBe(false);
    await picture(lossy.page, "lost-answer");
    losing = false;
    await dialog.getByRole("button", { name: "Repeat safely" }).click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    expect(await created()).toBe(before + 1);
    await lossy.page.context().close();
  });

  it("distinguishes an unknown outcome from a failure, until it is settled", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await openCharge(customer?.id ?? "");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("11.50");
    // The first charge of a gateway reads existing records; that must not be refused here.
    await ask(
      gateway.origin,
      "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id } } }",
      {
        variables: { charge: { customerId: customer?.id, amount: "1.00" } },
      },
    );
    const before = await created();
    await setFaults(urlOf("recurring"), [
      { kind: "dropAfter", function: createTransaction, times: 1 },
      // Nobody can look whether it was done, however long the screenshots take.
      { kind: "rateLimit", function: "transactions", retryAfterSeconds: 60 },
    ]);
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByText("The outcome is not known yet").waitFor();
    await picture(page, "unknown");
    await dialog.getByRole("link", { name: "Show the operation" }).click();
    await page.getByRole("heading", { level: 1, name: "Create a charge" }).waitFor();
    await page.getByText("Not known yet").first().waitFor();
    await picture(page, "operation-unknown");
    await page.getByRole("button", { name: "Reconcile now" }).click();
    await page.getByText("Not known yet").first().waitFor();
    // A look without an answer does not delay the next automatic one.
    await setFaults(urlOf("recurring"), []);
    await page.getByText("Done", { exact: true }).first().waitFor();
    await page.getByText("€11.50").or(page.getByText("$11.50")).first().waitFor();
    await picture(page, "operation-settled");
    expect(await created()).toBe(before + 1);
  });
});
