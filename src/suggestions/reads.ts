import { type Backends, refOf, selectBackends } from "../adapter/backends.ts";
import type { SearchSource } from "../directory/search.ts";
import { BillingError, invalidInput } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { type BackendFailure, type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import type { LinkSuggestion } from "./model.ts";
import type { SuggestionPosition, SuggestionStore } from "./store.ts";

/** The suggestions as one caller may look at them: both customers exist for the caller, or the suggestion does not. */
export interface SuggestionReads {
  /** The best first. */
  readonly list: (query: SuggestionsQuery, page: PageArguments) => Promise<SuggestionPage>;
}

export interface SuggestionsQuery {
  /** Both customers are of these backends; null = of any. */
  readonly backends?: readonly string[] | null | undefined;
  /** Global id of a customer that the suggestions are for. */
  readonly customerId?: string | null | undefined;
}

export interface SuggestionPage extends Connection<LinkSuggestion> {
  /** How old what was compared is. */
  readonly sources: () => Promise<readonly SearchSource[]>;
}

export interface SuggestionReadsOptions {
  readonly backends: Backends;
  /** By backend: as which of its `users` the caller is there. */
  readonly users: Readonly<Record<string, string>>;
  readonly reads: Pick<Reads, "load">;
  readonly maxPageSize: number;
  /** Whether the directory is kept fresh: where it is not, what was compared may be of any age, and nothing is suggested. */
  readonly isKept: boolean;
}

const list = "linkSuggestions";

export function createSuggestionReads(store: SuggestionStore, options: SuggestionReadsOptions): SuggestionReads {
  const { backends, users, reads, maxPageSize, isKept } = options;

  /** What the gateway's own user has seen, another user of the backend may not see. Rejects when the backend cannot say. */
  async function isVisible({ backend, id }: Ref): Promise<boolean> {
    return !Object.hasOwn(users, backend) || (await reads.load.customers.load({ backend, id })) !== null;
  }

  async function sourcesOf(keys: readonly string[]): Promise<readonly SearchSource[]> {
    const times = isKept ? await store.refreshed(keys) : [];
    return keys.map((backend, index) => {
      const refreshedAt = times[index] ?? null;
      return { backend, type: "Customer", source: "INDEX", refreshedAt, complete: refreshedAt !== null };
    });
  }

  return {
    list: async ({ backends: keys, customerId }, page) => {
      const first = pageSize(page, maxPageSize);
      const selected = selectBackends(backends, keys, ["backends"]).map(({ key }) => key);
      const customer = customerId == null ? null : refOf(backends, "Customer", customerId, ["customerId"]);
      let after = page.after == null ? null : positionOf(page.after);
      const shown: LinkSuggestion[] = [];
      const failures = new Map<string, BackendFailure>();
      let hasNextPage = isKept;
      // Again where some were not visible, but not where a backend fails: each round would ask it as many times for nothing.
      while (hasNextPage && shown.length < first && failures.size === 0) {
        const missing = first - shown.length;
        const found = await store.list({ backends: selected, customer, first: missing + 1, after });
        hasNextPage = found.length > missing;
        const looked = found.slice(0, missing);
        after = looked.at(-1) ?? after;
        const visible = await Promise.all(looked.map(({ customers }) => areVisible(customers, isVisible, failures)));
        shown.push(...looked.filter((_, index) => visible[index]));
      }
      return {
        edges: shown.map((node) => edgeOf(node, () => cursorOf(node))),
        hasNextPage,
        hasPreviousPage: page.after != null,
        endCursor: after && cursorOf(after),
        unavailable: [...failures.values()],
        sources: () => sourcesOf(selected),
      };
    },
  };
}

/** A customer whose backend does not answer is not shown either, and the backend is named. */
async function areVisible(
  customers: readonly Ref[],
  isVisible: (customer: Ref) => Promise<boolean>,
  failures: Map<string, BackendFailure>,
): Promise<boolean> {
  const visible = await Promise.all(
    customers.map((customer) =>
      isVisible(customer).catch((error: unknown) => {
        if (!(error instanceof BillingError) || error.code === "INVALID_INPUT") throw error;
        if (error.code !== "NOT_FOUND") failures.set(customer.backend, { backend: customer.backend, error });
        return false;
      }),
    ),
  );
  return visible.every(Boolean);
}

function cursorOf({ score, customers: [left, right] }: SuggestionPosition): string {
  return encodeKeyCursor(list, [String(score), left.backend, left.id, right.backend, right.id]);
}

function positionOf(cursor: string): SuggestionPosition {
  const [score = "", leftBackend = "", leftId = "", rightBackend = "", rightId = ""] = decodeKeyCursor(list, 5, cursor);
  if (!/^[01](\.\d{1,3})?$/.test(score)) throw invalidInput("after", "is not a cursor of this list");
  return {
    score: Number(score),
    customers: [
      { backend: leftBackend, id: leftId },
      { backend: rightBackend, id: rightId },
    ],
  };
}
