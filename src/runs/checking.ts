import type { CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Operation } from "../journal/model.ts";
import type { Store } from "../journal/store.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { canonicalDecimal } from "../model/money.ts";
import { type Ledger, likenessOf } from "../mutations/ledger.ts";
import type { Planners } from "../mutations/mutation.ts";
import type { BackendMutations } from "../mutations/planning.ts";
import type { ChargeSpec } from "../mutations/routing.ts";
import { type CustomerFinder, globalIdOf, type Owner } from "./customers.ts";
import { problemInRow, problemOf, type RowProblem, type Run, type RunRow } from "./model.ts";
import type { Usual } from "./usual.ts";

/**
 * Checks rows without any effect: which customer they belong to, whether the backend takes them, and whether they were charged
 * before or look like it.
 */

/** The planners for the calls of a run. */
export type ChargePlanners = Pick<Planners<BackendMutations>, "createCharge" | "voidCharge">;

export interface CheckOptions {
  readonly run: Pick<Run, "id" | "options">;
  readonly backends: Backends;
  readonly planners: ChargePlanners;
  readonly customers: CustomerFinder;
  readonly services: ServiceLookup;
  readonly ledger: Ledger;
  readonly journal: Pick<Store, "ofOnce" | "alike">;
  readonly usual: Usual;
  /** Likely duplicates: "off" = rows are not compared; "warn" = a warning; "refuse" = the row needs attention. */
  readonly duplicates: { readonly inRuns: "off" | "warn" | "refuse"; readonly windowHours: number };
  /** Likeness → the first row with it, over all rows to be sent. */
  readonly seen: Map<string, Pick<RunRow, "key" | "line">>;
  /** Today in a backend's time zone. */
  readonly todayIn: (backend: string) => string;
  readonly scope: CallScope;
}

/** Whether a service exists. Null = the backend cannot tell. */
export type ServiceLookup = (globalId: string) => Promise<boolean | null | BillingError>;

/** @param rows of one run, in their order */
export async function checkRows(rows: readonly RunRow[], options: CheckOptions): Promise<readonly RunRow[]> {
  const { journal, customers, ledger, usual } = options;
  await customers.expect(rows.map(({ given }) => given));
  const routed = await Promise.all(rows.map((row) => routeRow(row, options)));
  const earlier = latestOf(await journal.ofOnce(rows.map(({ onceKey }) => onceKey)));
  const undone = await undoneAmong([...earlier.values()], journal);
  const known = routed.map((row) => withEarlier(row, earlier.get(row.onceKey), undone));
  const open = known.filter(({ state }) => state === "READY");
  await ledger.expect(open.flatMap(({ customerId }) => customerId ?? []));
  const since = new Date(Date.now() - options.duplicates.windowHours * 3_600_000).toISOString();
  const likenesses = new Map(open.map((row) => [row.position, likenessesOf(row, options.todayIn)]));
  const recorded = await journal.alike({ likenesses: [...new Set([...likenesses.values()].flat())], since });
  const byLikeness = Map.groupBy(recorded, ({ likeness }) => likeness);
  await usual.expect(open);
  const compared = known.map((row) => {
    if (row.state !== "READY") return row;
    const alike = (likenesses.get(row.position) ?? []).flatMap((likeness) => byLikeness.get(likeness) ?? []);
    const remark = usual.remark(row);
    return withDuplicates(remark === null ? row : { ...row, warnings: [...row.warnings, remark] }, alike, options);
  });
  return options.run.options.dryRun ? Promise.all(compared.map((row) => rehearsed(row, options))) : compared;
}

