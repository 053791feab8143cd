import type { Backends } from "../adapter/backends.ts";
import type { Ref } from "../model/model.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { createLoader } from "../reads/loaders.ts";
import { type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Account } from "./model.ts";
import type { AccountStore } from "./store.ts";

/**
 * The accounts as one caller may look at them: members in backends that do not exist for the caller are not shown, and an account
 * of which fewer than two are left does not exist. What is asked for at the same time is read from the store together.
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

export function createAccountReads(
  store: Pick<AccountStore, "byIds" | "ofCustomers" | "list">,
  backends: Backends,
  maxPageSize: number,
): AccountReads {
  const visible = backends.all.map(({ key }) => key);
  const byId = createLoader(
    async (ids: readonly string[]) => store.byIds(ids, visible),
    (id) => id,
  );
  const ofCustomer = createLoader(
    async (customers: readonly Ref[]) => store.ofCustomers(customers, visible),
    ({ backend, id }) => `${backend}:${id}`,
  );
  return {
    byId: (id) => byId.load(id),
    ofCustomer: (customer) => ofCustomer.load(customer),
    list: async (search, page) => {
      const first = pageSize(page, maxPageSize);
      const [createdAt, id] = page.after == null ? [] : decodeKeyCursor("accounts", 2, page.after);
      const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
      const found = await store.list({ search: search ?? "", backends: visible, first: first + 1, after });
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
