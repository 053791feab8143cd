import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { type WrittenConfiguration, writeConfiguration } from "./configuration.ts";
import { type Sandbox, startSandbox } from "./operations/sandbox.ts";
import { type Ended, run } from "./process.ts";

/** What one start leaves for the next, tested with a copy of the program: that of the repository was started before. */

const root = fileURLToPath(new URL("../../", import.meta.url));

async function startAndStop(copy: string, { file, environment }: WrittenConfiguration): Promise<Ended> {
  await using gateway = run(join(relative(root, copy), "src/main.ts"), ["--config", file], environment);
  const [, origin = ""] = await gateway.printed(/"origin":"(http:[^"]+)".*"msg":"listening"/);
  expect(await ask(origin, "{ __typename }")).toMatchObject({ data: { __typename: "Query" } });
  return await gateway.stop();
}

describe("a gateway that is started again", () => {
  let copy: string;
  let kept: string;
  let sandbox: Sandbox;
  let configuration: WrittenConfiguration;
  beforeAll(async () => {
    sandbox = await startSandbox();
    configuration = writeConfiguration(sandbox);
    copy = realpathSync(mkdtempSync(join(tmpdir(), "billing-gateway-")));
    kept = join(copy, "node_modules", ".cache");
    for (const part of ["src", "schema", "package.json"]) cpSync(join(root, part), join(copy, part), { recursive: true });
    mkdirSync(join(copy, "node_modules"));
    const packages = readdirSync(join(root, "node_modules")).filter((name) => !name.startsWith("."));
    for (const name of packages) symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  });
  afterAll(async () => {
    rmSync(copy, { recursive: true });
    configuration?.[Symbol.dispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  it("uses the code that Node compiled, beside its packages", async () => {
    expect(await startAndStop(copy, configuration)).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(kept, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).not.toEqual([]);
    expect(await startAndStop(copy, configuration)).toMatchObject({ code: 0, stderr: "" });
  });

  it("starts silently where nothing can be cached", async () => {
    rmSync(kept, { recursive: true });
    // A file in the folder's place: an administrator may write everywhere else.
    writeFileSync(kept, "");
    expect(await startAndStop(copy, configuration)).toMatchObject({ code: 0, stderr: "" });
  });
});
