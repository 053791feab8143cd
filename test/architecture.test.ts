import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

/** The architecture's table of who may import whom, read off the source. */

const root = new URL("..", import.meta.url).pathname;
const files = globSync("src/**/*.{ts,tsx}", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.startsWith("src/client/generated/"))
  .sort();
const source = new Map(files.map((file) => [file, readFileSync(`${root}/${file}`, "utf8")]));

/** What a file imports: own files as paths from the root, packages by name. */
function importsOf(file: string): string[] {
  const text = source.get(file) ?? "";
  const statements = text.matchAll(/^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*"([^"]+)"/gm);
  const dynamic = text.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [...statements, ...dynamic].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier,
  );
}

interface Rule {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const caller = /^src\/model\/caller\.ts$/;
const model = /^src\/model\//;
const adapter = /^src\/adapter\//;
/** What adapters, reads and mutations are made of: what the folders above them may use. */
const billing = /^src\/(model|adapter|connections|reads|mutations)\//;
const node = /^node:/;
const typesOnly = [/^graphql$/, /^@graphql-typed-document-node\/core$/];

const rules: readonly Rule[] = [
  { files: model, may: [model, /^decimal\.js$/] },
  { files: adapter, may: [model, adapter, node, /^zod$/, /^entities\/decode$/] },
  {
    files: /^src\/connections\//,
    may: [model, adapter, /^src\/connections\//, node, /^(undici|cockatiel|lru-cache)$/],
  },
  ...["enswitch", "hostedsuite", "v01"].map((kind) => ({
    files: new RegExp(`^src/adapters/${kind}/`),
    may: [model, adapter, /^src\/connections\/http\.ts$/, /^zod$/, new RegExp(`^src/adapters/${kind}/`)],
  })),
  { files: /^src\/reads\//, may: [model, adapter, /^src\/(connections|reads)\//, node, /^dataloader$/] },
  { files: /^src\/mutations\/(?!writes\.ts$)/, may: [model, adapter, /^src\/(reads|mutations)\//, node] },
  {
    files: /^src\/mutations\/writes\.ts$/,
    may: [model, adapter, /^src\/mutations\//, /^src\/journal\/(runner|model|status)\.ts$/],
  },
  {
    files: /^src\/store\//,
    may: [/^src\/model\/errors\.ts$/, /^src\/store\//, node, /^kysely(\/migration)?$/, /^(pg|zod)$/],
  },
  { files: /^src\/journal\//, may: [billing, /^src\/(journal|store)\//, node, /^kysely$/, /^p-limit$/, /^pg$/] },
  {
    files: /^src\/directory\//,
    may: [
      billing,
      /^src\/directory\//,
      /^src\/store\/(engine|reporting|storable|watch|migrations\/columns)\.ts$/,
      node,
      /^(kysely|zod)$/,
    ],
  },
  {
    files: /^src\/accounts\//,
    may: [
      /^src\/accounts\//,
      billing,
      /^src\/store\/(engine|reporting|storable|migrations\/columns)\.ts$/,
      node,
      /^kysely$/,
      /^csv-stringify\/sync$/,
    ],
  },
  {
    files: /^src\/suggestions\//,
    may: [
      /^src\/suggestions\//,
      billing,
      /^src\/store\/(engine|reporting|storable|migrations\/columns)\.ts$/,
      /^src\/directory\/(model|tables|search)\.ts$/,
      node,
      /^(kysely|fuzzball)$/,
    ],
  },
  {
    files: /^src\/runs\//,
    may: [
      /^src\/runs\//,
      billing,
      /^src\/journal\//,
      /^src\/store\/(engine|reporting|storable)\.ts$/,
      node,
      /^(kysely|zod|p-limit|csv-parse|csv-stringify(\/sync)?)$/,
    ],
  },
  {
    files: /^src\/schema\//,
    may: [
      /^src\/schema\//,
      billing,
      /^src\/accounts\/(model|reads|views|balance|statement|drift)\.ts$/,
      /^src\/journal\/(deciding|model|reads)\.ts$/,
      /^src\/directory\/(model|reads|search)\.ts$/,
      /^src\/suggestions\/(model|reads)\.ts$/,
      /^@pothos\//,
      /^graphql$/,
      /^graphql-scalars$/,
      /^node:fs$/,
    ],
  },
  {
    files: /^src\/server\//,
    may: [
      /^src\/server\//,
      /^src\/schema\//,
      billing,
      /^src\/accounts\/(reads|views|resolving)\.ts$/,
      /^src\/journal\/(runner|reads)\.ts$/,
      /^src\/directory\/(directory|reads)\.ts$/,
      /^src\/suggestions\/(reads|store)\.ts$/,
      node,
      /^graphql(-yoga)?$/,
      /^graphql\/jsutils\/inspect\.js$/,
      /^@graphql-yoga\//,
      /^pino$/,
      /^(jose|rate-limiter-flexible|prom-client)$/,
      /^@opentelemetry\//,
    ],
  },
  { files: /^src\/sandbox\//, may: [/^src\/sandbox\//, node, /^zod$/, /^@faker-js\/faker/, /^commander$/] },
  { files: /^src\/config(\.ts$|\/)/, may: [/^src\/config(\.ts$|\/)/, caller, node, /^yaml$/, /^zod$/] },
  // graphql and the typed documents' package are there by their types only, as the next test says.
  { files: /^src\/client\/(?!react\/)/, may: [/^src\/client\/(?!react\/)/, ...typesOnly] },
  { files: /^src\/client\/react\//, may: [/^src\/client\//, /^react$/, /^@tanstack\/react-query$/, ...typesOnly] },
  {
    files: /^src\/console\/(?!vite\.config\.ts$)/,
    may: [/^src\/(console|client)\//, /^react(-dom)?(\/|$)/, /^(@mantine|@tanstack)\//, /^wouter(\/|$)/, /^recharts$/],
  },
  { files: /^src\/console\/vite\.config\.ts$/, may: [/^vite$/, /^@vitejs\/plugin-react$/] },
];

describe("who may import whom", () => {
  it("covers every folder of src", () => {
    const uncovered = files.filter((file) => !rules.some((rule) => rule.files.test(file)));
    expect(uncovered.filter((file) => !/^src\/(main\.ts|(commands|gateway|processes)\/|adapters\/[^/]+\.ts)/.test(file))).toEqual(
      [],
    );
  });

  it.each(files)("%s", (file) => {
    for (const rule of rules.filter((each) => each.files.test(file))) {
      const forbidden = importsOf(file).filter((imported) => !rule.may.some((pattern) => pattern.test(imported)));
      expect(forbidden).toEqual([]);
    }
  });

  it("front ends load no graphql", () => {
    const loads = /^(?:import|export)\s(?!type\b)[^"';]*"(?:graphql|@graphql-typed-document-node\/core)(?:\/[^"]*)?"/m;
    expect(files.filter((file) => file.startsWith("src/client/") && loads.test(source.get(file) ?? ""))).toEqual([]);
  });

  it("nobody imports main", () => {
    expect(files.filter((file) => importsOf(file).includes("src/main.ts"))).toEqual([]);
  });

  it("adapters' common parts know no adapter but the registry", () => {
    const common = files.filter((file) => /^src\/adapters\/[^/]+\.ts$/.test(file) && file !== "src/adapters/index.ts");
    expect(common.filter((file) => importsOf(file).some((imported) => /^src\/adapters\/[^/]+\//.test(imported)))).toEqual([]);
  });
});

describe("what stands in one place only", () => {
  it("process.env is read by the configuration", () => {
    const readers = files.filter((file) => /process\.env|process\["env"\]/.test(source.get(file) ?? ""));
    expect(readers).toEqual(["src/config.ts"]);
  });

  it("lookups are batched in reads/loaders.ts", () => {
    expect(files.filter((file) => /new DataLoader|loadable/.test(source.get(file) ?? ""))).toEqual(["src/reads/loaders.ts"]);
  });
});

describe("sizes", () => {
  it("no source file is much above 300 lines", () => {
    const long = files
      .map((file) => [file, (source.get(file) ?? "").split("\n").length] as const)
      .filter(([, lines]) => lines > 310);
    expect(long).toEqual([]);
  });
});
