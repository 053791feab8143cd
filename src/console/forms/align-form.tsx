import { Alert, Button, Card, Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { AlignCustomersMutation, CustomerNameFragment, DriftDetailsFragment } from "../../client/generated/graphql.ts";
import { useAlignCustomersMutation } from "../../client/react/index.ts";
import { driftFieldLabels, driftText } from "../accounts/drift-values.ts";
import { FailurePanel } from "./failure-panel.tsx";
import { FormModal } from "./form-modal.tsx";
import { type Outcome, outcomeOfSeveral } from "./outcome.ts";
import { OutcomePanel, TargetTable } from "./outcome-panel.tsx";
import { type Submission, useRefresh, useSubmission } from "./submission.ts";

/** The others are to have what this customer has in the field. */
export interface Alignment {
  readonly difference: DriftDetailsFragment;
  readonly from: CustomerNameFragment;
}

interface Properties {
  readonly accountId: string;
  readonly alignment: Alignment | null;
  readonly onClose: () => void;
}

/** Asks the backends whether they would, shows what each says, and aligns. It stays open when there is no difference any more. */
export function AlignModal({ accountId, alignment, onClose }: Properties) {
  const title = alignment ? `${driftFieldLabels[alignment.difference.field]}: align all to ${alignment.from.backend.label}` : "";
  return (
    <FormModal title={title} opened={alignment !== null} onClose={onClose}>
      {alignment && <AlignForm accountId={accountId} alignment={alignment} onClose={onClose} />}
    </FormModal>
  );
}

interface FormProperties extends Properties {
  readonly alignment: Alignment;
}

function AlignForm({ accountId, alignment: { difference, from }, onClose }: FormProperties) {
  const { field, values } = difference;
  const form = `${accountId}:${from.id}:${field}`;
  const inputOf = (validateOnly: boolean) => ({ input: { accountId, from: from.id, fields: [field], validateOnly } });
  const check = useSubmission(useAlignCustomersMutation({ form }), () => inputOf(true), outcomeOf);
  const align = useSubmission(useAlignCustomersMutation({ ...useRefresh(), form }), () => inputOf(false), outcomeOf);
  useOnce(() => check.submit(undefined, ignore));
  const source = values.find(({ customer }) => customer.id === from.id);
  const started = align.outcome !== null || align.failure !== null;
  const able = check.outcome?.targets.some(({ errors }) => errors.length === 0) ?? false;
  return (
    <Stack gap="md">
      <Text size="sm">The customers of the account that have something else get what {from.backend.label} has:</Text>
      <Card padding="sm">
        <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
          {source && driftText(source)}
        </Text>
      </Card>
      {started ? <Ended submission={align} /> : <Checked submission={check} />}
      <Group justify="flex-end">
        {align.outcome?.operation.status === "SUCCEEDED" ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button variant="default" onClick={onClose}>
              {started ? "Close" : "Cancel"}
            </Button>
            <Button loading={align.pending} disabled={!able || align.locked} onClick={() => align.submit(undefined, ignore)}>
              Align
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

const outcomeOf = ({ alignCustomers }: AlignCustomersMutation): Outcome =>
  outcomeOfSeveral(alignCustomers, ({ backend, customer }) => ({
    title: backend.label,
    href: customer ? `/customers/${encodeURIComponent(customer.id)}` : undefined,
  }));

/** What each backend would say; nothing has been changed yet. */
function Checked({ submission: { outcome, failure, pending, repeat } }: { readonly submission: Submission<undefined> }) {
  if (failure)
    return <FailurePanel failure={failure} errors={failure.errors} pending={pending} onRepeat={() => repeat(ignore)} />;
  if (!outcome) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm">Asking the backends whether they would…</Text>
      </Group>
    );
  }
  if (outcome.targets.length === 0) return <Alert color="green" title="Nothing differs any more" role="status" />;
  return <TargetTable targets={outcome.targets} />;
}

function Ended({ submission: { outcome, failure, pending, repeat, startAnew } }: { readonly submission: Submission<undefined> }) {
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

/** Acts when the form opens, once: development renders everything twice. */
function useOnce(act: () => void): void {
  const acted = useRef(false);
  useEffect(() => {
    if (acted.current) return;
    acted.current = true;
    act();
  });
}

/** Where a submission ended is read from its result; there are no fields to put errors at. */
const ignore = (): void => undefined;
