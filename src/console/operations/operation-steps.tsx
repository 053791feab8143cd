import { Anchor, Card, Code, Group, List, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { NodeSummaryFragment, OperationDetailsFragment } from "../../client/index.ts";
import { useNodesQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { formatDay, formatInstant, formatMoney, formatPercent } from "../format.ts";
import { candidatesIn } from "./candidates.ts";
import { OperationStatusBadge } from "./operation-status.tsx";

type Step = OperationDetailsFragment["steps"][number];

interface Properties {
  readonly steps: readonly Step[];
  /** What each step created or changed, in the same order; missing until it is known. */
  readonly results: readonly (NodeSummaryFragment | null)[];
}

/** The calls to backends, in the order of the plan. */
export function OperationSteps({ steps, results }: Properties) {
  // A step has no id, but its place in the plan never changes.
  const rows = steps.map((step, place) => ({ key: `step-${place}`, step, result: results[place] ?? null }));
  return (
    <Stack gap="sm" component="ol" m={0} p={0} style={{ listStyle: "none" }} aria-label="Calls to backends">
      {rows.map(({ key, step, result }) => (
        <Card key={key} component="li" padding="md">
          <OneStep step={step} result={result} />
        </Card>
      ))}
    </Stack>
  );
}

function OneStep({ step, result }: { readonly step: Step; readonly result: NodeSummaryFragment | null }) {
  const { backend, action, status, attempts, error, startedAt, finishedAt } = step;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <BackendBadge backend={backend} />
          <Code style={{ overflowWrap: "anywhere" }}>{action}</Code>
        </Group>
        <OperationStatusBadge status={status} />
      </Group>
      <Text size="xs" c="dimmed">
        {attempts === 0 ? "Not sent" : attempts === 1 ? "Sent once" : `Sent ${attempts} times`}
        {startedAt !== null && ` · ${formatInstant(startedAt)}`}
        {startedAt !== null &&
          finishedAt !== null &&
          status !== "UNKNOWN" &&
          ` · known after ${Date.parse(finishedAt) - Date.parse(startedAt)} ms`}
      </Text>
      {error && <StepError message={error.message} backendCode={error.backendCode} />}
      {result && (
        <Text size="sm" component="div">
          <NodeName node={result} />
        </Text>
      )}
    </Stack>
  );
}

function StepError({ message, backendCode }: { readonly message: string; readonly backendCode: string | null }) {
  const { sentence, ids } = candidatesIn(message);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {sentence}
        {backendCode !== null && ` (${backendCode})`}
      </Text>
      {ids.length > 0 && <Candidates ids={ids} />}
    </Stack>
  );
}

/** What a step of unknown outcome may have left behind, so that a person can look and decide. */
function Candidates({ ids }: { readonly ids: readonly string[] }) {
  const { data } = useNodesQuery({ ids: [...ids] });
  return (
    <List size="sm" aria-label="Candidates">
      {ids.map((id, index) => {
        const node = data?.nodes[index];
        return <List.Item key={id}>{node ? <NodeName node={node} /> : <Code>{id}</Code>}</List.Item>;
      })}
    </List>
  );
}

/** What an object is called, with a way to it where there is a view of it. */
function NodeName({ node }: { readonly node: NodeSummaryFragment }) {
  switch (node.__typename) {
    case "Customer":
      return (
        <Anchor component={Link} href={`/customers/${encodeURIComponent(node.id)}`} size="sm">
          {node.name} ({node.backendId})
        </Anchor>
      );
    case "Charge": {
      const { name, backendId, date, amount, customer } = node;
      const facts = [amount && formatMoney(amount), date && formatDay(date), `no. ${backendId}`].filter((fact) => fact !== null);
      return (
        <>
          {name}: {facts.join(" · ")}
          {customer && (
            <>
              {" · "}
              <Anchor component={Link} href={`/customers/${encodeURIComponent(customer.id)}`} size="sm" underline="always">
                {customer.name}
              </Anchor>
            </>
          )}
        </>
      );
    }
    case "Tax":
      return (
        <>
          {node.name}
          {node.rate !== null && ` · ${formatPercent(node.rate)}`} · no. {node.backendId}
        </>
      );
    default:
      return <Code>{node.id}</Code>;
  }
}
