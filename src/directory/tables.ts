import type { Generated, Kysely, Selectable } from "kysely";
import type { Engine } from "../store/engine.ts";
import type { ChangeKind, DirectoryRecord, DirectoryType, RecordData } from "./model.ts";

/** The directory's tables, made by store/migrations/0004-directory.ts and 0006-directory-origins.ts. */
export type DirectoryTables = {
  directory_records: {
    /** PostgreSQL's driver returns a bigint as text. */
    number: Generated<number | string>;
    type: DirectoryType;
    backend: string;
    id: string;
    name: string;
    name_words: string;
    other_words: string;
    /** JSON: RecordData. */
    data: string;
    fingerprint: string;
    changed_at: string;
    indexed_at: string;
    generation: number;
  };
  directory_sources: {
    backend: string;
    type: DirectoryType;
    generation: number;
    started_at: string | null;
    refreshed_at: string | null;
    position: string | null;
    error: string | null;
    origin: string | null;
  };
  directory_leases: {
    backend: string;
    owner: string;
    until: string;
  };
  directory_changes: {
    seq: Generated<number | string>;
    type: DirectoryType;
    backend: string;
    id: string;
    kind: ChangeKind;
    at: string;
    noticed_at: string;
  };
};

export type DirectoryDatabase = Kysely<DirectoryTables>;

/** The store's database with the directory's tables. */
export function directoryDatabase({ database }: Engine): DirectoryDatabase {
  return database.withTables<DirectoryTables>();
}

/** Runs a transaction on the store's database. Keep it short: the journal waits for it. */
export function transactDirectory<T>({ transact }: Engine, change: (transaction: DirectoryDatabase) => Promise<T>): Promise<T> {
  return transact((transaction) => change(transaction.withTables<DirectoryTables>()));
}

type RecordRow = Pick<Selectable<DirectoryTables["directory_records"]>, (typeof recordColumns)[number]>;

export const recordColumns = [
  "number",
  "type",
  "backend",
  "id",
  "name",
  "name_words",
  "data",
  "indexed_at",
  "generation",
] as const;

export function toRecord(row: RecordRow): DirectoryRecord {
  return {
    number: Number(row.number),
    type: row.type,
    backend: row.backend,
    id: row.id,
    name: row.name,
    nameWords: row.name_words,
    data: JSON.parse(row.data) as RecordData,
    indexedAt: row.indexed_at,
    generation: row.generation,
  };
}
