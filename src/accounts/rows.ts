import type { Kysely, Selectable } from "kysely";
import type { Engine } from "../store/engine.ts";
import type { Account } from "./model.ts";

/** The tables of accounts as store/migrations/0003-accounts.ts makes them, and their translation into the model: pure. */
export type AccountTables = {
  accounts: {
    /** Id of the operation that made it: a UUID of version 7, so the smaller is the older. */
    id: string;
    name: string | null;
    /** As search compares names (foldText): the database's own idea of small letters ends at ASCII, or depends on its locale. */
    folded_name: string | null;
    /** Id of the operation that gave it its name. */
    named_by: string | null;
    /** The account that its members are in now; that one is merged into no other. */
    merged_into: string | null;
    created_at: string;
    updated_at: string;
  };
  account_customers: {
    backend: string;
    customer_id: string;
    name: string;
    folded_name: string;
    account_id: string;
    linked_at: string;
  };
};

export type AccountDatabase = Kysely<AccountTables>;
type AccountRow = Selectable<AccountTables["accounts"]>;
export type MemberRow = Selectable<AccountTables["account_customers"]>;

/** The journal's database, seen from the accounts. */
export function accountDatabase({ database }: Pick<Engine, "database">): AccountDatabase {
  return database.withTables<AccountTables>();
}

/** @param members the account's own, in the order in which they were linked */
export function toAccount(row: AccountRow, members: readonly MemberRow[]): Account {
  return {
    id: row.id,
    name: row.name,
    members: members.map((member) => ({
      backend: member.backend,
      id: member.customer_id,
      name: member.name,
      linkedAt: member.linked_at,
    })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
