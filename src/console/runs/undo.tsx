import { Alert, Button, List, Stack, Text } from "@mantine/core";
import type { ChargeRunDetailsFragment } from "../../client/index.ts";
import { useChargeRunUndoQuery, useUndoChargeRunMutation } from "../../client/react/index.ts";
import { formatMoney } from "../format.ts";
import { FormButton } from "../forms/form-modal.tsx";
import { Failed, Loading } from "../states.tsx";
import { Refusals, useRefreshRun } from "./run-state.tsx";
import { byCurrency } from "./sums.ts";

interface Properties {
  readonly run: ChargeRunDetailsFragment;
}

/** Undoes a run. Shows what would be voided first. */
export function UndoButton({ run }: Properties) {
  return (
    <FormButton label="Undo…" title={`Undo ${run.name}`} color="red">
      {(close) => <Undo run={run} onClose={close} />}
    </FormButton>
  );
}

function Undo({ run, onClose }: Properties & { readonly onClose: () => void }) {
  const { data, error, refetch } = useChargeRunUndoQuery({ id: run.id }, { staleTime: 0, gcTime: 0 });
  const refresh = useRefreshRun();
  const undo = useUndoChargeRunMutation({
    onSuccess: (answer) => {
      refresh.onSuccess();
      if (answer.undoChargeRun.errors.length === 0) onClose();
    },
  });
  const preview = data?.chargeRun?.undoPreview;
  if (error) return <Failed title="The preview could not be loaded" error={error} onRetry={refetch} />;
  if (!preview) return <Loading what="the preview" lines={3} />;
  return (
    <Stack gap="md">
      <Text size="sm">
        {preview.rows === 0
          ? "Nothing can be undone."
          : `${preview.rows.toLocaleString()} ${preview.rows === 1 ? "charge is" : "charges are"} voided: ${byCurrency(preview.totals).map(formatMoney).join(" and ")}. Voided rows can then be sent again.`}
      </Text>
      {preview.cannot.length > 0 && (
        <Alert color="yellow" title="Cannot be undone" role="status">
          <List size="sm">
            {preview.cannot.map(({ backend, backendLabel, rows, reason }) => (
              <List.Item key={backend}>
                {rows === 1 ? "One row" : `${rows.toLocaleString()} rows`} in {backendLabel}: {reason}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Refusals answer={undo.data?.undoChargeRun} error={undo.error} />
      {preview.rows > 0 && (
        <Button
          color="red"
          loading={undo.isPending}
          onClick={() => undo.mutate({ input: { id: run.id, planHash: preview.planHash } })}
        >
          Void these charges
        </Button>
      )}
    </Stack>
  );
}
