import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { signal, startProcess } from "../support/processes.ts";

/** A user without this repository: has its tarball, an empty folder, npm, and this Node. */

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** No part of a fresh checkout; `test` is not needed for packing, and `node_modules` is lent to the copy. */
const notCopied = new Set([".git", "node_modules", "dist", "src/client/dist", "data", "coverage", "test", "test-artefacts"]);

export interface Ended {
  readonly code: number | null;
  /** Its output on stdout and stderr, in order. */
  readonly output: string;
}

/** Runs a program to its end, successful or not. */
export async function finish(
  program: string,
  parameters: readonly string[],
  directory: string,
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = startProcess(program, parameters, { cwd: directory, env: { ...environment(), ...more }, group: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  return { code: code as number | null, output };
}

/** Runs npm and returns its output. Throws with the output if it fails. */
export async function npm(parameters: readonly string[], directory: string): Promise<string> {
  const { code, output } = await finish("npm", parameters, directory);
  if (code !== 0) throw new Error(`npm ${parameters.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Installs packages or tarballs, without contacting the registry for those that npm has cached. */
export async function install(packages: readonly string[], directory: string): Promise<void> {
  await npm(["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], directory);
}

export interface Running extends AsyncDisposable {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
}

/** Starts the package's binary as its readers do, with `npx`, and waits until it has printed where it listens. */
export async function npxGateway(parameters: readonly string[], directory: string): Promise<Running> {
  // "--no": a package that is not installed is an error, not a download. In a process group, since npx is between it and a
  // signal.
  const options = { cwd: directory, env: environment(), group: true };
  const child = startProcess("npx", ["--no", "--", "billing-gateway", ...parameters], options);
  const closed = once(child, "close");
  const stop = async (): Promise<void> => {
    signal(child, "SIGTERM", true);
    await closed;
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, onTerminal, inLog] =
        /^GraphQL +(http:\S+)\/graphql\n[\s\S]*\n {2}\w|"origin":"(http:[^"]+)".*"msg":"listening"/m.exec(output) ?? [];
      const origin = onTerminal ?? inLog;
      if (origin !== undefined) resolve(origin);
    });
  }
  closed.then(([code]) => reject(new Error(`billing-gateway ended with ${code}. It printed:\n${output}`)), reject);
  const timer = setTimeout(() => reject(new Error(`billing-gateway did not start. It printed:\n${output}`)), 60_000);
  try {
    return { origin: await promise, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** An empty project in a new folder. */
export function emptyProject(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  return directory;
}

export interface Packed {
  /** The checkout that was packed: a copy, because packing replaces `dist`, which a gateway may be serving from meanwhile. */
  readonly checkout: string;
  /** The gateway's; empty where only front ends' was packed. */
  readonly tarball: string;
  /** Front ends'. */
  readonly client: string;
}

/** Runs `npm pack` in a fresh checkout, with these folders. */
export async function pack(...folders: readonly string[]): Promise<Packed> {
  const checkout = newDirectory();
  cpSync(repository, checkout, {
    recursive: true,
    filter: (source) => !notCopied.has(relative(repository, source)) && !source.endsWith(".tgz"),
  });
  symlinkSync(join(repository, "node_modules"), join(checkout, "node_modules"));
  await npm(["pack", ...folders], checkout);
  const tarballs = readdirSync(checkout).filter((file) => file.endsWith(".tgz"));
  const path = (pattern: RegExp): string =>
    tarballs.filter((file) => pattern.test(file)).map((file) => join(checkout, file))[0] ?? "";
  return { checkout, tarball: path(/^billing-gateway-\d/), client: path(/^billing-gateway-client-/) };
}

/** Removes a folder that this module made. */
export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Without the links in its path, which resolving modules would not keep either (macOS's temporary folder is one). */
function newDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "billing-gateway-package-")));
}

/**
 * This process's environment without the variables that npm and Vitest set for scripts and without a developer's gateway
 * settings. npm's settings, such as the registry, stay. Programs find this Node first.
 */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|VITEST|BILLING_GATEWAY_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) };
}
