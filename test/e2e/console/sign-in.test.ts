import { hash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { browserMissing } from "../browser.ts";
import { type WrittenConfiguration, writeConfiguration } from "../configuration.ts";
import { runGateway } from "../process.ts";
import { changeConfiguration, logOf } from "../processes.ts";
import { runSandbox, type SandboxProgram } from "../sandbox.ts";
import { accessibilityProblems, fitsScreen, gateway, laptop, page, picture, tab, telephone, useConsole } from "./console.ts";

/** The console of a gateway that requires access keys: signing in and out, and the effect of a key's scopes and backends. */

const keys = {
  auditor: { scopes: ["read"], backends: ["*"] },
  clerk: { scopes: ["read", "write"], backends: ["suite", "recurring"] },
  operator: { scopes: ["admin"], backends: ["*"] },
} as const;
type Name = keyof typeof keys;

const keyOf = (name: Name): string => `bgw_${name}-for-tests-only`;
const hidden = /Telephony|\bpbx\b|\boffices\b/;

/** Writes a configuration file that gives access to these callers only, with the strictest settings. */
function admit({ file }: WrittenConfiguration, names: readonly Name[]): void {
  const apiKeys = names.map((name) => ({ name, sha256: hash("sha256", keyOf(name)), ...keys[name] }));
  changeConfiguration(file, { auth: { mode: "apiKeys", apiKeys }, limits: { trustedDocuments: "require" } });
}

describe.skipIf(browserMissing)("signing in to the console", () => {
  let sandbox: SandboxProgram;
  let configuration: WrittenConfiguration;
  useConsole({
    start: async () => {
      sandbox = await runSandbox(60);
      configuration = writeConfiguration(sandbox);
      admit(configuration, ["auditor", "clerk", "operator"]);
      return await runGateway(["--config", configuration.file], configuration.environment);
    },
    // The browser itself reports that an answer was 401 or 429.
    tolerated: /status of (401|429)/,
  });
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
    configuration?.[Symbol.dispose]();
  });

  const field = () => page.getByLabel("Access key");
  const enter = async (key: string): Promise<void> => {
    await field().fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  async function signIn(name: Name, path: string, heading: string): Promise<void> {
    await tab.open(path, "Sign in");
    await enter(keyOf(name));
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  }
  const accountOf = (name: Name) => page.getByRole("button", { name: `Signed in as ${name}` });
  async function signOut(name: Name): Promise<void> {
    await accountOf(name).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  }
  /** Like an operator: changes the file, and tells the gateway to read it again. */
  async function reload(names: readonly Name[]): Promise<void> {
    const reloads = (): number => logOf(gateway).filter(({ msg }) => msg === "the configuration was reloaded").length;
    const before = reloads();
    admit(configuration, names);
    process.kill(logOf(gateway)[0]?.pid ?? Number.NaN, "SIGHUP");
    await expect.poll(reloads).toBe(before + 1);
  }
  const kept = (storage: "sessionStorage" | "localStorage"): Promise<string> =>
    page.evaluate(`JSON.stringify({ ...${storage} })`);

  it("says at the field that a key is wrong, and lets the right one in, to the linked page", async () => {
    await tab.open("/customers?backend=suite&search=a", "Sign in");
    await enter("");
    await page.getByText("Enter your access key").waitFor();
    await enter("two words");
    await page.getByText("An access key has no spaces").waitFor();
    await enter("bgw_wrong");
    await page.getByText("The gateway does not accept this access key").waitFor();
    expect(await field().getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => field().evaluate((input) => input.matches(":focus"))).toBe(true);
    expect(await kept("sessionStorage")).toBe("{}");
    await enter(keyOf("auditor"));
    await page.getByRole("table", { name: "customers" }).waitFor();
    expect(new URL(page.url()).search).toBe("?backend=suite&search=a");
    expect(await page.getByLabel("Name, e-mail, reference or phone").inputValue()).toBe("a");
  });

  it("keeps the key over a reload, in this tab only, and shows whose it is", async () => {
    await signIn("operator", "/operations", "Operations");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Operations" }).waitFor();
    await accountOf("operator").click();
    await page.getByRole("dialog").getByText("admin", { exact: true }).waitFor();
    expect(await kept("sessionStorage")).toContain(keyOf("operator"));
    expect(await kept("localStorage")).not.toContain(keyOf("operator"));
    expect(page.url()).not.toContain(keyOf("operator"));
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  });

  it("forgets everything on signing out", async () => {
    await signIn("operator", "/backends", "Backends");
    await page.getByRole("link", { name: "Customers", exact: true }).click();
    const row = page.getByRole("table", { name: "customers" }).getByRole("link").first();
    const customer = (await row.textContent()) ?? "";
    await signOut("operator");
    await page.getByText("You are signed out.").waitFor();
    expect(await kept("sessionStorage")).toBe("{}");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.locator("body").innerText()).not.toContain(customer);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  });

  it("leads back to the sign-in page when the key is not accepted any more, and on from there", async () => {
    await signIn("auditor", "/operations?status=UNKNOWN", "Operations");
    await page.getByText("No operation matches these filters").waitFor();
    await reload(["clerk", "operator"]);
    // Nobody has pressed anything: the list is live, and its subscription was refused.
    await page.getByText("Your access key is not accepted any more.").waitFor();
    await enter(keyOf("auditor"));
    await page.getByText("The gateway does not accept this access key").waitFor();
    await reload(["auditor", "clerk", "operator"]);
    await enter(keyOf("auditor"));
    await page.getByText("No operation matches these filters").waitFor();
    expect(new URL(page.url()).search).toBe("?status=UNKNOWN");
  });

  it("keeps what somebody was typing when the key was not accepted any more, for nobody else", async () => {
    await signIn("clerk", "/customers?backend=recurring", "Customers");
    await page.getByRole("table", { name: "customers" }).getByRole("link").first().click();
    const amount = page.getByRole("dialog").getByLabel("Amount");
    await page.getByRole("button", { name: "New charge" }).click();
    await amount.fill("4.20");
    await reload(["auditor", "operator"]);
    await page.getByRole("dialog").getByRole("button", { name: "Charge", exact: true }).click();
    await page.getByText("Your access key is not accepted any more.").waitFor();
    await enter(keyOf("operator"));
    await page.getByRole("button", { name: "New charge" }).click();
    await expect.poll(() => amount.inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await reload(["auditor", "clerk"]);
    await page.reload();
    await enter(keyOf("clerk"));
    await page.getByRole("button", { name: "New charge" }).click();
    await expect.poll(() => amount.inputValue()).toBe("4.20");
    await reload(["auditor", "clerk", "operator"]);
  });

  it("offers no changes to a key that may only read", async () => {
    await signIn("auditor", "/customers?backend=recurring", "Customers");
    await page.getByText("Read only").waitFor();
    const table = page.getByRole("table", { name: "customers" });
    await table.getByRole("link").first().waitFor();
    expect(await page.getByRole("link", { name: "New customer" }).count()).toBe(0);
    expect(await table.getByRole("checkbox").count()).toBe(0);
    await picture(page, "read-only");
    await table.getByRole("link").first().click();
    await page.getByRole("table", { name: "charges" }).waitFor();
    for (const button of ["New charge", "Edit", "Archive", "Link…", /^Actions of/]) {
      expect(await page.getByRole("button", { name: button }).count()).toBe(0);
    }
    await tab.open("/new/tax", "Read only");
    await tab.open("/taxes", "Taxes");
    expect(await page.getByRole("link", { name: "New tax" }).count()).toBe(0);
    await tab.open("/suggestions", "Suggestions");
    expect(await page.getByText("Keys:").count()).toBe(0);
  });

  it("shows the backends of the key, and no trace of the others", async () => {
    await signIn("clerk", "/backends", "Backends");
    await page.getByRole("heading", { level: 2, name: "recurring" }).waitFor();
    expect(await page.getByRole("article").count()).toBe(2);
    const views = {
      "/": "Open work",
      "/backends": "Backends",
      "/customers": "Customers",
      "/suggestions": "Suggestions",
      "/taxes": "Taxes",
      "/new/customer": "New customer",
    };
    for (const [path, heading] of Object.entries(views)) {
      await tab.open(path, heading);
      await page
        .getByText(/^Loading (?!more)/)
        .first()
        .waitFor({ state: "hidden" });
      expect(await page.locator("body").innerText()).not.toMatch(hidden);
    }
  });

  it("charges, and shows one's own operations only, except to an admin", async () => {
    await signIn("clerk", "/customers?backend=recurring", "Customers");
    await page.getByRole("table", { name: "customers" }).getByRole("link").first().click();
    await page.getByRole("button", { name: "New charge" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("3.10");
    await dialog.getByRole("button", { name: "Charge", exact: true }).click();
    await dialog.getByRole("status").getByText("Done").waitFor();
    await dialog.getByRole("link", { name: "Show the operation" }).click();
    await page.getByRole("heading", { level: 1, name: "Create a charge" }).waitFor();
    await page.getByText("clerk", { exact: true }).last().waitFor();
    await tab.open("/operations", "Operations");
    await page.getByText("All changes by clerk").waitFor();
    await page.getByRole("link", { name: "Create a charge" }).waitFor();
    await signOut("clerk");
    await enter(keyOf("auditor"));
    await page.getByText("You have no operations yet").waitFor();
    await signOut("auditor");
    await enter(keyOf("operator"));
    await page.getByText("All changes, with").waitFor();
    await page.getByRole("link", { name: "Create a charge" }).waitFor();
  });

  it("waits as long as the gateway asks, says so, and continues by itself", async () => {
    await signIn("auditor", "/customers", "Customers");
    let refused = 0;
    await page.route("**/graphql", async (route) => {
      if (refused > 0) return route.fallback();
      refused += 1;
      const error = { message: "Too many requests.", extensions: { code: "RATE_LIMITED", retryable: true } };
      await route.fulfill({ status: 429, headers: { "retry-after": "2" }, json: { errors: [error] } });
    });
    await page.getByRole("link", { name: "Taxes", exact: true }).click();
    await page.getByText("Too many requests in a short time").waitFor();
    await page.getByRole("table", { name: "taxes" }).waitFor();
    await page.getByText("Too many requests in a short time").waitFor({ state: "hidden" });
    expect(refused).toBe(1);
  });

  it("has no serious accessibility problem, and fits the screen, light and dark, on a laptop and a telephone", async () => {
    await tab.open("/", "Sign in");
    await enter("bgw_wrong");
    await page.getByText("The gateway does not accept this access key").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      for (const viewport of [laptop, telephone]) {
        const name = `sign-in-${colorScheme}-${viewport.width}`;
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        expect({ [name]: await accessibilityProblems(page) }).toEqual({ [name]: [] });
        await fitsScreen(name);
        await picture(page, name);
      }
    }
    await enter(keyOf("auditor"));
    await accountOf("auditor").click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "account");
  });
});
