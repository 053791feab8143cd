import { type Backends, refOf, selectBackends } from "../adapter/backends.ts";
import { gapOf, type SearchSource } from "../directory/model.ts";
import { BillingError, invalidInput } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import type { Sight } from "../reads/loaders.ts";
import { type BackendFailure, type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import { comparableCustomer } from "./keys.ts";
import type { ComparableCustomer, LinkSuggestion } from "./model.ts";
import { compare } from "./score.ts";
import type { SuggestionPosition, SuggestionQuery, SuggestionStore } from "./store.ts";

/**
 * The suggestions as one caller may see them. A suggestion exists only if both customers exist for the caller, and its reasons
 * are those that the caller's own view of them gives.
 */
export interface SuggestionReads {
  /** Suggestions, the best first. */
  readonly list: (query: SuggestionsQuery, page: PageArguments) => Promise<SuggestionPage>;
}

interface SuggestionsQuery {
  /** Both customers must be of these backends; null = of any. */
  readonly backends?: readonly string[] | null | undefined;
  /** Global id: only suggestions with this customer. */
  readonly customerId?: string | null | undefined;
}

export interface SuggestionPage extends Connection<LinkSuggestion> {
  /** How old the compared records are. */
  readonly sources: () => Promise<readonly SearchSource[]>;
}

export interface SuggestionReadsOptions {
  readonly backends: Backends;
  readonly sight: Sight;
  readonly reads: Pick<Reads, "load" | "contact">;
  readonly maxPageSize: number;
  /** Whether the directory is kept fresh. If not, its records may be of any age, and nothing is suggested. */
  readonly isKept: boolean;
}

const list = "linkSuggestions";

export function createSuggestionReads(store: SuggestionStore, options: SuggestionReadsOptions): SuggestionReads {
  const { backends, sight, reads, maxPageSize, isKept } = options;

  /** The suggestion as the caller sees it. For another user of a backend it is compared again; null if it no longer holds. */
  async function asSeen(suggestion: LinkSuggestion): Promise<LinkSuggestion | null> {
    if (suggestion.customers.every(({ backend }) => sight.isWhole(backend))) return suggestion;
    const visible = await Promise.all(
      suggestion.customers.map(({ backend, id }) => sight.sees({ type: "Customer", backend, id })),
    );
    if (visible.includes(false)) return null;
    const [left, right] = suggestion.customers;
    const [one, other] = await Promise.all([comparableAsSeen(left), comparableAsSeen(right)]);
    const comparison = one && other && compare(one, other);
    return (
      comparison && {
        customers: [
          { ...left, name: one.name },
          { ...right, name: other.name },
        ],
        ...comparison,
      }
    );
  }

  async function comparableAsSeen({ backend, id }: Ref): Promise<ComparableCustomer | null> {
    const customer = await reads.load.customers.load({ backend, id });
    if (customer === null) return null;
    const contact = (await reads.contact(customer)) ?? customer;
    const { name, reference, address } = customer;
    const { postalCode = null, country = null } = address ?? {};
    return comparableCustomer({ backend, id, name, email: contact.email, phone: contact.phone, reference, postalCode, country });
  }

  async function sourcesOf(keys: readonly string[]): Promise<readonly SearchSource[]> {
    const walks = isKept ? await store.walks(keys) : [];
    return keys.map((backend, index) => {
      const walk = walks[index] ?? { refreshedAt: null, startedAt: null, error: null };
      const reason = gapOf("Customer", walk);
      return { backend, type: "Customer", source: "INDEX", refreshedAt: walk.refreshedAt, complete: reason === null, reason };
    });
  }

  return {
    list: async ({ backends: keys, customerId }, page) => {
      const first = pageSize(page, maxPageSize);
      const selected = selectBackends(backends, keys, ["backends"]).map(({ key }) => key);
      const customer = customerId == null ? null : refOf(backends, "Customer", customerId, ["customerId"]);
      const start = page.after == null ? null : positionOf(page.after);
      const failures = new Map<string, BackendFailure>();
      const found = isKept ? await listSeen({ backends: selected, customer, first: first + 1, after: start }, failures) : [];
      const shown = found.slice(0, first);
      const end = shown.at(-1)?.place ?? start;
      return {
        edges: shown.map(({ node, place }) => edgeOf(node, () => cursorOf(place))),
        hasNextPage: found.length > first,
        hasPreviousPage: page.after != null,
        // Never the place of a suggestion that the caller does not see.
        endCursor: end && cursorOf(end),
        unavailable: [...failures.values()],
        sources: () => sourcesOf(selected),
      };
    },
  };

  /**
   * Returns the requested number of suggestions that the caller sees, each with its place among all. A backend that fails is not
   * called again.
   */
  async function listSeen(query: SuggestionQuery, failures: Map<string, BackendFailure>): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    let { after } = query;
    for (let first = query.first; ; first = Math.min(mostAtOnce, first * 2)) {
      const answering = query.backends.filter((key) => !failures.has(key));
      const found = await store.list({ ...query, backends: answering, first, after });
      const nodes = await Promise.all(found.map((suggestion) => untilFailing(suggestion, failures)));
      seen.push(...found.flatMap((place, index) => (nodes[index] ? [{ node: nodes[index], place }] : [])));
      after = found.at(-1) ?? null;
      if (seen.length >= query.first || found.length < first) return seen.slice(0, query.first);
    }
  }

  /** Hides a suggestion if the backend of one of its customers fails, and records the failure. */
  async function untilFailing(suggestion: LinkSuggestion, failures: Map<string, BackendFailure>): Promise<LinkSuggestion | null> {
    try {
      return await asSeen(suggestion);
    } catch (error) {
      const backend = error instanceof BillingError ? (error.backend ?? null) : null;
      if (!(error instanceof BillingError) || error.code === "INVALID_INPUT" || backend === null) throw error;
      failures.set(backend, { backend, error });
      return null;
    }
  }
}

interface Seen {
  readonly node: LinkSuggestion;
  readonly place: SuggestionPosition;
}

/** The most suggestions read at once when many are hidden from the caller. */
const mostAtOnce = 200;

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
