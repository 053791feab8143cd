import { Text } from "@mantine/core";
import { useState } from "react";
import type { CustomerNameFragment } from "../../client/generated/graphql.ts";
import { useLinkCustomersMutation, useUnlinkCustomersMutation } from "../../client/react/index.ts";
import { LinkWarnings } from "../accounts/link-warnings.tsx";
import { useMay } from "../session/viewer.ts";
import { FormButton, FormModal } from "./form-modal.tsx";
import { FoundCustomerSelect } from "./found-customer-select.tsx";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { SubmissionForm } from "./submission-form.tsx";

interface LinkProperties {
  readonly customer: CustomerNameFragment;
  readonly label: string;
  /** False: shows no button, but keeps an open form. (Its success may be why the button is gone.) Default: true. */
  readonly offered?: boolean;
}

/** Links a customer, with its whole account, to another one. Renders nothing for viewers who may not write. */
export function LinkButton({ customer, label, offered = true }: LinkProperties) {
  if (!useMay("write")) return null;
  return (
    <FormButton label={label} title={`Link ${customer.name}`} offered={offered}>
      {(close) => <Link customer={customer} onClose={close} />}
    </FormButton>
  );
}

interface FormProperties {
  readonly customer: CustomerNameFragment;
  readonly onClose: () => void;
}

function Link({ customer, onClose }: FormProperties) {
  const [other, setOther] = useState<string | null>(null);
  const submission = useSubmission(
    useLinkCustomersMutation({ ...useRefresh(), form: customer.id }),
    () => ({ input: { customerIds: [customer.id, other ?? ""] } }),
    ({ linkCustomers }) => outcomeOfOne(linkCustomers, customer.name),
  );
  const done = submission.outcome?.operation.status === "SUCCEEDED";
  return (
    <SubmissionForm submission={submission} submitLabel="Link" checkable={false} incomplete={other === null} onClose={onClose}>
      {!done && (
        <>
          <Text size="sm">
            Two customers that are linked are one account. Nothing changes in their backends. If the other one belongs to an
            account already, all of its customers are linked too.
          </Text>
          <FoundCustomerSelect
            label="Customer"
            description="A part of its name, e-mail address, phone number or reference"
            value={other}
            onChange={setOther}
            except={[customer.id]}
            disabled={submission.locked}
            data-autofocus
          />
          {other !== null && <LinkWarnings customerIds={[customer.id, other]} />}
        </>
      )}
    </SubmissionForm>
  );
}

interface UnlinkProperties {
  /** The customer that leaves its account; null = the form is closed. */
  readonly customer: CustomerNameFragment | null;
  readonly onClose: () => void;
}

/** Takes a customer out of its account. */
export function UnlinkModal({ customer, onClose }: UnlinkProperties) {
  return (
    <FormModal title={customer ? `Unlink ${customer.name}` : ""} opened={customer !== null} onClose={onClose}>
      {customer && <Unlink customer={customer} onClose={onClose} />}
    </FormModal>
  );
}

function Unlink({ customer, onClose }: FormProperties) {
  const submission = useSubmission(
    useUnlinkCustomersMutation({ ...useRefresh(), form: customer.id }),
    () => ({ input: { customerIds: [customer.id] } }),
    ({ unlinkCustomers }) => outcomeOfOne(unlinkCustomers, customer.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Unlink" submitColor="red" checkable={false} onClose={onClose}>
      <Text size="sm">
        The customer in {customer.backend.label} leaves the account. Nothing changes in its backend. An account of fewer than two
        customers is dissolved.
      </Text>
    </SubmissionForm>
  );
}
