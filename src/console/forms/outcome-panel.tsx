import { Alert, Anchor, Button, Group, Stack, Table, Text } from "@mantine/core";
import { Link } from "wouter";
import type { OperationStatus } from "../../client/generated/graphql.ts";
import { OperationStatusBadge } from "../operations/operation-status.tsx";
import { reachable } from "../page.tsx";
import { RequestId } from "../states.tsx";
import {
  type FormError,
  hasWarnings,
  isPartial,
  isRepeatable,
  isReused,
  isStoredOtherwise,
  isUnsettled,
  type Outcome,
  type TargetOutcome,
} from "./outcome.ts";
import type { Failure, Submission } from "./submission.ts";
import { Likeness, WarningList } from "./warning-list.tsx";

const verdicts: Readonly<Record<OperationStatus, { readonly title: string; readonly color: string }>> = {
  SUCCEEDED: { title: "Done", color: "green" },
  VALIDATED: { title: "Checked: no errors found, nothing was changed", color: "cyan" },
  FAILED: { title: "Nothing was changed", color: "red" },
  PARTIAL: { title: "Partly done", color: "orange" },
  ROLLED_BACK: { title: "Rolled back: all changes were undone", color: "gray" },
  UNKNOWN: { title: "The outcome is not known yet", color: "yellow" },
  PENDING: { title: "Still in progress", color: "blue" },
};

/** A success with warnings must not look like a plain success. */
function verdictOf(outcome: Outcome): { readonly title: string; readonly color: string } {
  const verdict = verdicts[outcome.operation.status];
  if (outcome.operation.status !== "SUCCEEDED" || !hasWarnings(outcome)) return verdict;
  const title = isStoredOtherwise(outcome) ? "Done, but some values were stored differently" : "Done, with a warning";
  return { title, color: "orange" };
}

interface Properties {
  readonly outcome: Outcome;
  /** Errors that belong to no field. */
  readonly errors: readonly FormError[];
  readonly pending: boolean;
  readonly onRepeat: () => void;
  readonly onStartAnew: () => void;
  /** Reduces the form to the targets that were not done. */
  readonly onRest?: (() => void) | undefined;
  /** Sends charges again that look like others, now confirmed. */
  readonly onAllow?: (() => void) | undefined;
  readonly allowLabel?: string | undefined;
}

/** Shows the outcome of a submission: a verdict, one row for each of several targets, and the next steps. */
export function OutcomePanel({ outcome, errors, pending, onRepeat, onStartAnew, onRest, ...properties }: Properties) {
  const { onAllow, allowLabel = "This is intended: charge anyway" } = properties;
  const { operation, targets, account } = outcome;
  if (isReused(outcome)) return <ReusedPanel operationId={operation.id} pending={pending} onStartAnew={onStartAnew} />;
  const { title, color } = verdictOf(outcome);
  const [only, ...others] = targets;
  const unsettled = isUnsettled(outcome);
  const repeatable = isRepeatable(outcome);
  return (
    <>
      <Alert color={color} title={title} role={operation.status === "FAILED" ? "alert" : "status"}>
        <Stack gap="sm">
          {unsettled && (
            <Text size="sm">
              A request was sent, and no answer came. Repeating is safe: the gateway first looks for what the request left behind,
              and acts only if it finds nothing.
            </Text>
          )}
          {!unsettled && others.length === 0 && <ErrorList errors={errors} />}
          {only && others.length === 0 && <WarningList warnings={only.warnings} />}
          {only?.href && only.status !== "FAILED" && others.length === 0 && (
            <Anchor component={Link} href={only.href} size="sm">
              Show it in {only.where ?? only.title}
            </Anchor>
          )}
          <Group gap="md">
            {repeatable && (
              <Button size="xs" variant="default" onClick={onRepeat} loading={pending}>
                Repeat safely
              </Button>
            )}
            {isPartial(outcome) && !repeatable && onRest && (
              <Button size="xs" variant="default" onClick={onRest} disabled={pending}>
                Retry what failed
              </Button>
            )}
            {onAllow && (
              <Button size="xs" color="orange" onClick={onAllow} loading={pending}>
                {allowLabel}
              </Button>
            )}
            {account && (
              <Anchor component={Link} href={`/accounts/${encodeURIComponent(account.id)}`} size="sm">
                Show the account
              </Anchor>
            )}
            <OperationLink id={operation.id} />
            {operation.replayed && <Text size="sm">Replayed from the journal: nothing was sent again.</Text>}
          </Group>
        </Stack>
      </Alert>
      {others.length > 0 && <TargetTable targets={targets} />}
    </>
  );
}

