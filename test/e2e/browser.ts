import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { atEnd } from "../support/endings.ts";

/**
 * Where Linux distributions put Chromium; the tests bring no browser of their own. First the one without windows: it shows a page in
 * half of the processor time, as it draws no window around it.
 */
const chromiumFiles = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"].map(
  (name) => `/usr/bin/${name}`,
);
const chromiumFile = chromiumFiles.find((file) => existsSync(file));

/**
 * True, with a warning, where there is no Chromium: tests in a browser are skipped then. Never true in continuous integration,
 * where nobody would notice that they do not run: there they fail.
 */
export const browserMissing = chromiumFile === undefined && !process.env["CI"];
if (browserMissing) {
  console.warn(
    `SKIPPED: the tests in a browser need Chromium, which is none of ${chromiumFiles.join(", ")}. Debian: apt install chromium-headless-shell`,
  );
}

/** Starts Chromium without a window, with a new profile, and without a way to any host but this one. */
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
 * Returns the list, growing, of what goes wrong on a page: requests that do not go to `origin`, errors that its scripts throw or print.
 * The browser itself keeps such requests from leaving this machine: to stop each request and look at it takes a quarter of the time in
 * which a page is shown, and Playwright turns the browser's cache off for that.
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
