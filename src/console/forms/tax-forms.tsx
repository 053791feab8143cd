import { ActionIcon, Button, Card, Menu, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type {
  BackendFormFragment,
  CreateTaxInput,
  TaxDetailsFragment,
  TaxSummaryFragment,
  UpdateTaxInput,
} from "../../client/generated/graphql.ts";
import { useArchiveTaxMutation, useCreateTaxMutation, useTaxQuery, useUpdateTaxMutation } from "../../client/react/index.ts";
import { reasonAgainst } from "../backends/capabilities.ts";
import { Page } from "../page.tsx";
import { Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { takes } from "./declared-fields.ts";
import { DraftContext } from "./drafts.ts";
import { BackendChoice, RollBackSwitch } from "./fan-out.tsx";
import { changesOf } from "./fields.ts";
import { FormModal } from "./form-modal.tsx";
import { useBackends, useBackendToChange } from "./lookups.ts";
import { outcomeOfOne, outcomeOfSeveral } from "./outcome.ts";
import { fieldsOfSeveral, inputForAll } from "./several-backends.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, SubmissionForm } from "./submission-form.tsx";
import { changedTaxFields, newTaxFields, taxValues } from "./tax-fields.ts";

export { LiabilitySwitch } from "./liability-switch.tsx";

/** Creates a tax in one or several backends. */
export function NewTaxPage() {
  const backends = useBackends();
  const [round, setRound] = useState(0);
  return (
    <Page title="New tax">
      {backends ? (
        <DraftContext value="new tax">
          <NewTax key={round} backends={backends} onAgain={() => setRound(round + 1)} />
        </DraftContext>
      ) : (
        <Loading what="the backends" lines={4} />
      )}
    </Page>
  );
}

interface NewTaxProperties {
  readonly backends: readonly BackendFormFragment[];
  readonly onAgain: () => void;
}

function NewTax({ backends, onAgain }: NewTaxProperties) {
  const url = useUrlState();
  const [rollsBack, setRollsBack] = useState(false);
  const able = backends.filter(({ capabilities }) => capabilities.includes("TAX_CREATE"));
  const chosen = able.filter(({ key }) => url.list("backend").includes(key));
  const canRollBack = chosen.length > 1 && chosen.every(({ capabilities }) => capabilities.includes("TAX_ARCHIVE"));
  const parts = chosen.map((backend) => ({ ...backend, fields: newTaxFields(backend) }));
  const fields = fieldsOfSeveral(parts);
  const submission = useSubmission(
    useCreateTaxMutation(useRefresh()),
    ({ values, validateOnly }: Filled) => {
      const input: CreateTaxInput = {
        ...inputForAll(parts, values),
        name: String(values["name"]).trim(),
        backends: chosen.map(({ key }) => key),
        ...(canRollBack && rollsBack && { onFailure: "ROLL_BACK" }),
        validateOnly,
      };
      return { input };
    },
    ({ createTax }) => outcomeOfSeveral(createTax, ({ backend }) => ({ title: backend.label, owner: backend.key })),
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
              Another tax
            </Button>
            <Button component={Link} href="/taxes">
              To the taxes
            </Button>
          </>
        }
      >
        <BackendChoice
          backends={backends}
          incapable={(backend) => reasonAgainst(backend, "TAX_CREATE", "taxes")}
          chosen={chosen.map(({ key }) => key)}
          onChoose={(backend) => url.set({ backend })}
          disabled={submission.locked}
        />
        {chosen.length === 0 && (
          <Text size="sm" c="dimmed">
            Choose where to create the tax. The fields depend on it.
          </Text>
        )}
        {canRollBack && <RollBackSwitch checked={rollsBack} onChange={setRollsBack} disabled={submission.locked} />}
      </SubmissionForm>
    </Card>
  );
}

const actionTitles = { edit: "Edit the tax", archive: "Archive the tax" } as const;
type Action = keyof typeof actionTitles;

/** The actions that a tax's backend allows. Renders nothing when there are none. */
export function TaxActions({ tax }: { readonly tax: TaxSummaryFragment }) {
  const [action, setAction] = useState<Action | null>(null);
  const backend = useBackendToChange(tax.backend.key);
  const actions = backend ? actionsOf(tax, backend) : [];
  const close = () => setAction(null);
  if (!backend || (actions.length === 0 && action === null)) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${tax.name}`}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((each) => (
            <Menu.Item key={each} onClick={() => setAction(each)} {...(each === "archive" && { color: "red" })}>
              {actionTitles[each]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FormModal
        title={action ? actionTitles[action] : ""}
        opened={action !== null}
        onClose={close}
        {...(action === "edit" && { draft: `edit ${tax.id}` })}
      >
        {action === "edit" && <EditTax id={tax.id} backend={backend} onClose={close} />}
        {action === "archive" && <ArchiveTax tax={tax} onClose={close} />}
      </FormModal>
    </>
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
    <SubmissionForm
      fields={fields}
      given={taxValues(tax)}
      changes
      submission={submission}
      fieldPrefix={["input"]}
      submitLabel="Save"
      afterwards={<Button onClick={onClose}>Close</Button>}
    />
  );
}

function ArchiveTax({ tax, onClose }: { readonly tax: TaxSummaryFragment; readonly onClose: () => void }) {
  const submission = useSubmission(
    useArchiveTaxMutation(useRefresh()),
    ({ validateOnly }: Filled) => ({ input: { id: tax.id, validateOnly } }),
    ({ archiveTax }) => outcomeOfOne(archiveTax, tax.name),
  );
  return (
    <SubmissionForm
      fields={[]}
      submission={submission}
      fieldPrefix={["input"]}
      submitLabel="Archive"
      submitColor="red"
      afterwards={<Button onClick={onClose}>Close</Button>}
    >
      <Text>
        “{tax.name}” is not applied any more in {tax.backend.label}.
      </Text>
    </SubmissionForm>
  );
}
