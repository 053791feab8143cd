import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { backendSettings } from "../../src/adapters/index.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { cases } from "./cases.ts";
import { diagnose } from "./patients.ts";

/** The table of unknowns in the contracts must name existing settings, with their defaults, and existing checks. */

const url = "http://127.0.0.1:1/";
const login = { url, username: "u", password: "p", currency: "USD" };
const sections: Readonly<Record<string, object>> = {
  enswitch: { kind: "enswitch", timeZone: "UTC", ...login },
  hostedsuite: { kind: "hostedsuite", generation: "v2", tenant: "t", timeZone: "UTC", ...login },
  v01: { kind: "v01", timeZone: "UTC", accountId: 1, country: "US", ...login },
};
const rows = tableRows(readFileSync("docs/configuration.md", "utf8"), "Setting");

it("names existing settings, with their defaults", () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    const [path = ""] = codeSpans(row["Setting"] ?? "");
    const [byDefault] = codeSpans(row["Default"] ?? "");
    for (const kind of (row["Kind"] ?? "").split(", ")) {
      const settings: unknown = backendSettings[kind]?.parse(sections[kind]);
      const value = path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], settings);
      expect(value, `${kind}: ${path}`).toBeDefined();
      if (byDefault !== undefined) expect(value, `${kind}: ${path}`).toEqual(parse(byDefault));
    }
  }
});

it("names existing checks of the doctor", async () => {
  const kinds = [...new Set(cases.map(([kind]) => kind))];
  const names = new Set(
    (await Promise.all(kinds.map((kind) => diagnose({ kind, write: true })))).flat().map(({ check }) => check),
  );
  const named = rows
    .flatMap((row) => codeSpans(row["Told by the doctor's check"] ?? ""))
    .filter((name) => !name.startsWith("--"));
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

it("has every setting that the doctor's advice names", () => {
  const advised = ["enswitch", "v01", "hostedsuite", "hostedsuite/v2", "hostedsuite/v3"].flatMap((folder) =>
    ["doctor", "trial", "examining"].flatMap((file) => {
      try {
        const text = readFileSync(`src/adapters/${folder}/${file}.ts`, "utf8");
        return Array.from(text.matchAll(/"(\w+): [\w{]|`(\w+): \$\{/g), ([, plain, made]) => plain ?? made ?? "");
      } catch {
        return [];
      }
    }),
  );
  const settings = new Set(rows.map((row) => (codeSpans(row["Setting"] ?? "")[0] ?? "").split(".")[0]));
  const keys = advised.filter((name) =>
    Object.keys(sections).some((kind) => name in Object(backendSettings[kind]?.parse(sections[kind]))),
  );
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.filter((name) => !settings.has(name))).toEqual([]);
});
