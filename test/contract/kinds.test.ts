import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { kindsOf, registry } from "../../src/adapters/index.ts";
import type { Dialect } from "./dialect.ts";

it("every kind of backend has a dialect of the suite and a file that runs it", async () => {
  const files = readdirSync(new URL(".", import.meta.url));
  const dialects = files.filter((file) => file.endsWith("-dialect.ts"));
  expect(dialects.filter((file) => !files.includes(file.replace("-dialect.ts", ".test.ts")))).toEqual([]);
  const modules = await Promise.all(dialects.map((file) => import(`./${file}`) as Promise<Record<string, Dialect>>));
  const kinds = modules.flatMap((module) => Object.values(module).map(({ kind }) => kind));
  expect(kinds).toEqual(expect.arrayContaining(kindsOf(registry).map(({ kind }) => kind)));
});
