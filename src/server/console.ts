import { packageRoot } from "../package-root.ts";
import { answerOf, builtPage, notBuilt } from "./http/built-files.ts";
import { pageHeaders } from "./http/headers.ts";
import type { Handle } from "./state.ts";

/**
 * Serves the console at "/": the files that `npx vite build src/console` writes to dist/console. Each view has its own address, so
 * a browser gets the page at every address. Requests that do not ask for HTML go on to the gateway.
 */

const consoleFolder = new URL("dist/console/", packageRoot);

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
    response.writeHead(html === null ? 503 : 200, headersOfPage);
    response.end(html ?? notBuilt({ title: "The console", source: "src/console" }));
  };
}
