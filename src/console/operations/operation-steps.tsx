import { Card, Code, Group, List, Stack, Text } from "@mantine/core";
import type { NodeSummaryFragment, OperationInFullFragment } from "../../client/index.ts";
import { useNodesQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { formatInstant } from "../format.ts";
import { DecideButton } from "./decide-form.tsx";
import { withoutIds } from "./decision.ts";
import { NodeName } from "./node-name.tsx";
import { OperationStatusBadge } from "./operation-status.tsx";

type Step = OperationInFullFragment["steps"][number];

interface Properties {
  readonly operationId: string;
  readonly steps: readonly Step[];
  /** What each step created or changed, in the same order; missing until it is known. */
  readonly results: readonly (NodeSummaryFragment | null)[];
}

/** The calls to backends, in the order of the plan. */
export function OperationSteps({ operationId, steps, results }: Properties) {
  // A step has no id, but its place in the plan never changes.
  const rows = steps.map((step, place) => ({ key: `step-${place}`, place, step, result: results[place] ?? null }));
  return (
    <Stack gap="sm" component="ol" m={0} p={0} style={{ listStyle: "none" }} aria-label="Calls to backends">
      {rows.map(({ key, place, step, result }) => (
        <Card key={key} component="li" padding="md">
          <OneStep step={step} result={result}>
            {step.status === "UNKNOWN" && <DecideButton operationId={operationId} place={place} step={step} />}
          </OneStep>
        </Card>
      ))}
    </Stack>
  );
}

interface OneStepProperties {
  readonly step: Step;
  readonly result: NodeSummaryFragment | null;
  /** What can be done with it. */
  readonly children: React.ReactNode;
}

function OneStep({ step, result, children }: OneStepProperties) {
  const { backend, action, status, attempts, error, candidates, resolution, startedAt, finishedAt } = step;
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
      {error && <StepError message={withoutIds(error.message, candidates)} backendCode={error.backendCode} />}
      {candidates.length > 0 && <Candidates candidates={candidates} />}
      {resolution && <Decided resolution={resolution} />}
      {result && (
        <Text size="sm" component="div">
          <NodeName node={result} />
        </Text>
      )}
      {children}
    </Stack>
  );
}

function StepError({ message, backendCode }: { readonly message: string; readonly backendCode: string | null }) {
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      {message}
      {backendCode !== null && ` (${backendCode})`}
    </Text>
  );
}

function Decided({ resolution }: { readonly resolution: NonNullable<Step["resolution"]> }) {
  const { happened, actor, at, reason } = resolution;
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      {actor ?? "Somebody without a name"} decided on {formatInstant(at)} that it {happened ? "happened" : "did not happen"}:{" "}
      {reason}
    </Text>
  );
}

/** What a step of unknown outcome may have left behind, so that a person can look and decide. */
function Candidates({ candidates }: { readonly candidates: Step["candidates"] }) {
  const { data } = useNodesQuery({ ids: candidates.map(({ id }) => id) });
  return (
    <List size="sm" aria-label="Candidates">
      {candidates.map(({ id, differs }, index) => {
        const node = data?.nodes[index];
        return (
          <List.Item key={id}>
            {node ? <NodeName node={node} /> : <Code>{id}</Code>}
            {differs.length > 0 && ` · not as it was sent: ${differs.join(", ")}`}
          </List.Item>
        );
      })}
    </List>
  );
}
