import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { patience } from "../../support/patience.ts";
import { ask } from "../ask.ts";
import { confine, openBrowser } from "../browser.ts";
import type { GatewayProgram } from "../process.ts";
import { runOnSmallSandbox, setFaults } from "../sandbox.ts";

/** The console in a browser, as the people who operate billing use it. */

/**
 * For the file that calls useConsole: one gateway, and one browser whose profile keeps what it has loaded and compiled. Each test has a new
 * tab, and finds nothing that an earlier one has stored.
 */
export let gateway: GatewayProgram;
export let browser: Browser;
export let tab: ConsolePage;
export let page: Page;

export interface ConsoleSetup {
  /** Default: on a small sandbox, without a directory. */
  readonly start?: () => Promise<GatewayProgram>;
  /** Output that a test may cause in the browser's console. Default: none. */
  readonly tolerated?: RegExp;
}

/** Set-up of every console test file. A test passes only if its tab had no problem that is not tolerated. */
export function useConsole({ start = runOnSmallSandbox, tolerated }: ConsoleSetup = {}): void {
  let profile: BrowserContext;
  let idle: Page;
  beforeAll(async () => {
    [browser, gateway] = await Promise.all([openBrowser(), start()]);
    profile = await newProfile(browser);
    // As long as one page of the gateway is open, further ones come into its process, which has compiled their scripts.
    idle = await profile.newPage();
    await idle.goto(`${gateway.origin}/health`);
  });
  beforeEach(async () => {
    tab = await openTab(profile, gateway.origin);
    page = tab.page;
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: artefact(`failed ${task.name}`) });
    const devtools = await profile.newCDPSession(page);
    const storageTypes = "cookies,indexeddb,local_storage";
    await devtools.send("Storage.clearDataForOrigin", { origin: gateway.origin, storageTypes });
    for (const opened of profile.pages()) if (opened !== idle) await opened.close();
    for (const { url } of gateway.backends) await setFaults(url, []);
    expect(tab.problems.filter((problem) => !tolerated?.test(problem))).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });
}

/** The address of a backend, by its key. */
export const urlOf = (key: string): string => gateway.backends.find((backend) => backend.key === key)?.url ?? "";

const axeScript = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const artefact = (name: string): string =>
  fileURLToPath(new URL(`../../../test-artefacts/console-${name.replaceAll(/[^\w-]+/g, "-")}.png`, import.meta.url));

export const laptop = { width: 1280, height: 900 } as const;
/** As narrow as a laptop of 1280 pixels at 400 % (WCAG 2.2, 1.4.10). */
export const telephone = { width: 320, height: 812 } as const;

/** Waits until nothing of the page is beside the screen: after a change of its size the page is laid out again, in several steps. */
export async function fitsScreen(what: string): Promise<void> {
  const fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
  await expect.poll(() => page.evaluate(fits), { message: `${what} fits the screen` }).toBe(true);
}

export interface ConsolePage {
  readonly page: Page;
  /** Problems so far: blocked requests, errors thrown or printed. */
  readonly problems: readonly string[];
  /** Opens an address of the console and waits for its heading. */
  readonly open: (path: string, heading?: string) => Promise<void>;
}

/** A new tab with a profile of its own: as on another computer. */
export async function openConsole(browser: Browser, origin: string): Promise<ConsolePage> {
  return openTab(await newProfile(browser), origin);
}

const newProfile = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: laptop, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" });

async function openTab(profile: BrowserContext, origin: string): Promise<ConsolePage> {
  const page = await profile.newPage();
  page.setDefaultTimeout(patience.timeout);
  const problems = await confine(page, origin);
  return {
    page,
    problems,
    open: async (path, heading) => {
      await page.goto(`${origin}${path}`);
      await page.getByRole("heading", { level: 1, ...(heading !== undefined && { name: heading }) }).waitFor();
    },
  };
}

/** Saves a screenshot if PICTURES is in the environment. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env["PICTURES"]) await page.screenshot({ path: artefact(name) });
}

/** The width of A4 between the margins that browsers print with, in CSS pixels. */
const paperWidth = 690;

/** The parts of the page's tables that paper would cut off: column headers outside of it. */
export async function cutOffOnPaper(page: Page): Promise<readonly string[]> {
  const before = page.viewportSize() ?? laptop;
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: paperWidth, height: before.height });
  await page.evaluate(settled);
  const cut = await page.getByRole("columnheader").evaluateAll((headers) =>
    headers.flatMap((header) => {
      const { left, right } = header.getBoundingClientRect();
      return left < 0 || right > document.documentElement.clientWidth + 1 ? [header.textContent] : [];
    }),
  );
  await page.setViewportSize(before);
  return cut;
}

/** Waits two frames, for the layout, and then for colour transitions. Ignores loaders, which turn without end. */
export const settled = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
  Promise.allSettled(
    document.getAnimations()
      .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
      .map(({ finished }) => finished)))`;

/**
 * The serious and critical findings of axe-core for the current page: what, where, how often. Of a table's rows that are drawn alike, it
 * looks at one: the others differ in their words only, and would take most of the time.
 * @param rules by their names, without the others
 */
export async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // The page's policy only allows scripts from its own files, so the tool is injected from outside.
  const loaded = await page.evaluate(() => "axe" in globalThis);
  if (!loaded) await page.evaluate(axeScript);
  await page.evaluate(settled);
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run({ exclude: ${alikeRows} }, ${JSON.stringify(options)})`)) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join("; ")})`);
}

/** The rows for which an earlier one of their table has the same elements with the same classes, styles and attributes, whatever their values. */
const alikeRows = `[...document.querySelectorAll("tbody")].flatMap((body) => {
  const drawn = new Set();
  const attribute = ({ name, value }) => (["class", "style", "role", "type"].includes(name) ? name + "=" + value : name);
  const look = (element) =>
    [element.localName, ...[...element.attributes].map(attribute), "(", ...[...element.children].map(look), ")"].join(" ");
  return [...body.rows].filter((row) => drawn.size === drawn.add(look(row)).size);
})`;

interface Found {
  readonly customers: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
}

/** The first customers of a backend. */
export async function customersOf(origin: string, backend: string, count = 1): Promise<Found["customers"]["nodes"]> {
  const { data } = await ask<Found>(
    origin,
    "query ($backend: String!, $count: Int) { customers(first: $count, backends: [$backend], filter: { status: ACTIVE }) { nodes { id name } } }",
    { variables: { backend, count } },
  );
  return data.customers.nodes;
}
