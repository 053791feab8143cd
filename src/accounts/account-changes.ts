import { sql } from "kysely";
import { BillingError } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { foldText } from "../model/text.ts";
import { isPostgres, storable } from "../store/engine.ts";
import { accountOfCustomer, currentAccount, membersWith } from "./queries.ts";
import type { Admits, Joining } from "./store.ts";
import type { AccountDatabase } from "./tables.ts";

/** PostgreSQL's advisory lock for changes of accounts: an arbitrary number that nothing else uses. */
const accountsLock = 7_103_003;

/** Changes of accounts, each within a transaction. They run one after the other: see `queue`. */

/** See AccountStore.join. */
export async function join(transaction: AccountDatabase, joining: Joining, admits: Admits): Promise<void> {
  const { accountId, linkedAt, position, customer, customerName, name } = joining;
  await queue(transaction);
  await transaction
    .insertInto("accounts")
    .values({ id: accountId, created_at: linkedAt, updated_at: linkedAt })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  const wanted = (await currentAccount(transaction, accountId)) ?? accountId;
  const holder = await accountOfCustomer(transaction, customer);
  const isMerged = holder !== null && holder !== wanted;
  if (isMerged) await refuseUnseen(transaction, customer, admits);
  const account = isMerged ? await merge(transaction, wanted, holder) : wanted;
  const named = { name: storable(customerName), folded_name: foldText(storable(customerName)) };
  await transaction
    .insertInto("account_customers")
    .values({
      backend: customer.backend,
      customer_id: customer.id,
      ...named,
      account_id: account,
      linked_at: linkedAt,
      linked_position: position,
    })
    .onConflict((conflict) => conflict.columns(["backend", "customer_id"]).doUpdateSet(named))
    .execute();
  if (name !== null) await giveName(transaction, account, { name: storable(name), namedBy: accountId });
  if (holder !== account) await touch(transaction, account);
}

/** Error for a caller who does not see all of an account. It does not say that there are other members. */
export function beyondSight(backend: string): BillingError {
  const message = "The caller may not change this customer's links. Nothing was changed.";
  return new BillingError("FORBIDDEN", message, { backend, field: ["customerIds"] });
}

/** See AccountStore.leave. */
export async function leave(transaction: AccountDatabase, accountId: string, customer: Ref, admits: Admits): Promise<void> {
  const { backend, id } = customer;
  await queue(transaction);
  const account = await currentAccount(transaction, accountId);
  if (account === null) return;
  await refuseUnseen(transaction, customer, admits);
  const { numDeletedRows } = await transaction
    .deleteFrom("account_customers")
    .where("backend", "=", backend)
    .where("customer_id", "=", id)
    .where("account_id", "=", account)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return;
  await touch(transaction, account);
  const left = await transaction
    .selectFrom("account_customers")
    .select("backend")
    .where("account_id", "=", account)
    .limit(2)
    .execute();
  // The last member stays, because another may be joining at this moment. But what it becomes part of is another account to
  // people, so it loses the name.
  if (left.length < 2) {
    const unnamed = { name: null, folded_name: null, named_by: null };
    await transaction.updateTable("accounts").set(unnamed).where("id", "=", account).execute();
  }
}

/** Another customer may have joined the account since the caller's sight was looked up. */
async function refuseUnseen(transaction: AccountDatabase, customer: Ref, admits: Admits): Promise<void> {
  if (admits !== null && !(await membersWith(transaction, customer)).every(admits)) throw beyondSight(customer.backend);
}

/**
 * Until the end of the transaction, no other transaction changes accounts. Merges touch any number of accounts in any order and
 * could deadlock. People link customers too rarely for a queue to matter. SQLite has only one writer anyway.
 */
async function queue(transaction: AccountDatabase): Promise<void> {
  if (isPostgres(transaction as never)) await sql`select pg_advisory_xact_lock(${accountsLock})`.execute(transaction);
}

/** Merges two accounts and returns the older one. It gets all members, and the name that was given last. */
async function merge(transaction: AccountDatabase, one: string, other: string): Promise<string> {
  const [survivor, merged] = one < other ? [one, other] : [other, one];
  await transaction.updateTable("account_customers").set({ account_id: survivor }).where("account_id", "=", merged).execute();
  await transaction
    .updateTable("accounts")
    .set({ merged_into: survivor })
    .where(({ eb }) => eb("id", "=", merged).or("merged_into", "=", merged))
    .execute();
  const { name, named_by } = await transaction
    .selectFrom("accounts")
    .select(["name", "named_by"])
    .where("id", "=", merged)
    .executeTakeFirstOrThrow();
  if (name !== null && named_by !== null) await giveName(transaction, survivor, { name, namedBy: named_by });
  return survivor;
}

/** Names an account, unless a later operation has named it. */
async function giveName(
  transaction: AccountDatabase,
  account: string,
  { name, namedBy }: { readonly name: string; readonly namedBy: string },
): Promise<void> {
  await transaction
    .updateTable("accounts")
    .set({ name, folded_name: foldText(name), named_by: namedBy })
    .where("id", "=", account)
    .where(({ eb }) => eb("named_by", "is", null).or("named_by", "<", namedBy))
    .execute();
}

async function touch(transaction: AccountDatabase, account: string): Promise<void> {
  const now = new Date().toISOString();
  await transaction.updateTable("accounts").set({ updated_at: now }).where("id", "=", account).execute();
}
