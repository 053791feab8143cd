import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserMissing, confine, openBrowser } from "./browser.ts";

describe.skipIf(browserMissing)("the browser of the tests", () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => browser?.close());

  it.each([
    "http://billing.example/",
    "http://localhost:8080/",
    "http://192.0.2.1/",
    "http://[2001:db8::1]/",
    "http://[::1]:8080/",
  ])("reaches no host but this machine's: not %s", async (address) => {
    const page = await browser.newPage();
    await expect(page.goto(address)).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
  });

  it("tells each request of a page that leads elsewhere, and what its scripts throw and print", async () => {
    const page = await browser.newPage();
    const problems = await confine(page, "http://127.0.0.1:8080");
    await page.setContent(`
      <img src="http://billing.example/picture.png"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      <script>
        fetch("http://127.0.0.1:1/data").catch(() => {});
        console.error("printed words");
        throw new Error("thrown words");
      </script>`);
    await expect
      .poll(() => problems.toSorted())
      .toEqual(
        expect.arrayContaining([
          "asked for http://127.0.0.1:1/data",
          "asked for http://billing.example/picture.png",
          "printed printed words",
          "threw thrown words",
        ]),
      );
    expect(problems.filter((problem) => problem.startsWith("asked for"))).toHaveLength(2);
  });
});
