import { createHash } from "node:crypto";
import type { CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Store } from "../journal/store.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { today } from "../model/zones.ts";
import { createLedger } from "../mutations/ledger.ts";
import { type ChargePlanners, type CheckOptions, checkRows, type ServiceLookup } from "./checking.ts";
import { createCustomerFinder } from "./customers.ts";
import { givenHash } from "./keys.ts";
import type { Run, RunHold, RunRow, RunState } from "./model.ts";
import type { RunStore } from "./store.ts";
import type { RunChanges } from "./tables.ts";
import { chargedTotals, createTotals } from "./totals.ts";
import { createUsual } from "./usual.ts";

/** Prepares a run without any effect: checks its rows, sums up what is to be sent, and hashes the plan. */

export interface PreparingOptions {
  readonly store: Pick<RunStore, "rows" | "save" | "earlierRuns" | "earlierRows">;
  readonly journal: Pick<Store, "ofOnce" | "alike">;
  readonly backends: Backends;
  readonly planners: ChargePlanners;
  readonly references: Readonly<Record<string, string>>;
  readonly duplicates: CheckOptions["duplicates"];
  readonly customerOfAccount: (accountId: string, backend: string) => Promise<string>;
  readonly scope: CallScope;
}

const rowsAtOnce = 500;

/** Checks the rows in order. Saves each batch before the next, so that a later holder can continue. */
export async function prepare(run: Run, hold: RunHold, options: PreparingOptions): Promise<void> {
  const { store, backends, planners, references, duplicates, journal, customerOfAccount, scope } = options;
  const todays = new Map(backends.all.map(({ key, adapter }) => [key, today(adapter.timeZone)]));
  const [first = today("UTC"), ...others] = [...todays.values()].sort();
  const customers = createCustomerFinder({ backends, references, customerOfAccount, scope });
  const seen: CheckOptions["seen"] = new Map();
  const days = { from: first, to: others.at(-1) ?? first };
  for await (const rows of pagesOf(store, run.id, ["UNCHECKED", "READY"])) {
    for (const { state, given, likeness, key, line } of rows) {
      if (state === "READY" && likeness !== null) seen.set(likeness, { key, line });
      const { date } = given.charge;
      if (state !== "UNCHECKED" || date == null) continue;
      if (date < days.from) days.from = date;
      if (date > days.to) days.to = date;
    }
    // Announces all references at once: their number decides whether they are looked up one by one.
    await customers.expect(rows.map(({ given }) => ({ ...given, charge: { ...given.charge, customerId: null } })));
  }
  const checks: CheckOptions = {
    run,
    backends,
    planners,
    customers,
    services: createServiceLookup(backends, scope),
    ledger: createLedger({ backends, ...days, scope }),
    journal,
    usual: createUsual(store, run),
    duplicates,
    seen,
    todayIn: (backend) => todays.get(backend) ?? first,
    scope,
  };
  for await (const rows of pagesOf(store, run.id, ["UNCHECKED"])) {
    scope.signal?.throwIfAborted();
    await store.save(hold, {}, await checkRows(rows, checks));
  }
  await store.save(hold, await conclude(store, run, backends));
}

/** The changes of the run once all rows are checked. */
async function conclude(store: Pick<RunStore, "rows">, run: Run, known: Backends): Promise<RunChanges> {
  const totals = createTotals();
  const charged = chargedTotals();
  let wasExecuted = false;
  const plan = createPlanHash(run);
  const backends = new Set<string>();
  let toSend = 0;
  let needsAttention = 0;
  let failed = 0;
  let unknown = 0;
  for await (const rows of pagesOf(store, run.id, null)) {
    for (const row of rows) {
      const backend = row.backend ?? meantBackend(row, known);
      if (backend !== null) backends.add(backend);
      if (row.state === "NEEDS_ATTENTION") needsAttention += 1;
      if (row.state === "FAILED") failed += 1;
      if (row.state === "UNKNOWN") unknown += 1;
      plan.add(row);
      if (row.state === "SUCCEEDED") {
        wasExecuted = true;
        charged.add(row);
      }
      if (row.state !== "READY") continue;
      toSend += 1;
      totals.add(row);
    }
  }
  const ended: RunState = failed > 0 ? "INCOMPLETE" : "DONE";
  // If outcomes of its last execution are still unknown, the worker waits for them.
  const isWaiting = unknown > 0 && run.execution !== null;
  const state: RunState = needsAttention > 0 ? "NEEDS_ATTENTION" : toSend > 0 ? "READY" : isWaiting ? "WAITING" : ended;
  return {
    state,
    active: state === "WAITING",
    owner: null,
    planHash: state === "READY" ? plan.digest() : null,
    summary: { ...totals.summary(), ...((wasExecuted || state === ended) && { charged: charged.totals() }) },
    backends: [...backends].sort(),
    finishedAt: state === ended ? new Date().toISOString() : null,
  };
}

/**
 * Hash of a plan: what is sent, to whom, and what is left out. It changes with every row, so a caller can only confirm a plan
 * that it has seen.
 */
function createPlanHash({ id, series }: Pick<Run, "id" | "series">) {
  const hash = createHash("sha256").update(JSON.stringify([id, series]));
  return {
    add: ({ key, state, backend, customerId, charge, given, onceNumber }: RunRow): void => {
      const sent = state === "READY" ? [backend, customerId, charge] : null;
      hash.update(JSON.stringify([key, state, givenHash(given), onceNumber, sent]));
    },
    digest: (): string => hash.digest("hex").slice(0, 32),
  };
}

/**
 * The backend that a row without a customer is meant for; null = unknown. Callers who may not see it must not see the run, even
 * after the row was skipped.
 */
function meantBackend({ given: { charge } }: RunRow, known: Backends): string | null {
  const key = charge.backend ?? (charge.customerId == null ? null : decodeId(charge.customerId)?.backend);
  return key != null && known.get(key) ? key : null;
}

/** Reads the rows in these states, in order and in pages. Rows of earlier pages may change their state meanwhile. */
export async function* pagesOf(
  store: Pick<RunStore, "rows">,
  runId: string,
  state: readonly RunRow["state"][] | null,
): AsyncGenerator<readonly RunRow[]> {
  for (let after = 0; ; ) {
    const rows = await store.rows(runId, { state }, rowsAtOnce, after);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    after = rows.at(-1)?.position ?? after;
  }
}

/** Looks up each service only once. */
function createServiceLookup(backends: Backends, scope: CallScope): ServiceLookup {
  const known = new Map<string, Promise<boolean | null | BillingError>>();

  async function look(globalId: string): Promise<boolean | null> {
    const ref = decodeId(globalId);
    const services = ref && backends.get(ref.backend)?.adapter.services;
    if (!services) return null;
    const [found] = await services.getMany([ref.id], scope);
    if (found instanceof BillingError) throw found;
    return found != null;
  }

  return (globalId) => {
    const looked = known.get(globalId) ?? settle(look(globalId));
    known.set(globalId, looked);
    return looked;
  };
}
