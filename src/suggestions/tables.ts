import type { Kysely } from "kysely";
import type { DirectoryTables } from "../directory/tables.ts";
import type { Engine } from "../store/engine.ts";

/** The tables of suggestions as store/migrations/0005-suggestions.ts makes them, and the ones of others that they are read with. */
export type SuggestionTables = {
  /** Which version of a customer has been compared with the others. */
  suggestion_customers: {
    backend: string;
    customer_id: string;
    /** Those in suggestion_keys, with spaces between. */
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
    /** Whose record tells who declined it. */
    operation_id: string;
  };
  /** The part of accounts' table that tells which customers are linked already. */
  account_customers: {
    backend: string;
    customer_id: string;
    account_id: string;
  };
};

/** Two customers, the one whose backend's key comes first on the left. */
export interface Pair {
  readonly left_backend: string;
  readonly left_id: string;
  readonly right_backend: string;
  readonly right_id: string;
}

export type SuggestionDatabase = Kysely<DirectoryTables & SuggestionTables>;

/** The journal's database, seen from the suggestions. */
export function suggestionDatabase({ database }: Engine): SuggestionDatabase {
  return database.withTables<DirectoryTables>().withTables<SuggestionTables>();
}

/** A transaction of the journal's database: all or nothing, and short, because the journal waits for it. */
export function transactSuggestions<T>(
  { transact }: Engine,
  change: (transaction: SuggestionDatabase) => Promise<T>,
): Promise<T> {
  return transact((transaction) => change(transaction.withTables<DirectoryTables>().withTables<SuggestionTables>()));
}
