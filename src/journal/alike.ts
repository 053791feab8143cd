import { hash } from "node:crypto";
import { type InferResult, type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { BillingError } from "../model/errors.ts";
import { isPostgres } from "../store/engine.ts";
import { keptQuery } from "../store/kept-queries.ts";
import type { OperationKey } from "./queries.ts";
import { fromActor, fromBoolean, type Tables } from "./tables.ts";
import type { Comparable } from "./target.ts";

/** Finds recorded charges that look the same (mutations/ledger.ts says what that means), and executions of the same charge. */

/** Says what a charge has in common with earlier ones. Their names follow. */
export function sameness(comparable: Pick<Comparable, "what"> | undefined): string {
  if (comparable?.what === "execution") return "The same charge was executed a short time ago already, by";
  const by = comparable?.what === "credit" ? "description" : "service or name";
  return `It looks the same (customer, ${by}, amount, currency and day) as`;
}

/** A recorded charge. Its likeness is that of its step, `Step.likeness`. */
export interface AlikeCharge {
  readonly likeness: string;
  readonly operationId: string;
  readonly nodeId: string | null;
  readonly actor: string | null;
  readonly backend: string;
  readonly recordedAt: string;
}

export interface AlikeQuery {
  readonly likenesses: readonly string[];
  /** Recorded, or last sent, at or after this instant: a charge that failed may be sent days after it was recorded. */
  readonly since: string;
  /** Leaves out this call's own operation: a call is no duplicate of itself. */
  readonly besides?: OperationKey | undefined;
  /** Leaves out the operations of this charge run: its rows were compared with each other when they were checked. */
  readonly besidesRun?: string | undefined;
}

/**
 * Unordered. Leaves out charges that certainly did not happen, dry runs, and charges that were voided through the gateway. Of the steps of
 * one target that have a likeness, the first one counts: earlier versions gave it to all of them.
 */
export function alikeCharges(database: Kysely<Tables>, { likenesses, since, besides, besidesRun }: AlikeQuery) {
  return stepsLike(database, likenesses)
    .select(["steps.likeness", "steps.operation_id", "steps.node_id", "steps.backend"])
    .select(["operations.actor", "operations.created_at"])
    .where("steps.position", "=", (firstOf) =>
      firstOf
        .selectFrom("steps as first")
        .select(({ fn }) => fn.min<number>("first.position").as("position"))
        .whereRef("first.operation_id", "=", "steps.operation_id")
        .whereRef("first.target", "=", "steps.target")
        .whereRef("first.likeness", "=", "steps.likeness"),
    )
    .where("steps.status", "not in", ["FAILED", "VALIDATED"])
    .where("steps.compensates", "=", 0)
    .where(({ or, eb }) => or([eb("operations.created_at", ">=", since), eb("steps.started_at", ">=", since)]))
    .where("operations.status", "!=", "ROLLED_BACK")
    .where("operations.validate_only", "=", 0)
    .$if(besides !== undefined, (query) => query.where(({ not }) => not(isCall(besides as OperationKey))))
    .$if(besidesRun !== undefined, (query) =>
      query.where(({ or, eb }) => or([eb("operations.run_id", "is", null), eb("operations.run_id", "!=", besidesRun as string)])),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("steps as later")
            .innerJoin("operations as voiding", "voiding.id", "later.operation_id")
            .select("later.position")
            .whereRef("later.object_id", "=", "steps.node_id")
            .where("later.status", "=", "SUCCEEDED")
            .where("voiding.mutation", "=", "voidCharge"),
        ),
      ),
    );
}

const keptAlike = keptQuery(alikeCharges);

export async function findAlike(database: Kysely<Tables>, query: AlikeQuery): Promise<readonly AlikeCharge[]> {
  return query.likenesses.length === 0 ? [] : (await keptAlike(database, query)).map(toAlikeCharge);
}