/** Finds the row's backend and customer, and plans its charge. Returns the row with the charge to send, or with its problems. */
async function routeRow(row: RunRow, { backends, planners, customers, services, todayIn }: CheckOptions): Promise<RunRow> {
  const { given } = row;
  const { problems } = given;
  const blank = { ...row, charge: null, calls: 0, likeness: null, warnings: [], reason: null, operationId: null, onceNumber: 0 };
  const attention = (...found: readonly RowProblem[]): RunRow => ({
    ...blank,
    state: "NEEDS_ATTENTION",
    problems: [...problems, ...found],
  });
  if (given.charge.planId != null) {
    return attention(problemOf(new BillingError("UNSUPPORTED", "planId: a run charges customers only.", { field: ["planId"] })));
  }
  const owner = await customers.find(given);
  if ("code" in owner) return attention(owner);
  const charge = chargeOf(given.charge, owner);
  const ofOwner = {
    backend: owner.backend,
    customerId: owner.id,
    customerName: owner.name,
    amount: charge.amount ?? null,
    currency: charge.currency ?? owner.currency,
  };
  const missing = charge.serviceId == null ? true : await services(charge.serviceId);
  const serviceProblem =
    missing instanceof BillingError
      ? problemOf(missing.with({ field: ["serviceId"] }))
      : missing === false
        ? problemOf(
            new BillingError(
              "NOT_FOUND",
              `serviceId: ${backends.get(owner.backend)?.label ?? owner.backend} has no such service.`,
              { field: ["serviceId"] },
            ),
          )
        : null;
  const planned = await settle(Promise.resolve().then(() => planners.createCharge({ charge })));
  const [target] = planned instanceof BillingError ? [] : planned;
  const plan = planned instanceof BillingError ? planned : target?.plan;
  if (plan === undefined || plan instanceof BillingError) {
    // A member that was not understood is absent from the charge: what the backend says of that would mislead.
    const misread = new Set(problems.map(({ field }) => field?.[0]));
    const refused = (plan?.flatten() ?? []).map(problemInRow).filter(({ field }) => field === null || !misread.has(field[0]));
    return { ...attention(...(serviceProblem ? [serviceProblem] : []), ...refused), ...ofOwner };
  }
  if (serviceProblem || problems.length > 0) return { ...attention(...(serviceProblem ? [serviceProblem] : [])), ...ofOwner };
  const archived = owner.archived ? [`${owner.name} is archived in ${backends.get(owner.backend)?.label ?? owner.backend}.`] : [];
  return {
    ...blank,
    ...ofOwner,
    charge,
    problems: [],
    warnings: [...archived, ...farDates(charge.date ?? null, todayIn(owner.backend))],
    state: "READY",
    calls: plan.steps.length,
    likeness: likenessWith(owner.id, charge, ofOwner.currency, todayIn(owner.backend)),
  };
}

/** A year that was mistyped is a day of the calendar all the same. */
function farDates(date: string | null, today: string): readonly string[] {
  if (date === null) return [];
  const days = Math.abs(Date.parse(date) - Date.parse(today)) / 86_400_000;
  return days > mostDaysAway ? [`Its date, ${date}, is more than a year away.`] : [];
}

const mostDaysAway = 366;

function likenessWith(customerId: string, charge: ChargeSpec, currency: string | null, today: string): string {
  const { serviceId } = charge;
  const input = { ...charge, currency, ...(serviceId != null && { serviceId: decodeId(serviceId)?.id ?? serviceId }) };
  return likenessOf(customerId, input, today);
}

/** Also without the currency: an earlier call may have left out the backend's own. */
function likenessesOf({ backend, likeness, customerId, charge }: RunRow, todayIn: CheckOptions["todayIn"]): readonly string[] {
  if (likeness === null || customerId === null || charge === null) return [];
  return [likeness, likenessWith(customerId, charge, null, todayIn(backend ?? ""))];
}

/** Turns ids that the backend itself uses into global ids. An account stays named: its customer may be unlinked before the row is sent. */
function chargeOf({ backend: _, accountId, ...given }: ChargeSpec, owner: Owner): ChargeSpec {
  const { serviceId, taxIds } = given;
  return {
    ...given,
    customerId: owner.id,
    ...(accountId != null && { accountId, backend: owner.backend }),
    ...(serviceId != null && { serviceId: globalIdOf("Service", serviceId, owner.backend) ?? serviceId }),
    ...(taxIds != null && { taxIds: taxIds.map((id) => globalIdOf("Tax", id, owner.backend) ?? id) }),
  };
}

/** Once key → its operation with the highest number. */
export function latestOf(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  const latest = new Map<string, Operation>();
  for (const operation of operations) {
    const { once } = operation;
    if (once && once.number >= (latest.get(once.key)?.once?.number ?? 0)) latest.set(once.key, operation);
  }
  return latest;
}

/** The once key for voiding an operation's charge. */
export function undoKeyOf(operationId: string): string {
  return `undo:${operationId}`;
}

