import { SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import type {
  BackendFormFragment,
  CreateCustomerInput,
  CustomerDetailsFragment,
  CustomerSummaryFragment,
  UpdateCustomerInput,
} from "../../client/generated/graphql.ts";
import {
  useArchiveCustomerMutation,
  useCreateCustomerMutation,
  useCustomerRecordQuery,
  useRestoreCustomerMutation,
  useUpdateCustomerMutation,
} from "../../client/react/index.ts";
import { Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { LinkSwitch } from "./fan-out.tsx";
import { changesOf } from "./fields.ts";
import { FormButton } from "./form-modal.tsx";
import { useBackendToChange, useCustomer } from "./lookups.ts";
import { NewRecordForm, NewRecordPage, type NewRecordProperties, useNewRecord } from "./new-record.tsx";
import { outcomeOfOne, outcomeOfSeveral } from "./outcome.ts";
import { changedCustomerFields, customerValues, type Nature, newCustomerFields } from "./record-fields.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

/** Creates a customer in one or several backends. */
export function CustomerForm() {
  return <NewRecordPage record="customer">{(properties) => <NewCustomer {...properties} />}</NewRecordPage>;
}

function NewCustomer({ backends, onAgain }: NewRecordProperties) {
  const url = useUrlState();
  const nature: Nature = url.text("nature") === "person" ? "PERSON" : "ORGANISATION";
  const [links, setLinks] = useState(true);
  const form = useNewRecord(backends, {
    record: "customer",
    records: "customers",
    create: "CUSTOMER_CREATE",
    undo: "CUSTOMER_ARCHIVE",
    fieldsOf: (backend) => newCustomerFields(backend, nature),
  });
  const isSeveral = form.chosen.length > 1;
  const submission = useSubmission(
    useCreateCustomerMutation(useRefresh()),
    ({ values, validateOnly }: Filled) => {
      const input: CreateCustomerInput = { ...form.inputOf(values), ...(isSeveral && { link: links }), validateOnly };
      return { input };
    },
    ({ createCustomer }) => ({
      ...outcomeOfSeveral(createCustomer, ({ backend, subject, customer }) => ({
        title: customer?.name ?? subject?.customerName ?? "The customer",
        where: backend.label,
        owner: backend.key,
        href: customer ? `/customers/${encodeURIComponent(customer.id)}` : undefined,
      })),
      account: createCustomer.account,
    }),
  );
  return (
    <NewRecordForm form={form} submission={submission} onAgain={onAgain}>
      <SegmentedControl
        aria-label="Kind of customer"
        data={[
          { value: "organisation", label: "Organisation" },
          { value: "person", label: "Person" },
        ]}
        value={nature === "PERSON" ? "person" : "organisation"}
        onChange={(chosenNature) => url.set({ nature: chosenNature })}
        disabled={submission.locked}
      />
      {isSeveral && <LinkSwitch checked={links} onChange={setLinks} disabled={submission.locked} />}
    </NewRecordForm>
  );
}

/** Renders nothing when the backend cannot update customers. */
export function EditCustomerButton({ customerId }: { readonly customerId: string }) {
  const customer = useCustomer(customerId);
  const backend = useBackendToChange(customer?.backend.key);
  if (!customer || !backend?.capabilities.includes("CUSTOMER_UPDATE")) return null;
  return (
    <FormButton label="Edit" title={`Edit ${customer.name}`} draft={`edit ${customer.id}`}>
      {(close) => <EditCustomer id={customerId} backend={backend} onClose={close} />}
    </FormButton>
  );
}

interface EditProperties {
  readonly id: string;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditCustomer({ id, backend, onClose }: EditProperties) {
  const { data, error, refetch } = useCustomerRecordQuery({ id });
  if (error) return <Failed title="The customer could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the customer" lines={4} />;
  if (!data.customer) return <Text>It no longer exists.</Text>;
  return <EditCustomerForm customer={data.customer} backend={backend} onClose={onClose} />;
}

interface EditFormProperties {
  readonly customer: CustomerDetailsFragment;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditCustomerForm({ customer, backend, onClose }: EditFormProperties) {
  const fields = changedCustomerFields(backend, customer);
  const submission = useSubmission(
    useUpdateCustomerMutation(useRefresh()),
    ({ values, initial, validateOnly }: Filled) => {
      const input: UpdateCustomerInput = { ...changesOf(fields, initial, values), id: customer.id, validateOnly };
      return { input };
    },
    ({ updateCustomer }) => outcomeOfOne(updateCustomer, customer.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      given={customerValues(customer)}
      changes
      submission={submission}
      submitLabel="Save"
      onClose={onClose}
    />
  );
}

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
