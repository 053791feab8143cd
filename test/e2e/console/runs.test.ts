import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import {
  accessibilityProblems,
  browser,
  customersOf,
  fitsScreen,
  gateway,
  laptop,
  page,
  picture,
  tab,
  telephone,
  useConsole,
} from "./console.ts";

/** A month's file from its upload to its cost, as a billing clerk works with it. */

const docs = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), "utf8");

/** The file of the guide, as of another month. */
const file = (month: string, name = `Front desk ${month}.csv`, change: (text: string) => string = (text) => text) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(change(docs("charge-run.csv").replaceAll("30.11.2026", `28.${month.slice(5)}.${month.slice(0, 4)}`))),
});

const choose = async (chosen: ReturnType<typeof file>): Promise<void> => {
  await tab.open("/new/run", "New charge run");
  await page.locator("input[type=file]").setInputFiles(chosen);
  await page.getByRole("table", { name: "Columns" }).waitFor();
};

const say = async (column: string, meaning: string): Promise<void> => {
  await page.getByRole("combobox", { name: `Meaning of ${column}`, exact: true }).click();
  await page.getByRole("option", { name: meaning, exact: true }).click();
};

const totals = async (): Promise<Readonly<Record<string, string>>> => {
  const id = decodeURIComponent(new URL(page.url()).pathname.split("/")[2] ?? "");
  const { data } = await ask<{ chargeRun: { totals: { currency: string; amount: string }[] } }>(
    gateway.origin,
    "query Totals($id: ID!) { chargeRun(id: $id) { totals { currency amount } } }",
    { variables: { id } },
  );
  const sums: Record<string, number> = {};
  for (const { currency, amount } of data.chargeRun.totals)
    sums[currency] = (sums[currency] ?? 0) + Math.round(Number(amount) * 100);
  return Object.fromEntries(Object.entries(sums).map(([currency, cents]) => [currency, (cents / 100).toFixed(2)]));
};

const confirm = async (): Promise<void> => {
  const send = page.getByRole("button", { name: "Send the charges" });
  await send.waitFor();
  expect(await send.isDisabled()).toBe(true);
  for (const [currency, amount] of Object.entries(await totals())) await page.getByLabel(`Total in ${currency}`).fill(amount);
  await send.click();
};

interface Answer {
  readonly createChargeRun: { readonly run: { readonly id: string; readonly planHash: string } };
}

const answer = async (mutation: string, type: string, input: object): Promise<Answer> => {
  const document = `mutation Run($input: ${type}!) { ${mutation}(input: $input) { run { id planHash } errors { message } } }`;
  return (await ask<Answer>(gateway.origin, document, { variables: { input } })).data;
};

