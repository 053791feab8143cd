import { Alert, Anchor, Button, Card, Code, CopyButton, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { type OperationInFullFragment, OperationResultsDocument } from "../../client/index.ts";
import {
  queryKey,
  useOperationQuery,
  useOperationResultsQuery,
  useOperationUpdates,
  useReconcileOperationMutation,
} from "../../client/react/index.ts";
import { formatInstant, isolated } from "../format.ts";
import { Page } from "../page.tsx";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { About } from "./operation-columns.tsx";
import { OperationStatusBadge, statusLooks } from "./operation-status.tsx";
import { OperationSteps, type StepResults } from "./operation-steps.tsx";
import { mutationLabel } from "./operation-words.ts";

/** Shows one operation, and follows it while it changes. */
export function OperationPage({ operationId }: { readonly operationId: string }) {
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useOperationQuery({ id: operationId });
  // Updates the query above. When a step ends, invalidates what the steps wrote.
  const updates = useOperationUpdates(operationId, {
    onUpdate: () => void queries.invalidateQueries({ queryKey: queryKey(OperationResultsDocument, { id: operationId }) }),
  });
  const operation = updates.operation ?? data?.operation;
  const results = useOperationResultsQuery({ id: operationId }).data?.operation?.steps ?? [];
  const title = operation ? mutationLabel(operation.mutation) : "Operation";
  return (
    <Page
      title={title}
      description={operation && <About operation={operation} customer={results[0]?.subject?.customer ?? null} />}
      actions={
        <Anchor component={Link} href="/operations">
          All operations
        </Anchor>
      }
    >
      {isPending && !operation && <Loading what="the operation" lines={5} />}
      {error && !operation && <Failed title="The operation could not be loaded" error={error} onRetry={refetch} />}
      {data && !operation && (
        <Empty title="Operation not found">
          <Text size="sm" c="dimmed">
            Finished operations are deleted after a while.
          </Text>
        </Empty>
      )}
      {operation && <Operation operation={operation} results={results} live={updates.error === null} />}
    </Page>
  );
}

interface OperationProperties {
  readonly operation: OperationInFullFragment;
  readonly results: StepResults;
  readonly live: boolean;
}

function Operation({ operation, results, live }: OperationProperties) {
  const { id, status, createdAt, completedAt, actor, idempotencyKey, validateOnly } = operation;
  return (
    <Stack gap="lg">
      <Card>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
          <Fact label="Status">
            <Group gap="xs" aria-live="polite">
              <OperationStatusBadge status={status} />
              {validateOnly && status !== "VALIDATED" && "Check only"}
            </Group>
          </Fact>
          <Fact label="Recorded">{formatInstant(createdAt)}</Fact>
          <Fact label="Outcome known">{completedAt === null ? "Not yet" : formatInstant(completedAt)}</Fact>
          <Fact label="Called by">{isolated(actor ?? "Unknown user")}</Fact>
        </SimpleGrid>
        <Group gap="xs" mt="md">
          <Text size="xs" c="dimmed">
            Idempotency key
          </Text>
          <Code style={{ overflowWrap: "anywhere" }}>{idempotencyKey}</Code>
          <CopyButton value={idempotencyKey}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="subtle" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Card>
      {status === "UNKNOWN" && <Reconcile id={id} />}
      {!live && (
        <Alert color="yellow" title="Live updates interrupted" role="status">
          The live connection was lost. It is being restored.
        </Alert>
      )}
      <Stack gap="sm">
        <Title order={2} size="h4">
          Calls to backends
        </Title>
        <OperationSteps operationId={id} steps={operation.steps} results={results} />
      </Stack>
    </Stack>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <Stack gap={2}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" size="sm">
        {children}
      </Text>
    </Stack>
  );
}

/** Reconciles an unknown outcome now, instead of at the next scheduled look. */
function Reconcile({ id }: { readonly id: string }) {
  const { mutate, isPending, data, error } = useReconcileOperationMutation();
  const changes = useMay("write");
  const answer = data?.reconcileOperation;
  return (
    <Alert color="yellow" title="A request was sent, but no understandable answer came" role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          It may have happened. The gateway does not retry it blindly. It looks for what the request left behind, with growing
          pauses.
        </Text>
        {changes && (
          <Button size="xs" variant="default" onClick={() => mutate({ input: { id } })} loading={isPending}>
            Reconcile now
          </Button>
        )}
        {error && <Failed title="It could not be reconciled" error={error} />}
        {answer?.errors.map(({ message }) => (
          <Text key={message} size="sm">
            {message}
          </Text>
        ))}
        {answer?.operation?.status === "UNKNOWN" && !isPending && (
          <Text size="sm">Result: {statusLooks.UNKNOWN.label.toLowerCase()}. The gateway keeps looking.</Text>
        )}
      </Stack>
    </Alert>
  );
}
