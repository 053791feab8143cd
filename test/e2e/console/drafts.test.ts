import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { browserMissing } from "../browser.ts";
import { callsOf, setFaults } from "../sandbox.ts";
import { customersOf, gateway, page, picture, tab, urlOf, useConsole } from "./console.ts";

/** What was typed and not submitted is not lost, and what was submitted is not offered again. */

describe.skipIf(browserMissing)("what was typed into a form of the console", () => {
  useConsole({ tolerated: /ERR_FAILED/ });

  const dialog = () => page.getByRole("dialog");
  const field = (label: string) => dialog().getByLabel(label);
  const charge = () => dialog().getByRole("button", { name: "Charge", exact: true }).click();
  const open = async (): Promise<void> => {
    await page.getByRole("button", { name: "New charge" }).click();
    await field("Description").waitFor();
  };
  const created = async (): Promise<number> =>
    (await callsOf(urlOf("recurring"))).filter((call) => call.function === "transactions/~create").length;
  const doneElsewhere = "This was submitted in another tab, perhaps with other values.";
  const typedHere = async (): Promise<string> => String(await page.evaluate("JSON.stringify(sessionStorage)"));
  /** What a browser does when it duplicates a tab. */
  async function duplicate(kept: string): Promise<{ readonly copy: Page; readonly copied: Locator }> {
    const copy = await page.context().newPage();
    await copy.addInitScript(`for (const [name, value] of Object.entries(${kept})) sessionStorage.setItem(name, value)`);
    await copy.goto(page.url());
    await copy.getByRole("button", { name: "New charge" }).click();
    return { copy, copied: copy.getByRole("dialog") };
  }
  async function submitAsWell(copied: Locator): Promise<void> {
    await copied.getByText(doneElsewhere).waitFor();
    await copied.getByRole("button", { name: "Both are meant" }).click();
  }
  async function type(description: string): Promise<void> {
    const [customer] = await customersOf(gateway.origin, "recurring");
    await tab.open("/customers", "Customers");
    await tab.open(`/customers/${customer?.id}`);
    await open();
    await field("Description").fill(description);
    await field("Amount").fill("19.99");
  }

  it("is there again after Escape, a reload and the back button, until it is discarded", async () => {
    await type("Half a sentence");
    const leaving = [
      () => page.keyboard.press("Escape"),
      () => page.reload(),
      async () => {
        await page.goBack();
        await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
        await page.goForward();
      },
    ];
    for (const leave of leaving) {
      await leave();
      await dialog().waitFor({ state: "hidden" });
      await open();
      await expect.poll(() => field("Description").inputValue()).toBe("Half a sentence");
      expect(await field("Amount").inputValue()).toBe("19.99");
      await dialog().getByText("You typed this before.").waitFor();
    }
    await picture(page, "draft");
    await dialog().getByRole("button", { name: "Discard it" }).click();
    await expect.poll(() => field("Description").inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await open();
    expect(await field("Amount").inputValue()).toBe("");
    expect(await dialog().getByText("You typed this before.").count()).toBe(0);
  });

  it("is not offered again once it was submitted, also if the form was closed before the answer came", async () => {
    await type("Closed too early");
    const before = await created();
    const answered = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("createCharge(")) return route.fallback();
      const response = await route.fetch();
      held.resolve();
      await answered.promise;
      return route.fulfill({ response });
    });
    await charge();
    await held.promise;
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
    const arrived = page.waitForResponse((response) => response.request().postData()?.includes("createCharge(") === true);
    answered.resolve();
    await (await arrived).finished();
    await page
      .getByRole("cell", { name: /Closed too early/ })
      .first()
      .waitFor();
    await open();
    expect(await field("Description").inputValue()).toBe("");
    expect(await created()).toBe(before + 1);
  });

  it("is charged once, although its answer was lost and the page loaded again", async () => {
    await type("Lost on the way");
    const before = await created();
    let losing = true;
    await page.route("**/graphql", async (route) => {
      if (!losing || !route.request().postData()?.includes("createCharge(")) return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await charge();
    await dialog().getByText("The answer was lost").waitFor();
    losing = false;
    await page.reload();
    await open();
    await expect.poll(() => field("Description").inputValue()).toBe("Lost on the way");
    await charge();
    await dialog().getByRole("status").getByText("Done").waitFor();
    expect(await created()).toBe(before + 1);
    await dialog().getByRole("button", { name: "Another charge" }).click();
    await expect.poll(() => field("Description").inputValue()).toBe("");
  });

  it("is charged once, although the tab was duplicated and both submit it; other values are not taken for it", async () => {
    await type("In two tabs");
    const before = await created();
    const { copy, copied } = await duplicate(await typedHere());
    await expect.poll(() => copied.getByLabel("Description").inputValue()).toBe("In two tabs");

    await charge();
    await dialog().getByRole("status").getByText("Done").waitFor();
    await copied.getByLabel("Amount").fill("21.00");
    await submitAsWell(copied);
    await copied.getByRole("button", { name: "Charge", exact: true }).click();
    await copied.getByText("This form was submitted before, with other values").waitFor();
    expect(await created()).toBe(before + 1);

    await copy.reload();
    await copy.getByRole("button", { name: "New charge" }).click();
    await submitAsWell(copied);
    await copied.getByRole("button", { name: "Charge", exact: true }).click();
    await copied.getByText("Replayed from the journal: nothing was sent again.").waitFor();
    expect(await created()).toBe(before + 1);
  });

  it("is charged once, although its first submission failed, was repeated, and a duplicated tab submits it too", async () => {
    await type("Repeated in one tab");
    const kept = await typedHere();
    await setFaults(urlOf("recurring"), [{ kind: "rateLimit", function: "transactions/~create", times: 1 }]);
    await charge();
    await dialog().getByText("Nothing was changed").waitFor();
    await charge();
    await dialog().getByRole("status").getByText("Done").waitFor();
    const before = await created();
    const { copied } = await duplicate(kept);
    await submitAsWell(copied);
    await copied.getByRole("button", { name: "Charge", exact: true }).click();
    await copied.getByText("Replayed from the journal: nothing was sent again.").waitFor();
    expect(await created()).toBe(before);
  });

  it("is not charged with its old values by a duplicated tab, once it was changed after a failure and charged: the tab says so", async () => {
    await type("Changed in one tab");
    const before = await created();
    const { copy, copied } = await duplicate(await typedHere());
    await copied.getByText("You typed this before.").waitFor();
    await setFaults(urlOf("recurring"), [{ kind: "rateLimit", function: "transactions/~create", times: 1 }]);
    await charge();
    await dialog().getByText("Nothing was changed").waitFor();
    await field("Amount").fill("9.99");
    await charge();
    await dialog().getByRole("status").getByText("Done").waitFor();
    const sent = await created();
    expect(sent).toBeGreaterThan(before);

    // Without a reload.
    await copied.getByText(doneElsewhere).waitFor();
    await picture(copy, "done-elsewhere");
    expect(await copied.getByRole("button", { name: "Charge", exact: true }).isDisabled()).toBe(true);
    await copied.getByLabel("Description").press("Enter");
    expect(await created()).toBe(sent);
    await copied.getByRole("button", { name: "Discard it" }).click();
    await expect.poll(() => copied.getByLabel("Description").inputValue()).toBe("");
    expect(await copied.getByText(doneElsewhere).count()).toBe(0);
  });

  it("is there again after it was refused", async () => {
    await type("x".repeat(5_001));
    await field("Amount").fill("20.01");
    await charge();
    await expect.poll(() => field("Description").getAttribute("aria-invalid")).toBe("true");
    // Without the path of the member, which the field shows.
    await dialog()
      .getByText(/^(May have at most|Must not be longer than) \d+ characters$/)
      .waitFor();
    await page.keyboard.press("Escape");
    await open();
    await expect.poll(() => field("Amount").inputValue()).toBe("20.01");
  });
});
