import { hash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { browserMissing } from "../browser.ts";
import { type WrittenConfiguration, writeConfiguration } from "../configuration.ts";
import { runGateway } from "../process.ts";
import { changeConfiguration } from "../processes.ts";
import { runSandbox, type SandboxProgram } from "../sandbox.ts";
import {
  accessibilityProblems,
  browser,
  type ConsolePage,
  gateway,
  openConsole,
  page,
  picture,
  tab,
  useConsole,
} from "./console.ts";

/** Decisions of people: approving a run as a second person, stopping a run, and a charge that looks like another. */

const keys = {
  clerk: { scopes: ["read", "write"], backends: ["*"] },
  manager: { scopes: ["read", "approve"], backends: ["*"] },
} as const;
type Name = keyof typeof keys;
const keyOf = (name: Name): string => `bgw_${name}-for-tests-only`;

describe.skipIf(browserMissing)("decisions in the console", () => {
  let sandbox: SandboxProgram;
  let configuration: WrittenConfiguration;
  useConsole({
    start: async () => {
      sandbox = await runSandbox(12);
      configuration = writeConfiguration(sandbox);
      const apiKeys = Object.entries(keys).map(([name, rights]) => ({
        name,
        sha256: hash("sha256", keyOf(name as Name)),
        ...rights,
      }));
      changeConfiguration(configuration.file, {
        auth: { mode: "apiKeys", apiKeys },
        runs: { approval: "always" },
        duplicates: { charges: "refuse" },
      });
      return await runGateway(["--config", configuration.file], configuration.environment);
    },
    // The browser itself reports that an answer was 401.
    tolerated: /status of 401/,
  });
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
    configuration?.[Symbol.dispose]();
  });

  async function asked<Data>(name: Name, query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${keyOf(name)}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }

  async function signIn(at: ConsolePage, name: Name, path: string, heading: string): Promise<void> {
    await at.open(path, "Sign in");
    await at.page.getByLabel("Access key").fill(keyOf(name));
    await at.page.getByRole("button", { name: "Sign in" }).click();
    await at.page.getByRole("heading", { level: 1, name: heading }).waitFor();
  }

  const customers = async (): Promise<readonly { readonly id: string; readonly name: string }[]> => {
    const query = '{ customers(first: 8, backends: ["recurring"], filter: { status: ACTIVE }) { nodes { id name } } }';
    const { customers: found } = await asked<{ customers: { nodes: { id: string; name: string }[] } }>("clerk", query);
    return found.nodes;
  };

  /** Slow enough to be stopped. Returns its address. */
  async function prepared(name: string): Promise<string> {
    const rows = (await customers()).map(({ id }) => ({ customerId: id, name, amount: "2.50", date: "2026-11-01" }));
    const document =
      "mutation ($input: CreateChargeRunInput!) { createChargeRun(input: $input) { run { id } errors { message } } }";
    const { createChargeRun } = await asked<{
      createChargeRun: { run: { id: string }; errors: unknown[] };
    }>("clerk", document, { input: { name, rows, rowsPerSecond: 0.5 } });
    expect(createChargeRun.errors).toEqual([]);
    return `/runs/${encodeURIComponent(createChargeRun.run.id)}`;
  }

  async function confirm(): Promise<void> {
    await page.getByRole("heading", { name: "Confirm what is sent" }).waitFor();
    const total = page.getByLabel(/^Total in/);
    await total.fill("1");
    expect(await page.getByRole("button", { name: "Send the charges" }).isDisabled()).toBe(true);
    await total.fill(((await customers()).length * 2.5).toFixed(2));
    await page.getByRole("button", { name: "Send the charges" }).click();
    await page.getByRole("heading", { name: "A second person must approve it" }).waitFor();
  }

  it("asks a second person, whose approval the first one sees at once; a run is paused, and resumed", async () => {
    const path = await prepared("Lamps 2026-11");
    const followed = page.waitForRequest((request) => request.headers()["accept"] === "text/event-stream");
    await signIn(tab, "clerk", path, "Lamps 2026-11");
    await followed;
    await confirm();
    await page.getByText("That is you: another person must approve it.").waitFor();
    expect(await page.getByRole("button", { name: "Approve and send" }).count()).toBe(0);
    await picture(page, "run-own-approval");

    const second = await openConsole(browser, gateway.origin);
    try {
      await signIn(second, "manager", path, "Lamps 2026-11");
      await second.page.getByText(/clerk wants .*\$20\.00 to be sent/).waitFor();
      await picture(second.page, "run-approval");
      expect(await accessibilityProblems(second.page)).toEqual([]);
      await second.page.getByRole("button", { name: "Approve and send" }).click();
      await second.page.getByRole("heading", { name: "A second person must approve it" }).waitFor({ state: "hidden" });
      // A caller who may only approve cannot stop it.
      expect(await second.page.getByRole("button", { name: "Pause" }).count()).toBe(0);
    } finally {
      await second.page.context().close();
    }

    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("heading", { name: "Paused" }).waitFor();
    await page.getByText(/rows are not sent yet\.$/).waitFor();
    await picture(page, "run-paused");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("table", { name: "Charged" }).waitFor();
    await page.getByText("Done", { exact: true }).first().waitFor();
  });

  it("is refused with a reason, which the requester reads", async () => {
    const path = await prepared("Chairs 2026-11");
    await signIn(tab, "clerk", path, "Chairs 2026-11");
    await confirm();
    const second = await openConsole(browser, gateway.origin);
    try {
      await signIn(second, "manager", path, "Chairs 2026-11");
      const refuse = second.page.getByRole("button", { name: "Refuse" });
      await refuse.waitFor();
      expect(await refuse.isDisabled()).toBe(true);
      await second.page.getByLabel("Reason for refusal").fill("They were counted twice.");
      await refuse.click();
      await second.page.getByRole("heading", { name: "A second person must approve it" }).waitFor({ state: "hidden" });
    } finally {
      await second.page.context().close();
    }
    await page.getByText("Refused by manager").waitFor();
    await page.getByText("They were counted twice.").waitFor();
    await picture(page, "run-refused");
  });

  it("does not send a charge that looks like another until somebody confirms it", async () => {
    const [customer] = await customers();
    const charges = async (): Promise<number> => {
      const query =
        'query ($id: ID!) { customer(id: $id) { charges(first: 100, filter: { search: "Doorbell" }) { nodes { id } } } }';
      const { customer: found } = await asked<{ customer: { charges: { nodes: unknown[] } } }>("clerk", query, {
        id: customer?.id,
      });
      return found.charges.nodes.length;
    };
    await signIn(tab, "clerk", `/new/charges?customer=${customer?.id}`, "New charges");
    const fill = async (): Promise<void> => {
      await page.getByLabel("Description").fill("Doorbell");
      await page.getByLabel("Amount").fill("9.99");
      await page.getByRole("button", { name: "Charge 1 customer" }).click();
    };
    await fill();
    await page.getByRole("status").getByText("Done").waitFor();
    await page.getByRole("button", { name: "Another charge" }).click();
    await fill();
    const meant = page.getByRole("button", { name: "This is intended: charge anyway" });
    await meant.waitFor();
    expect(await charges()).toBe(1);
    await page.getByText("It looks the same as an earlier one").waitFor();
    expect(await page.getByRole("link", { name: "Show the earlier one" }).getAttribute("href")).toMatch(/^\/operations\//);
    // Nothing was made that could be shown.
    expect(await page.getByRole("link", { name: /^Show it in/ }).count()).toBe(0);
    await picture(page, "duplicate");
    expect(await accessibilityProblems(page)).toEqual([]);
    await meant.click();
    await page.getByRole("status").getByText("Done").waitFor();
    expect(await charges()).toBe(2);
  });

  it("requires the same for a credit", async () => {
    const [, { id, name } = { id: "", name: "" }] = await customers();
    await signIn(tab, "clerk", `/customers/${id}`, name);
    await page.getByRole("button", { name: "New credit" }).click();
    const dialog = page.getByRole("dialog");
    const give = async (): Promise<void> => {
      await dialog.getByLabel("Description").fill("Two days without service");
      await dialog.getByLabel("Amount").fill("12.34");
      await dialog.getByLabel("Yes, give this money back").check();
      await dialog.getByRole("button", { name: "Give the credit" }).click();
    };
    await give();
    await dialog.getByRole("status").getByText("Done").waitFor();
    await dialog.getByRole("button", { name: "Another credit" }).click();
    await give();
    const refused = dialog.getByRole("alert").filter({ hasText: "Nothing was changed" });
    await refused.getByText(/as an earlier one: customer, description, amount, currency and day\. Nothing was sent\./).waitFor();
    expect(await refused.getByRole("link", { name: "Show the earlier one" }).getAttribute("href")).toMatch(/^\/operations\//);
    expect(await refused.innerText()).not.toMatch(/charge|allowDuplicate|operation [\w-]{16}/);
    await picture(page, "duplicate-credit");
    expect(await accessibilityProblems(page)).toEqual([]);
    const meant = refused.getByRole("button", { name: "This is intended: give it anyway" });
    await dialog.getByLabel("Yes, give this money back").uncheck();
    await expect.poll(() => meant.count()).toBe(0);
    await dialog.getByLabel("Yes, give this money back").check();
    await meant.click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    const given =
      "query ($id: ID!) { customer(id: $id) { charges(first: 50, filter: { kind: [CREDIT] }) { nodes { amount { amount } } } } }";
    type Given = { customer: { charges: { nodes: { amount: { amount: string } }[] } } };
    const { customer } = await asked<Given>("clerk", given, { id });
    expect(customer.charges.nodes.filter(({ amount }) => amount.amount === "-12.34")).toHaveLength(2);
  });

  it("asks the same before the money of a charge is taken again", async () => {
    const query = '{ customers(first: 2, backends: ["pbx"], filter: { status: ACTIVE }) { nodes { id name } } }';
    const { customers: found } = await asked<{ customers: { nodes: { id: string; name: string }[] } }>("clerk", query);
    const [customer = { id: "", name: "" }] = found.nodes;
    const charge = { customerId: customer.id, name: "Router for the lobby", amount: "7.50", executeNow: true };
    const create = "mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { message } } }";
    expect(await asked("clerk", create, { input: { charge } })).toEqual({ createCharge: { errors: [] } });
    await signIn(tab, "clerk", `/customers/${customer.id}`, customer.name);
    await page.getByRole("button", { name: "Actions of Router for the lobby" }).click();
    await page.getByRole("menuitem", { name: "Execute the charge" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Execute", exact: true }).click();
    const refused = dialog.getByRole("alert").filter({ hasText: "Nothing was changed" });
    await refused.getByText("The money for this charge was taken a short time ago already. Nothing was sent.").waitFor();
    expect(await refused.getByRole("link", { name: "Show the earlier one" }).getAttribute("href")).toMatch(/^\/operations\//);
    await picture(page, "duplicate-execution");
    expect(await accessibilityProblems(page)).toEqual([]);
    await refused.getByRole("button", { name: "This is intended: execute it again" }).click();
    await dialog.getByRole("status").getByText("Done").waitFor();
  });
});
