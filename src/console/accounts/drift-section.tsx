import { Badge, Button, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { CustomerNameFragment, DriftDetailsFragment } from "../../client/index.ts";
import { useAccountDriftQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { AlignModal, type Alignment } from "../forms/align-form.tsx";
import { Panel, reachable } from "../page.tsx";
import { useMay } from "../session/session.ts";
import { Failed, Loading, Unavailable } from "../states.tsx";
import { deviating, driftFieldLabels, driftText } from "./drift-values.ts";

/** Shows in which fields an account's customers differ, and offers to align them. */
export function DriftSection({ accountId }: { readonly accountId: string }) {
  const { data, error, refetch } = useAccountDriftQuery({ id: accountId });
  const [alignment, setAlignment] = useState<Alignment | null>(null);
  const drift = data?.account?.drift;
  const whole = drift?.unavailable.length === 0;
  return (
    <Panel title="Differences">
      {error && <Failed title="The customers could not be compared" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the differences" lines={2} />}
      <Unavailable failures={drift?.unavailable ?? []} onRetry={refetch} />
      {drift?.fields.length === 0 && (
        <Text size="sm" role="status">
          {drift.unavailable.length === 0
            ? "The customers agree in all fields that their backends keep."
            : "The customers that could be compared agree."}
        </Text>
      )}
      {drift && drift.fields.length > 0 && <DriftTable differences={drift.fields} onAlign={whole ? setAlignment : null} />}
      {drift && drift.fields.length > 0 && !whole && (
        <Text size="sm" c="dimmed">
          You can align once all customers can be read.
        </Text>
      )}
      <AlignModal accountId={accountId} alignment={alignment} onClose={() => setAlignment(null)} />
    </Panel>
  );
}

interface DriftTableProperties {
  readonly differences: readonly DriftDetailsFragment[];
  /** Null while one of the customers cannot be read. */
  readonly onAlign: ((alignment: Alignment) => void) | null;
}

/** One row for each field that differs, one column for each customer. */
function DriftTable({ differences, onAlign }: DriftTableProperties) {
  const customers = customersOf(differences);
  return (
    <Table.ScrollContainer minWidth={130 + 190 * customers.length} scrollAreaProps={reachable}>
      <Table aria-label="Differences" layout="fixed" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={130}>
              Field
            </Table.Th>
            {customers.map(({ id, backend }) => (
              <Table.Th key={id} scope="col">
                <BackendBadge backend={backend} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map((difference) => (
            <DifferenceRow key={difference.field} difference={difference} customers={customers} onAlign={onAlign} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface DifferenceRowProperties extends Pick<DriftTableProperties, "onAlign"> {
  readonly difference: DriftDetailsFragment;
  readonly customers: readonly CustomerNameFragment[];
}

function DifferenceRow({ difference, customers, onAlign }: DifferenceRowProperties) {
  const { field, values } = difference;
  const marked = deviating(values.map(driftText));
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Th scope="row">{driftFieldLabels[field]}</Table.Th>
      {customers.map(({ id }) => {
        const place = values.findIndex(({ customer }) => customer.id === id);
        const value = values[place];
        return (
          <Table.Td key={id}>
            {value ? (
              <Value difference={difference} value={value} marked={marked[place] ?? false} onAlign={onAlign} />
            ) : (
              <Text size="sm" c="dimmed">
                not kept
              </Text>
            )}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

interface ValueProperties extends Pick<DriftTableProperties, "onAlign"> {
  readonly difference: DriftDetailsFragment;
  readonly value: DriftDetailsFragment["values"][number];
  readonly marked: boolean;
}

function Value({ difference, value, marked, onAlign }: ValueProperties) {
  const changes = useMay("write");
  const text = driftText(value);
  const receivers = difference.values.filter(({ customer, alignable }) => alignable && customer.id !== value.customer.id);
  return (
    <Stack gap={6} align="flex-start">
      <Text size="sm" {...(text === "" && { c: "dimmed" })} style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
        {text || "nothing"}
      </Text>
      {marked && (
        <Badge size="sm" color="yellow">
          differs
        </Badge>
      )}
      {changes && onAlign && text !== "" && receivers.length > 0 && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Align all to this: ${driftFieldLabels[difference.field]} in ${value.customer.backend.label}`}
          onClick={() => onAlign({ difference, from: value.customer })}
        >
          Align all to this
        </Button>
      )}
    </Stack>
  );
}

/** Each customer once, in the order in which the differences name them. */
function customersOf(differences: readonly DriftDetailsFragment[]): readonly CustomerNameFragment[] {
  const named = differences.flatMap(({ values }) => values.map(({ customer }) => customer));
  return [...new Map(named.map((customer) => [customer.id, customer])).values()];
}
