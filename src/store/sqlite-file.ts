import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { FileProblem } from "./engine.ts";
import { reasonOf } from "./engine.ts";
import { resultCode } from "./sqlite-driver.ts";

/** The file of an open database. */
export interface OpenFile {
  /** Why the next process may not find what is written now; null while all is well. */
  readonly problem: () => FileProblem | null;
  /** Call this with every error of the database. Returns whether it shows that the file is damaged. */
  readonly noteFailure: (error: unknown) => boolean;
}

/** A database in memory has no file, and there is no next process. */
export const noFile: OpenFile = { problem: () => null, noteFailure: () => false };

/** Primary result codes that show a damaged file: CORRUPT and NOTADB. */
const ofDamage: ReadonlySet<number> = new Set([11, 26]);

/**
 * Watches the file of a database that has been opened and read: SQLite opens the log and its index with the first read. It goes on
 * writing into a file that was deleted, moved or replaced (sqlite.org/howtocorrupt.html, "Unlinking or renaming a database file
 * while in use"). That holds for the log and its index too: another process would begin new ones.
 */
export function watchFile(path: string): OpenFile {
  const parts = ["", "-wal", "-shm"].map((end) => `${path}${end}`);
  const opened = parts.map((part) => look(part)?.identity);
  let size = 0n;
  let damage: FileProblem | null = null;

  function noteDamage(reason: string): void {
    damage ??= { text: `The file ${path} is damaged: ${reason}. Restore a backup.`, isDamage: true };
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
      return damage;
    },
    noteFailure: (error) => {
      const isDamage = ofDamage.has(resultCode(error) & 0xff);
      if (isDamage) noteDamage(reasonOf(error));
      return isDamage;
    },
  };
}

/** Null if the file does not exist. */
function look(file: string): { readonly identity: string; readonly size: bigint } | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? { identity: `${found.dev}:${found.ino}`, size: found.size } : null;
}

/** What another process finds wrong with the database; null = nothing. */
function whatIsWrong(path: string, size: bigint): string | null {
  // SQLite would remove the log of an empty file.
  if (size === 0n) return "it is empty";
  try {
    using other = new DatabaseSync(path, { readOnly: true });
    const found = other.prepare("pragma quick_check(1)").get()?.["quick_check"];
    return found === "ok" ? null : String(found);
  } catch (error) {
    return reasonOf(error);
  }
}
