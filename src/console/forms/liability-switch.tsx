import { Switch, Text } from "@mantine/core";
import { useState } from "react";
import type { TaxSummaryFragment } from "../../client/index.ts";
import { useSetTaxLiabilityMutation } from "../../client/react/index.ts";
import { isolated, taxRate } from "../format.ts";
import { useMay } from "../session/session.ts";
import { FormModal } from "./form-modal.tsx";
import { useCustomer } from "./lookups.ts";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

interface Properties {
  readonly tax: Pick<TaxSummaryFragment, "id" | "name" | "rate" | "fixedAmount" | "active">;
  readonly customerId: string;
  /** Null: the backend cannot tell, so that there is no switch. */
  readonly isLiable: boolean | null;
}

/** Shows whether a customer is liable for a tax, and changes it. Asks first, as it changes what the customer pays. */
export function LiabilitySwitch({ tax, customerId, isLiable }: Properties) {
  const changes = useMay("write");
  // The value to set. Stays as it is while the form changes the customer.
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (isLiable === null) return null;
  if (!changes) return <Text size="sm">{isLiable ? "Liable" : "Not liable"}</Text>;
  const close = () => setWanted(null);
  return (
    <>
      <Switch
        label="Liable"
        aria-label={`Liable for ${tax.name}`}
        aria-haspopup="dialog"
        checked={isLiable}
        onChange={(event) => setWanted(event.currentTarget.checked)}
      />
      <FormModal title={`Liability for ${tax.name}`} opened={wanted !== null} onClose={close}>
        {wanted !== null && <Confirm tax={tax} customerId={customerId} liable={wanted} onClose={close} />}
      </FormModal>
    </>
  );
}

interface ConfirmProperties extends Pick<Properties, "tax" | "customerId"> {
  readonly liable: boolean;
  readonly onClose: () => void;
}

function Confirm({ tax, customerId, liable, onClose }: ConfirmProperties) {
  const customer = useCustomer(customerId);
  const submission = useSubmission(
    useSetTaxLiabilityMutation({ ...useRefresh(), form: `${tax.id}:${customerId}` }),
    (_filled: Filled) => ({ input: { taxId: tax.id, customerId, liable } }),
    ({ setTaxLiability }) => outcomeOfOne(setTaxLiability, tax.name),
  );
  const who = customer ? `${isolated(customer.name)} in ${customer.backend.label}` : "The customer";
  const when = tax.active ? "From now on" : "The tax is not in force; once it is,";
  const what = `${isolated(tax.name)} (${taxRate(tax)})`;
  return (
    <SubmissionForm
      submission={submission}
      checkable={false}
      submitLabel={liable ? "Make liable" : "Make exempt"}
      onClose={onClose}
    >
      <Text>
        {liable
          ? `${who} becomes liable for ${what}. ${when} the backend adds it to what is charged.`
          : `${who} will not be liable for ${what} any more. ${when} the backend does not add it to what is charged.`}
      </Text>
    </SubmissionForm>
  );
}
