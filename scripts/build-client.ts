import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { packedPage, packedPages } from "./packed-page.ts";

/**
 * Builds the front ends' package, src/client/dist: ES modules for bundlers and Node, and CommonJS for Jest and `require`. Node could
 * load the first with `require` as well, but Jest cannot.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}src/client/dist`;

function compile(folder: string, ...options: readonly string[]): void {
  const parameters = ["-p", "src/client/tsconfig.build.json", "--outDir", `${target}/${folder}`, ...options];
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", ...parameters], { cwd: root, stdio: "inherit" });
}

/** The compiler rewrites "./client.ts" to "./client.js" in programs, and leaves it in declarations, which TypeScript 4 does not read. */
function rewriteDeclarations(): void {
  for (const file of globSync(`${target}/**/*.d.ts`)) {
    writeFileSync(file, readFileSync(file, "utf8").replace(/(from|import\()( ?["']\.[^"'\n]*)\.ts(?=["'])/g, "$1$2.js"));
  }
}

rmSync(target, { recursive: true, force: true });
compile("esm");
compile("cjs", "--module", "commonjs", "--moduleResolution", "bundler", "--verbatimModuleSyntax", "false");
rewriteDeclarations();
writeFileSync(`${target}/cjs/package.json`, '{ "type": "commonjs" }\n');
copyFileSync(`${root}schema/schema.graphql`, `${target}/schema.graphql`);
copyFileSync(`${root}schema/trusted-documents.json`, `${target}/trusted-documents.json`);
copyFileSync(`${root}LICENSE`, `${target}/LICENSE`);
mkdirSync(`${target}/docs`);
for (const [name, page] of Object.entries(packedPages))
  writeFileSync(`${target}/docs/${name}`, packedPage(readFileSync(`${root}${page}`, "utf8")));
