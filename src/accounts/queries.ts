import { type ExpressionBuilder, sql } from "kysely";
import type { Ref } from "../model/model.ts";
import { foldText } from "../model/text.ts";
import { storable } from "../store/engine.ts";
import { keptQuery } from "../store/kept-queries.ts";
import { type Account, type AccountDatabase, type AccountTables, type MemberRow, toAccount } from "./model.ts";
import type { AccountQuery } from "./store.ts";

/** The reads of accounts. */

/** Keys in one statement. SQLite takes 32,766 parameters, and a member has two. */
const keysAtOnce = 5_000;

/** Resolves an id to itself or to the account that it was merged into; null = no such account. */
export async function currentAccount(database: AccountDatabase, id: string): Promise<string | null> {
  const row = await database.selectFrom("accounts").select(["id", "merged_into"]).where("id", "=", id).executeTakeFirst();
  return row ? (row.merged_into ?? row.id) : null;
}

/** The id of the account that a customer is in, even if it is alone there. */
export async function accountOfCustomer(database: AccountDatabase, { backend, id }: Ref): Promise<string | null> {
  const row = await database
    .selectFrom("account_customers")
    .select("account_id")
    .where("backend", "=", backend)
    .where("customer_id", "=", id)
    .executeTakeFirst();
  return row?.account_id ?? null;
}

/** All members of the customer's account, itself included. */
export async function membersWith(database: AccountDatabase, { backend, id }: Ref): Promise<readonly Ref[]> {
  const rows = await database
    .selectFrom("account_customers as own")
    .innerJoin("account_customers as member", "member.account_id", "own.account_id")
    .select(["member.backend", "member.customer_id"])
    .where("own.backend", "=", backend)
    .where("own.customer_id", "=", id)
    .execute();
  return rows.map((row) => ({ backend: row.backend, id: row.customer_id }));
}

export async function accountsByIds(
  database: AccountDatabase,
  ids: readonly string[],
  backends: readonly string[],
): Promise<readonly (Account | null)[]> {
  const current = new Map<string, string>();
  for (const some of portions(ids)) {
    const rows = await database.selectFrom("accounts").select(["id", "merged_into"]).where("id", "in", some).execute();
    for (const { id, merged_into } of rows) current.set(id, merged_into ?? id);
  }
  const accounts = await accountsOf(database, [...new Set(current.values())], backends);
  return ids.map((id) => accounts.get(current.get(id) ?? "") ?? null);
}

/** Members of the accounts of customers, each list of ids of one backend. Nearly every screen of a customer needs its account. */
const membersWithAny = keptQuery(
  (database: AccountDatabase, customers: readonly { readonly backend: string; readonly ids: readonly string[] }[]) =>
    database
      .selectFrom("account_customers as member")
      .innerJoin("accounts", "accounts.id", "member.account_id")
      .select(["member.account_id", "member.backend", "member.customer_id", "member.name", "member.linked_at"])
      .select(["accounts.name as account_name", "accounts.created_at", "accounts.updated_at"])
      .where("member.account_id", "in", ({ selectFrom }) =>
        selectFrom("account_customers as own")
          .select("own.account_id")
          .where(({ eb, or, and }) =>
            or(customers.map(({ backend, ids }) => and([eb("own.backend", "=", backend), eb("own.customer_id", "in", ids)]))),
          ),
      )
      .orderBy("member.linked_at")
      .orderBy("member.linked_position")
      .orderBy("member.backend")
      .orderBy("member.customer_id"),
);

export async function accountsOfCustomers(
  database: AccountDatabase,
  customers: readonly Ref[],
  backends: readonly string[],
): Promise<readonly (Account | null)[]> {
  const found = new Map<string, Account>();
  for (const some of portions(customers)) {
    const refsByBackend = Map.groupBy(some, ({ backend }) => backend);
    const idsByBackend = Array.from(refsByBackend, ([backend, refs]) => ({ backend, ids: refs.map(({ id }) => id) }));
    const members = await membersWithAny(database, idsByBackend);
    for (const [id, its] of Map.groupBy(members, ({ account_id }) => account_id)) {
      const visible = its.filter(({ backend }) => backends.includes(backend));
      const [first] = visible;
      if (first === undefined || visible.length < 2) continue;
      const account = toAccount({ ...first, id, name: first.account_name }, visible);
      for (const { backend, customer_id } of its) found.set(`${backend}:${customer_id}`, account);
    }
  }
  return customers.map(({ backend, id }) => found.get(`${backend}:${id}`) ?? null);
}

export async function listAccounts(
  database: AccountDatabase,
  { search, backends, first, after }: AccountQuery,
): Promise<readonly Account[]> {
  if (backends.length === 0) return [];
  const wanted = foldText(storable(search));
  let query = database
    .selectFrom("accounts")
    .select("id")
    .where((builder) => builder(membersIn(builder, backends).select(builder.fn.countAll().as("members")), ">=", 2))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(first);
  if (after) {
    query = query.where(({ eb, and }) =>
      eb("created_at", "<", after.createdAt).or(and([eb("created_at", "=", after.createdAt), eb("id", "<", after.id)])),
    );
  }
  if (wanted !== "") {
    const pattern = `%${wanted.replaceAll(/[!%_]/g, "!$&")}%`;
    // Scans each table's names once, instead of looking up the members of every account.
    query = query.where("id", "in", ({ selectFrom }) =>
      selectFrom("accounts")
        .select("id")
        .where(sql<boolean>`folded_name like ${pattern} escape '!'`)
        .union(
          selectFrom("account_customers")
            .select("account_id as id")
            .where("backend", "in", backends)
            .where(sql<boolean>`folded_name like ${pattern} escape '!'`),
        ),
    );
  }
  const ids = (await query.execute()).map(({ id }) => id);
  const accounts = await accountsOf(database, ids, backends);
  // Members may have left between the two queries.
  return ids.flatMap((id) => accounts.get(id) ?? []);
}

function membersIn(builder: ExpressionBuilder<AccountTables, "accounts">, backends: readonly string[]) {
  return builder
    .selectFrom("account_customers")
    .whereRef("account_customers.account_id", "=", "accounts.id")
    .where("account_customers.backend", "in", backends);
}

/** Accounts by id, if they have two members in these backends. */
async function accountsOf(
  database: AccountDatabase,
  ids: readonly string[],
  backends: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  const found = new Map<string, Account>();
  if (backends.length === 0) return found;
  for (const some of portions(ids)) {
    const [rows, members] = await Promise.all([
      database.selectFrom("accounts").selectAll().where("id", "in", some).execute(),
      database
        .selectFrom("account_customers")
        .selectAll()
        .where("account_id", "in", some)
        .where("backend", "in", backends)
        .orderBy("linked_at")
        .orderBy("linked_position")
        .orderBy("backend")
        .orderBy("customer_id")
        .execute(),
    ]);
    const membersOf = Map.groupBy(members, ({ account_id }: MemberRow) => account_id);
    for (const row of rows) {
      const its = membersOf.get(row.id) ?? [];
      if (its.length >= 2) found.set(row.id, toAccount(row, its));
    }
  }
  return found;
}

function portions<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / keysAtOnce);
  return Array.from({ length: count }, (_, index) => items.slice(index * keysAtOnce, (index + 1) * keysAtOnce));
}
