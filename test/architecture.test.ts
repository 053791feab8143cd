import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../src/adapters/index.ts";
import { importsOf, importsOfFolders, sourceFiles, sourceTexts } from "./support/source-imports.ts";

/** The table of who may import whom, checked against the source. */

const root = new URL("..", import.meta.url).pathname;
const files = sourceFiles;
const source = sourceTexts;

/** The folders of the kinds of backends. */
const kinds = [...new Set(files.flatMap((file) => /^src\/adapters\/([^/]+)\//.exec(file)?.[1] ?? []))];

interface Rule {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const caller = /^src\/model\/caller\.ts$/;
const model = /^src\/model\//;
const adapter = /^src\/adapter\//;
/** Folders above the adapters, and what they may use of them. */
const billing = /^src\/(model|adapter|connections|reads)\//;
const store = /^src\/store\//;
const journal = /^src\/journal\//;
const mutations = /^src\/mutations\//;
const comparing = /^src\/comparing\//;
const node = /^node:/;
const packageRoot = /^src\/package-root\.ts$/;

const rules: readonly Rule[] = [
  { files: model, may: [model, /^decimal\.js$/] },
  { files: adapter, may: [model, adapter, node, /^zod$/, /^entities\/decode$/] },
  {
    files: /^src\/connections\//,
    may: [model, adapter, /^src\/connections\//, node, /^(undici|cockatiel|lru-cache)$/],
  },
  ...kinds.map((kind) => ({
    files: new RegExp(`^src/adapters/${kind}/`),
    may: [model, adapter, /^src\/connections\/http\.ts$/, /^zod$/, new RegExp(`^src/adapters/${kind}/`)],
  })),
  // The registry, and what it opens adapters with.
  {
    files: /^src\/adapters\/[^/]+\.ts$/,
    may: [model, adapter, /^src\/connections\/http\.ts$/, /^src\/adapters\/([^/]+\/index|[^/]+)\.ts$/, /^zod$/],
  },
  { files: /^src\/reads\//, may: [model, adapter, /^src\/(connections|reads)\//, node, /^dataloader$/] },
  {
    files: mutations,
    may: [model, adapter, /^src\/reads\//, mutations, /^src\/journal\/(runner|model|status|target)\.ts$/, node],
  },
  {
    files: store,
    may: [/^src\/model\/errors\.ts$/, store, node, /^kysely(\/migration)?$/, /^(pg|zod)$/],
  },
  { files: journal, may: [billing, journal, store, node, /^kysely$/, /^p-limit$/, /^pg$/] },
  // The one place that decides about equal names, texts, phones, e-mail addresses, references and places.
  { files: comparing, may: [model, adapter, comparing, /^libphonenumber-js\/min$/, /^leven$/] },
  {
    files: /^src\/directory\//,
    may: [
      billing,
      comparing,
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
      comparing,
      mutations,
      /^src\/store\/(engine|kept-queries|reporting|storable|migrations\/columns)\.ts$/,
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
      comparing,
      mutations,
      /^src\/store\/(engine|reporting|storable|migrations\/columns)\.ts$/,
      /^src\/directory\/(model|tables|search)\.ts$/,
      node,
      /^kysely$/,
    ],
  },
  {
    files: /^src\/runs\//,
    may: [
      /^src\/runs\//,
      billing,
      mutations,
      journal,
      /^src\/store\/(engine|reporting|storable)\.ts$/,
      node,
      /^(kysely|zod|p-limit|csv-parse|csv-stringify(\/sync)?)$/,
    ],
  },
  // The committed SDL is that of all kinds of backends.
  { files: /^src\/schema\/print\.ts$/, may: [/^src\/schema\//, /^src\/adapters\/index\.ts$/, /^graphql$/, node] },
  {
    files: /^src\/schema\/(?!print\.ts$)/,
    may: [
      /^src\/schema\//,
      billing,
      mutations,
      /^src\/accounts\/(model|planning|account-reads|views|balance|statement|drift|link-warnings)\.ts$/,
      /^src\/journal\/(deciding|model|published-input|operation-reads)\.ts$/,
      /^src\/directory\/(model|directory-reads|search)\.ts$/,
      /^src\/suggestions\/(declining|model|suggestion-reads)\.ts$/,
      /^src\/runs\/(model|run-reads|result|runs|store)\.ts$/,
      /^@pothos\//,
      /^graphql$/,
      /^graphql-scalars$/,
      /^node:fs$/,
    ],
  },
  {
    files: /^src\/server\//,
    may: [
      packageRoot,
      /^src\/server\//,
      /^src\/schema\//,
      billing,
      mutations,
      /^src\/accounts\/(account-reads|views|resolving)\.ts$/,
      /^src\/journal\/(runner|operation-reads)\.ts$/,
      /^src\/directory\/(directory|directory-reads)\.ts$/,
      /^src\/suggestions\/(suggestion-reads|store)\.ts$/,
      /^src\/runs\/(mapping|model|reading|runs)\.ts$/,
      node,
      /^graphql(-yoga)?$/,
      /^graphql\/jsutils\/inspect\.js$/,
      /^pino$/,
      /^(jose|lru-cache|rate-limiter-flexible|prom-client|zod)$/,
      /^@opentelemetry\//,
    ],
  },
  { files: packageRoot, may: [node] },
  {
    files: /^src\/doctor\//,
    may: [model, adapter, /^src\/(doctor|connections)\//, /^src\/adapters\/index\.ts$/],
  },
  { files: /^src\/sandbox\//, may: [/^src\/sandbox\//, node, /^zod$/, /^@faker-js\/faker/, /^(commander|yaml)$/] },
  { files: /^src\/config(\.ts$|\/)/, may: [/^src\/config(\.ts$|\/)/, caller, node, /^yaml$/, /^zod$/] },
  // From TanStack Query only types, as the next test checks: its other exports are for client components.
  { files: /^src\/client\/(?!react\/|apollo)/, may: [/^src\/client\/(?!react\/|apollo)/, /^@tanstack\/react-query$/] },
  { files: /^src\/client\/react\//, may: [/^src\/client\/(?!apollo)/, /^react$/, /^@tanstack\/react-query$/] },
  { files: /^src\/client\/apollo\.ts$/, may: [/^src\/client\/(?!react\/)/, /^@apollo\/client$/, /^graphql$/] },
  {
    files: /^src\/console\/(?!vite\.config\.ts$)/,
    may: [
      /^src\/(console|client)\//,
      /^src\/model\/csv\.ts$/,
      /^react(-dom)?(\/|$)/,
      /^(@mantine|@tanstack)\//,
      /^wouter(\/|$)/,
      /^(recharts|csv-(parse|stringify)\/browser\/esm\/sync)$/,
    ],
  },
  {
    files: /^src\/graphiql\/(?!vite\.config\.ts$)/,
    may: [/^src\/graphiql\//, /^src\/client\/events\.ts$/, /^react-dom\/client$/, /^graphql$/, /^(@graphiql\/|graphiql(\/|$))/],
  },
  { files: /^src\/(console|graphiql)\/vite\.config\.ts$/, may: [/^vite$/, /^@vitejs\/plugin-react$/] },
  // The composition: it imports from each folder what creates its part.
  {
    files: /^src\/gateway\//,
    may: [
      /^src\/(gateway|accounts|connections|directory|journal|mutations|reads|runs|store|suggestions)\//,
      model,
      /^src\/adapter\/(backends|contained)\.ts$/,
      /^src\/adapters\/index\.ts$/,
      /^src\/config(\.ts$|\/)/,
      /^src\/schema\/index\.ts$/,
      /^src\/server\//,
      node,
      /^(graphql|graphql-yoga|pino)$/,
    ],
  },
  {
    files: /^src\/processes\//,
    may: [
      /^src\/processes\//,
      /^src\/gateway\/(configuration|start)\.ts$/,
      /^src\/adapters\/index\.ts$/,
      /^src\/config(\.ts$|\/)/,
      /^src\/model\/id\.ts$/,
      /^src\/sandbox\/(default|index)\.ts$/,
      /^src\/commands\/(key|operations|changes|doctor|export|run)\.ts$/,
      /^src\/server\/(http\/rate-limit|telemetry\/(log|worker-metrics))\.ts$/,
      /^src\/store\/engine\.ts$/,
      packageRoot,
      node,
      /^(commander|pino)$/,
    ],
  },
  {
    files: /^src\/commands\//,
    may: [
      /^src\/commands\//,
      /^src\/gateway\/composition\.ts$/,
      /^src\/adapters\/index\.ts$/,
      /^src\/adapter\/settings\.ts$/,
      /^src\/gateway\/configuration\.ts$/,
      /^src\/config(\.ts$|\/)/,
      /^src\/journal\/(model|published-input)\.ts$/,
      model,
      /^src\/server\/auth\/authenticate\.ts$/,
      /^src\/doctor\//,
      /^src\/sandbox\/(replaying|server)\.ts$/,
      /^src\/runs\/model\.ts$/,
      /^src\/mutations\/subject\.ts$/,
      node,
      /^(commander|pino|yaml|zod)$/,
    ],
  },
  { files: /^src\/main\.ts$/, may: [/^src\/processes\/command-line\.ts$/, /^src\/gateway\/heap\.ts$/, node] },
];

/** A cycle of the graph; null if there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] | null {
  const done = new Set<string>();
  function walk(folder: string, way: readonly string[], why: readonly string[]): readonly string[] | null {
    const begin = way.indexOf(folder);
    if (begin !== -1) return why.slice(begin);
    if (done.has(folder)) return null;
    for (const [next, reason] of graph.get(folder) ?? []) {
      const circle = walk(next, [...way, folder], [...why, reason]);
      if (circle) return circle;
    }
    done.add(folder);
    return null;
  }
  for (const folder of graph.keys()) {
    const circle = walk(folder, [], []);
    if (circle) return circle;
  }
  return null;
}

describe("who may import whom", () => {
  it("covers every folder of src", () => {
    expect(files.filter((file) => !rules.some((rule) => rule.files.test(file)))).toEqual([]);
  });

  it("there are no circles between folders", () => {
    const graph = importsOfFolders();
    expect(graph.get("journal")?.has("store")).toBe(true);
    expect(circleIn(graph)).toBeNull();
  });

  it("a circle would be found, and shown with its imports", () => {
    const graph = importsOfFolders();
    const turned = new Map(graph).set("store", new Map([...(graph.get("store") ?? []), ["accounts", "store imports accounts"]]));
    expect(circleIn(turned)).toContain("store imports accounts");
  });

  it.each(files)("%s", (file) => {
    for (const rule of rules.filter((each) => each.files.test(file))) {
      const forbidden = importsOf(file).filter((imported) => !rule.may.some((pattern) => pattern.test(imported)));
      expect(forbidden).toEqual([]);
    }
  });

  it("front ends load no package outside of the hooks and Apollo's module", () => {
    const loads = /^(?:import|export)\s(?!type\b)[^"';]*?\bfrom "[^."][^"]*"/m;
    const common = files.filter((file) => /^src\/client\/(?!react\/|apollo|generated\/hooks)/.test(file));
    expect(common.filter((file) => loads.test(source.get(file) ?? ""))).toEqual([]);
  });

  it("every module for front ends that loads React or TanStack Query is a client component", () => {
    const loads = /^import\s(?!type\b)[^"';]*"(?:react|@tanstack\/react-query)"/m;
    const hooks = files.filter((file) => file.startsWith("src/client/") && loads.test(source.get(file) ?? ""));
    expect(hooks.length).toBeGreaterThan(3);
    expect(hooks.filter((file) => !source.get(file)?.startsWith('"use client";\n'))).toEqual([]);
  });

  it("nobody imports main", () => {
    expect(files.filter((file) => importsOf(file).includes("src/main.ts"))).toEqual([]);
  });

  it("adapters' shared code knows no adapter except the registry", () => {
    const common = files.filter((file) => /^src\/adapters\/[^/]+\.ts$/.test(file) && file !== "src/adapters/index.ts");
    expect(common.filter((file) => importsOf(file).some((imported) => /^src\/adapters\/[^/]+\//.test(imported)))).toEqual([]);
  });
});

describe("a kind of backend is closed in its folder", () => {
  it("every folder is in the registry, and there is no other", () => {
    expect(Object.keys(registry).toSorted()).toEqual(kinds.toSorted());
  });

  it("is not named outside of its folder, in code, comments or texts", () => {
    const names = [...kinds, ...Object.values(registry).flatMap(({ kind, label }) => [kind, label, label.split(" ")[0] ?? ""])];
    const named = new RegExp(`\\b(${names.map((name) => RegExp.escape(name)).join("|")})\\b`, "i");
    const closed = files.filter((file) => !/^src\/(adapters|sandbox)\//.test(file));
    expect(closed.filter((file) => named.test(source.get(file) ?? ""))).toEqual([]);
  });
});

describe("what exists in one place only", () => {
  it("process.env is read by the configuration", () => {
    const readers = files.filter((file) => /process\.env|process\["env"\]/.test(source.get(file) ?? ""));
    expect(readers).toEqual(["src/config.ts"]);
  });

  it("lookups are batched in reads/loaders.ts", () => {
    expect(files.filter((file) => /new DataLoader|loadable/.test(source.get(file) ?? ""))).toEqual(["src/reads/loaders.ts"]);
  });
});

describe("names", () => {
  /** Globals of Node (those of browsers among them), and types that TypeScript always has. */
  const globals = new Set([
    ...Object.getOwnPropertyNames(globalThis),
    ...["Awaited", "Document", "Exclude", "Extract", "Iterable", "NonNullable", "Omit", "Option", "Parameters", "Partial"],
    ...["Pick", "Readonly", "Record", "Required", "ReturnType", "Window"],
  ]);
  const declared = /^\s*(?:export )?(?:async )?(?:interface|type|class|function\*?|const|let) (\w+)\b(?!,$)/gm;
  const shadows = (text: string): readonly string[] =>
    [...text.matchAll(declared)].map(([, name = ""]) => name).filter((name) => globals.has(name));

  it("nothing that is declared has the name of a global", () => {
    const found = files.flatMap((file) => shadows(source.get(file) ?? "").map((name) => `${file}: ${name}`));
    expect(found).toEqual([]);
  });

  it("such a declaration would be found", () => {
    const text = "export interface Response {\n  const fetch = 1;\ntype Parameters = string;\nconst fetched = 2;\n";
    expect(shadows(text)).toEqual(["Response", "fetch", "Parameters"]);
  });
});

describe("sizes", () => {
  it("no source file has more than 325 lines", () => {
    const long = files
      .map((file) => [file, (source.get(file) ?? "").split("\n").length] as const)
      .filter(([, lines]) => lines > 325);
    expect(long).toEqual([]);
  });
});

describe("adapters' folders", () => {
  const named = adapterFiles();
  const inAdapters = files.filter((file) => /^src\/adapters\/.+\//.test(file));
  const kinds = [...new Set(inAdapters.map((file) => file.split("/")[2] ?? ""))];
  const nameOf = (file: string): string => posix.basename(file);
  const kindFolders = kinds.map((kind) => `src/adapters/${kind}`);
  /** The files with the verbs: one for each generation of a kind. */
  const verbFolders = inAdapters.filter((file) => nameOf(file) === "call.ts").map((file) => posix.dirname(file));

  it("have files by the names of CONTRIBUTING.md, or by names that no other kind has", () => {
    const shared = inAdapters.filter((file) => {
      const others = inAdapters.filter((other) => other.split("/")[2] !== file.split("/")[2]);
      return !named.some(({ pattern }) => pattern.test(nameOf(file))) && others.some((other) => nameOf(other) === nameOf(file));
    });
    expect(shared).toEqual([]);
    expect(kinds.length).toBeGreaterThan(2);
    expect(named.length).toBeGreaterThan(15);
  });

  it("have all of them that every adapter has", () => {
    const needed = (folder: string, where: string): readonly string[] =>
      named
        .filter(
          (row) =>
            row.needed === where && !files.some((file) => posix.dirname(file) === folder && row.pattern.test(nameOf(file))),
        )
        .map(({ names }) => `${folder}: ${names.join(" or ")}`);
    const missing = [
      ...kindFolders.flatMap((folder) => needed(folder, "kind")),
      ...verbFolders.flatMap((folder) => needed(folder, "verbs")),
      ...verbFolders.filter((folder) => !files.includes(`${folder}/index.ts`)),
    ];
    expect(named.filter((row) => row.needed !== "").length).toBeGreaterThan(9);
    expect(missing).toEqual([]);
    const withoutVerbs = kindFolders.filter(
      (kind) => !verbFolders.some((folder) => folder === kind || folder.startsWith(`${kind}/`)),
    );
    expect(withoutVerbs, "have no call.ts").toEqual([]);
  });

  it("export the same things by the same names", () => {
    const generations = verbFolders.filter((folder) => !kindFolders.includes(folder));
    const missing = inAdapters.flatMap((file) => {
      // A generation's index exports that generation.
      if (nameOf(file) === "index.ts" && generations.includes(posix.dirname(file))) return [];
      const row = named.find(({ pattern }) => pattern.test(nameOf(file)));
      return (row?.exports ?? []).filter((name) => !exportsOf(file).includes(name)).map((name) => `${file}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it("map each entity that has verbs by the same name", () => {
    const mappings = {
      customers: "customerFrom",
      charges: "chargeFrom",
      taxes: "taxFrom",
      plans: "planFrom",
      services: "serviceFrom",
    };
    const missing = verbFolders.flatMap((folder) =>
      Object.entries(mappings)
        .filter(([entity]) => files.includes(`${folder}/${entity}.ts`))
        .filter(
          ([entity, name]) =>
            ![...files.filter((file) => isMapOf(folder, file)), `${folder}/${entity}.ts`].some((file) =>
              exportsOf(file).includes(name),
            ),
        )
        .map(([entity, name]) => `${folder}/${entity}.ts: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  function isMapOf(folder: string, file: string): boolean {
    return posix.dirname(file) === folder && /^map(-\w+)?\.ts$/.test(nameOf(file));
  }
});

describe("getters", () => {
  // V8 gives an object literal with a getter a hidden class of its own, and takes some 300 ns for each getter: what is made for each
  // request or record with getters is of a class.
  it("are members of classes, not of object literals that functions make", () => {
    const onServer = files.filter((file) => !/^src\/(?:client|console|graphiql|sandbox)\//.test(file));
    const found = onServer.flatMap((file) =>
      [...(source.get(file) ?? "").matchAll(/^ {4,}get \w+\(/gm)].map(([line]) => `${file}:${line}`),
    );
    expect(onServer.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });
});

interface AdapterFile {
  readonly names: readonly string[];
  readonly pattern: RegExp;
  readonly needed: string;
  readonly exports: readonly string[];
}

/** The table of CONTRIBUTING.md: names of an adapter's files, and their exports. */
function adapterFiles(): readonly AdapterFile[] {
  const [, section = ""] = readFileSync(`${root}/CONTRIBUTING.md`, "utf8").split("### Files of an adapter");
  const table = section.split("\n###")[0] ?? "";
  return [...table.matchAll(/^\|([^|]*`[^|]*)\|([^|]*)\|([^|]*)\|/gm)].map(([, names = "", needed = "", exported = ""]) => {
    const listed = [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    const patterns = listed.map((name) => name.replaceAll(".", "\\.").replace("<entity>", "[a-z]+"));
    const exports = [...exported.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    return { names: listed, pattern: new RegExp(`^(?:${patterns.join("|")})$`), needed: needed.trim(), exports };
  });
}

function exportsOf(file: string): readonly string[] {
  const text = source.get(file) ?? "";
  const declared = [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, name = ""]) => name);
  const again = [...text.matchAll(/^export \{ ([^}]*) \} from/gm)].flatMap(([, names = ""]) => names.split(", "));
  return [...declared, ...again];
}