describe.skipIf(browserMissing)("charge runs in the console", () => {
  useConsole();

  /** Meanings that a column's name suggests are guessed; others must be chosen. */
  const sayNames = async (): Promise<void> => {
    for (const column of ["Text", "From", "To"]) await say(column, "Name of the charge");
  };

  it("reads a file whose columns are named once, shows its totals, sends it, and shows the result", async () => {
    await choose(file("2026-09"));
    await sayNames();
    await picture(page, "run-mapping");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Check the rows" }).click();
    await page.getByRole("heading", { level: 1, name: "Front desk 2026-09" }).waitFor();
    await page.getByRole("heading", { name: "Confirm what is sent" }).waitFor();
    await picture(page, "run-ready");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page
      .getByLabel(/^Total in/)
      .first()
      .fill("1");
    expect(await page.getByRole("button", { name: "Send the charges" }).isDisabled()).toBe(true);
    await confirm();
    await page.getByText("Done", { exact: true }).first().waitFor();
    await page.getByRole("table", { name: "Charged" }).waitFor();
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the result" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("Front desk 2026-09.csv");
    // Excel needs the byte order mark to take the file for UTF-8.
    expect(readFileSync(await download.path(), "utf8")).toMatch(/^\ufeffline,key,state,/);
    await picture(page, "run-done");
  });

  it("remembers the columns; a wrong row is corrected in place, a likely duplicate allowed, another one skipped", async () => {
    const broken = (text: string): string => text.replace("AC-10001;Parcels", "AC-1000X;Parcels").replace("3,10", "not a number");
    await choose(file("2026-08"));
    await sayNames();
    await page.getByRole("button", { name: "Check the rows" }).click();
    await page.getByRole("heading", { name: "Confirm what is sent" }).waitFor();
    await choose(file("2026-10", undefined, broken));
    await page.getByText("As you chose last time").waitFor();
    await page.getByRole("button", { name: "Check the rows" }).click();
    await page.getByRole("heading", { name: "2 rows need attention" }).waitFor();
    await page.getByRole("combobox", { name: "Rows to show" }).click();
    await page.getByRole("option", { name: "Needs attention (2)" }).click();
    await expect.poll(() => page.getByRole("button", { name: /^Actions of line/ }).count()).toBe(2);
    await picture(page, "run-attention");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Actions of line 3" }).click();
    await page.getByRole("menuitem", { name: "Correct" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Customer: your own number" }).fill("AC-10001");
    await picture(page, "run-correct");
    const amount = dialog.getByRole("textbox", { name: "Amount" });
    const given = await amount.inputValue();
    await amount.fill("1.234,50");
    await dialog.getByRole("button", { name: "Correct and check" }).click();
    await dialog.getByText("Write it as 1234.50").waitFor();
    await amount.fill(given);
    await dialog.getByRole("button", { name: "Correct and check" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "One row needs attention" }).waitFor();
    await page.getByRole("button", { name: "Actions of line 5" }).click();
    await page.getByRole("menuitem", { name: "Skip" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("the customer has moved away");
    await page.getByRole("dialog").getByRole("button", { name: "Skip" }).click();
    await confirm();
    await page.getByRole("table", { name: "Charged" }).waitFor();
    await page.getByRole("combobox", { name: "Rows to show" }).click();
    await page.getByRole("option", { name: "Skipped (1)" }).click();
    await page.getByText("Skipped: the customer has moved away").waitFor();
  });

  it("shows the cost of each month of a series, and undoes a run after a preview", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    for (const [month, amount] of [
      ["2026-07", "10.00"],
      ["2026-09", "25.50"],
    ] as const) {
      const rows = [{ backend: "recurring", customerId: customer?.id, name: `Shelf ${month}`, amount, date: `${month}-01` }];
      const { createChargeRun } = await answer("createChargeRun", "CreateChargeRunInput", { name: `Shelf ${month}`, rows });
      await answer("executeChargeRun", "ExecuteChargeRunInput", createChargeRun.run);
      await tab.open(`/runs/${createChargeRun.run.id}`);
      await page.getByRole("table", { name: "Charged" }).waitFor();
    }
    await tab.open("/runs", "Charge runs");
    await page.getByRole("table", { name: "charge runs" }).getByRole("link", { name: "Shelf", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "Shelf" }).waitFor();
    const months = page.getByRole("table", { name: "Months" });
    await months.waitFor();
    expect(await months.getByRole("row").count()).toBe(1 + 3);
    await months.getByText("+$25.50").waitFor();
    await picture(page, "run-series");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("table", { name: "Runs" }).getByRole("link", { name: "Shelf 2026-09" }).click();
    await page.getByRole("button", { name: "Undo…" }).click();
    await page.getByRole("dialog").getByText("1 charge is voided").waitFor();
    await picture(page, "run-undo");
    await page.getByRole("button", { name: "Void these charges" }).click();
    await page.getByText("Undone", { exact: true }).first().waitFor();
  });

  it("scrolls through thousands of rows with few of them in the document, on a telephone and in dark mode", async () => {
    const { data } = await ask<{ customers: { nodes: { id: string }[] } }>(
      gateway.origin,
      '{ customers(first: 50, backends: ["recurring"], filter: { status: ACTIVE }) { nodes { id } } }',
    );
    const systems = await ask<{ backends: { key: string; label: string }[] }>(gateway.origin, "{ backends { key label } }");
    const lines = Array.from({ length: 3_000 }, (_, index) => {
      const { id = "" } = data.customers.nodes[index % data.customers.nodes.length] ?? {};
      return `${id},Sheet ${index},${(index % 90) + 1}.50,2026-11-01`;
    });
    const text = ["customerId,name,amount,date", ...lines].join("\n");
    await choose({ name: "Sheets 2026-11.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("combobox", { name: "Backend" }).click();
    const label = systems.data.backends.find(({ key }) => key === "recurring")?.label ?? "";
    await page.getByRole("option", { name: label, exact: true }).click();
    await page.getByRole("button", { name: "Check the rows" }).click();
    await page.getByRole("heading", { name: "Confirm what is sent" }).waitFor();
    const rows = page.getByRole("table", { name: "rows", exact: true });
    await rows.waitFor();
    expect(await rows.getByRole("row").count()).toBeLessThan(80);
    for (let page_ = 0; page_ < 6; page_ += 1) {
      await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
      await page
        .getByText("Loading more rows")
        .waitFor({ state: "visible" })
        .catch(() => undefined);
    }
    await expect.poll(() => rows.getByRole("row").last().textContent()).toMatch(/Sheet [1-9]\d\d/);
    expect(await rows.getByRole("row").count()).toBeLessThan(80);
    const { url } = { url: page.url() };
    for (const colorScheme of ["light", "dark"] as const) {
      for (const size of [laptop, telephone]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        await page.goto(url);
        await rows.waitFor();
        await picture(page, `run-${colorScheme}-${size.width}`);
        expect(await accessibilityProblems(page)).toEqual([]);
        await fitsScreen(`the run, ${colorScheme}, ${size.width}`);
      }
    }
    expect(browser.isConnected()).toBe(true);
  });
});
