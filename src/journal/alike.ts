import type { InferResult, Kysely } from "kysely";
import type { Tables } from "./rows.ts";

/** Charges that look the same: see mutations/likeness.ts. */

/** A charge that was recorded, by its `Step.likeness`. */
export interface AlikeCharge {
  readonly likeness: string;
  readonly operationId: string;
  readonly nodeId: string | null;
  readonly actor: string | null;
  readonly backend: string;
  readonly recordedAt: string;
}

/** What has surely not happened, and what was voided through the gateway, is like nothing. */
export function alikeCharges(database: Kysely<Tables>, likenesses: readonly string[], since: string) {
  return database
    .selectFrom("steps")
    .innerJoin("operations", "operations.id", "steps.operation_id")
    .select(["steps.likeness", "steps.operation_id", "steps.node_id", "steps.backend"])
    .select(["operations.actor", "operations.created_at"])
    .where("steps.likeness", "in", likenesses)
    .where("steps.position", "=", (firstOf) =>
      firstOf
        .selectFrom("steps as first")
        .select(({ fn }) => fn.min<number>("first.position").as("position"))
        .whereRef("first.operation_id", "=", "steps.operation_id")
        .whereRef("first.target", "=", "steps.target"),
    )
    .where("steps.status", "not in", ["FAILED", "VALIDATED"])
    .where("steps.compensates", "=", 0)
    .where("operations.created_at", ">=", since)
    .where("operations.status", "!=", "ROLLED_BACK")
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
    )
    .orderBy("operations.created_at");
}

export function toAlikeCharge(row: InferResult<ReturnType<typeof alikeCharges>>[number]): AlikeCharge {
  return {
    likeness: row.likeness ?? "",
    operationId: row.operation_id,
    nodeId: row.node_id,
    actor: row.actor === "" ? null : row.actor,
    backend: row.backend,
    recordedAt: row.created_at,
  };
}
