import { Text } from "@mantine/core";
import type { AccountSummaryFragment } from "../../client/generated/graphql.ts";
import { useLinkCustomersMutation } from "../../client/react/index.ts";
import { useMay } from "../session/viewer.ts";
import { type Field, inputOf } from "./fields.ts";
import { FormButton } from "./form-modal.tsx";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

const fields: readonly Field[] = [{ name: "name", label: "Name", control: { kind: "text" }, required: true, clearable: false }];

/** Renames an account. Renders nothing for viewers who may not write. */
export function RenameAccountButton({ account }: { readonly account: AccountSummaryFragment }) {
  if (!useMay("write")) return null;
  return (
    <FormButton label="Rename" title={`Rename ${account.name}`}>
      {(close) => <RenameAccount account={account} onClose={close} />}
    </FormButton>
  );
}

interface Properties {
  readonly account: AccountSummaryFragment;
  readonly onClose: () => void;
}

/** Linking customers that are already linked changes the account's name only (schema: LinkCustomersInput.name). */
function RenameAccount({ account, onClose }: Properties) {
  const customerIds = account.customers.map(({ id }) => id);
  const submission = useSubmission(
    useLinkCustomersMutation({ ...useRefresh(), form: `name:${account.id}` }),
    ({ values }: Filled) => ({ input: { ...inputOf(fields, values), customerIds } }),
    ({ linkCustomers }) => outcomeOfOne(linkCustomers, account.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      given={{ name: account.name }}
      changes
      submission={submission}
      submitLabel="Rename"
      checkable={false}
      onClose={onClose}
    >
      <Text size="sm">The gateway keeps this name. The customers’ names in their backends stay.</Text>
    </SubmissionForm>
  );
}
