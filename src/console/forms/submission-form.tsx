import { Button, Fieldset, Group, SimpleGrid, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { headerHeight } from "../layout.ts";
import { FailurePanel } from "./failure-panel.tsx";
import { FieldInput } from "./field-input.tsx";
import { type Field, initialValues, problemsOf, shownFields, type Values } from "./fields.ts";
import { type FormError, isPartial, isReused, likelyDuplicates, type Outcome, sortErrors } from "./outcome.ts";
import { OutcomePanel } from "./outcome-panel.tsx";
import type { Ended, Submission } from "./submission.ts";

/** What a form hands to its submission. */
export interface Filled {
  readonly values: Values;
  /** What was there before anybody typed. */
  readonly initial: Values;
  readonly validateOnly: boolean;
  /** It is meant, although it looks like another charge. */
  readonly allowDuplicate: boolean;
}

interface Properties {
  readonly fields: readonly Field[];
  /** What the fields hold at first; in a change: what is stored. */
  readonly given?: Values;
  /** True for a form that changes something stored: it is submitted only when something differs. */
  readonly changes?: boolean;
  readonly submission: Submission<Filled>;
  /** What the paths of errors have before the part that names a field. */
  readonly fieldPrefix: readonly string[];
  readonly submitLabel: string;
  readonly submitColor?: string;
  /** For the button that submits it although it looks like another one. */
  readonly allowLabel?: string;
  /** False where the mutation has no dry run. */
  readonly checkable?: boolean;
  /** True while something that is chosen outside the fields is missing. */
  readonly incomplete?: boolean;
  /** True while it has not been confirmed: it can be checked, and not submitted. */
  readonly unconfirmed?: boolean;
  /** Of a fan-out that was done in part: chooses the targets, by their places in the input, that it was not done for. */
  readonly onRest?: (places: readonly number[], allowDuplicate: boolean) => void;
  /** What can be done when it has been done. */
  readonly afterwards?: ReactNode;
  readonly children?: ReactNode;
}

/** A form of fields: "check only" and the real thing, errors at their fields, and what became of it. */
export function SubmissionForm(properties: Properties) {
  const { fields, given, changes = false, submission, fieldPrefix, submitLabel, submitColor, checkable = true } = properties;
  const { incomplete = false, unconfirmed = false, onRest, afterwards, allowLabel, children } = properties;
  const { outcome, failure, pending, locked } = submission;
  // What is stored may be read again while somebody types: a change is told against what the form began with.
  const [stored] = useState(given);
  const initial = initialValues(fields, stored);
  const form = useForm<Values>({
    initialValues: initial,
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
  const unchanged = changes && !form.isDirty();
  const stopped = locked || incomplete || unchanged;

  const focusFirst = (problems: Readonly<Record<string, unknown>>): void => {
    const wrong = shown.find(({ name }) => problems[name] !== undefined);
    // An input that is disabled while its submission runs takes no focus before it is rendered again.
    if (wrong) requestAnimationFrame(() => form.getInputNode(wrong.name)?.focus());
  };
  const place: Ended = (result: Outcome | null, refusal) => {
    const errors =
      result?.targets.flatMap(({ errors: own, owner }) => own.map((error) => ({ ...error, owner }))) ?? refusal?.errors ?? [];
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
  const duplicates = outcome ? likelyDuplicates(outcome) : [];
  const goOnWith = (places: readonly number[], allowDuplicate: boolean): void => {
    onRest?.(places, allowDuplicate);
    submission.reset();
  };
  /** At once where nothing was done yet; else the form is left with those that it was not done for. */
  const allow = (): void => (outcome && isPartial(outcome) ? goOnWith(duplicates, true) : send(false, true)());

  return (
    <form onSubmit={send(false)} noValidate>
      <Stack gap="md">
        {children}
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
            afterwards
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

function Grouped({ legend, children }: { readonly legend: string | undefined; readonly children: ReactNode }) {
  const grid = (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      {children}
    </SimpleGrid>
  );
  return legend === undefined ? grid : <Fieldset legend={legend}>{grid}</Fieldset>;
}
