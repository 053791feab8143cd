import type { FoundFragment, SearchQuery, SourceDetailsFragment } from "../../client/index.ts";
import { formatAge, formatDay, formatMoney } from "../format.ts";

type SearchEdge = SearchQuery["search"]["edges"][number];

/** One result, as a row with a link. */
export interface Hit {
  readonly key: string;
  readonly label: string;
  /** More about it, to tell it from others. */
  readonly description: string;
  /** Labels of its backends. */
  readonly backends: readonly string[];
  /** The page that shows it: a charge is shown on its customer's page, a tax in the list of taxes. */
  readonly href: string;
}

export interface HitGroup {
  readonly label: string;
  readonly hits: readonly Hit[];
}

/** The order of the groups: customers before their charges. */
const groups: readonly (readonly [FoundFragment["__typename"], string])[] = [
  ["Customer", "Customers"],
  ["Charge", "Charges"],
  ["Tax", "Taxes"],
];

/**
 * Groups results by type and keeps their order: accounts of the customers found, then customers, then all else. Leaves out
 * objects that are gone. Pure.
 */
export function hitsOf(edges: readonly SearchEdge[]): readonly HitGroup[] {
  const found = edges.flatMap(({ node, ...rest }) => (node ? [{ node, ...rest }] : []));
  const accounts = accountHits(found.map(({ node }) => node));
  const others = groups.flatMap(([type, label]) => {
    const hits = found.filter(({ node }) => node.__typename === type).map(({ node, ...rest }) => hitOf(node, rest));
    return hits.length > 0 ? [{ label, hits }] : [];
  });
  return [...(accounts.length > 0 ? [{ label: "Accounts", hits: accounts }] : []), ...others];
}

/** Sorts charges by date, newest first, those without a date last. Keeps the order of all else. Pure. */
export function newestChargesFirst(edges: readonly SearchEdge[]): readonly SearchEdge[] {
  const dateOf = ({ node }: SearchEdge): string => (node?.__typename === "Charge" ? (node.date ?? "") : "");
  const isCharge = ({ node }: SearchEdge): boolean => node?.__typename === "Charge";
  const charges = edges
    .filter(isCharge)
    .toSorted((left, right) => (dateOf(left) < dateOf(right) ? 1 : dateOf(left) > dateOf(right) ? -1 : 0));
  return [...edges.filter((edge) => !isCharge(edge)), ...charges];
}

/** Each account once, however many of its customers were found. */
function accountHits(nodes: readonly FoundFragment[]): readonly Hit[] {
  const accounts = nodes.flatMap((node) => (node.__typename === "Customer" && node.account ? [node.account] : []));
  return [...new Map(accounts.map((account) => [account.id, account])).values()].map(({ id, name, customers }) => ({
    key: id,
    label: name,
    description: `${customers.length} customers`,
    backends: customers.map(({ backend }) => backend.label),
    href: `/accounts/${encodeURIComponent(id)}`,
  }));
}

function hitOf(node: FoundFragment, { matched, known }: Omit<SearchEdge, "node">): Hit {
  const common = { key: node.id, label: node.name, backends: [node.backend.label] };
  const besides = matched === null || matched === node.name ? [] : [matched];
  switch (node.__typename) {
    case "Customer":
      return {
        ...common,
        // Tells customers of the same name apart, as far as that is known.
        description: [...new Set([...besides, known?.reference, known?.email].filter(Boolean))].join(" · "),
        href: `/customers/${encodeURIComponent(node.id)}`,
      };
    case "Charge": {
      const { date, amount, customer } = node;
      const parts = [customer?.name, date && formatDay(date), amount && formatMoney(amount), ...besides];
      return {
        ...common,
        description: parts.filter(Boolean).join(" · "),
        // A charge that a plan defines has no customer and no page.
        href: customer
          ? `/customers/${encodeURIComponent(customer.id)}?${new URLSearchParams({ search: node.name })}`
          : "/backends",
      };
    }
    case "Tax":
      return {
        ...common,
        description: besides.join(" · "),
        href: `/taxes?${new URLSearchParams({ search: node.name, backend: node.backend.key })}`,
      };
  }
}

/**
 * Recent results of this tab. Signing out forgets them, and so does closing the tab: customers' names are not for the next
 * person.
 */

const storageName = "billing-console.recent";
const most = 6;

/** Newest first. Empty when the storage is unavailable, or holds another version. */
export function recentHits(storage: Pick<Storage, "getItem"> = sessionStorage): readonly Hit[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageName) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isHit) : [];
  } catch {
    return [];
  }
}

export function remember(hit: Hit, storage: Pick<Storage, "getItem" | "setItem"> = sessionStorage): void {
  const others = recentHits(storage).filter(({ href }) => href !== hit.href);
  try {
    storage.setItem(storageName, JSON.stringify([hit, ...others].slice(0, most)));
  } catch {
    // Without a storage only this list is missing.
  }
}

function isHit(value: unknown): value is Hit {
  const { key, label, description, backends, href } = (value ?? {}) as Partial<Record<keyof Hit, unknown>>;
  const isTexts = [key, label, description, href].every((text) => typeof text === "string");
  return isTexts && Array.isArray(backends) && backends.every((text) => typeof text === "string");
}

/** From this age on, the page shows it. The directory usually reads a backend every quarter of an hour. */
const oldMs = 60 * 60_000;

/**
 * How soon to search again, for a query's refetchInterval: soon while the directory is still reading. A search in a backend's own
 * list is not repeated, as it costs calls. Pure.
 */
export function nextLookMs(sources: readonly SourceDetailsFragment[] = []): number | false {
  return sources.some(({ source, complete }) => source === "INDEX" && !complete) && 3_000;
}

/** Sentences on what a search did not cover or what is old. Empty when all is covered and recent. Pure. */
export function remarksOn(sources: readonly SourceDetailsFragment[], now: number): readonly string[] {
  const incomplete = labelsOf(sources.filter(({ complete }) => !complete));
  // Results that came from the backend itself are up to date.
  const old = sources.filter(
    ({ source, complete, refreshedAt }) =>
      (source === "INDEX" || !complete) && refreshedAt !== null && now - Date.parse(refreshedAt) > oldMs,
  );
  return [
    ...(incomplete.length > 0 ? [`The search has not covered all of ${incomplete.join(", ")}.`] : []),
    ...(old.length > 0 ? [`Data of ${labelsOf(old).join(", ")} is from ${ageOf(old, now)}.`] : []),
  ];
}

/** The age of the oldest source: "3 min. ago"; "" when none has been read to its end. Pure. */
export function ageOf(sources: readonly SourceDetailsFragment[], now: number): string {
  const [oldest] = sources.flatMap(({ refreshedAt }) => refreshedAt ?? []).sort();
  return oldest === undefined ? "" : formatAge(oldest, now);
}

/** Each backend once: a source is one backend's objects of one type. */
function labelsOf(sources: readonly SourceDetailsFragment[]): readonly string[] {
  return [...new Set(sources.map(({ backend }) => backend.label))];
}
