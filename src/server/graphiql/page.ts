import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "graphql-yoga";
import { pageHeaders } from "../http/headers.ts";
import { isGraphql, wantsPage } from "../http/rules.ts";
import { graphiqlTabs } from "./tabs.ts";

/**
 * Serves GraphiQL at /graphql to browsers. It comes after authentication, so that only callers get it. The page is small and never
 * cached; its 9 MB of scripts and styles are files named by their content, which a browser caches for good.
 */

const folder = "/graphql/graphiql/";

/** @param sampleCustomerId see graphiqlTabs */
export function graphiqlPage(sampleCustomerId: string | undefined): Plugin {
  let making: Promise<Site> | undefined;
  return {
    onRequest: async ({ request, url, endResponse, fetchAPI: { Response } }) => {
      if (request.method !== "GET") return;
      const isPage = isGraphql(url.pathname) && wantsPage(request.headers.get("accept"));
      if (!isPage && !url.pathname.startsWith(folder)) return;
      making ??= makeSite(sampleCustomerId);
      const { page, files } = await making;
      const file = isPage ? page : files.get(url.pathname);
      if (!file) return;
      const packs = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
      const body = packs ? await packedOf(file) : file.plain;
      endResponse(new Response(body, { headers: { ...file.headers, ...(packs && { "content-encoding": "gzip" }) } }));
    },
  };
}

function packedOf(file: File): Promise<Buffer<ArrayBuffer>> {
  file.packed ??= promisify(gzip)(file.plain);
  return file.packed;
}

interface Site {
  readonly page: File;
  /** Files by their paths. */
  readonly files: ReadonlyMap<string, File>;
}

interface File {
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Buffer<ArrayBuffer>;
  packed?: Promise<Buffer<ArrayBuffer>>;
}

/** Makes the page and its files, once, at the first request: they have several megabytes and are rarely needed. */
async function makeSite(sampleCustomerId: string | undefined): Promise<Site> {
  const { css, editorWorkerService, graphqlWorker, js, jsonWorker } = await import("@graphql-yoga/render-graphiql/graphiql");
  const files = new Map<string, File>();
  const add = (name: string, type: keyof typeof types, text: string): string => {
    const plain = Buffer.from(text);
    const path = `${folder}${name}-${hash("sha256", plain, "hex").slice(0, 16)}.${type}`;
    files.set(path, { headers: { "content-type": types[type], ...kept }, plain });
    return path;
  };
  const workers = {
    editorWorkerService: add("editor-worker", "js", editorWorkerService),
    json: add("json-worker", "js", jsonWorker),
    graphql: add("graphql-worker", "js", graphqlWorker),
  };
  const style = add("style", "css", `${css}\n${ownStyle}`);
  const script = add("script", "js", `${monacoOf(workers)}\n${js};\n${start}`);
  const options = { title, defaultTabs: graphiqlTabs(sampleCustomerId) };
  const plain = Buffer.from(htmlOf({ style, script, options }));
  return { page: { headers: pageHeaders(contentSecurityPolicy), plain }, files };
}

/** Shown in the page, beside the tabs. */
const title = "Billing gateway";

const types = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" } as const;

/** The caller's browser keeps them for good. Proxies must not, as only callers may get them. */
const kept = { "cache-control": "private, max-age=31536000, immutable", vary: "accept-encoding" } as const;

const ownStyle = [
  // A focused tab gets a stale transform and jumps away under the first click.
  ".graphiql-tab { transform: none !important }",
  // Only a wide page has room for the title beside the tabs.
  ".graphiql-logo { white-space: nowrap }",
  "@media (max-width: 1100px) { .graphiql-logo { display: none } }",
].join("\n");

function monacoOf(workers: Readonly<Record<string, string>>): string {
  return `self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => (${JSON.stringify(workers)})[label] };`;
}

const start = `YogaGraphiQL.renderYogaGraphiQL(document.querySelector("#root"), JSON.parse(document.querySelector("#options").textContent));`;

function htmlOf({
  style,
  script,
  options,
}: {
  readonly style: string;
  readonly script: string;
  readonly options: object;
}): string {
  // Only "</script" and "<!--" matter inside a script element, and both begin with "<".
  const data = JSON.stringify(options).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL · ${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${style}">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script type="application/json" id="options">${data}</script>
    <script src="${script}"></script>
  </body>
</html>
`;
}

/**
 * No inline scripts. Monaco, the editor, adds styles to the page and has its icons in data: addresses. Its workers carry the policy of
 * all other answers, which lets them load nothing.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src data:",
  "img-src data:",
  "connect-src 'self'",
  "form-action 'none'",
];
