import { globSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { ask } from "../ask.ts";
import { confine } from "../browser.ts";

/** The console in a browser, as the people who operate billing use it. */

const axeScript = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const artefact = (name: string): string => fileURLToPath(new URL(`../../../test-artefacts/console-${name}.png`, import.meta.url));

/** Throws when there is no built console, which is what the gateway serves; says so when it is older than its sources. */
export function requireBuiltConsole(): void {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const timeOf = (file: string): number => statSync(`${root}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const built = timeOf("dist/console/index.html");
  if (built === 0) throw new Error("The console is not built: npm run build:console");
  const sources = globSync("src/{console,client}/**/*.{ts,tsx,html,svg,css}", { cwd: root });
  if (Math.max(...sources.map(timeOf)) > built) {
    console.warn("The console that is tested is older than its sources: npm run build:console");
  }
}

export const laptop = { width: 1280, height: 900 } as const;
export const telephone = { width: 375, height: 812 } as const;

export interface ConsolePage {
  readonly page: Page;
  /** What went wrong so far: blocked requests, errors thrown or printed. */
  readonly problems: readonly string[];
  /** Opens an address of the console and waits for its heading. */
  readonly open: (path: string, heading?: string) => Promise<void>;
}

/** A new tab with a profile of its own. */
export async function openConsole(browser: Browser, origin: string): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: laptop,
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
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

/** Keeps a picture of the page. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: artefact(name) });
}

/** Two frames, in which what changed is laid out, and then until colours have faded into others. Loaders turn for ever. */
const settled = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
  Promise.race([
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
    new Promise((end) => setTimeout(end, 1000)),
  ]))`;

/** The serious and critical findings of axe-core in the page as it stands: what, where, how often. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // The page's policy allows no script but its own files: the tool is put in from outside, past the policy.
  const loaded = await page.evaluate(() => "axe" in globalThis);
  if (!loaded) await page.evaluate(axeScript);
  await page.evaluate(settled);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join("; ")})`);
}

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
