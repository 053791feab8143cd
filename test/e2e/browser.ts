import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { atEnd } from "../support/endings.ts";

/**
 * Where Linux distributions install Chromium; the tests do not bring a browser. The first is the one without windows: it shows a page
 * in half of the processor time.
 */
const chromiumFiles = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"].map(
  (name) => `/usr/bin/${name}`,
);
const chromiumFile = chromiumFiles.find((file) => existsSync(file));

/**
 * True, with a warning, if there is no Chromium: then browser tests are skipped. In continuous integration nobody would notice
 * that, so there they fail.
 */
export const browserMissing = chromiumFile === undefined && !process.env["CI"];
if (browserMissing) {
  console.warn(
    `SKIPPED: the tests in a browser need Chromium, which is none of ${chromiumFiles.join(", ")}. Debian: apt install chromium-headless-shell`,
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
      // Tabs of a profile on one site share a process, and what it has compiled.
      "--process-per-site",
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
 * Returns a growing list of a page's problems: requests that do not go to `origin`, and errors that its scripts throw or print. The
 * browser itself keeps such requests from leaving this machine. To intercept each request would take a quarter of the time in which a
 * page is shown, and Playwright turns the browser's cache off for that.
 */
export async function confine(page: Page, origin: string): Promise<readonly string[]> {
  const problems: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "data:") problems.push(`asked for ${url.href}`);
  });
  page.on("pageerror", ({ message }) => problems.push(`threw ${message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`printed ${message.text()}`);
  });
  return problems;
}
