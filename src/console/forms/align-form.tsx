import { Alert, Button, Group, Loader, Stack, Table, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { AlignCustomersMutation, CustomerNameFragment, DriftDetailsFragment } from "../../client/generated/graphql.ts";
import { useAlignCustomersMutation } from "../../client/react/index.ts";
import { driftFieldLabels, driftText } from "../accounts/drift-values.ts";
import { isolated } from "../format.ts";
import { FormModal } from "./form-modal.tsx";
import { type Outcome, outcomeOfSeveral } from "./outcome.ts";
import { ErrorList, FailurePanel, ignore, SubmissionEnd } from "./outcome-panel.tsx";
import { type Submission, useRefresh, useSubmission } from "./submission.ts";

/** The customer and the field whose value the others are to get. */
export interface Alignment {
  readonly difference: DriftDetailsFragment;
  readonly from: CustomerNameFragment;
}

interface Properties {
  readonly accountId: string;
  readonly alignment: Alignment | null;
  readonly onClose: () => void;
}

/** Checks the alignment with the backends, shows what each says, then aligns. Stays open when no difference is left. */
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
      <Text size="sm">
        These records get what {isolated(from.name)} has in {from.backend.label}. Nothing is written until you confirm.
      </Text>
      {started ? (
        <SubmissionEnd submission={align} />
      ) : (
        <Checked submission={check} values={values} to={source ? driftText(source) : ""} label={driftFieldLabels[field]} />
      )}
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
  outcomeOfSeveral(alignCustomers, ({ backend, subject, customer }) => {
    const id = customer?.id ?? subject?.customerId;
    return {
      title: customer?.name ?? subject?.customerName ?? "The customer",
      where: backend.label,
      id: id ?? undefined,
      href: id ? `/customers/${encodeURIComponent(id)}` : undefined,
    };
  });

interface CheckedProperties {
  readonly submission: Submission<undefined>;
  /** The customers' present values. */
  readonly values: DriftDetailsFragment["values"];
  readonly to: string;
  /** Label of the field. */
  readonly label: string;
}

/** Shows each record with its present and its new value, and what its backend says to the change. */
function Checked({ submission: { outcome, failure, pending, repeat }, values, to, label }: CheckedProperties) {
  if (failure)
    return <FailurePanel failure={failure} errors={failure.errors} pending={pending} onRepeat={() => repeat(ignore)} />;
  if (!outcome) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm">Checking with the backends…</Text>
      </Group>
    );
  }
  if (outcome.targets.length === 0) return <Alert color="green" title="No differences left" role="status" />;
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table aria-label="Changes to be written" verticalSpacing="xs" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Record</Table.Th>
            <Table.Th scope="col">{label} now</Table.Th>
            <Table.Th scope="col">Will be</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {outcome.targets.map(({ key, title, where, id, errors }) => {
            const value = values.find(({ customer }) => customer.id === id);
            return (
              <Table.Tr key={key} style={{ verticalAlign: "top" }}>
                <Table.Th scope="row" fw={500}>
                  {value?.customer.name ?? title}
                  <Text size="xs" c="dimmed">
                    {where}
                  </Text>
                </Table.Th>
                <Cell text={value ? driftText(value) : ""} />
                {errors.length === 0 ? (
                  <Cell text={to} />
                ) : (
                  <Table.Td>
                    <Text size="sm">As it is:</Text>
                    <ErrorList errors={errors} />
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cell({ text }: { readonly text: string }) {
  return (
    <Table.Td>
      <Text size="sm" {...(text === "" && { c: "dimmed" })} style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
        {text || "nothing"}
      </Text>
    </Table.Td>
  );
}

/** Acts once when the form opens: in development React runs effects twice. */
function useOnce(act: () => void): void {
  const acted = useRef(false);
  useEffect(() => {
    if (acted.current) return;
    acted.current = true;
    act();
  });
}
