import { FailurePanel } from "./failure-panel.tsx";
import { OutcomePanel } from "./outcome-panel.tsx";
import type { Submission } from "./submission.ts";

/** How a submission without fields ended. Renders nothing before that. */
export function SubmissionEnd({ submission }: { readonly submission: Submission<undefined> }) {
  const { outcome, failure, pending, repeat, startAnew } = submission;
  if (failure)
    return <FailurePanel failure={failure} errors={failure.errors} pending={pending} onRepeat={() => repeat(ignore)} />;
  if (!outcome) return null;
  return (
    <OutcomePanel
      outcome={outcome}
      errors={outcome.targets.flatMap(({ errors }) => errors)}
      pending={pending}
      onRepeat={() => repeat(ignore)}
      onStartAnew={() => startAnew(ignore)}
    />
  );
}

/** The result itself shows how a submission ended. There are no fields for its errors. */
export const ignore = (): void => undefined;
