import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startProcess } from "./processes.ts";

it.each([0, 3])("a process that has used the server ends with the code that it set: %i", async (code) => {
  const server = fileURLToPath(new URL("postgres-server.ts", import.meta.url));
  const script = `
    const { launchPostgres } = await import(${JSON.stringify(server)});
    // It need not start: loading the package is enough.
    await launchPostgres({ initdbFlags: ["--no-such-flag"] }).catch(() => {});
    process.exitCode = ${code};
  `;
  const program = startProcess(process.execPath, ["--input-type=module", "--eval", script], { env: process.env });
  expect((await once(program, "close"))[0]).toBe(code);
});
