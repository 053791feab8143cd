import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { diagnose, kinds, settingsOf } from "./patients.ts";

/** The table of unknowns in the contracts must name existing settings, with their defaults, and existing checks. */

const settings = kinds.map((kind) => settingsOf(kind, "http://127.0.0.1:1/"));
const rows = tableRows(readFileSync("docs/configuration.md", "utf8"), "Setting");

it("names existing settings, with their defaults", () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    const [path = ""] = codeSpans(row["Setting"] ?? "");
    const [byDefault] = codeSpans(row["Default"] ?? "");
    for (const kind of (row["Kind"] ?? "").split(", ")) {
      const section: unknown = settings.find((each) => each.kind === kind);
      const value = path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], section);
      expect(value, `${kind}: ${path}`).toBeDefined();
      if (byDefault !== undefined) expect(value, `${kind}: ${path}`).toEqual(parse(byDefault));
    }
  }
});

it("names existing checks of the doctor", async () => {
  const names = new Set(
    (await Promise.all(kinds.map((kind) => diagnose({ kind, write: true })))).flat().map(({ check }) => check),
  );
  const named = rows
    .flatMap((row) => codeSpans(row["Told by the doctor's check"] ?? ""))
    .filter((name) => !name.startsWith("--"));
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

it("has every setting that the doctor's advice names", () => {
  const advised = globSync("src/adapters/**/{doctor,trial,examining}.ts").flatMap((file) =>
    Array.from(readFileSync(file, "utf8").matchAll(/"(\w+): [\w{]|`(\w+): \$\{/g), ([, plain, made]) => plain ?? made ?? ""),
  );
  const named = new Set(rows.map((row) => (codeSpans(row["Setting"] ?? "")[0] ?? "").split(".")[0]));
  const keys = advised.filter((name) => settings.some((section) => name in section));
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.filter((name) => !named.has(name))).toEqual([]);
});
