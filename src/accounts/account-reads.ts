import { BillingError, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { foldText } from "../model/text.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { createLoader } from "../reads/loaders.ts";
import { type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Sight } from "../reads/sight.ts";
import { storable } from "../store/storable.ts";
import type { Account } from "./model.ts";
import type { AccountPosition, AccountStore } from "./store.ts";

/**
 * The accounts as one caller may look at them: members that do not exist for the caller are not shown, and an account of which fewer
 * than two are left does not exist. What is asked for at the same time is read from the store together. Each rejects where a backend
 * cannot say whether a member exists for the caller.
 */
export interface AccountReads {
  /** By its id, or by the id of an account that was merged into it. Null when there is none. */
  readonly byId: (id: string) => Promise<Account | null>;
  /** The account that a customer is in; null when it is in none. */
  readonly ofCustomer: (customer: Ref) => Promise<Account | null>;
  /** Newest first; `search`: text in the name of the account or of a member, ignoring case. */
  readonly list: (search: string | null | undefined, page: PageArguments) => Promise<Connection<Account>>;
  /** After a write: forgets what was read. */
  readonly renew: () => void;
}

/** Where many are not for the caller to see: as many are looked at together. */
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

  /** Each as the caller sees it: null where it does not, the failure where that cannot be told. */
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

  /** Of names that the caller does not see, the store finds more. */
  function isNamed({ name, members }: Account, search: string): boolean {
    const wanted = foldText(storable(search));
    return [name, ...members.map((member) => member.name)].some((each) => each !== null && foldText(each).includes(wanted));
  }

  /** At most so many behind a place that exist for the caller. */
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
