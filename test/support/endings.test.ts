import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { killLeftOvers, startedBy, stillRunning } from "./endings.ts";
import { startProcess } from "./processes.ts";

const forever = "setInterval(() => {}, 1000)";
const mine = () => startedBy(process.ppid, process.pid);

it("finds what a test has left running, also through others in between, and ends it", async () => {
  const starter = `require("node:child_process").spawn(process.execPath, ["--eval", ${JSON.stringify(forever)}], { detached: true, stdio: "ignore" }).unref()`;
  await once(spawn(process.execPath, ["--eval", starter], { stdio: "ignore" }), "close");
  const left = await stillRunning(mine, 0);
  expect(left).toMatchObject([{ command: expect.stringContaining("setInterval") }]);
  expect(startedBy(process.ppid)).toEqual(expect.arrayContaining([...left]));
  expect(killLeftOvers(left)).toContain("Left running, and killed now:");
  expect(await stillRunning(mine)).toEqual([]);
  expect(killLeftOvers([])).toBeNull();
});

it.each(["process.exit(3)", "throw new Error()"])(
  "a process ends with the one that started it, which ends with %s",
  async (end) => {
    const processes = fileURLToPath(new URL("processes.ts", import.meta.url));
    const script = `
    const { startProcess } = await import(${JSON.stringify(processes)});
    startProcess(process.execPath, ["--eval", ${JSON.stringify(`console.log("runs"); ${forever}`)}], { env: {} }).stdout.once("data", () => { ${end}; });
  `;
    const program = startProcess(process.execPath, ["--input-type=module", "--eval", script], { env: process.env });
    const [code] = await once(program, "close");
    expect(code).not.toBe(0);
    expect(await stillRunning(mine)).toEqual([]);
  },
);
