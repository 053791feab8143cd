import type { Ref } from "../model/model.ts";
import { type Engine, reporting } from "../store/engine.ts";
import { join, leave } from "./account-changes.ts";
import type { Account } from "./model.ts";
import { accountOfCustomer, accountsByIds, accountsOfCustomers, currentAccount, listAccounts, membersWith } from "./queries.ts";
import { accountDatabase } from "./tables.ts";

/**
 * Stores which customers belong together. An account exists from its second member on; with fewer it is in no answer. Each
 * method rejects with UNAVAILABLE while the store is down. A change is durable when its promise resolves. `backends` are those
 * whose members are visible.
 */
export interface AccountStore {
  /**
   * Adds a customer to an account, and creates the account with its first member. If the customer is in another account, the
   * two are merged: the older one stays, and the other id resolves to it from then on. Any joins under one id, in any order,
   * concurrent or repeated, result in the same account. FORBIDDEN if the other account has members that are not admitted.
   */
  readonly join: (joining: Joining, admits: Admits) => Promise<void>;
  /**
   * Removes a customer from an account; without effect if it is not a member. An account with one member left loses its name
   * and is not shown. FORBIDDEN if the account has members that are not admitted; null = all are.
   */
  readonly leave: (accountId: string, customer: Ref, admits: Admits) => Promise<void>;
  /** All members of the customer's account, itself included; empty if it is in none. */
  readonly membersWith: (customer: Ref) => Promise<readonly Ref[]>;
  readonly isMember: (accountId: string, customer: Ref) => Promise<boolean>;
  /** Id of the customer's account, even if it is alone there; null if it is in none. */
  readonly accountOf: (customer: Ref) => Promise<string | null>;
  /** In the order of the ids. The id of a merged account gives the account that it was merged into. */
  readonly byIds: (ids: readonly string[], backends: readonly string[]) => Promise<readonly (Account | null)[]>;
  /** In the order of the customers. */
  readonly ofCustomers: (customers: readonly Ref[], backends: readonly string[]) => Promise<readonly (Account | null)[]>;
  /** Newest first, after `after`. */
  readonly list: (query: AccountQuery) => Promise<readonly Account[]>;
}

/** Whether the caller sees a member; null = it sees all. */
export type Admits = ((member: Ref) => boolean) | null;

export interface Joining {
  /** Id of the operation that links. */
  readonly accountId: string;
  /** When that operation was recorded: the same for all its customers, and in every attempt. */
  readonly linkedAt: string;
  /** Place of the linking step in the operation. It orders the customers of one operation. */
  readonly position: number;
  readonly customer: Ref;
  /** The customer's name now. */
  readonly customerName: string;
  /** The account's name from this operation; a name from a later operation is kept. Null = no name. */
  readonly name: string | null;
}

export interface AccountQuery {
  /** Text in the account's name or in that of a member, ignoring case; "" = all. */
  readonly search: string;
  readonly backends: readonly string[];
  readonly first: number;
  readonly after: AccountPosition | null;
}

/** A page of accounts goes on behind this one. */
export interface AccountPosition {
  readonly createdAt: string;
  readonly id: string;
}

export function createAccountStore(engine: Engine): AccountStore {
  const database = accountDatabase(engine);
  return {
    join: reporting((joining, admits) =>
      engine.transact((transaction) => join(accountDatabase({ database: transaction }), joining, admits)),
    ),
    leave: reporting((accountId, customer, admits) =>
      engine.transact((transaction) => leave(accountDatabase({ database: transaction }), accountId, customer, admits)),
    ),
    membersWith: reporting((customer) => membersWith(database, customer)),
    isMember: reporting(async (accountId, customer) => {
      const holder = await accountOfCustomer(database, customer);
      return holder !== null && holder === (await currentAccount(database, accountId));
    }),
    accountOf: reporting((customer) => accountOfCustomer(database, customer)),
    byIds: reporting((ids, backends) => accountsByIds(database, ids, backends)),
    ofCustomers: reporting((customers, backends) => accountsOfCustomers(database, customers, backends)),
    list: reporting((query) => listAccounts(database, query)),
  };
}
