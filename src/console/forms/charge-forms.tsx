import { Alert, Checkbox, Text } from "@mantine/core";
import { useState } from "react";
import type {
  BackendFormFragment,
  ChargeDetailsFragment,
  ChargeSummaryFragment,
  CustomerSummaryFragment,
  UpdateChargeInput,
} from "../../client/generated/graphql.ts";
import {
  useChargeQuery,
  useCreateChargeMutation,
  useCreateCreditMutation,
  useExecuteChargeMutation,
  useUpdateChargeMutation,
  useVoidChargeMutation,
} from "../../client/react/index.ts";
import { isolated } from "../format.ts";
import { Failed, Loading } from "../states.tsx";
import { changesOf, inputOf } from "./fields.ts";
import { ActionMenu, FormButton } from "./form-modal.tsx";
import { useBackendToChange, useCustomer } from "./lookups.ts";
import { outcomeOfOne } from "./outcome.ts";
import { changedChargeFields, chargeFor, chargeValues, creditFor, newChargeFields, newCreditFields } from "./record-fields.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, Rounds, SubmissionForm } from "./submission-form.tsx";

/** Opens the form that charges a customer. Renders nothing when the backend cannot create charges. */
export function NewChargeButton({ customerId }: { readonly customerId: string }) {
  const customer = useCustomer(customerId);
  const backend = useBackendToChange(customer?.backend.key);
  if (!customer || !backend?.capabilities.includes("CHARGE_CREATE") || customer.status === "ARCHIVED") return null;
  return (
    <FormButton label="New charge" title={`Charge ${customer.name}`} draft={`charge ${customer.id}`} variant="filled">
      {(close) => (
        <Rounds>{(onAgain) => <NewChargeForm customer={customer} backend={backend} onClose={close} onAgain={onAgain} />}</Rounds>
      )}
    </FormButton>
  );
}

