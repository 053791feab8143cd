import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };

/** The command line's help. */

const names = globSync("src/commands/*.ts").map((file) => basename(file, ".ts"));
const modules = await Promise.all(
  names.map((name) => import(`../../src/commands/${name}.ts`) as Promise<{ command?: () => Command }>),
);
const commands = modules.flatMap(({ command }) => (command ? [command()] : []));

/** The command with all its subcommands. */
const family = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(family)];

describe.each(commands.map((command) => [command.name(), command] as const))("%s --help", (_name, command) => {
  it.each(family(command).map((each) => [each.name(), each] as const))("%s: describes itself and every option", (_each, each) => {
    expect(each.description()).not.toBe("");
    expect(each.options.filter(({ description }) => description === "").map(({ flags }) => flags)).toEqual([]);
  });

  it.each(family(command).map((each) => [each.name(), each] as const))("%s: names defaults in words", (_each, each) => {
    expect(each.helpInformation()).not.toMatch(/default:\s+(\{\}|"\w{40,})/);
  });
});

it("--version prints the package's version", () => {
  const { status, stdout } = spawnSync(process.execPath, ["src/main.ts", "--version"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, `${manifest.version}\n`]);
});
