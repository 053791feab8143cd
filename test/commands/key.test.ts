import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/server/auth/authenticate.ts";
import { backends, load } from "../config/fixture.ts";

function run(...options: string[]): { readonly status: number | null; readonly output: string; readonly problem: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["src/main.ts", "key", ...options], { encoding: "utf8" });
  return { status, output: stdout, problem: stderr };
}

/** Follows the command's output: its row goes into a configuration, its key into a request. */
async function callerFrom(output: string) {
  const key = /^ {2}(bgw_[\w-]{43})$/m.exec(output)?.[1] ?? "";
  const row = /^ {4}- \{.*\}$/m.exec(output)?.[0] ?? "";
  expect(row).not.toContain(key);
  expect(output.split(key)).toHaveLength(2);
  const sections = `backends: ${JSON.stringify({ ...backends, null: backends.pbx })}`;
  const { auth } = load(`auth:\n  mode: apiKeys\n  apiKeys:\n${row}\n${sections}`);
  return createAuthenticator(auth)(new Headers({ authorization: `Bearer ${key}` }));
}

describe("npm run gateway -- key", () => {
  it("prints a key, and the row that gives its caller access", async () => {
    const { status, output, problem } = run("--name", "back-office", "--scopes", "read,write", "--backends", "pbx, null");
    expect([status, problem]).toEqual([0, ""]);
    expect(output).toContain("shown only now");
    expect(await callerFrom(output)).toEqual({
      actor: "back-office",
      expiresAt: null,
      name: "back-office",
      scopes: new Set(["read", "write"]),
      backends: new Set(["pbx", "null"]),
    });
  });

  it("opens all backends if none are named, and accepts any printable name", async () => {
    const name = `Jo's "shop" #1: $\{X}, ünïcode`;
    const { output } = run("--name", name, "--scopes", "admin");
    expect(await callerFrom(output)).toMatchObject({ name, backends: "*" });
  });

  it.each([
    [
      ["--name", "x", "--scopes", "read,delete"],
      'There is no scope "delete"; there are read, write, raw, approve, metrics, admin.',
    ],
    [["--name", "x", "--scopes", ""], 'There is no scope ""'],
    [["--name", "x", "--scopes", "write"], "It has write without read"],
    [["--name", "", "--scopes", "read"], "It must have 1 to 255 characters"],
    [["--name", "x", "--scopes", "read", "--backends", "pbx;suite"], '"pbx;suite" is not the key of a backend.'],
    [["--scopes", "read"], "required option '--name <name>'"],
    [["--name", "x"], "required option '--scopes <list>'"],
  ])("refuses %j and makes no key", (options, message) => {
    const { status, output, problem } = run(...options);
    expect([status, output]).toEqual([1, ""]);
    expect(problem).toContain(message);
  });
});
