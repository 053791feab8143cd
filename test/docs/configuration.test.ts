import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { type ZodType, z } from "zod";
import { backendSettings } from "../../src/adapters/index.ts";
import { gatewaySchema } from "../../src/config/schema.ts";
import { load, parse } from "../config/fixture.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { isClaimed, walkedBlocks } from "./executed.ts";
import { pages, pathOf, readPage } from "./pages.ts";

/** docs/configuration.md has every key with its default, and every configuration that a page shows is accepted. */

const page = readPage("docs/configuration.md");
const example = readPage("config/gateway.example.yaml");

/** The paths of all keys that a schema accepts; a map with the operator's own keys counts as one key. */
function keysOf(schema: z.core.$ZodType, path = ""): readonly string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, ZodType>).flatMap(([key, member]) =>
      keysOf(member, path === "" ? key : `${path}.${key}`),
    );
  }
  if (schema instanceof z.ZodPipe) return keysOf(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path);
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodReadonly
  ) {
    return keysOf(schema.unwrap(), path);
  }
  return [path];
}

/** The keys in the first column of a table, with their rows; a cell may name several. */
const rowsByKey = (column: string): ReadonlyMap<string, Readonly<Record<string, string>>> =>
  new Map(tableRows(page, column).flatMap((row) => codeSpans(row[column] ?? "").map((key) => [key, row] as const)));

const valueAt = (document: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);

/** The settings that kinds require. */
const needed: Readonly<Record<string, unknown>> = {
  url: "http://127.0.0.1:1/",
  username: "u",
  password: "p",
  currency: "USD",
  generation: "v2",
  tenant: "t",
  accountId: 1,
  country: "US",
  timeZone: "UTC",
};
/** A section with only this content. */
function sectionOf(kind: string): unknown {
  const schema: unknown = backendSettings[kind];
  if (!(schema instanceof z.ZodObject)) throw new Error(`The settings of ${kind} are no object.`);
  return schema.parse({ kind, ...Object.fromEntries(Object.entries(needed).filter(([key]) => key in schema.shape)) });
}

