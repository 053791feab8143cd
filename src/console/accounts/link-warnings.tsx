import { Alert, List } from "@mantine/core";
import type { LinkWarningsQuery } from "../../client/index.ts";
import { useLinkWarningsQuery } from "../../client/react/index.ts";
import { Failed } from "../states.tsx";

type Warning = LinkWarningsQuery["linkWarnings"][number];

interface Properties {
  /** Customers to link. The warnings cover their whole accounts. */
  readonly customerIds: readonly string[];
}

/** Shows what speaks against two customers being the same one. Renders nothing when nothing does. */
export function LinkWarnings({ customerIds }: Properties) {
  const { data, error, refetch } = useLinkWarningsQuery({ customerIds: [...customerIds] });
  if (error) return <Failed title="The customers could not be compared" error={error} onRetry={refetch} />;
  if (!data || data.linkWarnings.length === 0) return null;
  return (
    <Alert color="yellow" title="Are they the same customer?" role="status">
      <List size="sm" spacing={4}>
        {data.linkWarnings.map((warning) => (
          <List.Item key={`${warning.kind} ${warning.customers.map(({ id }) => id).join(" ")}`}>{sentenceOf(warning)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function sentenceOf({ kind, customers }: Warning): string {
  const named = customers.map(({ name, backend }) => `${name} in ${backend.label}`).join(" and ");
  switch (kind) {
    case "SAME_BACKEND":
      return `These are in one backend, but an account usually has one customer in each: ${named}.`;
    case "DISSIMILAR":
      return `These have different names, and share no reference, phone number or e-mail address: ${named}.`;
    case "NOT_READ":
      return `This one cannot be read now, so it was not compared: ${named}.`;
  }
}
