import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Pages that Vite has built: index.html, and files that are named by their content. */

export interface BuiltPage {
  /** index.html as it is now, so that a new build shows at once; null if there is none. */
  readonly html: () => Promise<string | null>;
  /** Null if the build has no such file, or one that pages do not load. Each is read once, as its name says what is in it. */
  readonly file: (name: string) => Promise<BuiltFile | null>;
}

export interface BuiltFile {
  readonly type: string;
  readonly plain: Buffer<ArrayBuffer>;
  readonly packed: Buffer<ArrayBuffer>;
}

/**
 * @param folder what `vite build` writes to
 * @param files the folder with the files, in it
 */
export function builtPage(folder: URL, files = "./"): BuiltPage {
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
export function answerOf(
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
export function notBuilt({ title, source }: { readonly title: string; readonly source: string }): string {
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
