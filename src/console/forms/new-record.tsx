import { Card, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { BackendFormFragment } from "../../client/generated/graphql.ts";
import type { Capability } from "../../client/index.ts";
import { reasonAgainst } from "../backends/capabilities.ts";
import { Page } from "../page.tsx";
import { Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { DraftContext } from "./drafts.ts";
import { BackendChoice, RollBackSwitch } from "./fan-out.tsx";
import type { Field, Values } from "./fields.ts";
import { useBackends } from "./lookups.ts";
import { fieldsOfSeveral, inputForAll } from "./several-backends.ts";
import type { Submission } from "./submission.ts";
import { type Filled, Rounds, SubmissionForm } from "./submission-form.tsx";

/** What the forms for a new customer and a new tax share: the record is created in one or several backends. */

export interface NewRecordProperties {
  readonly backends: readonly BackendFormFragment[];
  readonly onAgain: () => void;
}

interface PageProperties {
  readonly record: string;
  readonly children: (properties: NewRecordProperties) => ReactNode;
}

export function NewRecordPage({ record, children }: PageProperties) {
  const backends = useBackends();
  return (
    <Page title={`New ${record}`}>
      {backends ? (
        <DraftContext value={`new ${record}`}>
          <Rounds>{(onAgain) => children({ backends, onAgain })}</Rounds>
        </DraftContext>
      ) : (
        <Loading what="the backends" lines={4} />
      )}
    </Page>
  );
}

interface RecordKind {
  /** "customer" */
  readonly record: string;
  /** "customers", also the address of their list. */
  readonly records: string;
  readonly create: Capability;
  /** What a backend needs to take its record back. */
  readonly undo: Capability;
  readonly fieldsOf: (backend: BackendFormFragment) => readonly Field[];
}

type NewRecord = ReturnType<typeof useNewRecord>;

/** The backends that were chosen, and what their forms ask for. The address keeps the choice. */
export function useNewRecord(backends: readonly BackendFormFragment[], kind: RecordKind) {
  const url = useUrlState();
  const [rollsBack, setRollsBack] = useState(false);
  const chosen = backends.filter(
    ({ key, capabilities }) => capabilities.includes(kind.create) && url.list("backend").includes(key),
  );
  const canRollBack = chosen.length > 1 && chosen.every(({ capabilities }) => capabilities.includes(kind.undo));
  const parts = chosen.map((backend) => ({ ...backend, fields: kind.fieldsOf(backend) }));
  return {
    backends,
    kind,
    chosen,
    choose: (backend: string[]): void => url.set({ backend }),
    fields: fieldsOfSeveral(parts),
    canRollBack,
    rollsBack,
    setRollsBack,
    inputOf: (values: Values) => ({
      ...inputForAll(parts, values),
      backends: chosen.map(({ key }) => key),
      ...(canRollBack && rollsBack && { onFailure: "ROLL_BACK" as const }),
    }),
  };
}

interface FormProperties {
  readonly form: NewRecord;
  readonly submission: Submission<Filled>;
  readonly onAgain: () => void;
  /** Choices besides the fields. */
  readonly children?: ReactNode;
}

export function NewRecordForm({ form, submission, onAgain, children }: FormProperties) {
  const { backends, kind, chosen, choose, fields, canRollBack, rollsBack, setRollsBack } = form;
  const { record, records, create } = kind;
  return (
    <Card maw={760}>
      <SubmissionForm
        fields={fields}
        submission={submission}
        submitLabel={chosen.length > 1 ? `Create in ${chosen.length} backends` : "Create"}
        onRest={(places) => choose(places.flatMap((place) => chosen[place]?.key ?? []))}
        incomplete={chosen.length === 0}
        again={{ label: `Another ${record}`, onClick: onAgain }}
        list={records}
      >
        <BackendChoice
          backends={backends}
          incapable={(backend) => reasonAgainst(backend, create, records)}
          chosen={chosen.map(({ key }) => key)}
          onChoose={choose}
          disabled={submission.locked}
        />
        {children}
        {chosen.length === 0 && (
          <Text size="sm" c="dimmed">
            Choose where to create the {record}. The fields depend on it.
          </Text>
        )}
        {canRollBack && <RollBackSwitch checked={rollsBack} onChange={setRollsBack} disabled={submission.locked} />}
      </SubmissionForm>
    </Card>
  );
}
