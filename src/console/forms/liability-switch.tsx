import { Stack, Switch, Text } from "@mantine/core";
import { useSetTaxLiabilityMutation } from "../../client/react/index.ts";
import { useMay } from "../session/viewer.ts";
import { FailurePanel } from "./failure-panel.tsx";
import { hasWarnings, outcomeOfOne } from "./outcome.ts";
import { OutcomePanel } from "./outcome-panel.tsx";
import { useRefresh, useSubmission } from "./submission.ts";

interface Properties {
  readonly tax: { readonly id: string; readonly name: string };
  readonly customerId: string;
  /** Null where the backend cannot tell: then there is no switch. */
  readonly isLiable: boolean | null;
}

/** Whether a customer is liable for a tax, and setting it, where one may. What went wrong is shown below; nothing else is worth a word. */
export function LiabilitySwitch({ tax, customerId, isLiable }: Properties) {
  const { outcome, failure, pending, locked, submit, repeat, startAnew } = useSubmission(
    useSetTaxLiabilityMutation({ ...useRefresh(), form: `${tax.id}:${customerId}` }),
    (liable: boolean) => ({ input: { taxId: tax.id, customerId, liable } }),
    ({ setTaxLiability }) => outcomeOfOne(setTaxLiability, tax.name),
  );
  const changes = useMay("write");
  if (isLiable === null) return null;
  if (!changes) return <Text size="sm">{isLiable ? "Liable" : "Not liable"}</Text>;
  const errors = outcome?.targets.flatMap((target) => target.errors) ?? failure?.errors ?? [];
  return (
    <Stack gap="xs">
      <Switch
        label="Liable"
        aria-label={`Liable for ${tax.name}`}
        checked={isLiable}
        disabled={pending || locked}
        onChange={(event) => submit(event.currentTarget.checked, ignore)}
      />
      {outcome && (outcome.operation.status !== "SUCCEEDED" || hasWarnings(outcome)) && (
        <OutcomePanel
          outcome={outcome}
          errors={errors}
          pending={pending}
          onRepeat={() => repeat(ignore)}
          onStartAnew={() => startAnew(ignore)}
        />
      )}
      {failure && <FailurePanel failure={failure} errors={errors} pending={pending} onRepeat={() => repeat(ignore)} />}
    </Stack>
  );
}

/** Where a submission ended is read from its result; there are no fields to put errors at. */
const ignore = (): void => undefined;
