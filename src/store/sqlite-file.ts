import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { FileProblem, StoreMark } from "./engine.ts";
import { reasonOf } from "./engine.ts";
import { resultCode } from "./sqlite-driver.ts";

/** The file of an open database. */
export interface OpenFile {
  /** Why the next process may not find what is written now; null while all is well. */
  readonly problem: () => FileProblem | null;
  /** Call this with every error of the database. Returns whether it shows that the file is damaged. */
  readonly noteFailure: (error: unknown) => boolean;
  /** Whether the file itself, without its log, has the row of the continuity check: from the first checkpoint on. */
  readonly isMarked: () => boolean;
}

/** A database in memory has no file, and there is no next process. */
export const noFile: OpenFile = { problem: () => null, noteFailure: () => false, isMarked: () => true };

/** Primary result codes that show a damaged file: CORRUPT and NOTADB. */
const ofDamage: ReadonlySet<number> = new Set([11, 26]);

/**
 * Watches the file of a database that has been opened and read: SQLite opens the log and its index with the first read. It goes on
 * writing into a file that was deleted, moved, replaced or overwritten (sqlite.org/howtocorrupt.html, "Unlinking or renaming a database
 * file while in use"). That holds for the log and its index too: another process would begin new ones.
 *
 * Only checkpoints write to the file itself. Each of them is of a higher count (see sqlite.ts), so a file whose count is lower than it
 * was, or that has another generation, was overwritten. What SQLite reads does not show that: it takes newer pages from the log.
 *
 * @param generation the store's generation as this process reads it now
 */
export function watchFile(path: string, generation: () => string | null): OpenFile {
  const parts = ["", "-wal", "-shm"].map((end) => `${path}${end}`);
  const opened = parts.map((part) => look(part)?.identity);
  let size = 0n;
  let changed = look(path)?.changed;
  let filed = filedMark(path);
  let damage: FileProblem | null = null;

  function noteDamage(reason: string): void {
    damage ??= { text: `The file ${path} is damaged: ${reason}. Restore a backup.`, isDamage: true };
  }

  /** Compares the file's mark with the one before. Without a result, the next call compares again. */
  function compare(current: bigint | undefined): void {
    const found = filedMark(path);
    if (found === null ? filed === null : filed === null || follows(found, filed)) {
      [filed, changed] = [found, current];
      return;
    }
    if (isWhole(path)) {
      const text = `The file ${path} was overwritten with another database while the gateway ran. Stop all processes on it, and restore the backup again.`;
      damage = { text, isDamage: true };
      return;
    }
    // Another process may be in the middle of a checkpoint: then only the file together with its log is whole.
    const reason = whatIsWrong(path, size);
    if (reason !== null) noteDamage(reason);
  }

  function follows(found: StoreMark, before: StoreMark): boolean {
    return found.generation === before.generation ? found.count >= before.count : found.generation === generation();
  }

  return {
    problem: () => {
      if (damage !== null) return damage;
      const found = parts.map(look);
      const lost = parts.find((_part, index) => found[index]?.identity !== opened[index]);
      if (lost !== undefined) {
        return { text: `The file ${lost} was deleted or replaced while the gateway ran. Restart the gateway.`, isDamage: false };
      }
      const before = size;
      size = found[0]?.size ?? 0n;
      // Only somebody who shortens the file, or VACUUM, which is rare, makes it smaller.
      const reason = size < before ? whatIsWrong(path, size) : null;
      if (reason !== null) noteDamage(reason);
      else if (found[0]?.changed !== changed) compare(found[0]?.changed);
      return damage;
    },
    noteFailure: (error) => {
      const isDamage = ofDamage.has(resultCode(error) & 0xff);
      if (isDamage) noteDamage(reasonOf(error));
      return isDamage;
    },
    isMarked: () => filed !== null,
  };
}

interface Look {
  readonly identity: string;
  readonly size: bigint;
  /** When its content or its attributes were changed last, in nanoseconds. Nobody can set this time. */
  readonly changed: bigint;
}

/** Null if the file does not exist. */
function look(file: string): Look | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? { identity: `${found.dev}:${found.ino}`, size: found.size, changed: found.ctimeNs } : null;
}

/** The file alone, as its last checkpoint left it. SQLite neither locks it nor reads its log (sqlite.org/uri.html, "immutable"). */
function openAlone(path: string): DatabaseSync {
  const address = pathToFileURL(path);
  address.searchParams.set("immutable", "1");
  return new DatabaseSync(address, { readOnly: true });
}

/** The row of the continuity check in the file itself; null if there is none, or it cannot be read. */
function filedMark(path: string): StoreMark | null {
  try {
    using alone = openAlone(path);
    const row = alone.prepare("select generation, count from continuity").get();
    return row ? { generation: String(row["generation"]), count: Number(row["count"]) } : null;
  } catch {
    return null;
  }
}

/** Whether the file alone is a whole database. */
function isWhole(path: string): boolean {
  try {
    using alone = openAlone(path);
    return findingOf(alone) === null;
  } catch {
    return false;
  }
}

/** What another process finds wrong with the database; null = nothing. */
function whatIsWrong(path: string, size: bigint): string | null {
  // SQLite would remove the log of an empty file.
  if (size === 0n) return "it is empty";
  try {
    using other = new DatabaseSync(path, { readOnly: true });
    return findingOf(other);
  } catch (error) {
    return reasonOf(error);
  }
}

function findingOf(database: DatabaseSync): string | null {
  const found = database.prepare("pragma quick_check(1)").get()?.["quick_check"];
  return found === "ok" ? null : String(found);
}
