import { Anchor, Code } from "@mantine/core";
import { Link } from "wouter";
import type { NodeSummaryFragment } from "../../client/index.ts";
import { formatDay, formatMoney, formatPercent, isolated } from "../format.ts";

/** The name of an object, as plain text. */
export function nodeText(node: NodeSummaryFragment): string {
  switch (node.__typename) {
    case "Customer":
      return `${isolated(node.name)} (${node.backendId})`;
    case "Charge":
      return [chargeText(node), node.customer && isolated(node.customer.name)].filter((fact) => fact != null).join(" · ");
    case "Tax": {
      const { name, rate, backendId } = node;
      return [isolated(name), rate !== null && formatPercent(rate), `no. ${backendId}`]
        .filter((fact) => fact !== false)
        .join(" · ");
    }
    default:
      return node.id;
  }
}

function chargeText({ name, amount, date, backendId }: Extract<NodeSummaryFragment, { __typename: "Charge" }>): string {
  const facts = [amount && formatMoney(amount), date && formatDay(date), `no. ${backendId}`].filter((fact) => fact !== null);
  return `${isolated(name)}: ${facts.join(" · ")}`;
}

/** The name of an object, with a link to its view if there is one. */
export function NodeName({ node }: { readonly node: NodeSummaryFragment }) {
  switch (node.__typename) {
    case "Customer":
      return (
        <Anchor component={Link} href={`/customers/${encodeURIComponent(node.id)}`} size="sm">
          {nodeText(node)}
        </Anchor>
      );
    case "Charge": {
      const { customer } = node;
      return (
        <>
          {chargeText(node)}
          {customer && (
            <>
              {" · "}
              <Anchor component={Link} href={`/customers/${encodeURIComponent(customer.id)}`} size="sm" underline="always">
                {isolated(customer.name)}
              </Anchor>
            </>
          )}
        </>
      );
    }
    case "Tax":
      return nodeText(node);
    default:
      return <Code>{node.id}</Code>;
  }
}
