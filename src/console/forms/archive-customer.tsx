import { Text } from "@mantine/core";
import { useState } from "react";
import type { CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useArchiveCustomerMutation, useRestoreCustomerMutation } from "../../client/react/index.ts";
import { FormButton } from "./form-modal.tsx";
import { useBackendToChange, useCustomer } from "./lookups.ts";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

/** Archives a customer, or restores an archived one. Renders nothing when the backend can do neither. */
export function ArchiveCustomerButton({ customerId }: { readonly customerId: string }) {
  const customer = useCustomer(customerId);
  const backend = useBackendToChange(customer?.backend.key);
  if (!customer || !backend) return null;
  const archived = customer.status === "ARCHIVED";
  const offered = backend.capabilities.includes(archived ? "CUSTOMER_RESTORE" : "CUSTOMER_ARCHIVE");
  return (
    <FormButton label={archived ? "Restore" : "Archive"} title={customer.name} offered={offered}>
      {/* The form keeps its kind (archive or restore) after it has changed the customer's status. */}
      {(close) => <Chosen customer={customer} onClose={close} />}
    </FormButton>
  );
}

interface Properties {
  readonly customer: CustomerSummaryFragment;
  readonly onClose: () => void;
}

function Chosen(properties: Properties) {
  const [restores] = useState(properties.customer.status === "ARCHIVED");
  return restores ? <Restore {...properties} /> : <Archive {...properties} />;
}

function Archive({ customer, onClose }: Properties) {
  const submission = useSubmission(
    useArchiveCustomerMutation(useRefresh()),
    ({ validateOnly }: Filled) => ({ input: { id: customer.id, validateOnly } }),
    ({ archiveCustomer }) => outcomeOfOne(archiveCustomer, customer.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Archive" submitColor="red" onClose={onClose}>
      <Text>The customer is archived in {customer.backend.label}. It is not deleted, and can be restored.</Text>
    </SubmissionForm>
  );
}

function Restore({ customer, onClose }: Properties) {
  const submission = useSubmission(
    useRestoreCustomerMutation(useRefresh()),
    ({ validateOnly }: Filled) => ({ input: { id: customer.id, validateOnly } }),
    ({ restoreCustomer }) => outcomeOfOne(restoreCustomer, customer.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Restore" onClose={onClose}>
      <Text>The customer becomes active again in {customer.backend.label}.</Text>
    </SubmissionForm>
  );
}