interface NewChargeProperties {
  readonly customer: CustomerSummaryFragment;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

function NewChargeForm({ customer, backend, onClose, onAgain }: NewChargeProperties) {
  const fields = newChargeFields(backend);
  const submission = useSubmission(
    useCreateChargeMutation(useRefresh()),
    ({ values, validateOnly, allowDuplicate }: Filled) => {
      return { input: { charge: chargeFor(customer, backend, inputOf(fields, values)), validateOnly, allowDuplicate } };
    },
    ({ createCharge }) => outcomeOfOne(createCharge, customer.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      submission={submission}
      fieldPrefix={["input", "charge"]}
      submitLabel="Charge"
      again={{ label: "Another charge", onClick: onAgain }}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        In {backend.label}. Amounts are in {customer.currency}.
      </Text>
    </SubmissionForm>
  );
}

const actionTitles = { edit: "Edit the charge", execute: "Execute the charge", void: "Void the charge" } as const;
type Action = keyof typeof actionTitles;

/** The actions that a charge's backend and status allow. Renders nothing when there are none. */
export function ChargeActions({ charge }: { readonly charge: ChargeSummaryFragment }) {
  const backend = useBackendToChange(charge.backend.key);
  if (!backend) return null;
  return (
    <ActionMenu
      of={charge.name}
      titles={actionTitles}
      actions={actionsOf(charge, backend)}
      red="void"
      drafts={{ edit: `edit ${charge.id}` }}
    >
      {(action, close) => {
        if (action === "edit") return <EditCharge id={charge.id} backend={backend} onClose={close} />;
        if (action === "void") return <VoidCharge charge={charge} onClose={close} />;
        return <ExecuteCharge charge={charge} onClose={close} />;
      }}
    </ActionMenu>
  );
}

function actionsOf({ kind, status }: ChargeSummaryFragment, { capabilities }: BackendFormFragment): Action[] {
  // A credit that has settled something cannot be taken back.
  if (status === "VOIDED" || status === "ARCHIVED" || (kind === "CREDIT" && status === "SETTLED")) return [];
  return [
    ...(capabilities.includes("CHARGE_UPDATE") ? (["edit"] as const) : []),
    ...(capabilities.includes("CHARGE_EXECUTE") && status === "DEFINED" ? (["execute"] as const) : []),
    ...(capabilities.includes("CHARGE_VOID") ? (["void"] as const) : []),
  ];
}

interface EditProperties {
  readonly id: string;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditCharge({ id, backend, onClose }: EditProperties) {
  const { data, error, refetch } = useChargeQuery({ id });
  if (error) return <Failed title="The charge could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the charge" lines={4} />;
  if (!data.charge) return <Text>It no longer exists.</Text>;
  return <EditChargeForm charge={data.charge} backend={backend} onClose={onClose} />;
}

interface EditFormProperties {
  readonly charge: ChargeDetailsFragment;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditChargeForm({ charge, backend, onClose }: EditFormProperties) {
  const fields = changedChargeFields(backend);
  const submission = useSubmission(
    useUpdateChargeMutation(useRefresh()),
    ({ values, initial, validateOnly }: Filled) => {
      const input: UpdateChargeInput = { ...changesOf(fields, initial, values), id: charge.id, validateOnly };
      return { input };
    },
    ({ updateCharge }) => outcomeOfOne(updateCharge, charge.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      given={chargeValues(charge)}
      changes
      submission={submission}
      submitLabel="Save"
      onClose={onClose}
    />
  );
}

interface OneChargeProperties {
  readonly charge: ChargeSummaryFragment;
  readonly onClose: () => void;
}

function VoidCharge({ charge, onClose }: OneChargeProperties) {
  const submission = useSubmission(
    useVoidChargeMutation(useRefresh()),
    ({ validateOnly }: Filled) => ({ input: { id: charge.id, validateOnly } }),
    ({ voidCharge }) => outcomeOfOne(voidCharge, charge.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Void" submitColor="red" onClose={onClose}>
      <Text>
        {charge.kind === "CREDIT"
          ? `“${isolated(charge.name)}” is voided: the customer owes that much more.`
          : `“${isolated(charge.name)}” will not be billed any more.`}
      </Text>
    </SubmissionForm>
  );
}

function ExecuteCharge({ charge, onClose }: OneChargeProperties) {
  const submission = useSubmission(
    useExecuteChargeMutation(useRefresh()),
    ({ validateOnly, allowDuplicate }: Filled) => ({ input: { id: charge.id, validateOnly, allowDuplicate } }),
    ({ executeCharge }) => outcomeOfOne(executeCharge, charge.name),
  );
  return (
    <SubmissionForm
      submission={submission}
      submitLabel="Execute"
      allowLabel="This is intended: execute it again"
      onClose={onClose}
    >
      <Text>The money for “{isolated(charge.name)}” is taken now. Each time this is done, it is taken again.</Text>
    </SubmissionForm>
  );
}

/** Opens the form that gives a customer a credit. Renders nothing when the backend has no credits. */
export function NewCreditButton({ customerId }: { readonly customerId: string }) {
  const customer = useCustomer(customerId);
  const backend = useBackendToChange(customer?.backend.key);
  if (!customer || !backend?.capabilities.includes("CREDIT_CREATE") || customer.status === "ARCHIVED") return null;
  return (
    <FormButton label="New credit" title={`Credit for ${customer.name}`} draft={`credit ${customer.id}`}>
      {(close) => (
        <Rounds>{(onAgain) => <NewCredit customer={customer} backend={backend} onClose={close} onAgain={onAgain} />}</Rounds>
      )}
    </FormButton>
  );
}

interface Properties {
  readonly customer: CustomerSummaryFragment;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

function NewCredit({ customer, backend, onClose, onAgain }: Properties) {
  const [meant, setMeant] = useState(false);
  const fields = newCreditFields(backend);
  const submission = useSubmission(
    useCreateCreditMutation(useRefresh()),
    ({ values, validateOnly, allowDuplicate }: Filled) => ({
      input: { credit: creditFor(customer, backend, inputOf(fields, values)), validateOnly, allowDuplicate },
    }),
    ({ createCredit }) => outcomeOfOne(createCredit, customer.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      submission={submission}
      fieldPrefix={["input", "credit"]}
      submitLabel="Give the credit"
      allowLabel="This is intended: give it anyway"
      unconfirmed={!meant}
      again={{ label: "Another credit", onClick: onAgain }}
      onClose={onClose}
    >
      <Alert color="yellow" title="This gives money back">
        {isolated(customer.name)} will owe that much less in {backend.label}. The amount is in {customer.currency}, above zero.
        <Checkbox
          mt="sm"
          label="Yes, give this money back"
          checked={meant}
          disabled={submission.locked}
          onChange={({ currentTarget }) => setMeant(currentTarget.checked)}
        />
      </Alert>
    </SubmissionForm>
  );
}
