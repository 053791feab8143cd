import { Alert, Anchor, Badge, Card, Code, Group, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import type { BackendDetailsFragment } from "../../client/index.ts";
import { useBackendsQuery } from "../../client/react/index.ts";
import { BackendDot, HealthBadge } from "../badges.tsx";
import { formatAge, useNow } from "../format.ts";
import { Page } from "../page.tsx";
import { Empty, Failed, Loading } from "../states.tsx";
import { groupCapabilities, systemOf } from "./capabilities.ts";

const refreshMs = 5_000;

/** Lists all backends with their health, refreshed every few seconds, and what they can do. */
export function BackendsPage() {
  const { data, error, refetch } = useBackendsQuery({}, { refetchInterval: refreshMs });
  return (
    <Page
      title="Backends"
      description="The billing systems behind the gateway: their health, and what each can do. Refreshes automatically."
    >
      {error && <Failed title="The backends could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="backends" lines={2} height={280} />}
      {data?.backends.length === 0 && (
        <Empty title="No backends">
          <Text c="dimmed">None is configured, or your access key allows none of them.</Text>
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {data?.backends.map((backend) => (
          <BackendCard key={backend.id} backend={backend} />
        ))}
      </SimpleGrid>
    </Page>
  );
}

function BackendCard({ backend }: { readonly backend: BackendDetailsFragment }) {
  const { key, label, currency, health, capabilities } = backend;
  return (
    <Card component="article" aria-labelledby={`backend-${key}`}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Stack gap={2} miw={0}>
            <Title order={2} size="h4" id={`backend-${key}`} textWrap="balance">
              <BackendDot backend={key} /> {label}
            </Title>
            <Text size="sm" c="dimmed">
              {systemOf(backend)} · {currency} · <Code>{key}</Code>
            </Text>
          </Stack>
          <HealthBadge status={health.status} />
        </Group>
        <Health health={health} />
        <Table variant="vertical" withRowBorders={false} verticalSpacing={6} horizontalSpacing={0} layout="fixed">
          <Table.Tbody>
            {groupCapabilities(capabilities).map(({ subject, verbs }) => (
              <Table.Tr key={subject}>
                <Table.Th w={104} scope="row" bg="transparent" fw={500}>
                  {subject}
                </Table.Th>
                <Table.Td>
                  {verbs.length === 0 ? (
                    <Text size="sm" c="dimmed">
                      none
                    </Text>
                  ) : (
                    <Group gap={6}>
                      {verbs.map((verb) => (
                        <Badge key={verb} size="sm" color="gray">
                          {verb}
                        </Badge>
                      ))}
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {capabilities.includes("CUSTOMER_READ") && (
          <Anchor component={Link} href={`/customers?backend=${encodeURIComponent(key)}`} size="sm">
            Customers of {label}
          </Anchor>
        )}
      </Stack>
    </Card>
  );
}

/** Latency, last check and circuit breaker. Problems are red. */
function Health({ health }: { readonly health: BackendDetailsFragment["health"] }) {
  const { latencyMs, checkedAt, circuit, message } = health;
  const now = useNow();
  return (
    <Stack gap={4}>
      <Group gap="lg">
        <Text size="sm">
          <Text span c="dimmed" inherit>
            Latency{" "}
          </Text>
          {latencyMs === null ? "not known" : `${latencyMs.toLocaleString()} ms`}
        </Text>
        <Text size="sm">
          <Text span c="dimmed" inherit>
            Last call{" "}
          </Text>
          {checkedAt === null ? "never" : formatAge(checkedAt, now)}
        </Text>
        {circuit !== "CLOSED" && (
          <Badge color="red" size="sm">
            {circuit === "OPEN" ? "Circuit open" : "Circuit half-open"}
          </Badge>
        )}
      </Group>
      {message && (
        <Alert color="red" variant="light" p="xs">
          {message}
        </Alert>
      )}
    </Stack>
  );
}