/** Ids of those operations whose charge was voided by undoing a run. */
export async function undoneAmong(
  operations: readonly Operation[],
  { ofOnce }: Pick<Store, "ofOnce">,
): Promise<ReadonlySet<string>> {
  const done = operations.filter(({ status }) => status === "SUCCEEDED");
  const undoing = await ofOnce(done.map(({ id }) => undoKeyOf(id)));
  return new Set(undoing.filter(({ status }) => status === "SUCCEEDED").map(({ once }) => once?.key.slice("undo:".length) ?? ""));
}

/** The row's state, given an earlier operation for the same key of the series. */
function withEarlier(row: RunRow, earlier: Operation | undefined, undone: ReadonlySet<string>): RunRow {
  if (!earlier) return row;
  const known = { ...row, operationId: earlier.id, onceNumber: earlier.once?.number ?? 0 };
  if (earlier.status === "SUCCEEDED" && !undone.has(earlier.id)) {
    return { ...known, state: "LEFT_OUT", problems: [], nodeId: nodeOf(earlier) };
  }
  const by = `operation ${encodeId({ type: "Operation", backend: "", id: earlier.id })}`;
  const attention = (message: string, retryable: boolean): RunRow => ({
    ...known,
    state: "NEEDS_ATTENTION",
    problems: [...row.problems, { code: "CONFLICT", message, field: ["key"], retryable, candidates: [] }],
  });
  if (earlier.status === "PARTIAL") return attention(`A part of it was done earlier, by ${by}. Look at that first.`, false);
  if (earlier.status === "UNKNOWN") return attention(`An earlier outcome is unknown: ${by} must be settled first.`, true);
  if (earlier.status === "PENDING") return attention(`It is being sent now, by ${by}.`, true);
  return known;
}

export function nodeOf({ steps }: Operation): string | null {
  return steps.findLast(({ nodeId }) => nodeId !== null)?.nodeId ?? null;
}

function withDuplicates(
  row: RunRow,
  recorded: Awaited<ReturnType<Store["alike"]>>,
  { duplicates, ledger, seen }: CheckOptions,
): RunRow {
  const { likeness, customerId, key, line, given } = row;
  if (likeness === null || customerId === null || duplicates.inRuns === "off") return row;
  const first = seen.get(likeness);
  // Not the row itself: all rows of the run would stay in memory.
  if (first === undefined) seen.set(likeness, { key, line });
  const found: string[] = [];
  if (first !== undefined && first.key !== key) found.push(`line ${first.line} of this run`);
  const journaled = new Set(recorded.flatMap(({ nodeId }) => nodeId ?? []));
  for (const { operationId } of recorded) {
    found.push(`operation ${encodeId({ type: "Operation", backend: "", id: operationId })}`);
  }
  const held = ledger.alike(customerId, [likeness]);
  if (held instanceof BillingError) {
    const problem = problemOf(held);
    const message = `The backend could not be searched for similar charges: ${problem.message}`;
    return { ...row, state: "NEEDS_ATTENTION", problems: [...row.problems, { ...problem, message }] };
  }
  found.push(...held.filter((id) => !journaled.has(id)).map((id) => `charge ${id}`));
  if (found.length === 0) return row;
  const message = `It looks the same (customer, service or name, amount, currency and day) as ${found.slice(0, 5).join(", ")}.`;
  if (given.allowDuplicate || duplicates.inRuns === "warn") return { ...row, warnings: [...row.warnings, message] };
  const problem: RowProblem = { code: "LIKELY_DUPLICATE", message, field: ["allowDuplicate"], retryable: false, candidates: [] };
  return { ...row, state: "NEEDS_ATTENTION", problems: [...row.problems, problem] };
}

/** Calls the backend's own dry run, if it has one. */
async function rehearsed(row: RunRow, { planners, scope }: CheckOptions): Promise<RunRow> {
  if (row.state !== "READY" || row.charge === null) return row;
  const [target] = planners.createCharge({ charge: row.charge });
  if (!target || target.plan instanceof BillingError || !target.plan.validate) return row;
  const refused = await settle(target.plan.validate(scope));
  if (!(refused instanceof BillingError)) return row;
  return { ...row, state: "NEEDS_ATTENTION", problems: refused.flatten().map((error) => problemOf(error)) };
}

/** Whether the stored amount equals the one that was sent. */
export function isSameAmount(asked: string, stored: string): boolean {
  return canonicalDecimal(asked) === canonicalDecimal(stored);
}
