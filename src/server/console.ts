import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { packageRoot } from "../package-root.ts";
import { pageHeaders } from "./http/headers.ts";
import type { Handle } from "./state.ts";

/**
 * Serves the console at "/": the files that `npx vite build src/console` writes to dist/console. Each view has its own address, so
 * a browser gets the page at every address. Requests that do not ask for HTML go on to the gateway.
 */

const consoleFolder = new URL("dist/console/", packageRoot);

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** All scripts are files of ours, none is inline. Mantine and Recharts set styles on elements, hence 'unsafe-inline'. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "form-action 'self'",
];

const headersOfPage = {
  ...pageHeaders(contentSecurityPolicy),
  // A new build shows at once: the page is always revalidated, and its assets are named by their content.
  "cache-control": "no-cache",
};

const notBuilt = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Billing console</title>
  </head>
  <body style="font-family: system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.5">
    <main>
      <h1>The console is not built</h1>
      <p>Run <code>npx vite build src/console</code> in the gateway's folder, then reload this page. The gateway need not be restarted.</p>
      <p>The API is at <a href="/graphql">/graphql</a>.</p>
    </main>
  </body>
</html>
`;

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

/** Serves the console of `folder` to browsers. Everything else goes to `next`, /graphql above all. */
export function withConsole(next: Handle, folder: URL = consoleFolder): Handle {
  /** The assets of the build. They are named by their content, so each is read once. */
  const assets = new Map<string, Asset>();
  return async (request, response, state) => {
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    const readable = request.method === "GET" || request.method === "HEAD";
    if (!readable || path === "/graphql" || path.startsWith("/graphql/")) return next(request, response, state);
    const asset = assets.get(path) ?? (await readAsset(path, folder));
    if (asset) {
      assets.set(path, asset);
      return sendAsset(asset, request, response);
    }
    if (!request.headers.accept?.includes("text/html")) return next(request, response, state);
    await sendPage(folder, response);
  };
}

/** Null if the build has no such file. The pattern lets no path leave the assets' folder. */
async function readAsset(path: string, folder: URL): Promise<Asset | null> {
  const type = contentTypes[extname(path)];
  if (type === undefined || !/^\/assets\/\w[\w.-]*$/.test(path)) return null;
  const plain = await readFile(new URL(`.${path}`, folder)).catch(() => null);
  return plain && { type, plain, packed: await promisify(gzip)(plain) };
}

function sendAsset({ type, plain, packed }: Asset, { headers }: IncomingMessage, response: ServerResponse): void {
  const packs = /\bgzip\b/.test(String(headers["accept-encoding"]));
  const body = packs ? packed : plain;
  response.appendHeader("vary", "accept-encoding");
  response.writeHead(200, {
    "content-type": type,
    "content-length": body.length,
    "cache-control": "public, max-age=31536000, immutable",
    ...(packs && { "content-encoding": "gzip" }),
  });
  response.end(body);
}

async function sendPage(folder: URL, response: ServerResponse): Promise<void> {
  const page = await readFile(new URL("index.html", folder)).catch(() => null);
  response.writeHead(page ? 200 : 503, headersOfPage);
  response.end(page ?? notBuilt);
}
