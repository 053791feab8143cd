import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { OperationDetailsFragment } from "../../client/index.ts";
import { BackendBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { formatInstant, isolated } from "../format.ts";
import { OperationStatusBadge } from "./operation-status.tsx";
import { aboutText, type KnownCustomer, mutationLabel } from "./operation-words.ts";

const helper = columnHelper<OperationDetailsFragment>();

export const operationColumns = helper.columns([
  helper.accessor("mutation", {
    header: "Action",
    cell: ({ row: { original: operation } }) => (
      <Stack gap={2}>
        <Anchor
          component={Link}
          href={`/operations/${encodeURIComponent(operation.id)}`}
          fw={500}
          style={{ overflowWrap: "anywhere" }}
        >
          {mutationLabel(operation.mutation)}
        </Anchor>
        <About operation={operation} />
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {formatInstant(operation.createdAt)}
          {operation.actor !== null && ` · ${isolated(operation.actor)}`}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("steps", {
    header: "Backends",
    meta: { w: 320, visibleFrom: "md" },
    cell: ({ getValue }) => (
      <Group gap={4}>
        {backendsOf(getValue()).map((backend) => (
          <BackendBadge key={backend.key} backend={backend} />
        ))}
      </Group>
    ),
  }),
  helper.accessor("status", {
    header: "Status",
    meta: { w: 136 },
    cell: ({ getValue }) => <OperationStatusBadge status={getValue()} />,
  }),
]);

interface AboutProperties {
  readonly operation: OperationDetailsFragment;
  /** Set once the customer's backend has answered. */
  readonly customer?: KnownCustomer | null;
}

/** The operation's subject: the customer and the facts. Renders nothing when neither was given. */
export function About({ operation, customer = null }: AboutProperties) {
  const text = aboutText(operation, customer);
  return text === "" ? null : (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      {text}
    </Text>
  );
}

/** Each backend once. */
function backendsOf(steps: OperationDetailsFragment["steps"]) {
  return [...new Map(steps.map(({ backend }) => [backend.key, backend])).values()];
}
