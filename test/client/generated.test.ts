import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = new URL("../..", import.meta.url).pathname;
const generated = [
  "src/client/generated/graphql.ts",
  "src/client/generated/hooks.ts",
  "src/client/generated/lists.ts",
  "schema/trusted-documents.json",
  "docs/clients/reference.md",
];

it("the committed files are those that `npm run generate` makes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "generated-"));
  try {
    for (const source of ["package.json", "codegen.ts", "scripts", "schema/schema.graphql", "schema/operations"]) {
      await cp(join(root, source), join(folder, source), { recursive: true });
    }
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const program = join(folder, "node_modules/@graphql-codegen/cli/esm/bin.js");
    await promisify(execFile)(process.execPath, [program, "--config", "codegen.ts"], { cwd: folder });
    for (const file of generated) {
      expect(await readFile(join(folder, file), "utf8"), file).toBe(await readFile(join(root, file), "utf8"));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
