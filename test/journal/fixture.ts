import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { blankStep, type Hold, type Operation, type Step } from "../../src/journal/model.ts";
import { openEngine } from "../../src/store/open.ts";
import type { PostgresServer } from "../support/postgres.ts";

export const step: Step = { ...blankStep, position: 0, target: 0, backend: "pbx", action: "charges/create", status: "PENDING" };

/** With its own key, unless one is given. */
export function operation(changes: Partial<Operation> & Pick<Operation, "id">): Operation {
  return {
    mutation: "createCharge",
    actor: null,
    client: { name: null, version: null },
    users: {},
    idempotencyKey: `key of ${changes.id}`,
    input: { charge: { amount: "1.00" } },
    inputHash: "hash",
    validateOnly: false,
    onFailure: "KEEP",
    status: "PENDING",
    owner: "worker",
    epoch: 1,
    looks: 0,
    nextLookAt: null,
    once: null,
    createdAt: "2026-11-21T10:00:00.000Z",
    updatedAt: "2026-11-21T10:00:00.000Z",
    completedAt: null,
    steps: [step],
    ...changes,
  };
}

/** An operation from `operation` as it is after recording: held by its first owner. */
export function heldBy(id: string, owner = "worker", epoch = 1): Hold {
  return { id, owner, epoch };
}

export interface StoreDialect {
  readonly name: "SQLite" | "PostgreSQL";
  readonly available: boolean;
  /** URL of a new store without operations: a database that has the store's tables. */
  readonly createUrl: () => Promise<string>;
  /** URL of a new, empty database. */
  readonly createEmptyUrl: () => Promise<string>;
}

/** Both dialects; PostgreSQL only if its server could be started. */
export function storeDialects(server: PostgresServer | null): readonly StoreDialect[] {
  const running = async (): Promise<PostgresServer> => {
    if (server === null) throw new Error("PostgreSQL has not been started");
    return server;
  };
  return [
    { name: "SQLite", available: true, createUrl: sqliteStore, createEmptyUrl: async () => `sqlite:${sqliteFile()}` },
    {
      name: "PostgreSQL",
      available: server !== null,
      createUrl: async () => (await running()).createStore(),
      createEmptyUrl: async () => (await running()).createDatabase(),
    },
  ];
}

let prepared: Promise<string> | undefined;

/** A copy of a store without operations: to make its tables anew takes several times as long. */
async function sqliteStore(): Promise<string> {
  prepared ??= (async () => {
    const file = sqliteFile();
    await (await openEngine(`sqlite:${file}`)).close();
    return file;
  })();
  const file = sqliteFile();
  mkdirSync(dirname(file), { mode: 0o700 });
  copyFileSync(await prepared, file);
  return `sqlite:${file}`;
}

/** A file that does not exist yet, in a folder that does not exist either. */
export function sqliteFile(): string {
  return join(mkdtempSync(join(tmpdir(), "gateway-store-")), "nested", "gateway.db");
}
