import { Alert, Anchor, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { BackendDetailsFragment } from "../../client/index.ts";
import { useLinkSuggestionsQuery } from "../../client/react/index.ts";
import { systemOf } from "../backends/capabilities.ts";
import { BackendDot, HealthBadge } from "../badges.tsx";
import { formatAge, isolated, useNow } from "../format.ts";
import { About } from "../operations/operation-columns.tsx";
import { OperationStatusBadge } from "../operations/operation-status.tsx";
import { mutationLabel } from "../operations/operation-words.ts";
import { Page } from "../page.tsx";
import { Empty, Failed, Loading } from "../states.tsx";
import { formatScore } from "../suggestions/reasons.ts";
import { reasonOf, useBackendsDown, useOpenOperations, waitsForDecision } from "./waiting.ts";
import { Section, WaitingRuns } from "./waiting-runs.tsx";

/** Shows what needs a person first, then the health of the backends. */
export function WorkPage() {
  return (
    <Page title="Open work" description="What needs attention now. Refreshes automatically.">
      <OpenOperations />
      <WaitingRuns />
      <Suggestions />
      <Backends />
    </Page>
  );
}

/** Operations with unknown outcomes, those done in part, and those that failed within the last day. */
function OpenOperations() {
  const { operations, more, data, error, refetch } = useOpenOperations();
  const now = useNow();
  const all = (
    <Anchor component={Link} href="/operations?status=UNKNOWN&status=PARTIAL&status=FAILED" size="sm">
      {more ? "There are more: show all" : "Show all"}
    </Anchor>
  );
  return (
    <Section title="Operations" more={operations.length > 0 && all}>
      {error && !data && <Failed title="The operations could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="operations" lines={3} />}
      {data && operations.length === 0 && (
        <Empty title="No operation needs attention">
          <Text size="sm" c="dimmed">
            None has an unknown outcome or was done in part, and none failed within the last day.
          </Text>
        </Empty>
      )}
      {operations.map((operation) => {
        const { id, mutation, status, createdAt, actor } = operation;
        const reason = reasonOf(operation);
        return (
          <Card key={id} component="article" padding="sm" aria-label={mutationLabel(mutation)}>
            <Group justify="space-between" align="flex-start" gap="sm" wrap="nowrap">
              <Stack gap={2} miw={0}>
                <Anchor component={Link} href={`/operations/${encodeURIComponent(id)}`} fw={500}>
                  {mutationLabel(mutation)}
                </Anchor>
                <About operation={operation} />
                {reason !== null && (
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    {waitsForDecision(operation) ? "Waiting for a decision: there is a candidate." : reason}
                  </Text>
                )}
                <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                  {[formatAge(createdAt, now), actor && isolated(actor)].filter((part) => part !== null).join(" · ")}
                </Text>
              </Stack>
              <OperationStatusBadge status={status} />
            </Group>
          </Card>
        );
      })}
    </Section>
  );
}

/** The likeliest suggestions that nobody has decided. Renders nothing when there are none. */
function Suggestions() {
  const suggestions = useLinkSuggestionsQuery({ first: 3 }).data?.linkSuggestions.nodes ?? [];
  if (suggestions.length === 0) return null;
  return (
    <Section
      title="Probably the same customer"
      more={
        <Anchor component={Link} href="/suggestions" size="sm">
          Decide
        </Anchor>
      }
    >
      <Card padding="sm">
        <Stack gap={6}>
          {suggestions.map(({ customers, score }) => (
            <Text key={customers.map(({ id }) => id).join(" ")} size="sm" style={{ overflowWrap: "anywhere" }}>
              {customers.map(({ name, backend }) => `${name} in ${backend.label}`).join(" and ")} · {formatScore(score)} likely
            </Text>
          ))}
        </Stack>
      </Card>
    </Section>
  );
}

function Backends() {
  const { data, down, error, refetch } = useBackendsDown();
  return (
    <Section
      title="Backends"
      more={
        <Anchor component={Link} href="/backends" size="sm">
          Capabilities
        </Anchor>
      }
    >
      {error && <Failed title="The backends could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="backends" lines={2} />}
      {down.map(({ key, label, health }) => (
        <Alert key={key} color="red" variant="light" title={`${label} is down`} role="alert">
          {health.message ?? "Its last call failed."}
        </Alert>
      ))}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        {data?.backends.map((backend) => (
          <BackendLine key={backend.id} backend={backend} />
        ))}
      </SimpleGrid>
    </Section>
  );
}

function BackendLine({ backend }: { readonly backend: BackendDetailsFragment }) {
  return (
    <Card padding="sm">
      <Stack gap={4} align="flex-start">
        <Text size="sm" fw={600}>
          <BackendDot backend={backend.key} /> {backend.label}
        </Text>
        <Text size="xs" c="dimmed">
          {systemOf(backend)}
        </Text>
        <HealthBadge status={backend.health.status} />
      </Stack>
    </Card>
  );
}
