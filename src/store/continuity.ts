import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { type Database, type Engine, reasonOf, reporting, StoreError, type StoreMark } from "./engine.ts";

/**
 * Notices that the store was deleted, replaced, or restored from a backup. Otherwise every idempotency key that was lost with it would
 * act again. The store has a generation, and a count that grows every few seconds. Both are also kept in memory and in a mark file
 * beside the store. A store that lags behind its mark has lost something.
 */
export interface Continuity {
  /** Why the store must not be written to, a sentence for its operator; null while all is well. */
  readonly problem: () => string | null;
  /** Checks now, and increments the count. Rejects while the store is down. */
  readonly check: () => Promise<void>;
  /** Resolves when the store is known to be the same; checks first if a connection is new. Rejects while the store is down. */
  readonly confirm: () => Promise<void>;
  /** Accepts the store as it is now, after an operator has checked what happened. Every process on it notices. */
  readonly accept: (by: string, reason: string) => Promise<void>;
}

export interface ContinuityOptions {
  readonly engine: Pick<Engine, "database" | "transact" | "clock" | "onNewConnection" | "timeline" | "lastSeen" | "fileProblem">;
  /** Where the mark is written; null = nowhere: then only running processes notice a loss. */
  readonly markFile: string | null;
  /** Called once for each problem that an operator should know of. */
  readonly report: (problem: string, details: object) => void;
}

/** What the mark file holds. */
interface Mark extends StoreMark {
  /** Why the store's file is damaged, in sentences. It stands until an operator accepts the store. */
  readonly damage?: string | undefined;
}

const mark = z.object({ generation: z.string(), count: z.int(), damage: z.string().optional() }) satisfies z.ZodType<Mark>;

/** Later than every time: no acceptance follows it. */
const never = "9999";

type ContinuityTables = {
  continuity: {
    id: number;
    generation: string;
    /** The generation before an operator accepted this one; null for a new store. */
    previous: string | null;
    count: number;
    /** The timeline on which it was last counted: see Engine.timeline. */
    timeline: string | null;
    /** A loss that some process has found; null if there is none, or an operator accepted it. All processes obey it. */
    suspicion: string | null;
    accepted_at: string | null;
    accepted_by: string | null;
    reason: string | null;
  };
};

/** State of the store that was known before this check. */
interface Earlier {
  /** Known to this process. */
  readonly known: StoreMark | null;
  /** Known from the mark file. */
  readonly beside: Mark | null;
}

const onlyRow = 1;

const isAnother = "The store is not the one used before: it was emptied or replaced, or its address leads elsewhere.";

const isOlder =
  "The database has begun another timeline: a standby took over, or it was restored, and its newest commits may be missing.";

