import { Button, Fieldset, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Fragment, type ReactNode, useEffect, useReducer, useRef, useState } from "react";
import { Link } from "wouter";
import { headerHeight } from "../page.tsx";
import { typedIn, useDoneElsewhere, useDraft } from "./drafts.ts";
import { FieldInput } from "./field-input.tsx";
import { type Field, initialValues, problemsOf, shownFields, type Values } from "./fields.ts";
import {
  type FormError,
  isPartial,
  isReused,
  likelyDuplicates,
  mayBeSubmittedAgain,
  type Outcome,
  sortErrors,
} from "./outcome.ts";
import { FailurePanel, OutcomePanel } from "./outcome-panel.tsx";
import type { Ended, Submission } from "./submission.ts";

/** The content of a filled form. */
export interface Filled {
  readonly values: Values;
  /** The values before anybody typed. */
  readonly initial: Values;
  readonly validateOnly: boolean;
  /** True: a charge that looks like another one is confirmed. */
  readonly allowDuplicate: boolean;
}

interface Properties {
  /** None: the form only asks for a confirmation. */
  readonly fields?: readonly Field[];
  /** The first values of the fields; in an update, the stored ones. */
  readonly given?: Values;
  /** True for a form that updates something stored. It can be submitted only when something differs. */
  readonly changes?: boolean;
  readonly submission: Submission<Filled>;
  /** The path of errors up to the name of a field. Default: the mutation's input. */
  readonly fieldPrefix?: readonly string[];
  readonly submitLabel: string;
  readonly submitColor?: string;
  /** Label of the button that submits it although it looks like another one. */
  readonly allowLabel?: string;
  /** False if the mutation has no dry run. */
  readonly checkable?: boolean;
  /** True while a choice outside of the fields is missing. */
  readonly incomplete?: boolean;
  /** True until a person has confirmed: the form can be checked, but not submitted. */
  readonly unconfirmed?: boolean;
  /** Called after a fan-out was done in part, with the places of the targets that were not done. */
  readonly onRest?: (places: readonly number[], allowDuplicate: boolean) => void;
  /** Offered after a success: another form of the same kind, the list with this name, and to close the form. */
  readonly again?: { readonly label: string; readonly onClick: () => void };
  readonly list?: string;
  readonly onClose?: () => void;
  readonly children?: ReactNode;
}

const noFields: readonly Field[] = [];
const inInput = ["input"];

