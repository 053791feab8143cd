import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { lookAmong, moment, momentNow, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import { compareIds } from "../../adapter/kit/paging.ts";
import { highestIdOf } from "../../adapter/kit/rows.ts";
import { BillingError, badResponse, settle } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import { requireCreated, type Session, sendChange } from "./call.ts";
import { chargeFields } from "./fields.ts";
import { deletedByStatus, everybody, wholeRows } from "./listing.ts";
import { unlessRefused } from "./notes.ts";
import {
  ageOfTransaction,
  differsFromExecution,
  executed,
  executionOf,
  executionWarnings,
  type Transaction,
  transactionsOf,
  windowOf,
} from "./transactions.ts";
import { customerRow } from "./wire.ts";

const action = "charges/charge";

/** A plan's charge takes money from everybody on the plan; the step looks at this many of them, the oldest. */
const customersLookedAt = 20;

const note = z.object({
  /** By this a transaction of the charge is recognised. */
  charge: executed,
  /** Customers who pay, as far as the step looks at them; null where the charge does not show its owner. */
  customers: z.array(z.string()).nullable(),
  /** The highest transaction before the request; null where the role may not read transactions (privilege "reports"). */
  highest: z.string().nullable(),
  at: moment,
});

/**
 * charges/charge: takes the money of an existing charge. It answers without data and changes nothing on the charge; it leaves
 * transactions, and nothing links these to the charge.
 *
 * @param read reads the charge
 * @param existing the charge's id; null where an earlier step creates it
 */
export function executeStep(
  session: Session,
  read: (id: string, scope: CallScope) => Promise<Charge>,
  existing: string | null = null,
): WriteStep<Charge> {
  const { backend } = session;
  const idOf = (created: string | null) => existing ?? requireCreated(created);

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

  /** The latest look at the transactions after the request: `compare` uses it instead of listing them again. */
  let seen: readonly (readonly Transaction[])[] | null = null;

  const find: WriteStep<Charge>["find"] = async (created, { note: noted }, scope) => {
    const id = idOf(created);
    const { charge, customers, highest, at } = readNote(noted, note);
    if (customers === null) throw badResponse(backend, "does not report the charge's owner");
    const lists = await Promise.all(customers.map((customer) => transactionsOf(session, customer, windowOf(at), scope)));
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
    executes: true,
    note: async (created, _intent, scope) => {
      const charge = await read(idOf(created), scope);
      const customers = await payers(charge, scope);
      const at = await momentNow(session.clock, session.probe, scope);
      const window = windowOf(at);
      const lists = Promise.all((customers ?? []).map((customer) => transactionsOf(session, customer, window, scope)));
      const transactions = await unlessRefused(lists);
      const highest = transactions && (highestIdOf(transactions.flat()) ?? "0");
      return JSON.stringify({ charge: executionOf(charge), customers, highest, at } satisfies z.input<typeof note>);
    },
    send: async (created, intent, scope) => {
      const id = idOf(created);
      const request = { function: action, parameters: { id }, subject: `Charge ${id}`, fields: chargeFields };
      await sendChange(session, request, scope);
      seen = null;
      // The answer does not name the transaction. Left unclaimed, it could pass for the work of a like execution that never arrived.
      const found = await settle(find(created, intent, { ...scope, signal: undefined }));
      const claims = found instanceof BillingError ? [] : found.ours.flatMap(({ claim }) => claim ?? []);
      return { id, ...(claims.length > 0 && { claims }) };
    },
    find,
    compare: async ({ id }, intent, scope) => {
      if (seen === null) await find(id, intent, scope);
      const { charge, highest, at } = readNote(intent.note, note);
      const since = (seen ?? []).flatMap((list) => list.filter((each) => ageOfTransaction(each, highest, at) !== "older"));
      // A plan without customers takes nothing from anybody.
      return seen?.length === 0 ? [] : executionWarnings(backend, charge, since);
    },
  };
}

/** Each execution leaves one transaction with each customer: the customer with most of them tells how many executions there were. */
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
