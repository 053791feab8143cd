import type { Backends } from "../adapter/backends.ts";
import { isResumable, type Operation } from "../journal/model.ts";
import { RunLostError } from "../journal/recorder.ts";
import type { Target } from "../journal/target.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { problemOf, type RunRow } from "./model.ts";
import { callOf, type SendingOptions, withOperation } from "./sending.ts";

interface UndoingOptions extends SendingOptions {
  readonly backends: Backends;
}

/**
 * Voids the charge of a row as an operation of its own. The journal keeps at most one such operation at a time. A charge that turns
 * out to be void already counts as undone, and the row says so.
 */
export async function undoRow(
  row: RunRow,
  onceKey: string,
  latest: Operation | undefined,
  options: UndoingOptions,
): Promise<RunRow> {
  const { run, actor, planners, runner, refusal, scope } = options;
  if (latest && latest.status !== "FAILED") return afterVoid(row, latest);
  const input = { id: row.nodeId ?? "" };
  let wasVoid = false;
  const targets = planners.voidCharge(input).map((target) =>
    unlessVoid(target, async () => {
      wasVoid = await isVoid(row, options);
      return wasVoid;
    }),
  );
  const refused = refusal(targets);
  if (refused) return { ...row, state: "FAILED", problems: [problemOf(refused)] };
  const goesOn = latest && latest.actor === actor && isResumable(latest.steps);
  const number = (latest?.once?.number ?? 0) + 1;
  try {
    if (latest && !goesOn && isResumable(latest.steps)) {
      const given = await runner.giveUp(latest.id, scope);
      // Another process continues it, it is no longer as it was read, or the backend could not be asked.
      if (given === null || given.status !== "FAILED") return afterVoid(row, given ?? { ...latest, status: "PENDING" });
      if (isResumable(given.steps)) return afterVoid(row, given);
    }
    const { operation } = await runner.run(
      {
        ...callOf("voidCharge", input, targets, options),
        idempotencyKey: goesOn ? latest.idempotencyKey : `undo:${run.id}:${onceKey}:${number}`,
        once: goesOn ? latest.once : { runId: run.id, key: onceKey, number },
      },
      scope,
    );
    const undone = afterVoid(row, operation);
    return wasVoid && undone.state === "UNDONE" ? { ...undone, warnings: [...row.warnings, alreadyVoid] } : undone;
  } catch (error) {
    if (!(error instanceof BillingError) || error instanceof RunLostError) throw error;
    return { ...row, state: "FAILED", problems: [problemOf(error)] };
  }
}

const alreadyVoid = "The charge was void already: somebody had voided it before.";

/**
 * The same target, except that its step succeeds if the backend refuses it because the charge is void already: then the charge is as
 * the step would have left it.
 */
function unlessVoid(target: Target, isVoidNow: () => Promise<boolean>): Target {
  const { plan } = target;
  if (plan instanceof BillingError) return target;
  const steps = plan.steps.map((step): typeof step => ({
    ...step,
    send: async (id, intent, scope) => {
      try {
        return await step.send(id, intent, scope);
      } catch (error) {
        if (!isRefusal(error) || !(await isVoidNow())) throw error;
        return { id };
      }
    },
  }));
  return { ...target, plan: { ...plan, steps } };
}

/** Whether the backend said no to this request, and would again. */
function isRefusal(error: unknown): boolean {
  return error instanceof BillingError && error.code !== "OUTCOME_UNKNOWN" && !error.retryable;
}

/**
 * Whether the charge is certainly void. A backend that does not show voided charges shows its customer, so that it does not lie in
 * what this caller may see.
 */
async function isVoid({ nodeId, customerId }: RunRow, { backends, scope }: UndoingOptions): Promise<boolean> {
  const charge = nodeId === null ? null : decodeId(nodeId);
  const customer = customerId === null ? null : decodeId(customerId);
  const adapter = charge && backends.get(charge.backend)?.adapter;
  if (!adapter || !customer) return false;
  const found = await settle(adapter.charges.getMany([charge.id], scope));
  if (found instanceof BillingError || found[0] instanceof BillingError) return false;
  const [shown] = found;
  if (shown) return shown.status === "VOIDED" || shown.status === "ARCHIVED";
  const owner = await settle(adapter.customers.getMany([customer.id], scope));
  return !(owner instanceof BillingError) && owner[0] != null && !(owner[0] instanceof BillingError);
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
