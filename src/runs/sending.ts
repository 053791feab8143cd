import type { CallScope } from "../adapter/adapter.ts";
import { isResumable, type Operation, operationStatus, type StoredError } from "../journal/model.ts";
import type { MutationCall } from "../journal/planned-operation.ts";
import { RunLostError } from "../journal/recorder.ts";
import { type MutationOutcome, OnceTakenError, type Runner } from "../journal/runner.ts";
import type { Store } from "../journal/store.ts";
import type { Target } from "../journal/target.ts";
import { BillingError } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { Charge } from "../model/model.ts";
import { isOfRecord } from "../model/warnings.ts";
import { sameInput } from "../mutations/idempotency.ts";
import { type ChargePlanners, isSameAmount, latestOf, nodeOf, undoneAmong } from "./checking.ts";
import { readyAgain } from "./lane.ts";
import { problemOf, type RowProblem, type Run, type RunHold, type RunRow } from "./model.ts";

/** Sends one row as an operation of its own. The journal keeps at most one operation at a time for the row's once key. */

export interface SendingOptions {
  readonly run: Pick<Run, "id">;
  /** How this process holds the run. */
  readonly hold: RunHold;
  readonly actor: string | null;
  /** By backend: the entry of its `users` with which the calls are planned. */
  readonly users: Readonly<Record<string, string>>;
  readonly planners: ChargePlanners;
  readonly runner: Pick<Runner, "run" | "giveUp">;
  readonly journal: Pick<Store, "ofOnce">;
  /** "refuse": a row is not sent if it looks like a charge made since the rows were checked. */
  readonly duplicates: { readonly inRuns: "off" | "warn" | "refuse"; readonly windowHours: number };
  /** Why an operator forbids sending to these targets; null = it is allowed. */
  readonly refusal: (targets: readonly Target[]) => BillingError | null;
  readonly scope: CallScope;
  /** Called when the backend has answered, and only recording the answer is left. */
  readonly answered?: (() => void) | undefined;
}

/** @param latest the last operation for the row's once key; undefined = there is none. It may be stale */
export async function sendRow(row: RunRow, latest: Operation | undefined, options: SendingOptions): Promise<RunRow> {
  if (latest && isNewTo(row, latest)) {
    const ended = withOperation(row, latest, options.run.id);
    // An earlier process or another run failed to send it, and nothing happened. That says nothing about the backend now.
    if (ended.state === "FAILED" && isResumable(latest.steps)) return sendRow(readyAgain(ended), latest, options);
    return ended;
  }
  try {
    const next = await nextFor(row, latest, options);
    if ("problem" in next) return { ...row, state: "FAILED", problems: [next.problem] };
    if ("done" in next) return withOperation(row, next.done, options.run.id);
    return withOutcome(row, await options.runner.run(next.call, options.scope), options.run.id);
  } catch (error) {
    if (!(error instanceof BillingError) || error instanceof RunLostError) throw error;
    // Another process was first, or the answer could not be recorded. The journal has the outcome.
    const current = latestOf(await options.journal.ofOnce([row.onceKey])).get(row.onceKey);
    if (current && isNewTo(row, current)) {
      return error instanceof OnceTakenError ? sendRow(row, current, options) : withOperation(row, current, options.run.id);
    }
    if (error instanceof OnceTakenError || error.retryable) throw error;
    return { ...row, state: "FAILED", problems: [problemOf(error)] };
  }
}

/** Whether the run has not seen the operation. */
function isNewTo({ onceNumber }: RunRow, { once }: Operation): boolean {
  return (once?.number ?? 0) > onceNumber;
}

/** How to go on with a row: the call that sends it, the reason why it cannot be sent, or the operation that has sent it. */
type Next = { readonly call: MutationCall } | { readonly problem: RowProblem } | { readonly done: Operation };

