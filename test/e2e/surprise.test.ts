import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { gatewaysOf } from "./operations/gateways.ts";
import { startSandbox } from "./operations/sandbox.ts";
import { logOf } from "./processes.ts";

/** An error that nothing handles: a program that is loaded beside the gateway makes one, with a text that no log may hold. */
it.each([
  ["rejection", "Promise.reject(error)", "unhandledRejection"],
  ["exception", "throw error", "uncaughtException"],
])("a %s that nothing handles ends the process; the log tells where, without its text", async (_, act, origin) => {
  const file = join(mkdtempSync(join(tmpdir(), "surprise-")), "surprise.mjs");
  writeFileSync(
    file,
    `process.on("SIGUSR2", () => { const error = Object.assign(new TypeError("hunter2"), { input: "hunter2" }); ${act}; });`,
  );
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const gateway = await gateways.start({ environment: { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` } });
  process.kill(gateway.pid, "SIGUSR2");
  const { code, stdout, stderr } = await gateway.ended();
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).not.toContain("hunter2");
  expect(logOf(gateway).at(-1)).toMatchObject({
    level: "fatal",
    origin,
    error: { name: "TypeError", stack: expect.arrayContaining([expect.stringContaining("surprise.mjs")]) },
  });
});
