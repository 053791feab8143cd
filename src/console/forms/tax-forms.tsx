import { Text } from "@mantine/core";
import type {
  BackendFormFragment,
  CreateTaxInput,
  TaxDetailsFragment,
  TaxSummaryFragment,
  UpdateTaxInput,
} from "../../client/generated/graphql.ts";
import { useArchiveTaxMutation, useCreateTaxMutation, useTaxQuery, useUpdateTaxMutation } from "../../client/react/index.ts";
import { isolated } from "../format.ts";
import { Failed, Loading } from "../states.tsx";
import { takes } from "./declared-fields.ts";
import { changesOf } from "./fields.ts";
import { ActionMenu } from "./form-modal.tsx";
import { useBackendToChange } from "./lookups.ts";
import { NewRecordForm, NewRecordPage, type NewRecordProperties, useNewRecord } from "./new-record.tsx";
import { outcomeOfOne, outcomeOfSeveral } from "./outcome.ts";
import { changedTaxFields, newTaxFields, taxValues } from "./record-fields.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";

export { LiabilitySwitch } from "./liability-switch.tsx";

/** Creates a tax in one or several backends. */
export function NewTaxPage() {
  return <NewRecordPage record="tax">{(properties) => <NewTax {...properties} />}</NewRecordPage>;
}

function NewTax({ backends, onAgain }: NewRecordProperties) {
  const form = useNewRecord(backends, {
    record: "tax",
    records: "taxes",
    create: "TAX_CREATE",
    undo: "TAX_ARCHIVE",
    fieldsOf: newTaxFields,
  });
  const submission = useSubmission(
    useCreateTaxMutation(useRefresh()),
    ({ values, validateOnly }: Filled) => {
      const input: CreateTaxInput = { ...form.inputOf(values), name: String(values["name"]).trim(), validateOnly };
      return { input };
    },
    ({ createTax }) => outcomeOfSeveral(createTax, ({ backend }) => ({ title: backend.label, owner: backend.key })),
  );
  return <NewRecordForm form={form} submission={submission} onAgain={onAgain} />;
}

const actionTitles = { edit: "Edit the tax", archive: "Archive the tax" } as const;
type Action = keyof typeof actionTitles;

/** The actions that a tax's backend allows. Renders nothing when there are none. */
export function TaxActions({ tax }: { readonly tax: TaxSummaryFragment }) {
  const backend = useBackendToChange(tax.backend.key);
  if (!backend) return null;
  return (
    <ActionMenu
      of={tax.name}
      titles={actionTitles}
      actions={actionsOf(tax, backend)}
      red="archive"
      drafts={{ edit: `edit ${tax.id}` }}
    >
      {(action, close) =>
        action === "edit" ? <EditTax id={tax.id} backend={backend} onClose={close} /> : <ArchiveTax tax={tax} onClose={close} />
      }
    </ActionMenu>
  );
}

function actionsOf({ active }: TaxSummaryFragment, { inputs, capabilities }: BackendFormFragment): Action[] {
  // An inactive tax can be changed if the backend can activate it again.
  const canActivate = takes({ inputs }, "TAX_UPDATE", "active");
  return [
    ...(capabilities.includes("TAX_UPDATE") && (active || canActivate) ? (["edit"] as const) : []),
    ...(capabilities.includes("TAX_ARCHIVE") && active ? (["archive"] as const) : []),
  ];
}

interface EditProperties {
  readonly id: string;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditTax({ id, backend, onClose }: EditProperties) {
  const { data, error, refetch } = useTaxQuery({ id });
  if (error) return <Failed title="The tax could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the tax" lines={4} />;
  if (!data.tax) return <Text>It no longer exists.</Text>;
  return <EditTaxForm tax={data.tax} backend={backend} onClose={onClose} />;
}

interface EditFormProperties {
  readonly tax: TaxDetailsFragment;
  readonly backend: BackendFormFragment;
  readonly onClose: () => void;
}

function EditTaxForm({ tax, backend, onClose }: EditFormProperties) {
  const fields = changedTaxFields(backend);
  const submission = useSubmission(
    useUpdateTaxMutation(useRefresh()),
    ({ values, initial, validateOnly }: Filled) => {
      const input: UpdateTaxInput = { ...changesOf(fields, initial, values), id: tax.id, validateOnly };
      return { input };
    },
    ({ updateTax }) => outcomeOfOne(updateTax, tax.name),
  );
  return (
    <SubmissionForm fields={fields} given={taxValues(tax)} changes submission={submission} submitLabel="Save" onClose={onClose} />
  );
}

function ArchiveTax({ tax, onClose }: { readonly tax: TaxSummaryFragment; readonly onClose: () => void }) {
  const submission = useSubmission(
    useArchiveTaxMutation(useRefresh()),
    ({ validateOnly }: Filled) => ({ input: { id: tax.id, validateOnly } }),
    ({ archiveTax }) => outcomeOfOne(archiveTax, tax.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Archive" submitColor="red" onClose={onClose}>
      <Text>
        “{isolated(tax.name)}” is not applied any more in {tax.backend.label}.
      </Text>
    </SubmissionForm>
  );
}
