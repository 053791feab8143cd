import { access } from "node:fs/promises";
import type { SandboxProgram } from "../e2e/sandbox.ts";
import { freePort } from "../support/ports.ts";
import { askData } from "./asking.ts";
import { type CommitCounter, postgresCommits, sqliteCommits } from "./commits.ts";
import { configureGateway, type GatewaySettings, writeSubjectFile } from "./configuration.ts";
import type { KeptRows } from "./plain/kept.ts";
import { startDurablePostgres } from "./postgres.ts";
import { startProgram, type WatchedProgram } from "./program.ts";
import type { SubjectKind } from "./scenarios.ts";

/** One of those that are measured besides one another: a running process that answers the scenario's requests. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  /** Where requests go. */
  readonly url: string;
  readonly program: WatchedProgram;
  /** The journal's path, if it is durable. */
  readonly counter?: CommitCounter;
}

/** Subjects that cannot run here, with the reason. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
}

export const isSkipped = (subject: Subject | Skipped): subject is Skipped => "skipped" in subject;

export interface GatewayVariant extends Omit<GatewaySettings, "port"> {
  readonly file?: string;
}

/** The built program, as in production; "src/main.ts" is the same from source, which takes 30 MB more. */
const { BENCH_PROGRAM: built = "dist/main.js" } = process.env;

/** The program as an operator runs it; its journal is an SQLite file unless told otherwise. */
export async function startGatewaySubject(sandbox: SandboxProgram, name: string, variant: GatewayVariant = {}): Promise<Subject> {
  await using started = new AsyncDisposableStack();
  const { file = built, ...settings } = variant;
  const port = await freePort();
  const written = started.use(configureGateway(sandbox, { ...settings, port }));
  const { environment } = written;
  const starting = { file, parameters: ["--config", written.file], environment, port };
  const program = started.use(await startProgram(starting));
  await showLongPages(urlAt(port));
  const opened = file === built ? await counterOf(written.storeUrl) : undefined;
  const counter = opened && started.use(opened);
  const ending = started.move();
  const subject = { name, url: urlAt(port), program, [Symbol.asyncDispose]: () => ending.disposeAsync() };
  return counter === undefined ? subject : { ...subject, counter };
}

/**
 * As when the directory reads every list: a page of v01 that is shorter than an earlier one was not cut, and needs no second
 * call. The directory itself is off, so that only the load calls backends.
 */
async function showLongPages(url: string): Promise<void> {
  await askData(url, '{ customers(first: 200, backends: ["recurring"]) { nodes { id } } }');
  // And of each kind of list: the longest so far is looked behind once.
  await askData(url, '{ customers(first: 40, backends: ["recurring"]) { nodes { id charges(first: 1) { nodes { id } } } } }');
}

/** Nothing of a journal in memory is durable. */
function counterOf(storeUrl: string): Promise<CommitCounter> | CommitCounter | undefined {
  if (storeUrl.startsWith("postgres:")) return postgresCommits(storeUrl);
  return storeUrl === "sqlite::memory:" ? undefined : sqliteCommits(storeUrl.slice("sqlite:".length));
}

/** A subject's settings besides the backends' addresses. */
export interface Telling {
  readonly variant: GatewayVariant;
  readonly kept: KeptRows;
  readonly floor: () => Promise<object>;
}

type Start = (sandbox: SandboxProgram, telling: Telling) => Promise<Subject | Skipped>;

const starts: Readonly<Record<SubjectKind, Start>> = {
  plain: (sandbox, { kept }) => startWithFile("plain", "test/bench/plain/server.ts", { ...connectionsOf(sandbox), kept }),
  floor: async (_sandbox, { floor }) => startWithFile("floor", "test/bench/floor-server.ts", await floor()),
  mercurius: (sandbox, { kept }) => startPeer("mercurius", async () => ({ ...connectionsOf(sandbox), kept })),
  apollo: (sandbox) => startPeer("apollo", async () => connectionsOf(sandbox)),
  hive: (sandbox) => startPeer("hive", async () => ({ ...connectionsOf(sandbox), openApi: await openApiOf(sandbox) })),
  "no journal": (sandbox, { variant }) =>
    startGatewaySubject(sandbox, "no journal", { ...variant, file: "test/bench/gateway-without-journal.ts" }),
  "SQLite in memory": (sandbox, { variant }) =>
    startGatewaySubject(sandbox, "SQLite in memory", { ...variant, storeUrl: "sqlite::memory:" }),
  PostgreSQL: (sandbox, { variant }) => startOnPostgres(sandbox, variant),
};

export const startSubject = (sandbox: SandboxProgram, kind: SubjectKind, telling: Telling): Promise<Subject | Skipped> =>
  starts[kind](sandbox, telling);

async function startOnPostgres(sandbox: SandboxProgram, variant: GatewayVariant): Promise<Subject | Skipped> {
  await using started = new AsyncDisposableStack();
  const server = await startDurablePostgres().catch(reasonOf);
  if (typeof server === "string") return { name: "PostgreSQL", skipped: server };
  started.use(server);
  const subject = started.use(await startGatewaySubject(sandbox, "PostgreSQL", { ...variant, storeUrl: server.url }));
  const ending = started.move();
  return { ...subject, [Symbol.asyncDispose]: () => ending.disposeAsync() };
}

const peersFolder = new URL("peers/", import.meta.url);
const installPeers = "npm ci --prefix test/bench/peers";

async function startPeer(name: string, content: () => Promise<object>): Promise<Subject | Skipped> {
  const missing = await access(new URL("node_modules/", peersFolder)).then(
    () => null,
    () => `not installed: ${installPeers}`,
  );
  if (missing !== null) return { name, skipped: missing };
  return startWithFile(name, `test/bench/peers/${name}.js`, await content()).catch((error: unknown) => ({
    name,
    skipped: reasonOf(error),
  }));
}

async function openApiOf({ backends }: SandboxProgram): Promise<unknown> {
  const offices = backends.find(({ key }) => key === "offices")?.url ?? "";
  return (await fetch(new URL("/_sandbox/openapi.json", offices))).json();
}

async function startWithFile(name: string, file: string, content: object): Promise<Subject> {
  await using started = new AsyncDisposableStack();
  const port = await freePort();
  const written = started.use(writeSubjectFile({ ...content, port }));
  const program = started.use(await startProgram({ file, parameters: ["--config", written.file], port }));
  const ending = started.move();
  return { name, url: urlAt(port), program, [Symbol.asyncDispose]: () => ending.disposeAsync() };
}

function connectionsOf({ backends }: SandboxProgram): object {
  return { backends: Object.fromEntries(backends.map(({ key, url, password }) => [key, { url, password }])) };
}

const urlAt = (port: number): string => `http://127.0.0.1:${port}/graphql`;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
