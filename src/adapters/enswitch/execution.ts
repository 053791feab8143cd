import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { isHigherId } from "../../adapter/kit/highest-ids.ts";
import { type Age, lookAmong, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import { ageOf, type Moment, moment, momentNow } from "../../adapter/kit/moment.ts";
import { compareIds } from "../../adapter/kit/paging.ts";
import { BillingError, settle } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import { listRows, madeBefore, type Session, sendChange, type WriteRequest } from "./call.ts";
import { deletedByStatus, everybody } from "./customer-lists.ts";
import { unreliable } from "./errors.ts";
import { chargeFields } from "./fields.ts";
import { wholeRows } from "./listing.ts";
import { differsFromExecution, executed, executionOf, executionWarnings } from "./map-transaction.ts";
import { unlessRefused } from "./notes.ts";
import { highestOf } from "./record-age.ts";
import { customerRow, type Transaction, transactionRow } from "./wire.ts";

const action = "charges/charge";

/** A plan's charge takes money from everybody on the plan: so many customers, the oldest, are looked at. */
const customersLookedAt = 20;

const note = z.object({
  /** What a transaction of the charge is recognised by. */
  charge: executed,
  /** Whom it takes money from, as far as they are looked at; null where the charge does not tell whose it is. */
  customers: z.array(z.string()).nullable(),
  /** The highest transaction that was there already; null: the role may not read transactions (privilege "reports"). */
  highest: z.string().nullable(),
  at: moment,
});

/**
 * charges/charge: takes the money of a charge that exists. It answers with nothing and leaves no trace on the charge, only
 * transactions, which nothing connects with it. `read` reads the charge; `existing` is its id where no earlier step creates it.
 */
export function executeStep(
  session: Session,
  read: (id: string, scope: CallScope) => Promise<Charge>,
  existing: string | null = null,
): WriteStep<Charge> {
  const { backend } = session;
  const idOf = (created: string | null) => existing ?? madeBefore(created);

  async function payers({ customer, plan }: Charge, scope: CallScope): Promise<string[] | null> {
    if (customer !== null) return [customer.id];
    if (plan === null) return null;
    const list = {
      function: "customers/list",
      parameters: { ...everybody, deleted: deletedByStatus.ACTIVE },
      subject: "The gateway's own customer",
      map: customerRow.parse,
    };
    const onPlan = (await wholeRows(session, session.sizes.customers, list, scope)).filter((row) => row.plan === plan.id);
    return [...new Set(onPlan.map(({ id }) => id))].sort(compareIds).slice(0, customersLookedAt);
  }

  /** Guide 4.4, transactions/list: paged by time only. One list for each customer. */
  function transactionsOf(customers: readonly string[], { start, end }: Window, scope: CallScope) {
    const of = async (customer: string): Promise<readonly Transaction[]> => {
      const list = {
        function: "transactions/list",
        parameters: { customer, start: String(start), end: String(end) },
        subject: `Customer ${customer}`,
        map: transactionRow.parse,
      };
      const rows = await listRows(session, list, scope);
      // A filter that is not understood answers for the gateway's own customer, or for all times.
      return rows.filter((row) => (row.customer ?? customer) === customer && isWithin(row, { start, end }));
    };
    return Promise.all(customers.map(of));
  }

  /** What the request itself has seen afterwards, so that it need not be asked for again. */
  let seen: readonly (readonly Transaction[])[] | null = null;

  const find: WriteStep<Charge>["find"] = async (created, { note: noted }, scope) => {
    const id = idOf(created);
    const { charge, customers, highest, at } = readNote(noted, note);
    if (customers === null) throw unreliable(backend, "does not tell whose charge it is");
    const lists = await transactionsOf(customers, windowOf(at), scope);
    seen = lists;
    const findings = lists.map((transactions) =>
      lookAmong(
        transactions.map((transaction) => ({
          id,
          claim: `transaction:${transaction.id}`,
          age: ageOfTransaction(transaction, highest, at),
          differs: differsFromExecution(charge, transaction),
        })),
      ),
    );
    return fullest(findings);
  };

  return {
    action,
    note: async (created, _intent, scope) => {
      const charge = await read(idOf(created), scope);
      const customers = await payers(charge, scope);
      const at = await momentNow(session.clock, session.probe, scope);
      const transactions = await unlessRefused(transactionsOf(customers ?? [], windowOf(at), scope));
      const highest = transactions && highestOf(transactions.flat().map((transaction) => transaction.id));
      return JSON.stringify({ charge: executionOf(charge), customers, highest, at } satisfies z.input<typeof note>);
    },
    send: async (created, intent, scope) => {
      const id = idOf(created);
      await sendChange(session, { ...execution, parameters: { id }, subject: `Charge ${id}` }, scope);
      seen = null;
      // The answer does not tell the transaction. Unclaimed, it could pass for the work of a like execution that never arrived.
      const found = await settle(find(created, intent, { ...scope, signal: undefined }));
      const claims = found instanceof BillingError ? [] : found.ours.flatMap(({ claim }) => claim ?? []);
      return { id, ...(claims.length > 0 && { claims }) };
    },
    find,
    compare: async ({ id }, intent, scope) => {
      if (seen === null) await find(id, intent, scope);
      const { charge, highest, at } = readNote(intent.note, note);
      const since = (seen ?? []).flatMap((list) => list.filter((each) => ageOfTransaction(each, highest, at) !== "older"));
      // A plan on which nobody is takes nothing from anybody.
      return seen?.length === 0 ? [] : executionWarnings(backend, charge, since);
    },
  };
}

const execution: Omit<WriteRequest, "parameters" | "subject"> = { function: action, fields: chargeFields };

/** Seconds since 1970; the end does not belong to it. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export const daySeconds = 86_400;

/** What an execution of this moment may have left: wide by a day, and by two more where the moment itself may be a day off. */
export function windowOf({ at, certain }: Moment): Window {
  const seconds = Math.floor(at / 1000);
  return { start: seconds - daySeconds, end: seconds + (certain ? 1 : 3) * daySeconds };
}

export function isWithin({ time }: Transaction, { start, end }: Window): boolean {
  const seconds = time === null ? start : time.getTime() / 1000;
  return seconds >= start && seconds < end;
}

/**
 * Ids tell what was there when the step was noted, however wrong a clock is. A transaction that came later with a time of before may
 * be somebody else's that was not shown yet, or the clock was set back: that is open.
 */
export function ageOfTransaction({ id, time }: Transaction, highest: string | null, at: Moment): Age {
  const madeAt = time === null ? null : time.getTime();
  if (highest === null) return ageOf(madeAt, at);
  if (!isHigherId(id, highest)) return "older";
  return madeAt !== null && madeAt < at.at ? "unknown" : "since";
}

/** Each execution leaves one transaction with each customer: the customer who shows most of them tells how many there were. */
function fullest(findings: readonly Finding[]): Finding {
  return findings.reduce(
    (best, finding) =>
      finding.ours.length > best.ours.length ||
      (finding.ours.length === best.ours.length && finding.candidates.length > best.candidates.length)
        ? finding
        : best,
    nothingFound,
  );
}
