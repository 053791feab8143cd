import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listen } from "../../src/server/listen.ts";
import { withConsole } from "../../src/server/pages.ts";

const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const script = "console.log('the console');".repeat(50);

describe("the console's files", () => {
  let folder: string;
  let listening: Listening;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "console-"));
    await serve();
  });
  afterEach(async () => {
    await rm(join(folder, "assets"), { recursive: true, force: true });
    await rm(join(folder, "index.html"), { force: true });
    await rm(join(folder, "secret.txt"), { force: true });
  });
  afterAll(async () => {
    await listening.close(100);
    await rm(folder, { recursive: true });
  });

  async function serve(): Promise<void> {
    const handle = withConsole((_request, response) => void response.writeHead(404).end("gateway"), pathToFileURL(`${folder}/`));
    listening = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 1000 });
  }
  async function build(): Promise<void> {
    await mkdir(join(folder, "assets"), { recursive: true });
    await writeFile(join(folder, "index.html"), "<h1>Console</h1>");
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(folder, "assets/index-AbC_123.js"), script);
    await writeFile(join(folder, "assets/style-1.css"), "h1 { color: red }");
  }
  const get = (path: string, init: RequestInit = {}) => fetch(`${listening.origin}${path}`, init);

  it("explains how to build the page if it is not built, and serves it as soon as it is", async () => {
    const missing = await get("/", { headers: browser });
    expect(missing.status).toBe(503);
    expect(missing.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await missing.text()).toContain("npx vite build src/console");
    await build();
    const page = await get("/", { headers: browser });
    expect([page.status, await page.text()]).toEqual([200, "<h1>Console</h1>"]);
  });

  it.each(["/", "/customers", "/customers/abc?search=x", "/operations/op_1", "/new/charges"])(
    "sends a browser the page at %s",
    async (path) => {
      await build();
      const page = await get(path, { headers: browser });
      expect([page.status, await page.text()]).toEqual([200, "<h1>Console</h1>"]);
      expect(page.headers.get("cache-control")).toBe("no-cache");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(page.headers.get("content-security-policy")).not.toContain("script-src");
      expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  it.each([
    ["/assets/index-AbC_123.js", "text/javascript; charset=utf-8"],
    ["/assets/style-1.css", "text/css; charset=utf-8"],
  ])("serves %s as %s, cached without end", async (path, type) => {
    await build();
    const asset = await get(path);
    expect(asset.status).toBe(200);
    expect(asset.headers.get("content-type")).toBe(type);
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("compresses assets for clients that accept that, and answers HEAD without a body", async () => {
    await build();
    const packed = await get("/assets/index-AbC_123.js", { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(Number(packed.headers.get("content-length"))).toBeLessThan(script.length / 10);
    expect(await packed.text()).toBe(script);
    const plain = await get("/assets/index-AbC_123.js", { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.text()).toBe(script);
    const head = await get("/assets/index-AbC_123.js", { method: "HEAD", headers: { "accept-encoding": "identity" } });
    expect([head.headers.get("content-length"), await head.text()]).toEqual([String(script.length), ""]);
  });

  it.each([
    ["/graphql", { headers: browser }],
    ["/graphql/stream", { headers: browser }],
    ["/graphql?query={viewer{name}}", { headers: browser }],
    ["/", { method: "POST", headers: browser, body: "{}" }],
    ["/customers", { headers: { accept: "application/json" } }],
    ["/assets/gone-1.js", {}],
    ["/secret.txt", {}],
    ["/assets/../secret.txt", {}],
    ["/assets/%2e%2e%2fsecret.txt", {}],
    ["/assets/..%5csecret.txt", {}],
  ])("leaves %s to the gateway", async (path, init: RequestInit) => {
    await build();
    const answer = await get(path, init);
    expect([answer.status, await answer.text()]).toEqual([404, "gateway"]);
  });
});