export function createContinuity({ engine, markFile, report }: ContinuityOptions): Continuity {
  const { lastSeen, timeline } = engine;
  let problem: string | null = null;
  /** When the problem was found, by the store's clock. */
  let noticedAt = "";
  let canWrite = true;
  let canRead = true;
  engine.onNewConnection(() => {
    lastSeen.isFresh = false;
  });

  let checking: Promise<void> | null = null;

  /** Single-flight: callers meanwhile wait for the same check. */
  function check(): Promise<void> {
    checking ??= checkOnce().finally(() => {
      checking = null;
    });
    return checking;
  }

  async function checkOnce(): Promise<void> {
    lastSeen.isFresh = true;
    try {
      const fileProblem = engine.fileProblem();
      if (fileProblem !== null) {
        if (fileProblem.isDamage && lastSeen.mark !== null) writeMark({ ...lastSeen.mark, damage: fileProblem.text });
        noteProblem(fileProblem.text, never);
        return;
      }
      // Both are read before the store is: otherwise a count that grows meanwhile would look like a loss.
      const earlier = { known: lastSeen.mark, beside: lastSeen.mark === null ? readMark() : readMarkIfPossible() };
      const counted = await countOn(earlier);
      const found =
        counted ?? (await engine.transact((transaction) => look(transaction.withTables<ContinuityTables>(), earlier)));
      if (found.problem === null) {
        lastSeen.mark = { generation: found.generation, count: found.count };
        writeMark(lastSeen.mark);
        problem = null;
      } else noteProblem(found.problem, found.now);
    } catch (error) {
      lastSeen.isFresh = false;
      throw error;
    }
  }

  /** @param now by the store's clock */
  function noteProblem(found: string, now: string): void {
    if (problem !== found) {
      noticedAt = now;
      const what =
        "the store is not the same as before: mutations are refused until an operator accepts it (billing-gateway operations accept-store)";
      report(what, { reason: found });
    }
    problem = found;
  }

  /**
   * Increments the count of a store that is known and complete. It takes one statement, so a process that freezes in the middle blocks
   * nobody. Returns null if that is not the case, or not known yet.
   */
  async function countOn({ known, beside }: Earlier) {
    if (problem !== null || known === null || (beside !== null && isOther(beside, known))) return null;
    const counted = await tablesOf(engine.database)
      .updateTable("continuity")
      .set({ count: sql<number>`count + 1`, timeline })
      .where("id", "=", onlyRow)
      .where("generation", "=", known.generation)
      .where("count", ">=", Math.max(known.count, beside?.count ?? 0))
      .where("suspicion", "is", null)
      .where(isSameLine(timeline))
      .returning("count")
      .executeTakeFirst();
    return counted === undefined ? null : { generation: known.generation, count: Number(counted.count), problem: null, now: "" };
  }

  /** Creates the row of a new store. Increments the count if nothing is lost; otherwise records the loss. */
  async function look(transaction: ReturnType<typeof tablesOf>, earlier: Earlier) {
    const { now, current } = await transaction
      .selectNoFrom([engine.clock().as("now"), timeline.as("current")])
      .executeTakeFirstOrThrow();
    const rowOf = () => transaction.selectFrom("continuity").selectAll().where("id", "=", onlyRow).executeTakeFirst();
    let row = await rowOf();
    const isNew = !row && earlier.known === null && earlier.beside === null;
    if (!row) {
      const nothingSaid = {
        previous: null,
        timeline: current,
        suspicion: null,
        accepted_at: null,
        accepted_by: null,
        reason: null,
      };
      const first = { id: onlyRow, generation: randomUUID(), count: 0, ...nothingSaid };
      await transaction
        .insertInto("continuity")
        .values(isNew ? first : { ...first, suspicion: isAnother })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      row = await rowOf();
    }
    if (!row) throw new Error("the store does not keep what is written to it");
    const counted = Number(row.count);
    const isAccepted = problem !== null && row.accepted_at !== null && row.accepted_at > noticedAt;
    const lost = isAccepted ? null : whatIsLost({ ...row, count: counted }, earlier, current);
    const found = row.suspicion ?? lost;
    // A loss does not change the count. It is recorded for the other processes.
    const changes = found === null ? { count: sql<number>`count + 1`, timeline: current } : { suspicion: found };
    // An operator may have accepted the store since the row was read (PostgreSQL): that must not be undone.
    const asRead = transaction.updateTable("continuity").where("id", "=", onlyRow).where("generation", "=", row.generation);
    await asRead.set(changes).execute();
    return { generation: row.generation, count: counted + 1, problem: found, now };
  }

  function whatIsLost(
    { generation, previous, count: counted, timeline: last }: Omit<ContinuityTables["continuity"], "id">,
    { known, beside }: Earlier,
    current: string | null,
  ): string | null {
    if (beside?.damage !== undefined) return beside.damage;
    for (const earlier of [known, beside]) {
      if (earlier === null) continue;
      if (earlier.generation !== generation && earlier.generation !== previous) {
        return isAnother;
      }
      if (earlier.generation === generation && counted < earlier.count) {
        return "The store is older than it was: it was restored from a backup.";
      }
    }
    return last !== null && current !== null && last !== current ? isOlder : null;
  }

  /** Throws if the file cannot be read, which says nothing about the store: a process may have no file descriptor left. */
  function readMark(): Mark | null {
    if (markFile === null) return null;
    let text: string;
    try {
      text = readFileSync(markFile, "utf8");
    } catch (error) {
      if (isMissing(error)) return null;
      throw new StoreError(`The mark of the store of operations (${markFile}) cannot be read: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
    try {
      return mark.parse(JSON.parse(text));
    } catch {
      // A mark that cannot be understood is not the same as none.
      return { generation: `unreadable mark ${markFile}`, count: 0 };
    }
  }

  /** For a process that knows the store itself: it notices a loss without the mark, too. */
  function readMarkIfPossible(): Mark | null {
    try {
      const found = readMark();
      canRead = true;
      return found;
    } catch (error) {
      if (canRead) {
        const what = "the mark beside the store cannot be read: this process goes by what it knows of the store";
        report(what, { reason: reasonOf(error) });
      }
      canRead = false;
      return null;
    }
  }

  /** Writes a draft and renames it, so that nobody reads half of it. */
  function writeMark(current: Mark): void {
    if (markFile === null) return;
    try {
      mkdirSync(dirname(markFile), { recursive: true, mode: 0o700 });
      const draft = `${markFile}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(current), { mode: 0o600 });
      renameSync(draft, markFile);
      canWrite = true;
    } catch (error) {
      if (canWrite)
        report("the mark beside the store cannot be written: a lost store would only be noticed by running processes", { error });
      canWrite = false;
    }
  }

  return {
    problem: () => problem,
    check: reporting(check),
    confirm: reporting(async () => {
      if (checking !== null) await checking;
      else if (!lastSeen.isFresh) await check();
    }),
    accept: reporting(async (by: string, reason: string) => {
      const beside = readMark();
      const accepted = await engine.transact(async (given) => {
        const transaction = given.withTables<ContinuityTables>();
        const row = await transaction.selectFrom("continuity").selectAll().where("id", "=", onlyRow).executeTakeFirst();
        const next = {
          generation: randomUUID(),
          previous: beside?.generation ?? row?.generation ?? null,
          count: 0,
          timeline,
          suspicion: null,
          accepted_at: sql<string>`${engine.clock()}`,
          accepted_by: by,
          reason,
        };
        await transaction
          .insertInto("continuity")
          .values({ id: onlyRow, ...next })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(next))
          .execute();
        return next;
      });
      problem = null;
      lastSeen.mark = { generation: accepted.generation, count: 0 };
      writeMark(lastSeen.mark);
    }),
  };
}

/** Whether the store, in this transaction, still has what this process last saw, and no process suspects a loss. */
export function hasMark(
  transaction: Database,
  { lastSeen, timeline }: Pick<Engine, "lastSeen" | "timeline">,
): RawBuilder<boolean> {
  const last = lastSeen.mark;
  if (last === null) return sql<boolean>`(1 = 1)`;
  const found = tablesOf(transaction)
    .selectFrom("continuity")
    .select("id")
    .where("generation", "=", last.generation)
    .where("count", ">=", last.count)
    .where("suspicion", "is", null)
    .where(isSameLine(timeline));
  return sql<boolean>`exists ${found}`;
}

const isSameLine = (timeline: Engine["timeline"]) => sql<boolean>`coalesce(continuity.timeline = ${timeline}, true)`;

function tablesOf(database: Database) {
  return database.withTables<ContinuityTables>();
}

function isOther({ generation, damage }: Mark, known: StoreMark): boolean {
  return generation !== known.generation || damage !== undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