async function nextFor(row: RunRow, latest: Operation | undefined, options: SendingOptions): Promise<Next> {
  const { run, actor, planners, runner, refusal, duplicates } = options;
  if (row.charge === null) return { problem: problemOf(new BillingError("INTERNAL", "The row has no charge.")) };
  const input = { charge: row.charge };
  const targets = planners.createCharge(input);
  const refused = refusal(targets);
  if (refused) return { problem: problemOf(refused) };
  const call = {
    ...callOf("createCharge", input, targets, options),
    ...(duplicates.inRuns === "refuse" &&
      !row.given.allowDuplicate && {
        duplicates: {
          handling: "refuse" as const,
          since: new Date(Date.now() - duplicates.windowHours * 3_600_000).toISOString(),
          // The rows of this run were compared with each other when they were checked.
          besidesRun: run.id,
        },
      }),
  };
  let last = latest;
  if (last && isResumable(last.steps)) {
    // The journal resumes it: it reconciles a step that may have left before sending it again.
    if (last.actor === actor && call.repeats(last.input)) {
      return { call: { ...call, idempotencyKey: last.idempotencyKey, once: last.once } };
    }
    const given = await runner.giveUp(last.id, options.scope);
    if (given === null || isResumable(given.steps)) {
      const message =
        "An earlier operation for this row failed, but its request may have reached the backend, which cannot be asked now. Try again.";
      return { problem: problemOf(new BillingError("CONFLICT", message, { retryable: true })) };
    }
    if (given.status === "SUCCEEDED" && !call.repeats(given.input)) {
      const message = `An earlier operation for this row, with other values, has happened after all: ${encodeId({ type: "Operation", backend: "", id: given.id })}. Nothing was sent.`;
      return { problem: problemOf(new BillingError("CONFLICT", message)) };
    }
    last = given;
  }
  // Another run of the series may have resumed it meanwhile.
  if (last && !(await isUndone(last, options))) return { done: last };
  const number = (last?.once?.number ?? 0) + 1;
  // A position is one row for good. In the order of the rows: the index of keys is written at its end, and not all over.
  const idempotencyKey = `run:${run.id}:${String(row.position).padStart(6, "0")}:${number}`;
  return { call: { ...call, idempotencyKey, once: { runId: run.id, key: row.onceKey, number } } };
}

/** What the call that sends a row and the one that voids it have in common. */
export function callOf(
  mutation: string,
  input: object,
  targets: readonly Target[],
  { actor, users, hold, answered }: Pick<SendingOptions, "actor" | "users" | "hold" | "answered">,
): Omit<MutationCall, "idempotencyKey" | "once"> {
  return {
    mutation,
    actor,
    users,
    input,
    validateOnly: false,
    onFailure: "KEEP",
    targets,
    repeats: (recorded) => sameInput(recorded, input, { nullClears: false }),
    answered,
    heldRun: hold,
    // The message may name the operation: only callers who may see it can look it up.
    maySee: () => true,
  };
}

/** Whether an operation has no effect, and can have none any more. Only then may another operation take its place. */
async function isUndone(operation: Operation, { journal }: SendingOptions): Promise<boolean> {
  if (operation.status === "FAILED") return operationStatus(operation.steps) === "FAILED" && !isResumable(operation.steps);
  return (await undoneAmong([operation], journal)).has(operation.id);
}

function withOutcome(row: RunRow, { operation, values }: MutationOutcome, runId: string): RunRow {
  const sent = withOperation(row, operation, runId);
  const charge = values.get(0) as Charge | undefined;
  return sent.state === "SUCCEEDED" && charge ? withStored(sent, charge) : sent;
}

/** Adds the amount that the backend stored. */
function withStored(row: RunRow, { amount }: Pick<Charge, "amount">): RunRow {
  if (amount === null) return row;
  const isOther = row.amount !== null && !isSameAmount(row.amount, amount.amount);
  const warning = `The backend stored ${amount.amount} ${amount.currency} instead of ${row.amount}.`;
  // Replaced by the run's own words, which name the currency.
  const others = row.warnings.filter((each) => !each.startsWith("amount: "));
  return { ...row, stored: amount, warnings: isOther ? [...others, warning] : row.warnings };
}

/** The row after its last operation. */
export function withOperation(row: RunRow, operation: Operation, runId: string): RunRow {
  const errors = operation.steps.flatMap((step) => step.errors);
  const known = {
    ...row,
    operationId: operation.id,
    onceNumber: operation.once?.number ?? row.onceNumber,
    nodeId: nodeOf(operation),
    problems: errors.map(asProblem),
  };
  switch (operation.status) {
    case "SUCCEEDED":
      // If another run of the series sent the row, it is left out of this one.
      return {
        ...known,
        state: operation.once?.runId === runId ? "SUCCEEDED" : "LEFT_OUT",
        problems: [],
        warnings: [...new Set([...row.warnings, ...recordWarnings(operation)])],
      };
    case "UNKNOWN":
    case "PENDING":
      return { ...known, state: "UNKNOWN" };
    default:
      return { ...known, state: "FAILED" };
  }
}

/** Warnings about what the backend stored. The check has already warned about likely duplicates. */
function recordWarnings({ steps }: Operation): string[] {
  return steps.flatMap(({ warnings }) =>
    warnings.flatMap(({ code, message, sent, stored }) => {
      if (!isOfRecord(code)) return [];
      return sent === null && stored === null
        ? message
        : `${message} Sent: ${sent ?? "nothing"}; stored: ${stored ?? "nothing"}.`;
    }),
  );
}

function asProblem({ code, message, field, retryable }: StoredError): RowProblem {
  return { code, message, field: field?.[0] === "input" ? field.slice(2) : field, retryable, candidates: [] };
}