describe("the keys", () => {
  const gatewayRows = rowsByKey("Key");
  const commonRows = rowsByKey("Key of a backend");
  const kindRows = rowsByKey("Key of a kind");
  const unknowns = tableRows(page, "Setting").flatMap((row) =>
    codeSpans(row["Setting"] ?? "").flatMap((key, place, [first = ""]) => {
      // "`customerMembers.email`, and `phone`, …": the other names belong to the same key.
      const path = place === 0 ? key : `${first.split(".").slice(0, -1).join(".")}.${key}`;
      return (row["Kind"] ?? "").split(", ").map((kind) => ({ kind, path }));
    }),
  );

  it("of the file are all there, and no others", () => {
    expect([...gatewayRows.keys()].toSorted()).toEqual([...keysOf(gatewaySchema)].toSorted());
  });

  it.each(Object.keys(backendSettings))("of %s are all there, and no others", (kind) => {
    const schema = backendSettings[kind] as ZodType;
    const own = [...kindRows].filter(([, row]) => row["Kind"]?.split(", ").includes(kind)).map(([key]) => key);
    const open = unknowns.filter((row) => row.kind === kind).map(({ path }) => path);
    const real = keysOf(schema);
    expect(real.filter((key) => !commonRows.has(key) && !own.includes(key) && !open.includes(key))).toEqual([]);
    expect([...commonRows.keys(), ...own, ...open].filter((key) => !real.includes(key))).toEqual([]);
  });

  it("name every kind of backend, and the example has a section of each", () => {
    const named = codeSpans(Object.values(commonRows.get("kind") ?? {}).join(" "));
    const sections = Object.values((parseYaml(example) as { backends: Record<string, { kind: string }> }).backends);
    const kinds = Object.keys(backendSettings);
    expect(named.filter((name) => kinds.includes(name)).toSorted()).toEqual(kinds.toSorted());
    expect([...new Set(sections.map(({ kind }) => kind))].toSorted()).toEqual(kinds.toSorted());
  });

  it("have these defaults", () => {
    const documents = [
      { rows: gatewayRows, document: parse({ backends: { pbx: { ...(sectionOf("enswitch") as object) } } }) as unknown },
      ...Object.keys(backendSettings).map((kind) => ({ rows: commonRows, document: sectionOf(kind) })),
      ...Object.keys(backendSettings).map((kind) => ({
        rows: new Map([...kindRows].filter(([, row]) => row["Kind"]?.split(", ").includes(kind))),
        document: sectionOf(kind),
      })),
    ];
    let compared = 0;
    for (const { rows, document } of documents) {
      for (const [key, row] of rows) {
        const [byDefault] = codeSpans(row["Default"] ?? "");
        if (byDefault !== undefined) {
          // Keys of an absent section, such as auth.jwt, have their defaults if the section exists.
          if (key.startsWith("auth.jwt.")) continue;
          expect(valueAt(document, key), key).toEqual(parseYaml(byDefault));
          compared += 1;
        } else if (!["backends", "kind", ...Object.keys(needed)].includes(key)) {
          expect(valueAt(document, key), key).toBeUndefined();
        }
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  it("are all in the shipped example", () => {
    const all = [...keysOf(gatewaySchema), ...Object.values(backendSettings).flatMap((schema) => keysOf(schema as ZodType))];
    const absent = [...new Set(all)].filter((key) => {
      const name = key.split(".").at(-1) ?? "";
      return !new RegExp(`\\b${name}:|\\b${name}\\b`).test(example);
    });
    expect(absent).toEqual([]);
  });
});

it("the variables of the environment are all there", () => {
  const sources = globSync("src/**/*.ts", { cwd: pathOf(""), exclude: ["src/client/dist/**"] });
  const named = sources.flatMap((file) => readFileSync(pathOf(file), "utf8").match(/\bBILLING_GATEWAY_[A-Z_]+/g) ?? []);
  const listed = tableRows(page, "Variable").flatMap((row) => codeSpans(row["Variable"] ?? ""));
  // An example in a comment of what a misspelled name may be.
  const real = new Set(named.filter((name) => name !== "BILLING_GATEWAY_ANYTHING"));
  expect(listed.filter((name) => name.startsWith("BILLING_GATEWAY_")).toSorted()).toEqual([...real].toSorted());
});

const shownConfigurations = pages.flatMap((each) =>
  walkedBlocks(each)
    .filter((block) => block.language === "yaml" && !isClaimed(each, block))
    .map(({ text }, place) => [`${each}, number ${place + 1}`, text] as const),
);

/** Merges two documents: the keys of sections that both have are combined. */
function merged(under: unknown, over: unknown): unknown {
  const isSection = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isSection(under) || !isSection(over)) return over;
  return { ...under, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, merged(under[key], value)])) };
}

it.each(shownConfigurations)("%s is a configuration that is accepted, alone or as a part of the first one", (_, text) => {
  const filled = text.replaceAll("…64 hex…", "0a".repeat(32));
  const names = Array.from(filled.matchAll(/\$\{(\w+)/g), ([, name = ""]) => [
    name,
    /SHA256/.test(name) ? "0a".repeat(32) : "secret",
  ]);
  const environment = {
    ENSWITCH_PASSWORD: "secret",
    HOSTEDSUITE_PASSWORD: "secret",
    V01_PASSWORD: "secret",
    ...(Object.fromEntries(names) as Record<string, string>),
  };
  const given = parseYaml(filled) as {
    readonly backends?: object;
    readonly auth?: { readonly users?: object; readonly mode?: string };
  };
  if (given.backends !== undefined && given.auth?.users === undefined) {
    expect(() => load(filled, environment)).not.toThrow();
    return;
  }
  const [first = ""] = walkedBlocks("docs/configuration.md").flatMap(({ language, text: each }) =>
    language === "yaml" ? [each] : [],
  );
  const key = { name: "back-office", sha256: "0a".repeat(32), scopes: ["read"], backends: ["*"] };
  // Who is mapped to a user must be a caller.
  const callers = given.auth?.users && given.auth.mode === undefined ? { auth: { mode: "apiKeys", apiKeys: [key] } } : {};
  expect(() => parse(merged(merged(parseYaml(first), callers), given), environment)).not.toThrow();
});
