import { isResumable, type Operation } from "../journal/model.ts";
import { RunLostError } from "../journal/recorder.ts";
import { BillingError } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { problemOf, type RunRow } from "./model.ts";
import { callOf, type SendingOptions, withOperation } from "./sending.ts";

/** Voids the charge of a row as an operation of its own. The journal keeps at most one such operation at a time. */
export async function undoRow(
  row: RunRow,
  onceKey: string,
  latest: Operation | undefined,
  options: SendingOptions,
): Promise<RunRow> {
  const { run, actor, planners, runner, refusal, scope } = options;
  if (latest && latest.status !== "FAILED") return afterVoid(row, latest);
  const input = { id: row.nodeId ?? "" };
  const targets = planners.voidCharge(input);
  const refused = refusal(targets);
  if (refused) return { ...row, state: "FAILED", problems: [problemOf(refused)] };
  const goesOn = latest && latest.actor === actor && isResumable(latest.steps);
  const number = (latest?.once?.number ?? 0) + 1;
  try {
    if (latest && !goesOn && isResumable(latest.steps)) {
      const given = await runner.giveUp(latest.id);
      // Another process continues it, or it is no longer as it was read.
      if (given === null || given.status !== "FAILED") return afterVoid(row, given ?? { ...latest, status: "PENDING" });
      if (isResumable(given.steps)) return { ...row, state: "FAILED", problems: [problemOf(ofAnother(given))] };
    }
    const { operation } = await runner.run(
      {
        ...callOf("voidCharge", input, targets, options),
        idempotencyKey: goesOn ? latest.idempotencyKey : `undo:${run.id}:${onceKey}:${number}`,
        once: goesOn ? latest.once : { runId: run.id, key: onceKey, number },
      },
      scope,
    );
    return afterVoid(row, operation);
  } catch (error) {
    if (!(error instanceof BillingError) || error instanceof RunLostError) throw error;
    return { ...row, state: "FAILED", problems: [problemOf(error)] };
  }
}

function ofAnother({ id }: Operation): BillingError {
  const operation = encodeId({ type: "Operation", backend: "", id });
  const message = `Operation ${operation} failed to void the charge, but its request may have reached the backend. Only the person who began it can continue it, by undoing the run again. Anybody else may void the charge alone.`;
  return new BillingError("CONFLICT", message);
}

/** The row as the operation that voids its charge shows it: FAILED if it did not. */
export function afterVoid(row: RunRow, operation: Operation): RunRow {
  if (operation.status === "SUCCEEDED") return { ...row, state: "UNDONE", problems: [] };
  const { problems } = withOperation(row, operation, "");
  if (operation.status === "FAILED") return { ...row, state: "FAILED", problems };
  const message = `It is unknown whether the charge was voided: operation ${encodeId({ type: "Operation", backend: "", id: operation.id })} must be settled first.`;
  return { ...row, problems: [problemOf(new BillingError("OUTCOME_UNKNOWN", message))] };
}

export function isVoidUnknown({ state, problems }: RunRow): boolean {
  return state !== "UNDONE" && problems[0]?.code === "OUTCOME_UNKNOWN";
}

/** A charge that could not be taken back is still there. */
export function asCharged(row: RunRow): RunRow {
  return row.state === "FAILED" ? { ...row, state: "SUCCEEDED" } : row;
}