/** A form: "Check only" and submit, errors at their fields, and the outcome. */
export function SubmissionForm(properties: Properties) {
  const { fields = noFields, given, changes = false, submission, fieldPrefix = inInput, checkable = true } = properties;
  const { submitLabel, submitColor, allowLabel, incomplete = false, unconfirmed = false, onRest, children } = properties;
  const { outcome, failure, pending, locked } = submission;
  // The stored object may be read again while somebody types. Changes are computed from the values at the start.
  const [stored] = useState(given);
  const initial = initialValues(fields, stored);
  const draft = useDraft();
  const [found, setFound] = useState(draft.read);
  const isDoneElsewhere = useDoneElsewhere(draft);
  const [, rendered] = useReducer((count: number) => count + 1, 0);
  const form = useForm<Values>({
    initialValues: { ...initial, ...found },
    onValuesChange: (typed) => draft.keep(typed, initial),
    validate: (values) => problemsOf(fields, { ...initial, ...values }, changes ? initial : {}),
  });
  const values = { ...initial, ...form.values };
  const shown = shownFields(fields, values);
  const verdict = useRef<HTMLDivElement>(null);
  const answered = !pending && (outcome !== null || failure !== null);
  useEffect(() => {
    if (answered) verdict.current?.scrollIntoView({ block: "nearest" });
  }, [answered]);
  const [others, setOthers] = useState<readonly FormError[]>([]);
  const done = outcome?.operation.status === "SUCCEEDED" && !isReused(outcome);
  const unchanged = changes && Object.keys(typedIn(form.values, initial)).length === 0;
  const stopped = locked || incomplete || unchanged || isDoneElsewhere;

  const focusFirst = (problems: Readonly<Record<string, unknown>>): void => {
    const wrong = shown.find(({ name }) => problems[name] !== undefined);
    // The input is disabled while the submission runs. It can take the focus only after the next rendering.
    if (wrong) requestAnimationFrame(() => form.getInputNode(wrong.name)?.focus());
  };
  const place: Ended = (result: Outcome | null, refusal) => {
    const errors =
      result?.targets.flatMap(({ errors: own, owner }) => own.map((error) => ({ ...error, owner }))) ?? refusal?.errors ?? [];
    // After an answer the draft is gone. Where nothing was done, or the key answers for what was, it may be submitted again.
    if (result && mayBeSubmittedAgain(result)) draft.keep(form.getValues(), initial);
    const sorted = sortErrors(errors, shown, fieldPrefix);
    form.setErrors(sorted.atFields);
    setOthers(sorted.others);
    focusFirst(sorted.atFields);
  };
  const send = (validateOnly: boolean, allowDuplicate = false) =>
    form.onSubmit(
      (filled) => submission.submit({ values: { ...initial, ...filled }, initial, validateOnly, allowDuplicate }, place),
      focusFirst,
    );
  const separate = (): void => {
    draft.separate();
    draft.keep(form.getValues(), initial);
    rendered();
  };
  const duplicates = outcome ? likelyDuplicates(outcome) : [];
  const goOnWith = (places: readonly number[], allowDuplicate: boolean): void => {
    onRest?.(places, allowDuplicate);
    submission.reset();
  };
  /** Sends again if nothing was done yet. Otherwise reduces the form to the targets that were not done. */
  const allow = (): void => (outcome && isPartial(outcome) ? goOnWith(duplicates, true) : send(false, true)());

  return (
    <form onSubmit={send(false)} noValidate>
      <Stack gap="md">
        {children}
        {(isDoneElsewhere || (found && !answered)) && !pending && (
          <Group justify="space-between" gap="xs" role="status">
            <Text size="sm" flex="1 1 16rem">
              {isDoneElsewhere
                ? "This was submitted in another tab, perhaps with other values. Submit it here only if both are meant."
                : "You typed this before. It was not submitted, or no answer came."}
            </Text>
            {isDoneElsewhere && (
              <Button size="compact-sm" variant="default" onClick={separate}>
                Both are meant
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                draft.drop();
                setFound(null);
                form.setValues(initial);
              }}
            >
              Discard it
            </Button>
          </Group>
        )}
        {!done &&
          [...Map.groupBy(shown, ({ group }) => group)].map(([group, members]) => (
            <Grouped key={group ?? ""} legend={group}>
              {members.map((field) => (
                <FieldInput key={field.name} field={field} form={form} locked={locked} first={field === shown[0]} />
              ))}
            </Grouped>
          ))}
        <Stack
          gap="md"
          ref={verdict}
          style={{ scrollMarginBlock: headerHeight + 16 }}
          display={outcome || failure ? "flex" : "none"}
        >
          {outcome && (
            <OutcomePanel
              outcome={outcome}
              errors={others}
              pending={pending}
              onRepeat={() => submission.repeat(place)}
              onStartAnew={() => submission.startAnew(place)}
              onRest={
                onRest &&
                (() =>
                  goOnWith(
                    outcome.targets.flatMap(({ status }, target) => (status === "SUCCEEDED" ? [] : [target])),
                    false,
                  ))
              }
              onAllow={duplicates.length > 0 && !unconfirmed ? allow : undefined}
              allowLabel={allowLabel}
            />
          )}
          {failure && (
            <FailurePanel failure={failure} errors={others} pending={pending} onRepeat={() => submission.repeat(place)} />
          )}
        </Stack>
        <Group justify="flex-end">
          {done ? (
            <Afterwards {...properties} />
          ) : (
            <>
              {checkable && (
                <Button variant="default" onClick={() => send(true)()} disabled={pending || stopped}>
                  Check only
                </Button>
              )}
              <Button
                type="submit"
                loading={pending}
                disabled={stopped || unconfirmed}
                {...(submitColor && { color: submitColor })}
              >
                {submitLabel}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function Afterwards({ again, list, onClose }: Pick<Properties, "again" | "list" | "onClose">) {
  return (
    <>
      {again && (
        <Button variant="default" onClick={again.onClick}>
          {again.label}
        </Button>
      )}
      {list && (
        <Button component={Link} href={`/${list}`}>
          To the {list}
        </Button>
      )}
      {onClose && <Button onClick={onClose}>Close</Button>}
    </>
  );
}

/** A form that can be filled again and again. Each round is a new form, with its own confirmation. */
export function Rounds({ children }: { readonly children: (onAgain: () => void) => ReactNode }) {
  const [round, setRound] = useState(0);
  return <Fragment key={round}>{children(() => setRound(round + 1))}</Fragment>;
}

function Grouped({ legend, children }: { readonly legend: string | undefined; readonly children: ReactNode }) {
  const grid = (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      {children}
    </SimpleGrid>
  );
  return legend === undefined ? grid : <Fieldset legend={legend}>{grid}</Fieldset>;
}
