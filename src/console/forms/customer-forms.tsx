import { SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import type {
  BackendFormFragment,
  CreateCustomerInput,
  CustomerDetailsFragment,
  UpdateCustomerInput,
} from "../../client/generated/graphql.ts";
import { useCreateCustomerMutation, useCustomerRecordQuery, useUpdateCustomerMutation } from "../../client/react/index.ts";
import { Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { changedCustomerFields, customerValues, type Nature, newCustomerFields } from "./customer-fields.ts";
import { LinkSwitch } from "./fan-out.tsx";
import { changesOf } from "./fields.ts";
import { FormButton } from "./form-modal.tsx";
import { useBackendToChange, useCustomer } from "./lookups.ts";
import { NewRecordForm, NewRecordPage, type NewRecordProperties, useNewRecord } from "./new-record.tsx";
import { outcomeOfOne, outcomeOfSeveral } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

export { ArchiveCustomerButton } from "./archive-customer.tsx";

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
