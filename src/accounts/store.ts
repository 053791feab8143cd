import type { Ref } from "../model/model.ts";
import type { Engine } from "../store/engine.ts";
import { reporting } from "../store/reporting.ts";
import { join, leave } from "./account-changes.ts";
import type { Account } from "./model.ts";
import { accountOfCustomer, accountsByIds, accountsOfCustomers, currentAccount, listAccounts, membersWith } from "./queries.ts";
import { accountDatabase } from "./rows.ts";

/**
 * Which customers belong together. An account exists from its second member on; with fewer it is kept out of every answer. Each
 * method rejects with UNAVAILABLE while the store is down; what one changes is durable when its promise resolves. `backends`
 * are those whose members are seen.
 */
export interface AccountStore {
  /**
   * Puts a customer into an account, which begins with its first member. A customer that is in another one brings that along: the
   * older account stays, and the id of the other one means it from then on. Any number of joins under one id, in any order, at
   * the same time and again, come to the same account.
   */
  readonly join: (joining: Joining) => Promise<void>;
  /**
   * Takes a customer out of an account; nothing changes when it is not in it. Account and name that are left alone go. FORBIDDEN
   * where the account has members that are not admitted; null = all are.
   */
  readonly leave: (accountId: string, customer: Ref, admits: Admits) => Promise<void>;
  /** Whoever is in an account with a customer, itself included; nobody when it is in none. */
  readonly membersWith: (customer: Ref) => Promise<readonly Ref[]>;
  readonly isMember: (accountId: string, customer: Ref) => Promise<boolean>;
  /** Id of the account that a customer is in, also when it is alone there; null when it is in none. */
  readonly accountOf: (customer: Ref) => Promise<string | null>;
  /** In the order of the ids; ids of accounts that were merged count for what they were merged into. */
  readonly byIds: (ids: readonly string[], backends: readonly string[]) => Promise<readonly (Account | null)[]>;
  /** In the order of the customers. */
  readonly ofCustomers: (customers: readonly Ref[], backends: readonly string[]) => Promise<readonly (Account | null)[]>;
  /** Newest first, strictly behind `after`. */
  readonly list: (query: AccountQuery) => Promise<readonly Account[]>;
}

/** Whether a member is one that whoever changes the account sees; null = all of them are. */
export type Admits = ((member: Ref) => boolean) | null;

export interface Joining {
  /** Id of the operation that links. */
  readonly accountId: string;
  readonly customer: Ref;
  /** What the customer is called now. */
  readonly customerName: string;
  /** What the operation calls the account; the name that a later operation gave it stays. Null: nothing. */
  readonly name: string | null;
}

export interface AccountQuery {
  /** Text in the account's name or in that of a member, ignoring case; "" = all. */
  readonly search: string;
  readonly backends: readonly string[];
  readonly first: number;
  readonly after: AccountPosition | null;
}

/** Where a page of accounts goes on: behind this one. */
export interface AccountPosition {
  readonly createdAt: string;
  readonly id: string;
}

export function createAccountStore(engine: Engine): AccountStore {
  const database = accountDatabase(engine);
  return {
    join: reporting((joining) => engine.transact((transaction) => join(accountDatabase({ database: transaction }), joining))),
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
