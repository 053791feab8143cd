import { Button, Group, Stack, Text } from "@mantine/core";
import type { TaxLiabilitiesQuery } from "../../client/index.ts";
import { useBackendsQuery, useInfiniteTaxLiabilitiesQuery } from "../../client/react/index.ts";
import { taxRate } from "../format.ts";
import { LiabilitySwitch } from "../forms/liability-switch.tsx";
import { Panel } from "../page.tsx";
import { Failed, Loading, Unavailable } from "../states.tsx";

interface CustomerTaxesProperties {
  readonly customerId: string;
  /** Key of the customer's backend. */
  readonly backend: string;
}

/** Lists the taxes of the customer's backend, with the customer's liability. Renders nothing when the backend cannot tell. */
export function CustomerTaxes({ customerId, backend }: CustomerTaxesProperties) {
  const capabilities = useBackendsQuery({}).data?.backends.find(({ key }) => key === backend)?.capabilities;
  if (!capabilities?.includes("TAX_LIABILITY")) return null;
  return (
    <Panel title="Taxes">
      <Liabilities customerId={customerId} backend={backend} />
    </Panel>
  );
}

function Liabilities({ customerId, backend }: CustomerTaxesProperties) {
  const query = useInfiniteTaxLiabilitiesQuery({ customerId, backends: [backend], first: 20 });
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const taxes = data?.pages.flatMap((page) => page.taxes.nodes) ?? [];
  const failures = data?.pages[0]?.taxes.unavailable ?? [];
  if (error && !data) return <Failed title="The taxes could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Loading what="taxes" lines={3} height={28} />;
  return (
    <>
      <Unavailable failures={failures} onRetry={refetch} />
      {taxes.length === 0 && failures.length === 0 && (
        <Text size="sm" c="dimmed">
          The backend has no taxes.
        </Text>
      )}
      {taxes.map((tax) => (
        <Liability key={tax.id} tax={tax} customerId={customerId} />
      ))}
      {hasNextPage && (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More taxes
        </Button>
      )}
    </>
  );
}

interface LiabilityProperties {
  readonly tax: TaxLiabilitiesQuery["taxes"]["nodes"][number];
  readonly customerId: string;
}

function Liability({ tax, customerId }: LiabilityProperties) {
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={500}>
          {tax.name}
        </Text>
        <Text size="xs" c="dimmed">
          {taxRate(tax)}
          {!tax.active && " · not in force"}
        </Text>
      </Stack>
      <LiabilitySwitch tax={tax} customerId={customerId} isLiable={tax.isLiable} />
    </Group>
  );
}
