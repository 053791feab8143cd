import { z } from "zod";
import type { CallScope, WriteStep } from "../../billing/adapter.ts";
import { BillingError, settle } from "../../billing/errors.ts";
import type { Charge } from "../../billing/model.ts";
import { compareIds } from "../../billing/paging.ts";
import { deletedByStatus, everybody } from "./customer-lists.ts";
import { unreliable } from "./error.ts";
import { chargeFields } from "./fields.ts";
import { sortTransactions } from "./map-transaction.ts";
import type { Session } from "./session.ts";
import { clockSkewSeconds, readNote } from "./trace.ts";
import { type Change, listRows, madeBefore, sendChange } from "./verbs.ts";
import { customerRow, type Transaction, transactionRow } from "./wire.ts";

const action = "charges/charge";

/** A plan's charge takes money from everybody on the plan: so many customers, the oldest, are looked at. */
const customersLookedAt = 20;

/** The last second of a 32-bit clock: `end` defaults to now and is exclusive, which would hide what happens this second. */
const endOfTime = "2147483647";

const note = z.object({ since: z.int(), transactions: z.array(z.string()) });

/**
 * charges/charge: takes the money of a charge that exists. It answers with nothing and leaves no trace on the charge, only
 * transactions: those that are there already are noted before, any others that fit the charge are its work.
 * `read` reads the charge; `existing` is its id where no earlier step creates it.
 */
export function executeStep(
  session: Session,
  read: (id: string, scope: CallScope) => Promise<Charge>,
  existing: string | null = null,
): WriteStep<Charge> {
  const { backend } = session;
  const idOf = (created: string | null) => existing ?? madeBefore(created);

  /** The customers that a charge takes money from, as far as they are looked at; null where the charge does not tell whose it is. */
  async function payers({ customer, plan }: Charge, scope: CallScope): Promise<readonly string[] | null> {
    if (customer !== null) return [customer.id];
    if (plan === null) return null;
    const list = {
      function: "customers/list",
      parameters: { ...everybody, deleted: deletedByStatus.ACTIVE, limit: "0" },
      subject: "The gateway's own customer",
      map: customerRow.parse,
    };
    const onPlan = (await listRows(session, list, scope)).filter((row) => row.plan === plan.id);
    return [...new Set(onPlan.map(({ id }) => id))].sort(compareIds).slice(0, customersLookedAt);
  }

  /** Guide 4.4, transactions/list: paged by time only. */
  async function transactionsOf(customer: string, since: number, scope: CallScope): Promise<readonly Transaction[]> {
    const list = {
      function: "transactions/list",
      parameters: { customer, start: String(since), end: endOfTime },
      subject: `Customer ${customer}`,
      map: transactionRow.parse,
    };
    const rows = await listRows(session, list, scope);
    // A filter that is not understood answers for the gateway's own customer, or for all times.
    return rows.filter(
      (row) => (row.customer ?? customer) === customer && (row.time === null || row.time.getTime() / 1000 >= since),
    );
  }

  const ofEach = (customers: readonly string[], since: number, scope: CallScope) =>
    Promise.all(customers.map((customer) => transactionsOf(customer, since, scope)));

  const find: WriteStep<Charge>["find"] = async (created, { mark }, scope) => {
    const id = idOf(created);
    const { since, transactions } = readNote(mark, note);
    const known = new Set(transactions);
    const charge = await read(id, scope);
    const customers = await payers(charge, scope);
    if (customers === null) throw unreliable(backend, "does not tell whose charge it is");
    const sorted = (await ofEach(customers, since, scope)).map((rows) =>
      sortTransactions(
        charge,
        rows.filter((row) => !known.has(row.id)),
      ),
    );
    // Each execution leaves one transaction with each customer: any one customer tells how many there were.
    const most = sorted.reduce<readonly Transaction[]>((best, { sure }) => (sure.length > best.length ? sure : best), []);
    if (most.length === 0 && sorted.some(({ doubtful }) => doubtful.length > 0)) {
      throw unreliable(backend, "shows transactions of which it is not certain whether they belong to the charge");
    }
    return most.map((row) => ({ id, claim: `transaction:${row.id}` }));
  };

  return {
    action,
    before: async (created, scope) => {
      const since = Math.floor(Date.now() / 1000) - clockSkewSeconds;
      const customers = (await payers(await read(idOf(created), scope), scope)) ?? [];
      const found = await settle(ofEach(customers, since, scope));
      // An account without the privilege "reports" may execute charges all the same; only looking for them is beyond it.
      if (found instanceof BillingError && found.code !== "FORBIDDEN") throw found;
      const transactions = found instanceof BillingError ? [] : found.flat().map(({ id }) => id);
      return JSON.stringify({ since, transactions } satisfies z.input<typeof note>);
    },
    send: async (created, intent, scope) => {
      const id = idOf(created);
      await sendChange(session, execution(id), scope);
      // The answer does not tell the transaction. Unclaimed, it could pass for the work of a like execution that never arrived.
      const traces = await settle(find(created, intent, { ...scope, signal: undefined }));
      const claims = traces instanceof BillingError ? [] : traces.flatMap(({ claim }) => claim ?? []);
      return { id, ...(claims.length > 0 && { claims }) };
    },
    find,
  };
}

function execution(id: string): Change {
  return { function: action, parameters: { id }, subject: `Charge ${id}`, fields: chargeFields };
}
