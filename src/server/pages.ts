import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "graphql-yoga";
import { packageRoot } from "../package-root.ts";
import { graphiqlTabs } from "./graphiql/tabs.ts";
import { pageHeaders } from "./http/responses.ts";
import { isGraphql, wantsPage } from "./http/rules.ts";
import type { Handle } from "./state.ts";

/** Pages that Vite has built: index.html, and files that are named by their content. */

interface BuiltPage {
  /** index.html as it is now, so that a new build shows at once; null if there is none. */
  readonly html: () => Promise<string | null>;
  /** Null if the build has no such file, or one that pages do not load. Each is read once, as its name says what is in it. */
  readonly file: (name: string) => Promise<BuiltFile | null>;
}

interface BuiltFile {
  readonly type: string;
  readonly plain: Buffer<ArrayBuffer>;
  readonly packed: Buffer<ArrayBuffer>;
}

/**
 * @param folder what `vite build` writes to
 * @param files the folder with the files, in it
 */
function builtPage(folder: URL, files = "./"): BuiltPage {
  const known = new Map<string, BuiltFile>();
  return {
    html: () => readFile(new URL("index.html", folder), "utf8").catch(() => null),
    file: async (name) => {
      const file = known.get(name) ?? (await read(name, new URL(files, folder)));
      if (file) known.set(name, file);
      return file;
    },
  };
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
};

async function read(name: string, folder: URL): Promise<BuiltFile | null> {
  const type = types[extname(name)];
  // No name of this form leaves the folder.
  if (type === undefined || !/^\w[\w.-]*$/.test(name)) return null;
  const plain = await readFile(new URL(name, folder)).catch(() => null);
  return plain && { type, plain, packed: await promisify(gzip)(plain) };
}

/** A file as the client accepts it, cached without end. @param caches "private" where only callers may have it */
function answerOf(
  { type, plain, packed }: BuiltFile,
  { accepts, caches }: { readonly accepts: string | null | undefined; readonly caches: "public" | "private" },
): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer<ArrayBuffer> } {
  const packs = /\bgzip\b/.test(accepts ?? "");
  const body = packs ? packed : plain;
  const headers = {
    "content-type": type,
    "content-length": String(body.length),
    "cache-control": `${caches}, max-age=31536000, immutable`,
    ...(packs && { "content-encoding": "gzip" }),
  };
  return { headers, body };
}

/**
 * The page for browsers if there is no build.
 *
 * @param source the page's folder under src
 */
function notBuilt({ title, source }: { readonly title: string; readonly source: string }): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Billing gateway</title>
  </head>
  <body style="font-family: system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.5">
    <main>
      <h1>${title} is not built</h1>
      <p>Run <code>npx vite build ${source}</code> in the gateway's folder, then reload this page. The gateway need not be restarted.</p>
      <p>The API is at <a href="/graphql">/graphql</a>.</p>
    </main>
  </body>
</html>
`;
}

/**
 * Serves the console at "/": the files that `npx vite build src/console` writes to dist/console. Each view has its own address, so
 * a browser gets the page at every address. Requests that do not ask for HTML go on to the gateway.
 */

const consoleFolder = new URL("dist/console/", packageRoot);

/** All scripts are files of ours, none is inline. Mantine and Recharts set styles on elements, hence 'unsafe-inline'. */
const consolePolicy = ["default-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "form-action 'self'"];

const headersOfConsole = {
  ...pageHeaders(consolePolicy),
  // A new build shows at once: the page is always revalidated, and its assets are named by their content.
  "cache-control": "no-cache",
};

/** Where the build has its assets, in its folder and in the page's addresses. */
const assets = "/assets/";

/** Serves the console of `folder` to browsers. Everything else goes to `next`, /graphql above all. */
export function withConsole(next: Handle, folder: URL = consoleFolder): Handle {
  const page = builtPage(folder, `.${assets}`);
  return async (request, response, state) => {
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    const readable = request.method === "GET" || request.method === "HEAD";
    if (!readable || path === "/graphql" || path.startsWith("/graphql/")) return next(request, response, state);
    const asset = path.startsWith(assets) ? await page.file(path.slice(assets.length)) : null;
    if (asset) {
      const { headers, body } = answerOf(asset, { accepts: request.headers["accept-encoding"]?.toString(), caches: "public" });
      response.appendHeader("vary", "accept-encoding");
      response.writeHead(200, headers);
      return void response.end(body);
    }
    if (!request.headers.accept?.includes("text/html")) return next(request, response, state);
    const html = await page.html();
    response.writeHead(html === null ? 503 : 200, headersOfConsole);
    response.end(html ?? notBuilt({ title: "The console", source: "src/console" }));
  };
}

/**
 * Serves GraphiQL at /graphql to browsers: the page that `npx vite build src/graphiql` writes to dist/graphiql. It comes after
 * authentication, so that only callers get it. The page is small and never cached; its files, named by their content, are for good.
 */

const builtFolder = new URL("dist/graphiql/", packageRoot);

/** Where the page looks for its files: `base` in its vite.config.ts. */
const files = "/graphql/graphiql/";

/** @param sampleCustomerId see graphiqlTabs */
export function graphiqlPage(sampleCustomerId: string | undefined, folder: URL = builtFolder): Plugin {
  const built = builtPage(folder);
  // In a script element only "</script" and "<!--" matter, and both begin with "<".
  const tabs = JSON.stringify(graphiqlTabs(sampleCustomerId)).replaceAll("<", "\\u003c");
  return {
    onRequest: async ({ request, url, endResponse, fetchAPI: { Response } }) => {
      if (request.method !== "GET") return;
      if (isGraphql(url.pathname) && wantsPage(request.headers.get("accept"))) {
        const html = await built.html();
        const page = html?.replace(placeOfTabs, () => tabs) ?? notBuilt({ title: "GraphiQL", source: "src/graphiql" });
        return endResponse(new Response(page, { status: html === null ? 503 : 200, headers: headersOfPage }));
      }
      const file = url.pathname.startsWith(files) ? await built.file(url.pathname.slice(files.length)) : null;
      if (!file) return;
      const { headers, body } = answerOf(file, { accepts: request.headers.get("accept-encoding"), caches: "private" });
      endResponse(new Response(body, { headers: { ...headers, vary: "accept-encoding" } }));
    },
  };
}

/** The empty list in index.html. */
const placeOfTabs = /(?<=<script type="application\/json" id="tabs">)\[\](?=<\/script>)/;

/**
 * No inline scripts. Monaco, the editor, adds styles to the page and has pictures in data: addresses. Its workers carry the policy of
 * all other answers, which lets them load nothing.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "form-action 'none'",
];

const headersOfPage = pageHeaders(contentSecurityPolicy);
