import type { WalkState } from "../directory/model.ts";
import type { Ref } from "../model/model.ts";
import { type Engine, reporting } from "../store/engine.ts";
import type { Declining } from "./declining.ts";
import type { LinkSuggestion, Reason } from "./model.ts";
import { pairOf } from "./pairs.ts";
import { type SuggestionDatabase, suggestionDatabase, transactSuggestions } from "./tables.ts";

/** The suggestions shown, and the declined ones. Each method rejects with UNAVAILABLE while the store is down. */
export interface SuggestionStore extends Declining {
  /**
   * Suggestions after `after`, the best first, with both customers in the given backends. It leaves out declined pairs and
   * pairs in one account; the latter come back when they are unlinked.
   */
  readonly list: (query: SuggestionQuery) => Promise<readonly LinkSuggestion[]>;
  /** How far the directory has read each backend's customers. */
  readonly walks: (backends: readonly string[]) => Promise<readonly WalkState[]>;
}

export interface SuggestionQuery {
  readonly backends: readonly string[];
  /** Only suggestions with this customer; null = all. */
  readonly customer: Ref | null;
  readonly first: number;
  readonly after: SuggestionPosition | null;
}

/** A page goes on behind this pair. */
export interface SuggestionPosition {
  /** 0 to 1. */
  readonly score: number;
  readonly customers: readonly [Ref, Ref];
}

export function createSuggestionStore(engine: Engine): SuggestionStore {
  const database = suggestionDatabase(engine);

  return {
    list: reporting(async ({ backends, customer, first, after }) => {
      if (backends.length < 2) return [];
      let query = shownPairs(database, backends);
      if (customer) query = withCustomer(query, customer);
      if (after) query = behind(query, after);
      const rows = await query.limit(first).execute();
      return rows.map((row) => ({
        customers: [
          { backend: row.left_backend, id: row.left_id, name: row.left_name },
          { backend: row.right_backend, id: row.right_id, name: row.right_name },
        ],
        score: row.score / 1000,
        reasons: JSON.parse(row.reasons) as readonly Reason[],
      }));
    }),
    decline: reporting(async ([one, other], operationId) => {
      await transactSuggestions(engine, (transaction) =>
        transaction
          .insertInto("declined_links")
          .values({ ...pairOf(one, other), declined_at: new Date().toISOString(), operation_id: operationId })
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    }),
    isDeclined: reporting(async ([one, other]) => {
      const declined = database.selectFrom("declined_links").select("declined_at");
      const found = await declined.where(({ and }) => and({ ...pairOf(one, other) })).executeTakeFirst();
      return found !== undefined;
    }),
    walks: reporting(async (backends) => {
      const sources = database.selectFrom("directory_sources").select(["backend", "refreshed_at", "started_at", "error"]);
      const rows = await sources.where("type", "=", "Customer").execute();
      return backends.map((key) => {
        const row = rows.find(({ backend }) => backend === key);
        return { refreshedAt: row?.refreshed_at ?? null, startedAt: row?.started_at ?? null, error: row?.error ?? null };
      });
    }),
  };
}

type ShownPairs = ReturnType<typeof shownPairs>;

function shownPairs(database: SuggestionDatabase, backends: readonly string[]) {
  return database
    .selectFrom("link_suggestions as pair")
    .innerJoin("directory_records as left", (join) =>
      join.on("left.type", "=", "Customer").onRef("left.backend", "=", "left_backend").onRef("left.id", "=", "left_id"),
    )
    .innerJoin("directory_records as right", (join) =>
      join.on("right.type", "=", "Customer").onRef("right.backend", "=", "right_backend").onRef("right.id", "=", "right_id"),
    )
    .select(["left_backend", "left_id", "right_backend", "right_id", "score", "reasons"])
    .select(["left.name as left_name", "right.name as right_name"])
    .where("left_backend", "in", backends)
    .where("right_backend", "in", backends)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("declined_links as declined")
            .select("declined.left_id")
            .whereRef("declined.left_backend", "=", "pair.left_backend")
            .whereRef("declined.left_id", "=", "pair.left_id")
            .whereRef("declined.right_backend", "=", "pair.right_backend")
            .whereRef("declined.right_id", "=", "pair.right_id"),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("account_customers as one")
            .innerJoin("account_customers as other", "other.account_id", "one.account_id")
            .select("one.account_id")
            .whereRef("one.backend", "=", "pair.left_backend")
            .whereRef("one.customer_id", "=", "pair.left_id")
            .whereRef("other.backend", "=", "pair.right_backend")
            .whereRef("other.customer_id", "=", "pair.right_id"),
        ),
      ),
    )
    .orderBy("score", "desc")
    .orderBy("left_backend")
    .orderBy("left_id")
    .orderBy("right_backend")
    .orderBy("right_id");
}

function withCustomer(query: ShownPairs, { backend, id }: Ref): ShownPairs {
  return query.where(({ or, and }) =>
    or([and({ left_backend: backend, left_id: id }), and({ right_backend: backend, right_id: id })]),
  );
}

/** The rows behind a pair in the order of the index: falling score, then the pair. */
function behind(query: ShownPairs, { score, customers: [one, other] }: SuggestionPosition): ShownPairs {
  const thousandths = Math.round(score * 1000);
  const { left_backend, left_id, right_backend, right_id } = pairOf(one, other);
  return query
    .where("score", "<=", thousandths)
    .where(({ eb, or, refTuple, tuple }) =>
      or([
        eb("score", "<", thousandths),
        eb(
          refTuple("left_backend", "left_id", "right_backend", "right_id"),
          ">",
          tuple(left_backend, left_id, right_backend, right_id),
        ),
      ]),
    );
}
