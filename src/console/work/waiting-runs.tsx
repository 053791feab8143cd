import { Anchor, Card, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ChargeRunState } from "../../client/index.ts";
import { formatAge, formatMoney, isolated, useNow } from "../format.ts";
import { RunStateBadge } from "../runs/run-state.tsx";
import { byCurrency } from "../runs/sums.ts";
import { Failed } from "../states.tsx";
import { useWaitingRuns } from "./waiting.ts";

interface Properties {
  readonly title: string;
  /** A link to the whole list, beside the title. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

/** One kind of open work. */
export function Section({ title, more, children }: Properties) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </Stack>
  );
}

/** Why the run waits. */
const reasons: Partial<Readonly<Record<ChargeRunState, string>>> = {
  AWAITING_APPROVAL: "Another person must approve it before anything is sent.",
  PAUSED: "It is paused: the remaining rows wait until it is resumed.",
  NEEDS_ATTENTION: "Some rows are wrong or doubtful: correct, allow or skip them before it is sent.",
};

/** Lists the charge runs that wait for a person. Renders nothing when none does. */
export function WaitingRuns() {
  const { data, error, refetch } = useWaitingRuns();
  const now = useNow();
  const { nodes = [], pageInfo } = data?.chargeRuns ?? {};
  if (nodes.length === 0 && (data || !error)) return null;
  const all = (
    <Anchor component={Link} href="/runs" size="sm">
      {pageInfo?.hasNextPage ? "There are more: show all" : "Show all"}
    </Anchor>
  );
  return (
    <Section title="Waiting charge runs" more={nodes.length > 0 && all}>
      {error && !data && <Failed title="The charge runs could not be loaded" error={error} onRetry={refetch} />}
      {nodes.map(({ id, name, state, totals, createdAt, actor }) => (
        <Card key={id} component="article" padding="sm" aria-label={name}>
          <Group justify="space-between" align="flex-start" gap="sm" wrap="nowrap">
            <Stack gap={2} miw={0}>
              <Anchor component={Link} href={`/runs/${encodeURIComponent(id)}`} fw={500} style={{ overflowWrap: "anywhere" }}>
                {name}
              </Anchor>
              {totals.length > 0 && <Text size="sm">{byCurrency(totals).map(formatMoney).join(" and ")}</Text>}
              <Text size="sm">{reasons[state]}</Text>
              <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {[formatAge(createdAt, now), actor && isolated(actor)].filter((part) => part !== null).join(" · ")}
              </Text>
            </Stack>
            <RunStateBadge state={state} />
          </Group>
        </Card>
      ))}
    </Section>
  );
}
