import type { Kysely, Selectable } from "kysely";
import type { Ref } from "../model/model.ts";
import type { Engine } from "../store/engine.ts";

/** One real-world customer that lives in several backends: the customers that an operator has linked. */
export interface Account {
  /** UUID of the operation that made it; after a merge, that of the oldest. */
  readonly id: string;
  /** The name that an operator gave it; null = none, it is shown by its first member's name. */
  readonly name: string | null;
  /** At least two, in the order in which they were linked; those of one call in the order of its input. */
  readonly members: readonly Member[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Member extends Ref {
  /** The customer's name as last seen, for lists and search without calls to backends. */
  readonly name: string;
  /** When the call that linked it was recorded. */
  readonly linkedAt: string;
}

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
