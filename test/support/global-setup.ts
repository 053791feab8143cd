import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { globSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { openEngine } from "../../src/store/open.ts";
import { killLeftOvers, startedBy } from "./endings.ts";
import { launchPostgres, type PostgresServer, withoutDisk } from "./postgres-server.ts";
import { openTemporary } from "./temporary.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address for databases: GET starts the server if it does not run, POST creates a database ("store": with the store's tables), DELETE removes one. */
    readonly databases: string;
  }
}

/**
 * Once for a run: the seed, a temporary folder, the built pages, the database server that many files share (started on first use), and the
 * removal of everything left over.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env["SEED"] ??= String(Math.floor(Math.random() * 1e9));
  console.log(`What tests draw at random: SEED=${process.env["SEED"]} repeats it.`);
  const removeTemporary = openTemporary();
  buildPages();
  let starting: Promise<PostgresServer> | undefined;
  let prepared: Promise<string> | undefined;
  const answers: Readonly<Record<string, (server: PostgresServer, body: string) => Promise<string>>> = {
    GET: async () => "",
    POST: async (server, body) => {
      if (body !== "store") return server.createDatabase();
      prepared ??= newStore(server);
      return server.createDatabase(await prepared);
    },
    DELETE: async (server, url) => {
      await server.dropDatabase(url);
      return "";
    },
  };
  const asked = createServer(async (request, response) => {
    try {
      starting ??= launchPostgres(withoutDisk);
      const answer = await answers[request.method ?? ""]?.(await starting, await text(request));
      response.end(answer);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
    }
  });
  // A connection that ends while it is idle could end as the next question comes, which fetch does not ask again.
  asked.keepAliveTimeout = 0;
  await once(asked.listen(0, "127.0.0.1"), "listening");
  project.provide("databases", `http://127.0.0.1:${(asked.address() as AddressInfo).port}/`);

  // A killed worker has not ended what it started; nor has one whose run was interrupted.
  const endLeftOvers = () => {
    const left = killLeftOvers(startedBy(process.pid));
    removeTemporary();
    return left;
  };
  process.once("exit", endLeftOvers);
  return async () => {
    process.off("exit", endLeftOvers);
    const server = await starting?.catch(() => undefined);
    await server?.stop();
    asked.closeAllConnections();
    asked.close();
    const left = endLeftOvers();
    if (left !== null) throw new Error(left);
  };
}

/** A store without operations, from which others are copied: to make its tables anew takes several times as long. */
async function newStore(server: PostgresServer): Promise<string> {
  const url = await server.createDatabase();
  await (await openEngine(url)).close();
  return url;
}

/** The gateway must serve pages built from the current sources: nobody tests an old build. */
function buildPages(): void {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const timeOf = (file: string): number => statSync(`${root}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const page of ["console", "graphiql"]) {
    const sources = globSync(`src/{${page},client}/**/*.{ts,tsx,html,svg,css}`, { cwd: root, exclude: ["src/client/dist/**"] });
    if (Math.max(...sources.map(timeOf)) <= timeOf(`dist/${page}/index.html`)) continue;
    execFileSync("npx", ["--no", "--", "vite", "build", `src/${page}`, "--logLevel", "warn"], {
      cwd: root,
      // Vitest's own value, "test", would build React's development version, which nobody is served.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
}
