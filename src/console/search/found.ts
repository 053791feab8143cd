import type { FoundFragment, SearchQuery } from "../../client/index.ts";
import { formatDay, formatMoney } from "../format.ts";

type SearchEdge = SearchQuery["search"]["edges"][number];

/** One thing that was found, as a row that leads somewhere. */
export interface Hit {
  readonly key: string;
  readonly label: string;
  /** What else identifies it. */
  readonly description: string;
  /** Labels of the backends that it is in. */
  readonly backends: readonly string[];
  /** The page that shows it: a charge is on its customer's, a tax among the taxes. */
  readonly href: string;
}

interface HitGroup {
  readonly label: string;
  readonly hits: readonly Hit[];
}

const groupLabels: Readonly<Record<FoundFragment["__typename"], string>> = {
  Customer: "Customers",
  Charge: "Charges",
  Tax: "Taxes",
};

/**
 * What was found, by what it is, each group in the order in which it was found: first the accounts that customers found are in. What
 * has gone since is left out. Pure.
 */
export function hitsOf(edges: readonly SearchEdge[]): readonly HitGroup[] {
  const found = edges.flatMap(({ node, matched }) => (node ? [{ node, matched }] : []));
  const accounts = accountHits(found.map(({ node }) => node));
  const others = [...Map.groupBy(found, ({ node }) => node.__typename)].map(([type, members]) => ({
    label: groupLabels[type],
    hits: members.map(({ node, matched }) => hitOf(node, matched)),
  }));
  return [...(accounts.length > 0 ? [{ label: "Accounts", hits: accounts }] : []), ...others];
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

function hitOf(node: FoundFragment, matched: string | null): Hit {
  const common = { key: node.id, label: node.name, backends: [node.backend.label] };
  const besides = matched === null || matched === node.name ? [] : [matched];
  switch (node.__typename) {
    case "Customer":
      return { ...common, description: besides.join(" · "), href: `/customers/${encodeURIComponent(node.id)}` };
    case "Charge": {
      const { date, amount, customer } = node;
      const parts = [customer?.name, date && formatDay(date), amount && formatMoney(amount), ...besides];
      return {
        ...common,
        description: parts.filter(Boolean).join(" · "),
        // What a plan defines is no customer's, and has no page.
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
