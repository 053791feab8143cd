import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { atEnd } from "../support/endings.ts";

/** Where Linux distributions install Chromium; the tests do not bring a browser. */
const chromiumFiles = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const chromiumFile = chromiumFiles.find((file) => existsSync(file));

/**
 * True, with a warning, if there is no Chromium: then browser tests are skipped. In continuous integration nobody would notice
 * that, so there they fail.
 */
export const browserMissing = chromiumFile === undefined && !process.env["CI"];
if (browserMissing) {
  console.warn(
    `SKIPPED: the tests in a browser need Chromium, which is none of ${chromiumFiles.join(", ")}. Debian: apt install chromium`,
  );
}

/** Starts Chromium without a window, with a new profile, and able to reach this host only. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumFile === undefined) throw new Error(`Chromium is none of ${chromiumFiles.join(", ")}.`);
  const browser = await chromium.launch({
    executablePath: chromiumFile,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  browser.once(
    "disconnected",
    atEnd(() => browser.close()),
  );
  return browser;
}

/**
 * Blocks every request of a page that does not go to `origin`. Returns a growing list of problems: blocked requests, and errors
 * that the page's scripts threw or printed.
 */
export async function confine(page: Page, origin: string): Promise<readonly string[]> {
  const problems: string[] = [];
  await page.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin || url.protocol === "data:") return route.continue();
    problems.push(`asked for ${url.href}`);
    return route.abort();
  });
  page.on("pageerror", ({ message }) => problems.push(`threw ${message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`printed ${message.text()}`);
  });
  return problems;
}
