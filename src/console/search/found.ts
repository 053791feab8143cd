import type { FoundFragment, SearchQuery } from "../../client/index.ts";
import { formatDay, formatMoney } from "../format.ts";

export type SearchEdge = SearchQuery["search"]["edges"][number];

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
