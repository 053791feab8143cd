import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** The compiler's output for the documents, in a folder of its own. */
export interface Artifacts {
  /** The artifact of an operation or fragment, by its name. */
  readonly load: <Artifact>(name: string) => Artifact;
  readonly remove: () => Promise<void>;
}

/** Compiles a module's documents against schema/schema.graphql with Relay's own compiler. Rejects with its errors. */
export async function compile(document: URL): Promise<Artifacts> {
  const directory = await mkdtemp(join(tmpdir(), "relay-artifacts-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const require = createRequire(import.meta.url);
  try {
    await mkdir(join(directory, "src"));
    await mkdir(join(directory, "artifacts"));
    // Artifacts in JavaScript run as they are, and the compiler makes them of sources with its ending only: these are that too.
    await copyFile(document, join(directory, "src", basename(document.pathname).replace(/\.ts$/, ".js")));
    await copyFile(new URL("../../../schema/schema.graphql", import.meta.url), join(directory, "schema.graphql"));
    const configuration = {
      src: "./src",
      schema: "./schema.graphql",
      language: "javascript",
      artifactDirectory: "./artifacts",
      // The artifacts are loaded with `require`.
      eagerEsModules: false,
    };
    await writeFile(join(directory, "relay.config.json"), JSON.stringify(configuration));
    await promisify(execFile)(process.execPath, [require.resolve("relay-compiler/cli.js"), "relay.config.json"], {
      cwd: directory,
    });
  } catch (error) {
    await remove();
    throw error;
  }
  const requireArtifact = createRequire(join(directory, "artifacts", "index.js"));
  return { load: (name) => requireArtifact(`./${name}.graphql.js`), remove };
}
