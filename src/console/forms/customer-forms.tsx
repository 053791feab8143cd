import { Button, Card, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "wouter";
import type {
  BackendFormFragment,
  CreateCustomerInput,
  CustomerDetailsFragment,
  UpdateCustomerInput,
} from "../../client/generated/graphql.ts";
import { useCreateCustomerMutation, useCustomerRecordQuery, useUpdateCustomerMutation } from "../../client/react/index.ts";
import { reasonAgainst } from "../backends/capabilities.ts";
import { Page } from "../page.tsx";
import { Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { changedCustomerFields, customerValues, type Nature, newCustomerFields } from "./customer-fields.ts";
import { DraftContext } from "./drafts.ts";
import { BackendChoice, LinkSwitch, RollBackSwitch } from "./fan-out.tsx";
import { changesOf } from "./fields.ts";
import { FormModal } from "./form-modal.tsx";
import { useBackends, useBackendToChange, useCustomer } from "./lookups.ts";
import { outcomeOfOne, outcomeOfSeveral } from "./outcome.ts";
import { fieldsOfSeveral, inputForAll } from "./several-backends.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

export { ArchiveCustomerButton } from "./archive-customer.tsx";

/** Creates a customer in one or several backends. */
export function CustomerForm() {
  const backends = useBackends();
  const [round, setRound] = useState(0);
  return (
    <Page title="New customer">
      {backends ? (
        <DraftContext value="new customer">
          <NewCustomer key={round} backends={backends} onAgain={() => setRound(round + 1)} />
        </DraftContext>
      ) : (
        <Loading what="the backends" lines={4} />
      )}
    </Page>
  );
}

interface NewCustomerProperties {
  readonly backends: readonly BackendFormFragment[];
  readonly onAgain: () => void;
}

function NewCustomer({ backends, onAgain }: NewCustomerProperties) {
  const url = useUrlState();
  const able = backends.filter(({ capabilities }) => capabilities.includes("CUSTOMER_CREATE"));
  const chosen = able.filter(({ key }) => url.list("backend").includes(key));
  const nature: Nature = url.text("nature") === "person" ? "PERSON" : "ORGANISATION";
  const [rollsBack, setRollsBack] = useState(false);
  const [links, setLinks] = useState(true);
  const canRollBack = chosen.length > 1 && chosen.every(({ capabilities }) => capabilities.includes("CUSTOMER_ARCHIVE"));
  const parts = chosen.map((backend) => ({ ...backend, fields: newCustomerFields(backend, nature) }));
  const fields = fieldsOfSeveral(parts);
  const submission = useSubmission(
    useCreateCustomerMutation(useRefresh()),
    ({ values, validateOnly }: Filled) => {
      const input: CreateCustomerInput = {
        ...inputForAll(parts, values),
        backends: chosen.map(({ key }) => key),
        ...(canRollBack && rollsBack && { onFailure: "ROLL_BACK" }),
        ...(chosen.length > 1 && { link: links }),
        validateOnly,
      };
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
    <Card maw={760}>
      <SubmissionForm
        fields={fields}
        submission={submission}
        fieldPrefix={["input"]}
        submitLabel={chosen.length > 1 ? `Create in ${chosen.length} backends` : "Create"}
        onRest={(places) => url.set({ backend: places.flatMap((place) => chosen[place]?.key ?? []) })}
        incomplete={chosen.length === 0}
        afterwards={
          <>
            <Button variant="default" onClick={onAgain}>
              Another customer
            </Button>
            <Button component={Link} href="/customers">
              To the customers
            </Button>
          </>
        }
      >
        <BackendChoice
          backends={backends}
          incapable={(backend) => reasonAgainst(backend, "CUSTOMER_CREATE", "customers")}
          chosen={chosen.map(({ key }) => key)}
          onChoose={(backend) => url.set({ backend })}
          disabled={submission.locked}
        />
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
        {chosen.length === 0 && (
          <Text size="sm" c="dimmed">
            Choose where to create the customer. The fields depend on it.
          </Text>
        )}
        {chosen.length > 1 && <LinkSwitch checked={links} onChange={setLinks} disabled={submission.locked} />}
        {canRollBack && <RollBackSwitch checked={rollsBack} onChange={setRollsBack} disabled={submission.locked} />}
      </SubmissionForm>
    </Card>
  );
}

/** Renders nothing when the backend cannot update customers. */
export function EditCustomerButton({ customerId }: { readonly customerId: string }) {
  const [opened, { open, close }] = useDisclosure(false);
  const customer = useCustomer(customerId);
  const backend = useBackendToChange(customer?.backend.key);
  if (!customer || !backend?.capabilities.includes("CUSTOMER_UPDATE")) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        Edit
      </Button>
      <FormModal title={`Edit ${customer.name}`} opened={opened} onClose={close} draft={`edit ${customer.id}`}>
        <EditCustomer id={customerId} backend={backend} onClose={close} />
      </FormModal>
    </>
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
    <Stack>
      <SubmissionForm
        fields={fields}
        given={customerValues(customer)}
        changes
        submission={submission}
        fieldPrefix={["input"]}
        submitLabel="Save"
        afterwards={<Button onClick={onClose}>Close</Button>}
      />
    </Stack>
  );
}
