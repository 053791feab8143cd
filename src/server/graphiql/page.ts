import type { Plugin } from "graphql-yoga";
import { packageRoot } from "../../package-root.ts";
import { answerOf, builtPage, notBuilt } from "../http/built-files.ts";
import { pageHeaders } from "../http/headers.ts";
import { isGraphql, wantsPage } from "../http/rules.ts";
import { graphiqlTabs } from "./tabs.ts";

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
