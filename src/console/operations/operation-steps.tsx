import { Anchor, Card, Code, Group, List, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { OperationInFullFragment, OperationResultsQuery } from "../../client/index.ts";
import { useNodesQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { formatInstant, isolated } from "../format.ts";
import { WarningList } from "../forms/warning-list.tsx";
import { DecideButton } from "./decide-form.tsx";
import { NodeName } from "./node-name.tsx";
import { OperationStatusBadge } from "./operation-status.tsx";
import { factsOf, type KnownCustomer, subjectText, withoutIds } from "./operation-words.ts";

type Step = OperationInFullFragment["steps"][number];
type Result = NonNullable<OperationResultsQuery["operation"]>["steps"][number];
export type StepResults = readonly Result[];

interface Properties {
  readonly operationId: string;
  readonly steps: readonly Step[];
  /** The present state of each step's object, in the order of the steps; undefined until it is loaded. */
  readonly results: StepResults;
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
  readonly result: Result | null;
  /** Actions for the step. */
  readonly children: React.ReactNode;
}

function OneStep({ step, result, children }: OneStepProperties) {
  const { backend, action, status, error, candidates, resolution, startedAt, finishedAt, sent } = step;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <BackendBadge backend={backend} />
          <Code style={{ overflowWrap: "anywhere" }}>{action}</Code>
        </Group>
        <OperationStatusBadge status={status} />
      </Group>
      <AboutStep step={step} result={result} />
      <Text size="xs" c="dimmed">
        {sentText(step)}
        {startedAt !== null && ` · ${formatInstant(startedAt)}`}
        {sent &&
          startedAt !== null &&
          finishedAt !== null &&
          status !== "UNKNOWN" &&
          ` · known after ${Date.parse(finishedAt) - Date.parse(startedAt)} ms`}
      </Text>
      {error && <StepError message={withoutIds(error.message, candidates)} backendCode={error.backendCode} />}
      <WarningList warnings={step.warnings} />
      {candidates.length > 0 && (
        <Candidates candidates={candidates} subject={step.subject} customer={result?.subject?.customer ?? null} />
      )}
      {resolution && <Decided resolution={resolution} />}
      {result?.node && result.node.id !== step.subject?.customerId && (
        <Text size="sm" component="div">
          As it is now: <NodeName node={result.node} />
        </Text>
      )}
      {children}
    </Stack>
  );
}

/** The step's subject: what the caller said, and the present names of the objects. */
function AboutStep({ step: { subject }, result }: Pick<OneStepProperties, "step" | "result">) {
  if (!subject) return null;
  const { customer = null, object = null } = result?.subject ?? {};
  const ofObject = object?.__typename === "Charge" ? object.customer : null;
  const id = subject.customerId ?? ofObject?.id ?? null;
  const name = customer?.name ?? subject.customerName ?? ofObject?.name ?? null;
  const facts = factsOf(subject, customer?.currency ?? null);
  const isOfSomething = object !== null && object.__typename !== "Customer";
  if (id === null && name === null && facts.length === 0 && !isOfSomething) return null;
  return (
    <Stack gap={2}>
      <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
        {id === null ? (
          <b>{name !== null && isolated(name)}</b>
        ) : (
          <Anchor component={Link} href={`/customers/${encodeURIComponent(id)}`} size="sm" fw={600}>
            {name === null ? "The customer" : isolated(name)}
          </Anchor>
        )}
        {facts.length > 0 && `${id === null && name === null ? "" : " · "}${facts.join(" · ")}`}
      </Text>
      {isOfSomething && (
        <Text size="sm" component="div">
          About <NodeName node={object} />
        </Text>
      )}
    </Stack>
  );
}

/** An attempt may end before anything is sent. */
function sentText({ attempts, sent, status }: Step): string {
  if (!sent) return attempts === 0 || status !== "FAILED" ? "Not sent" : "Tried, but nothing was sent";
  return attempts === 1 ? "Sent once" : `Tried ${attempts} times`;
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
      {isolated(actor ?? "Unknown user")} decided on {formatInstant(at)} that it {happened ? "happened" : "did not happen"}:{" "}
      {reason}
    </Text>
  );
}

interface CandidatesProperties extends Pick<Step, "candidates" | "subject"> {
  readonly customer: KnownCustomer | null;
}

/** Objects that a step with an unknown outcome may have made: a person looks at them and decides. */
function Candidates({ candidates, subject, customer }: CandidatesProperties) {
  const { data } = useNodesQuery({ ids: candidates.map(({ id }) => id) });
  const sent = subject && subjectText(subject, customer);
  return (
    <List size="sm" aria-label="Candidates">
      {sent && <List.Item>As it was sent: {sent}</List.Item>}
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
