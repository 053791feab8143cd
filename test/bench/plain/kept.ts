import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

/**
 * The store of a hand-written server, instead of the gateway's: the same accounts, operations and customers in tables of an
 * SQLite file, and the keys of mutations. As durable as the gateway's store, and synchronous.
 */

export interface KeptAccount {
  readonly name: string;
  readonly customers: readonly KeptCustomer[];
}

export interface KeptCustomer {
  readonly id: string;
  readonly name: string;
  readonly reference?: string | null;
}

export interface KeptOperation {
  readonly id: string;
  readonly mutation: string;
  readonly status: string;
  readonly idempotencyKey: string;
  readonly createdAt: string;
  readonly completedAt: string | null;
  readonly subjectCount: number;
  readonly steps: readonly object[];
}

export interface KeptRows {
  readonly accounts?: readonly KeptAccount[];
  /** The newest first. */
  readonly operations?: readonly KeptOperation[];
  /** Customers of backends without a search. */
  readonly customers?: readonly KeptCustomer[];
}

/** The record of an earlier mutation with this key. */
export interface Recorded {
  readonly id: string;
  readonly outcome: string | null;
  readonly replayed: boolean;
}

export function openKept(file: string, { accounts = [], operations = [], customers = [] }: KeptRows) {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE members (customer TEXT PRIMARY KEY, account INTEGER NOT NULL, name TEXT NOT NULL);
    CREATE INDEX members_of ON members (account);
    CREATE TABLE operations (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mutation TEXT NOT NULL, status TEXT NOT NULL,
      idempotencyKey TEXT NOT NULL UNIQUE, createdAt TEXT NOT NULL, completedAt TEXT, subjectCount INTEGER NOT NULL,
      steps TEXT NOT NULL, outcome TEXT);
    CREATE INDEX operations_by_time ON operations (createdAt DESC, number DESC);
    CREATE VIRTUAL TABLE customers USING fts5 (name, id UNINDEXED, reference UNINDEXED);
    BEGIN`);
  const insertAccount = database.prepare("INSERT INTO accounts (name) VALUES (?)");
  const insertMember = database.prepare("INSERT INTO members (customer, account, name) VALUES (?, ?, ?)");
  for (const { name, customers: members } of accounts) {
    const { lastInsertRowid } = insertAccount.run(name);
    for (const member of members) insertMember.run(member.id, lastInsertRowid, member.name);
  }
  const insertOperation = database.prepare(
    "INSERT INTO operations (id, mutation, status, idempotencyKey, createdAt, completedAt, subjectCount, steps) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const each of operations.toReversed()) {
    const { id, mutation, status, idempotencyKey, createdAt, completedAt, subjectCount, steps } = each;
    insertOperation.run(id, mutation, status, idempotencyKey, createdAt, completedAt, subjectCount, JSON.stringify(steps));
  }
  const insertCustomer = database.prepare("INSERT INTO customers (name, id, reference) VALUES (?, ?, ?)");
  for (const { name, id, reference = null } of customers) insertCustomer.run(name, id, reference);
  database.exec("COMMIT");

  const membersBeside = database.prepare(`SELECT accounts.name AS account, other.customer AS id, other.name FROM members AS own
    JOIN accounts ON accounts.id = own.account JOIN members AS other ON other.account = own.account
    WHERE own.customer = ? ORDER BY other.rowid`);
  const newestOperations = database.prepare(
    "SELECT * FROM operations WHERE createdAt <= ? ORDER BY createdAt DESC, number DESC LIMIT ?",
  );
  const withWords = database.prepare("SELECT id, name, reference FROM customers WHERE customers MATCH ? LIMIT ?");
  const byKey = database.prepare("SELECT id, outcome FROM operations WHERE idempotencyKey = ?");
  const settle = database.prepare("UPDATE operations SET status = 'SUCCEEDED', completedAt = ?, outcome = ? WHERE id = ?");

  return {
    accountOf: (customer: string): KeptAccount | null => {
      const members = membersBeside.all(customer) as unknown as readonly { account: string; id: string; name: string }[];
      return members[0] === undefined ? null : { name: members[0].account, customers: members };
    },
    operations: (to: string, first: number): readonly object[] =>
      newestOperations.all(to, first).map((row) => ({ ...row, steps: JSON.parse(String(row["steps"])) })),
    customersWith: (text: string, first: number): readonly KeptCustomer[] =>
      withWords.all(`"${text}" *`, first) as unknown as readonly KeptCustomer[],
    /** Durable before anything is sent: an existing key is not sent again. */
    record: (mutation: string, key: string): Recorded => {
      const before = byKey.get(key) as unknown as Omit<Recorded, "replayed"> | undefined;
      if (before) return { ...before, replayed: true };
      const id = randomUUID();
      insertOperation.run(id, mutation, "PENDING", key, new Date().toISOString(), null, 1, "[]");
      return { id, outcome: null, replayed: false };
    },
    settle: (id: string, outcome: string): void => void settle.run(new Date().toISOString(), outcome, id),
  };
}

export type Kept = ReturnType<typeof openKept>;