/** Steps with one of these likenesses, joined with their operations. */
function stepsLike(database: Kysely<Tables>, likenesses: readonly string[]) {
  return isPostgres(database)
    ? stepsLikeInPostgres(database, likenesses)
    : database
        .selectFrom("steps")
        .innerJoin("operations", "operations.id", "steps.operation_id")
        .where("steps.likeness", "in", likenesses);
}

/**
 * Looks up each likeness through the index, and joins operations only to the steps found: nearly always none. PostgreSQL does not
 * flatten a subquery with an offset, so its planner keeps this order. Without that, stale statistics mislead it while many
 * charges are made: it expects few recent operations, and tests every likeness against each of thousands.
 */
function stepsLikeInPostgres(database: Kysely<Tables>, likenesses: readonly string[]) {
  const found = database
    .selectFrom(sql<{ likeness: string }>`unnest(${likenesses}::text[])`.as<"given">(sql`given(likeness)`))
    .innerJoinLateral(
      (of) =>
        of.selectFrom("steps").selectAll().where(sql<boolean>`steps.likeness = given.likeness collate "C"`).offset(0).as("steps"),
      (join) => join.onTrue(),
    )
    .innerJoinLateral(
      (of) =>
        of.selectFrom("operations").selectAll().whereRef("operations.id", "=", "steps.operation_id").offset(0).as("operations"),
      (join) => join.onTrue(),
    );
  // Same tables and aliases as in SQLite's query; only the type differs.
  return found as unknown as SelectQueryBuilder<Tables, "steps" | "operations", object>;
}

function isCall({ actor, mutation, idempotencyKey, validateOnly }: OperationKey) {
  return sql<boolean>`(operations.actor = ${fromActor(actor)} and operations.mutation = ${mutation} and operations.idempotency_key = ${idempotencyKey} and operations.validate_only = ${fromBoolean(validateOnly)})`;
}

function toAlikeCharge(row: InferResult<ReturnType<typeof alikeCharges>>[number]): AlikeCharge {
  return {
    likeness: row.likeness ?? "",
    operationId: row.operation_id,
    nodeId: row.node_id,
    actor: row.actor === "" ? null : row.actor,
    backend: row.backend,
    recordedAt: row.created_at,
  };
}

/** There is a similar charge already. Nothing was recorded. */
export class AlikeError extends BillingError {
  constructor() {
    super("LIKELY_DUPLICATE", "A charge like this one is recorded already. Nothing was sent.", { retryable: true });
    this.name = "AlikeError";
  }
}

/** Throws AlikeError if there is a similar charge. Call it in the transaction that records the charge. */
export async function refuseAlike(transaction: Kysely<Tables>, query: AlikeQuery): Promise<void> {
  if (await hasAlike(transaction, query)) throw new AlikeError();
}

/**
 * Whether there are similar charges. Call it in the transaction that records one: if two processes do that at the same moment,
 * the second waits for the first one's commit and sees its charge. SQLite has one writer at a time. PostgreSQL has a lock for
 * each likeness; all processes take the locks in the same order, so they cannot deadlock.
 */
export async function hasAlike(transaction: Kysely<Tables>, query: AlikeQuery): Promise<boolean> {
  if (query.likenesses.length === 0) return false;
  if (isPostgres(transaction)) {
    const locks = JSON.stringify([...new Set(query.likenesses.map(lockOf))].sort());
    // A statement of its own: the query must start after the lock is held, or its snapshot misses what was committed meanwhile.
    await sql`select pg_advisory_xact_lock(lock::bigint) from (select lock from json_array_elements_text(${locks}) as given(lock) order by 1) as sorted`.execute(
      transaction,
    );
  }
  return (await alikeCharges(transaction, query).limit(1).executeTakeFirst()) !== undefined;
}

/** The key of an advisory lock: 64 bits (PostgreSQL, pg_advisory_xact_lock). */
export function lockOf(likeness: string): string {
  return String(BigInt.asIntN(64, BigInt(`0x${hash("sha256", likeness).slice(0, 16)}`)));
}
