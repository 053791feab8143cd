import type { Adapter, CallScope, List, Page } from "../adapter/adapter.ts";
import type { Backend } from "../adapter/backends.ts";
import { BillingError, invalidInput, settle, unsupported } from "../model/errors.ts";
import { decodeTurnsCursor, encodeTurnsCursor, type Standing } from "./cursor.ts";
import { type BackendFailure, type Connection, edgeOf } from "./pages.ts";

/**
 * A list over several backends that takes one row from each in turn, in the given order. Every page asks each backend that has
 * not ended for as many rows as the page holds. The cursor has each backend's position and whose turn is next, so pages of any
 * size give the same rows in the same order. A backend that fails keeps its position, and its rows go on from there once it
 * answers again.
 */
export async function interleaveBackends<T, Query>(
  list: string,
  selected: readonly Backend[],
  verb: (adapter: Adapter) => List<T, Query> | undefined,
  query: Query,
  page: { readonly first: number; readonly after: string | null },
  scope: CallScope,
): Promise<Connection<T>> {
  const verbs = selected.map(({ key, adapter }) => ({ key, ask: verb(adapter) }));
  const able = new Map(verbs.flatMap(({ key, ask }) => (ask ? [[key, ask] as const] : [])));
  const unable = verbs.filter(({ ask }) => !ask);
  const asked = await Promise.all(
    standingsOf(list, able, page.after).map(async ({ ask, ...standing }): Promise<Turn<T>> => {
      const answer = await settle(ask(query, { first: page.first, after: standing.position }, scope));
      if (!(answer instanceof BillingError))
        return {
          standing,
          items: [...answer.items],
          hasMore: answer.hasNextPage,
          failure: null,
          told: answer.incomplete ?? null,
        };
      if (answer.field?.[0] === "after") throw answer;
      return { standing, items: [], hasMore: true, failure: answer, told: answer };
    }),
  );
  const { edges, turns } = takeInTurns(list, asked, page.first);
  return {
    edges,
    hasNextPage: turns.some(({ failure, items, hasMore }) => failure === null && (items.length > 0 || hasMore)),
    hasPreviousPage: page.after !== null,
    // An empty page ends where it began.
    ...(edges.length === 0 && { endCursor: page.after }),
    unavailable: [
      ...asked.flatMap(({ standing, told }): BackendFailure[] => (told ? [{ backend: standing.backend, error: told }] : [])),
      ...unable.map(({ key }) => ({ backend: key, error: unsupported(key, `${key} keeps no ${list}.`) })),
    ],
  };
}

interface Turn<T> {
  readonly standing: Standing;
  /** Rows that were not taken yet. */
  readonly items: Page<T>["items"];
  /** Whether more rows follow; also true while that is unknown. */
  readonly hasMore: boolean;
  readonly failure: BillingError | null;
  /** The failure, or why rows are missing. */
  readonly told: BillingError | null;
}

/** The backends' positions in the order of their turns. Backends that the caller does not ask or may not see are left out. */
function standingsOf<Ask>(
  list: string,
  able: ReadonlyMap<string, Ask>,
  after: string | null,
): readonly (Standing & { readonly ask: Ask })[] {
  if (after === null) return [...able].map(([backend, ask]) => ({ backend, position: null, ask }));
  const { standings } = decodeTurnsCursor(list, after);
  const known = standings.flatMap((standing) => {
    const ask = able.get(standing.backend);
    return ask === undefined ? [] : [{ ...standing, ask }];
  });
  if (known.length === 0 && standings.length > 0) throw invalidInput("after", "belongs to backends that this list does not ask");
  return known;
}

function takeInTurns<T>(list: string, asked: readonly Turn<T>[], count: number) {
  let turns = asked;
  const edges: { cursor: string; node: T }[] = [];
  while (edges.length < count && turns.some(({ items }) => items.length > 0)) {
    const [turn, ...others] = turns as [Turn<T>, ...Turn<T>[]];
    const [item, ...items] = turn.items;
    if (item === undefined) {
      // A backend that has ended leaves the round. One that failed, or has given all that was asked for, waits for the next
      // page.
      turns = turn.hasMore ? [...others, turn] : others;
      continue;
    }
    turns = [...others, { ...turn, standing: { ...turn.standing, position: item.position }, items }];
    const behind = turns;
    edges.push(
      edgeOf(item.value, () => encodeTurnsCursor(list, { standings: behind.filter(isLeft).map(({ standing }) => standing) })),
    );
  }
  return { edges, turns };
}

function isLeft({ items, hasMore }: Turn<unknown>): boolean {
  return items.length > 0 || hasMore;
}
