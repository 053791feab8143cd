import { Group, Table, Text } from "@mantine/core";
import { useKnownCustomerQuery } from "../../client/react/index.ts";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { formatAge, formatInstant } from "../format.ts";
import { useNow } from "../now.ts";
import { Panel } from "../panel.tsx";

/**
 * Shows what the directory knows of a customer whose backend does not answer, and how old that is. Renders nothing when it knows
 * nothing.
 */
export function KnownCustomer({ customerId }: { readonly customerId: string }) {
  const { data } = useKnownCustomerQuery({ id: customerId });
  const now = useNow();
  const known = data?.knownCustomer;
  if (!known) return null;
  const { name, backend, status, readAt, email, phone, reference, backendId, postalCode, city, country } = known;
  const person = [known.firstName, known.lastName].filter(Boolean).join(" ");
  const rows = [
    ["Contact", person === name ? "" : person],
    ["E-mail", email],
    ["Phone", phone],
    ["Reference", reference],
    ["Place", [postalCode, city, country].filter(Boolean).join(" ")],
    [`ID in ${backend.label}`, backendId],
  ] as const;
  return (
    <Panel title={name} gap="sm">
      <Group gap="xs">
        <CustomerStatusBadge status={status} />
        <BackendBadge backend={backend} />
      </Group>
      <Text size="sm" c="dimmed">
        {readAt === null
          ? "From the gateway’s directory."
          : `What the gateway knew of it ${formatAge(readAt, now)} (${formatInstant(readAt)}). It may have changed since. The directory keeps no amounts due.`}
      </Text>
      <Table variant="vertical" withRowBorders={false} verticalSpacing={5} horizontalSpacing={0} layout="fixed">
        <Table.Tbody>
          {rows.map(
            ([label, value]) =>
              value && (
                <Table.Tr key={label}>
                  <Table.Th w={120} scope="row" bg="transparent" fw={500} c="dimmed" style={{ verticalAlign: "top" }}>
                    {label}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
