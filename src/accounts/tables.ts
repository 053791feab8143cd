import type { Kysely, Selectable } from "kysely";
import type { Engine } from "../store/engine.ts";
import type { Account } from "./model.ts";

/** The tables of accounts, made by store/migrations/0003-accounts.ts, and their translation into the model. Pure. */
export type AccountTables = {
  accounts: {
    /** Id of the operation that made it: a UUID of version 7, so a smaller id is older. */
    id: string;
    name: string | null;
    /** The name as search compares it (foldText). The database folds only ASCII, or by its locale. */
    folded_name: string | null;
    /** Id of the operation that gave it the name. */
    named_by: string | null;
    /** The account that has its members now. That one is not merged itself. */
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
    /** When the operation that linked it was recorded. */
    linked_at: string;
    /** Place of the linking step in that operation. */
    linked_position: number;
  };
};

export type AccountDatabase = Kysely<AccountTables>;
type AccountRow = Selectable<AccountTables["accounts"]>;
export type MemberRow = Selectable<AccountTables["account_customers"]>;

/** The store's database with the tables of accounts. */
export function accountDatabase({ database }: Pick<Engine, "database">): AccountDatabase {
  return database.withTables<AccountTables>();
}

/** @param members the account's own, in the order in which they were linked */
export function toAccount(
  row: Pick<AccountRow, "id" | "name" | "created_at" | "updated_at">,
  members: readonly Pick<MemberRow, "backend" | "customer_id" | "name" | "linked_at">[],
): Account {
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
