import type { Kysely } from "kysely";
import type { DirectoryTables } from "../directory/tables.ts";
import type { Engine } from "../store/engine.ts";

/** The tables of suggestions, made by store/migrations/0005-suggestions.ts, and those of others that are read with them. */
type SuggestionTables = {
  /** The version in which each customer has been compared. */
  suggestion_customers: {
    backend: string;
    customer_id: string;
    /** The customer's keys in suggestion_keys, separated by spaces. */
    keys: string;
    /** See `comparedVersion` in find.ts. */
    compared: string;
  };
  suggestion_keys: {
    key: string;
    backend: string;
    customer_id: string;
  };
  link_suggestions: {
    left_backend: string;
    left_id: string;
    right_backend: string;
    right_id: string;
    /** Thousandths. */
    score: number;
    /** JSON: Reason[]. */
    reasons: string;
  };
  declined_links: {
    left_backend: string;
    left_id: string;
    right_backend: string;
    right_id: string;
    declined_at: string;
    /** The operation that records who declined it. */
    operation_id: string;
  };
  /** Columns of the accounts' table that say which customers are linked already. */
  account_customers: {
    backend: string;
    customer_id: string;
    account_id: string;
  };
};

/** Two customers, ordered by the keys of their backends. */
export interface Pair {
  readonly left_backend: string;
  readonly left_id: string;
  readonly right_backend: string;
  readonly right_id: string;
}

export type SuggestionDatabase = Kysely<DirectoryTables & SuggestionTables>;

/** The store's database with the tables of suggestions. */
export function suggestionDatabase({ database }: Engine): SuggestionDatabase {
  return database.withTables<DirectoryTables>().withTables<SuggestionTables>();
}

/** Runs a transaction on the store's database. Keep it short: the journal waits for it. */
export function transactSuggestions<T>(
  { transact }: Engine,
  change: (transaction: SuggestionDatabase) => Promise<T>,
): Promise<T> {
  return transact((transaction) => change(transaction.withTables<DirectoryTables>().withTables<SuggestionTables>()));
}
