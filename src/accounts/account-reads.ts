import { BillingError, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { foldText } from "../model/text.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { createLoader, type Sight } from "../reads/loaders.ts";
import { type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import { storable } from "../store/engine.ts";
import type { Account } from "./model.ts";
import type { AccountPosition, AccountStore } from "./store.ts";

/**
 * The accounts as one caller may see them. Members that do not exist for the caller are hidden, and an account with fewer than
 * two members left does not exist. Concurrent reads are batched. A read rejects if a backend cannot say whether a member exists
 * for the caller.
 */
export interface AccountReads {
  /** The account with this id, or the one that it was merged into; null = there is none. */
  readonly byId: (id: string) => Promise<Account | null>;
  /** The account of a customer; null = it is in none. */
  readonly ofCustomer: (customer: Ref) => Promise<Account | null>;
  /** Accounts, newest first. `search`: text in the name of the account or of a member, ignoring case. */
  readonly list: (search: string | null | undefined, page: PageArguments) => Promise<Connection<Account>>;
  /** Clears what was read. Call it after a write. */
  readonly renew: () => void;
}

/** The most accounts read at once when many are hidden from the caller. */
const mostAtOnce = 500;

export function createAccountReads(
  store: Pick<AccountStore, "byIds" | "ofCustomers" | "list">,
  sight: Sight,
  maxPageSize: number,
): AccountReads {
  const { backends } = sight;
  const isPartial = backends.some((key) => !sight.isWhole(key));
  const byId = createLoader(
    async (ids: readonly string[]) => asSeen(await store.byIds(ids, backends)),
    (id) => id,
  );
  const ofCustomer = createLoader(
    async (customers: readonly Ref[]) => asSeen(await store.ofCustomers(customers, backends)),
    ({ backend, id }) => `${backend}:${id}`,
  );

  /** The accounts as the caller sees them: null = hidden, an error = the backend cannot say. */
  function asSeen(accounts: readonly (Account | null)[]): Promise<(Account | null | BillingError)[]> {
    return Promise.all(
      accounts.map(async (account) => {
        if (account === null || !isPartial) return account;
        const members = await settle(Promise.all(account.members.map(sight.asSeen)));
        if (members instanceof BillingError) return members;
        const seen = members.filter((member) => member !== null);
        return seen.length < 2 ? null : { ...account, members: seen };
      }),
    );
  }

  /** The store also matches names of members that the caller does not see. */
  function isNamed({ name, members }: Account, search: string): boolean {
    const wanted = foldText(storable(search));
    return [name, ...members.map((member) => member.name)].some((each) => each !== null && foldText(each).includes(wanted));
  }

  /** At most `count` accounts behind a place that exist for the caller. */
  async function listSeen(search: string, count: number, from: AccountPosition | null): Promise<readonly Account[]> {
    const listed: Account[] = [];
    let after = from;
    for (let first = count; ; first = Math.min(mostAtOnce, first * 2)) {
      const found = await store.list({ search, backends, first, after });
      for (const account of await asSeen(found)) {
        if (account instanceof BillingError) throw account;
        if (account && (!isPartial || isNamed(account, search))) listed.push(account);
      }
      after = found.at(-1) ?? null;
      if (listed.length >= count || found.length < first) return listed.slice(0, count);
    }
  }

  return {
    byId: (id) => byId.load(id),
    ofCustomer: (customer) => ofCustomer.load(customer),
    list: async (search, page) => {
      const first = pageSize(page, maxPageSize);
      const [createdAt, id] = page.after == null ? [] : decodeKeyCursor("accounts", 2, page.after);
      const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
      const found = await listSeen(search ?? "", first + 1, after);
      return {
        edges: found.slice(0, first).map((node) => edgeOf(node, () => encodeKeyCursor("accounts", [node.createdAt, node.id]))),
        hasNextPage: found.length > first,
        hasPreviousPage: after !== null,
        unavailable: [],
      };
    },
    renew: () => {
      byId.clearAll();
      ofCustomer.clearAll();
    },
  };
}
