import { Alert, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { BackendFormFragment, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useCreateCreditMutation } from "../../client/react/index.ts";
import { creditFor, newCreditFields } from "./charge-fields.ts";
import { inputOf } from "./fields.ts";
import { FormButton } from "./form-modal.tsx";
import { useBackendToChange, useCustomer } from "./lookups.ts";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, Rounds, SubmissionForm } from "./submission-form.tsx";

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
        {customer.name} will owe that much less in {backend.label}. The amount is in {customer.currency}, above zero.
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
