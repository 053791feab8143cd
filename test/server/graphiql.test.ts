import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getVariableValues, parse, validate } from "graphql";
import { createYoga } from "graphql-yoga";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { graphiqlTabs } from "../../src/server/graphiql/tabs.ts";
import { graphiqlPage } from "../../src/server/pages.ts";
import { schema } from "../support/schema.ts";
import { type ServedGateway, serveGateway } from "./http/serve.ts";
import { send } from "./http/wire.ts";

const sampleCustomerId = encodeId({ type: "Customer", backend: "recurring", id: "1" });

describe.each([
  ["the sandbox", graphiqlTabs(sampleCustomerId)],
  ["configured backends", graphiqlTabs(undefined)],
])("the tabs on %s", (_, tabs) => {
  it.each(tabs)("are valid, with their variables: $query", ({ query, variables = "{}" }) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions.filter((definition) => definition.kind === "OperationDefinition");
    const { errors } = getVariableValues(
      schema,
      operation?.variableDefinitions ?? [],
      JSON.parse(variables) as Record<string, unknown>,
    );
    expect(errors).toBeUndefined();
  });
});

it("the tabs on configured backends do not name the sandbox's, change nothing unedited, and say what to fill in", () => {
  const tabs = graphiqlTabs(undefined);
  expect(JSON.stringify(tabs)).not.toMatch(/sandbox|"pbx|suite"|offices|recurring/i);
  const mutations = tabs.filter(({ query }) => /^mutation /m.test(query));
  expect(mutations.length).toBeGreaterThan(0);
  for (const { query, variables } of mutations) {
    expect(query).toContain("validateOnly: true");
    expect(variables).toMatch(/"<the /);
  }
});

describe("the page at /graphql", () => {
  const key = "developer";
  const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  const withKey = { authorization: `Bearer ${key}` };
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await serveGateway({ keys: [key] });
  });
  afterAll(async () => gateway?.[Symbol.asyncDispose]());

  it("is for callers only; a browser without a credential gets a password prompt", async () => {
    const refused = await fetch(gateway.url, { headers: browser });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('Basic realm="billing-gateway"');
    expect(await refused.text()).not.toMatch(/graphiql/i);
    const basic = { authorization: `Basic ${Buffer.from(`anybody:${key}`).toString("base64")}` };
    const page = await fetch(gateway.url, { headers: { ...browser, ...basic } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("Billing gateway");
  });

  const open = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(new URL(path, gateway.url), { headers: { ...withKey, ...headers } });
  const filesOf = (html: string): readonly string[] =>
    Array.from(html.matchAll(/(?:src|href)="(\/[^"]+)"/g), ([, path = ""]) => path);

  it("is small and not cached; its files have content hashes and are cached without end", async () => {
    const page = await open(gateway.url, browser);
    expect(page.headers.get("cache-control")).toBe("no-store");
    const html = await page.text();
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    const built = readdirSync(new URL("../../dist/graphiql/", import.meta.url)).filter((name) => name !== "index.html");
    const paths = built.map((name) => `/graphql/graphiql/${name}`);
    expect(paths).toEqual(expect.arrayContaining([...filesOf(html)]));
    // The editor's workers, and its icon font.
    for (const name of [/editor\.worker/, /json\.worker/, /graphql\.worker/, /\.ttf$/, /\.css$/]) {
      expect(built).toContainEqual(expect.stringMatching(name));
    }
    for (const path of paths) {
      expect(path).toMatch(/-[\w-]{8}\.(js|css|ttf)$/);
      const file = await open(path);
      expect(file.status, path).toBe(200);
      expect(file.headers.get("cache-control"), path).toBe("private, max-age=31536000, immutable");
      const types = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", ttf: "font/ttf" };
      expect(file.headers.get("content-type"), path).toBe(types[path.slice(path.lastIndexOf(".") + 1) as keyof typeof types]);
      await file.body?.cancel();
    }
  });

  it("loads nothing from another host, in any of its files", async () => {
    const built = globSync("dist/graphiql/*", { cwd: new URL("../../", import.meta.url) });
    const texts = built
      .filter((name) => /\.(html|css)$/.test(name))
      .map((name) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts)
      expect(text.match(/(?:src|href)="(?:https?:)?\/\/[^"]*|(?:url\(|@import)\s*["']?(?:https?:)?\/\/[^)]*/g)).toBeNull();
  });

  it("contains the tabs, whatever their text", async () => {
    const html = await (await open(gateway.url, browser)).text();
    const [, json = ""] = /<script type="application\/json" id="tabs">(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(json)).toEqual(graphiqlTabs(undefined));
    expect(json).not.toContain("<");
  });

  it("has files for callers only, and no others", async () => {
    const [path = ""] = filesOf(await (await open(gateway.url, browser)).text());
    expect((await fetch(new URL(path, gateway.url))).status).toBe(401);
    for (const other of [
      `${path}x`,
      "/graphql/graphiql/",
      "/graphql/graphiql/../../package.json",
      "/graphql/graphiql/%2e%2e%2fx",
    ]) {
      expect((await open(other)).status, other).toBe(404);
    }
  });

  it("runs no inline script", async () => {
    const page = await open(gateway.url, browser);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "worker-src 'self'"]));
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*|blob:/);
    const scripts = (await page.text()).match(/<script[^>]*>/g);
    expect(scripts).toEqual([
      expect.stringMatching(/^<script type="module" crossorigin src="\/graphql\/graphiql\//),
      '<script type="application/json" id="tabs">',
    ]);
  });

  it("has compressed files for clients that accept that", async () => {
    for (const path of [...filesOf(await (await open(gateway.url, browser)).text())]) {
      const packed = await open(path, { ...browser, "accept-encoding": "gzip" });
      expect(packed.headers.get("vary"), path).toBe("accept-encoding");
      expect(packed.headers.get("content-encoding"), path).toBe("gzip");
      const plain = await open(path, { ...browser, "accept-encoding": "identity" });
      expect(plain.headers.get("content-encoding"), path).toBeNull();
      expect((await packed.text()) === (await plain.text()), path).toBe(true);
    }
  });

  it("says how to build it if it is not built, and shows it afterwards without a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graphiql-"));
    const yoga = createYoga({
      schema,
      graphiql: false,
      logging: false,
      plugins: [graphiqlPage(undefined, pathToFileURL(`${folder}/`))],
    });
    const ask = () => yoga.fetch("http://127.0.0.1/graphql", { headers: browser });
    const missing = await ask();
    expect([missing.status, missing.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
    expect(await missing.text()).toContain("npx vite build src/graphiql");
    writeFileSync(join(folder, "index.html"), "built");
    const built = await ask();
    expect([built.status, await built.text()]).toEqual([200, "built"]);
    rmSync(folder, { recursive: true });
  });

  it("is not served if server.graphiql is off", async () => {
    await using hidden = await serveGateway({ server: { graphiql: false } });
    const answer = await send(hidden, { headers: { ...browser, "sec-fetch-mode": "navigate" } });
    expect(answer.status).toBe(406);
    expect(answer.text).not.toMatch(/graphiql/i);
  });
});