function OperationLink({ id }: { readonly id: string }) {
  return (
    <Anchor component={Link} href={`/operations/${encodeURIComponent(id)}`} size="sm">
      Show the operation
    </Anchor>
  );
}

interface ReusedProperties {
  readonly operationId: string;
  readonly pending: boolean;
  readonly onStartAnew: () => void;
}

/**
 * The key of a submission survives reloads until its outcome is known, and is copied with its tab. A person decides whether this submission is another one.
 */
function ReusedPanel({ operationId, pending, onStartAnew }: ReusedProperties) {
  return (
    <Alert color="yellow" title="This form was submitted before, with other values" role="alert">
      <Stack gap="sm">
        <Text size="sm">
          Nothing was sent now. That submission’s answer was lost, or it was made in a copy of this tab. Look up its outcome
          before you submit this one.
        </Text>
        <Group gap="md">
          <OperationLink id={operationId} />
          <Button size="xs" variant="default" onClick={onStartAnew} loading={pending}>
            Submit as a new request
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

export function ErrorList({ errors }: { readonly errors: readonly FormError[] }) {
  return errors.map(({ message, backendCode, code }) => (
    <Text key={`${message} ${backendCode}`} size="sm">
      {code === "LIKELY_DUPLICATE" ? <Likeness message={message} refused /> : message}
      {backendCode !== null && ` (${backendCode})`}
    </Text>
  ));
}

/** One row for each target: its status and its errors. */
function TargetTable({ targets }: { readonly targets: readonly TargetOutcome[] }) {
  const hasWhere = targets.some(({ where }) => where !== undefined);
  const hasAmount = targets.some(({ amount }) => amount !== undefined);
  return (
    <Table.ScrollContainer minWidth={280 + (hasWhere ? 130 : 0) + (hasAmount ? 130 : 0)} scrollAreaProps={reachable}>
      <Table aria-label="Results" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Item</Table.Th>
            {hasWhere && <Table.Th scope="col">Where</Table.Th>}
            {hasAmount && (
              <Table.Th scope="col" ta="right">
                Amount
              </Table.Th>
            )}
            <Table.Th scope="col">Result</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {targets.map(({ key, title, where, amount, status, errors, warnings, href }) => (
            <Table.Tr key={key}>
              <Table.Td>
                {href ? (
                  <Anchor component={Link} href={href} size="sm">
                    {title}
                  </Anchor>
                ) : (
                  title
                )}
              </Table.Td>
              {hasWhere && <Table.Td>{where}</Table.Td>}
              {hasAmount && (
                <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
                  {amount}
                </Table.Td>
              )}
              <Table.Td>
                <OperationStatusBadge status={status} />
                <ErrorList errors={errors} />
                <WarningList warnings={warnings} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface FailureProperties {
  readonly failure: Failure;
  /** Errors that belong to no field. */
  readonly errors: readonly FormError[];
  readonly pending: boolean;
  readonly onRepeat: () => void;
}

/** Shows a submission without a result: it was refused before it was recorded, or its answer was lost. */
export function FailurePanel({ failure, errors, pending, onRepeat }: FailureProperties) {
  return (
    <Alert
      color={failure.lost ? "yellow" : "red"}
      title={failure.lost ? "The answer was lost" : "Nothing was changed"}
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        {failure.lost ? (
          <Text size="sm">
            The gateway did not answer, so the outcome is not known. Repeating is safe: it is sent with the same idempotency key
            and never acts twice.
          </Text>
        ) : (
          <ErrorList errors={errors} />
        )}
        <RequestId error={failure.reason} />
        {failure.lost && (
          <Button size="xs" variant="default" onClick={onRepeat} loading={pending}>
            Repeat safely
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** How a submission without fields ended. Renders nothing before that. */
export function SubmissionEnd({ submission }: { readonly submission: Submission<undefined> }) {
  const { outcome, failure, pending, repeat, startAnew } = submission;
  if (failure)
    return <FailurePanel failure={failure} errors={failure.errors} pending={pending} onRepeat={() => repeat(ignore)} />;
  if (!outcome) return null;
  return (
    <OutcomePanel
      outcome={outcome}
      errors={outcome.targets.flatMap(({ errors }) => errors)}
      pending={pending}
      onRepeat={() => repeat(ignore)}
      onStartAnew={() => startAnew(ignore)}
    />
  );
}

/** The result itself shows how a submission ended. There are no fields for its errors. */
export const ignore = (): void => undefined;
