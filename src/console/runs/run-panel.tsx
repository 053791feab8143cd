import { Alert, Button, Group, Progress, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { ChargeRunDetailsFragment } from "../../client/index.ts";
import {
  useApproveChargeRunMutation,
  useCancelChargeRunMutation,
  useCheckChargeRunMutation,
  useExecuteChargeRunMutation,
  usePauseChargeRunMutation,
  useRefuseChargeRunMutation,
  useResumeChargeRunMutation,
  useSkipChargeRunRowsMutation,
} from "../../client/react/index.ts";
import { formatInstant, formatMoney } from "../format.ts";
import { Panel } from "../page.tsx";
import { useMay, useViewer } from "../session/session.ts";
import { countOf, Refusals, runLooks, useRefreshRun } from "./run-state.tsx";
import { byCurrency, isTyped } from "./sums.ts";
import { UndoButton } from "./undo.tsx";

/** Offers the next step of a run in its state, to those who may take it. */
export function RunPanel({ run }: { readonly run: ChargeRunDetailsFragment }) {
  switch (run.state) {
    case "NEEDS_ATTENTION":
      return <Attention run={run} />;
    case "READY":
      // A changed plan needs a new confirmation.
      return <Confirm key={run.planHash} run={run} />;
    case "AWAITING_APPROVAL":
      return <Approve run={run} />;
    case "PREPARING":
    case "RUNNING":
    case "WAITING":
    case "UNDOING":
      return <Moving run={run} />;
    case "PAUSED":
      return <Paused run={run} />;
    default:
      return <Ended run={run} />;
  }
}

interface Properties {
  readonly run: ChargeRunDetailsFragment;
}

function Attention({ run }: Properties) {
  const [reason, setReason] = useState("");
  const skip = useSkipChargeRunRowsMutation(useRefreshRun());
  const check = useCheckChargeRunMutation(useRefreshRun());
  const count = countOf(run, "NEEDS_ATTENTION");
  return (
    <Panel title={count === 1 ? "One row needs attention" : `${count.toLocaleString()} rows need attention`}>
      <Text size="sm">
        Correct, skip or allow them below, or send the corrected file. Ready rows wait until all rows are settled.
      </Text>
      <Group align="flex-end">
        <Button component={Link} href={`/new/run?replace=${encodeURIComponent(run.id)}`}>
          Send the corrected file
        </Button>
        <Button variant="default" onClick={() => check.mutate({ input: { id: run.id } })} loading={check.isPending}>
          Check them again
        </Button>
        <CancelButton run={run} />
      </Group>
      <Group align="flex-end">
        <TextInput label="Reason for skipping" value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
        <Button
          variant="default"
          disabled={reason.trim() === ""}
          loading={skip.isPending}
          onClick={() => skip.mutate({ input: { id: run.id, reason } })}
        >
          Skip all of them
        </Button>
      </Group>
      <Refusals answer={skip.data?.skipChargeRunRows} error={skip.error} />
      <Refusals answer={check.data?.checkChargeRun} error={check.error} />
    </Panel>
  );
}

/** The sender types the total: a glance at a button is not enough. */
function Confirm({ run }: Properties) {
  const sums = byCurrency(run.totals);
  const unpriced = run.totals.reduce((sum, total) => sum + total.unpriced, 0);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const execute = useExecuteChargeRunMutation(useRefreshRun());
  const isRead = sums.every(({ currency, amount }) => isTyped(typed[currency] ?? "", amount));
  return (
    <Panel title="Confirm what is sent">
      <Text size="sm">
        {countOf(run, "READY").toLocaleString()} charges, {sums.map(formatMoney).join(" and ")} in total
        {unpriced > 0 && `, and ${unpriced.toLocaleString()} priced by their backends`}. Type the totals to confirm.
      </Text>
      <Group align="flex-end">
        {sums.map(({ currency }) => (
          <TextInput
            key={currency}
            label={`Total in ${currency}`}
            inputMode="decimal"
            autoComplete="off"
            value={typed[currency] ?? ""}
            onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, [currency]: value }))}
          />
        ))}
        <Button
          disabled={!isRead || run.planHash === null}
          loading={execute.isPending}
          onClick={() => execute.mutate({ input: { id: run.id, planHash: run.planHash ?? "" } })}
        >
          Send the charges
        </Button>
        <CancelButton run={run} />
      </Group>
      {run.approval?.state === "REFUSED" && (
        <Alert color="yellow" title={`Refused by ${run.approval.by ?? "an unknown user"}`} role="status">
          {run.approval.reason}
        </Alert>
      )}
      {run.approval?.state === "EXPIRED" && (
        <Alert color="yellow" title="Nobody approved it in time" role="status">
          You can send it for approval again.
        </Alert>
      )}
      <Refusals answer={execute.data?.executeChargeRun} error={execute.error} />
    </Panel>
  );
}

function Approve({ run }: Properties) {
  const may = useMay("approve");
  const changes = useMay("write");
  const { name } = useViewer();
  const [reason, setReason] = useState("");
  const approve = useApproveChargeRunMutation(useRefreshRun());
  const refuse = useRefuseChargeRunMutation(useRefreshRun());
  const isOwn = run.executedBy === name;
  return (
    <Panel title="A second person must approve it">
      <Text size="sm">
        {run.executedBy ?? "Unknown user"} wants {byCurrency(run.totals).map(formatMoney).join(" and ")} to be sent
        {run.approval && `; it can be approved until ${formatInstant(run.approval.expiresAt)}`}.
        {isOwn && " That is you: another person must approve it."}
        {!isOwn && !may && " Your access key may not approve it."}
      </Text>
      {may && !isOwn && (
        <Group align="flex-end">
          <Button
            loading={approve.isPending}
            onClick={() => approve.mutate({ input: { id: run.id, planHash: run.planHash ?? "" } })}
          >
            Approve and send
          </Button>
          <TextInput label="Reason for refusal" value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
          <Button
            variant="default"
            disabled={reason.trim() === ""}
            loading={refuse.isPending}
            onClick={() => refuse.mutate({ input: { id: run.id, planHash: run.planHash, reason } })}
          >
            Refuse
          </Button>
        </Group>
      )}
      {changes && (
        <Group>
          <CancelButton run={run} />
        </Group>
      )}
      <Refusals answer={approve.data?.approveChargeRun} error={approve.error} />
      <Refusals answer={refuse.data?.refuseChargeRun} error={refuse.error} />
    </Panel>
  );
}

function Moving({ run }: Properties) {
  const { progress, state } = run;
  const pause = usePauseChargeRunMutation(useRefreshRun());
  const checked = run.counts.reduce((sum, count) => sum + (count.state === "UNCHECKED" ? 0 : count.rows), 0);
  const all = run.counts.reduce((sum, { rows }) => sum + rows, 0);
  const [done, of] = progress && state !== "PREPARING" && state !== "UNDOING" ? [progress.ended, progress.rows] : [checked, all];
  const unknown = countOf(run, "UNKNOWN");
  return (
    <Panel title={runLooks[state].label}>
      {state !== "UNDOING" && (
        <Progress
          value={of === 0 ? 0 : (100 * done) / of}
          size="lg"
          aria-label={`${done} of ${of} rows`}
          transitionDuration={0}
        />
      )}
      <Text size="sm" aria-live="polite">
        {state === "UNDOING" ? "Charges are voided." : `${done.toLocaleString()} of ${of.toLocaleString()} rows`}
        {state === "RUNNING" && progress && ` · ${progress.rowsPerSecond.toLocaleString()} a second`}
        {state === "RUNNING" && progress?.secondsLeft != null && ` · about ${lasting(progress.secondsLeft)} left`}
      </Text>
      {unknown > 0 && (
        <Text size="sm">
          {unknown === 1 ? "One row has" : `${unknown.toLocaleString()} rows have`} an unknown outcome. The gateway is
          reconciling.
        </Text>
      )}
      {state !== "UNDOING" && (
        <Group>
          {state !== "PREPARING" && (
            <Button variant="default" onClick={() => pause.mutate({ input: { id: run.id } })} loading={pause.isPending}>
              Pause
            </Button>
          )}
          <CancelButton run={run} />
        </Group>
      )}
      <Refusals answer={pause.data?.pauseChargeRun} error={pause.error} />
    </Panel>
  );
}

function Paused({ run }: Properties) {
  const resume = useResumeChargeRunMutation(useRefreshRun());
  return (
    <Panel title="Paused">
      {run.pausedBackends.map(({ backend, backendLabel, message, since }) => (
        <Alert key={backend} color="yellow" title={`${backendLabel} refuses all requests`} role="status">
          {message} (since {formatInstant(since)})
        </Alert>
      ))}
      <Text size="sm">{countOf(run, "READY").toLocaleString()} rows are not sent yet.</Text>
      <Group>
        <Button onClick={() => resume.mutate({ input: { id: run.id } })} loading={resume.isPending}>
          Resume{" "}
        </Button>{" "}
        <CancelButton run={run} />
        <UndoButton run={run} />
      </Group>
      <Refusals answer={resume.data?.resumeChargeRun} error={resume.error} />
    </Panel>
  );
}

function Ended({ run }: Properties) {
  const check = useCheckChargeRunMutation(useRefreshRun());
  const failed = countOf(run, "FAILED");
  const again = failed + countOf(run, "CANCELLED") + countOf(run, "UNDONE") > 0;
  const canUndo = countOf(run, "SUCCEEDED") > 0;
  if (!again && !canUndo) return null;
  return (
    <Panel title={failed > 0 ? `${failed.toLocaleString()} ${failed === 1 ? "row" : "rows"} failed` : "Next step"}>
      <Group>
        {again && (
          <Button onClick={() => check.mutate({ input: { id: run.id } })} loading={check.isPending}>
            Check the rest again
          </Button>
        )}
        {canUndo && <UndoButton run={run} />}
      </Group>
      <Refusals answer={check.data?.checkChargeRun} error={check.error} />
    </Panel>
  );
}

function lasting(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function CancelButton({ run }: { readonly run: ChargeRunDetailsFragment }) {
  const [isSure, setSure] = useState(false);
  const { mutate, isPending, data, error } = useCancelChargeRunMutation(useRefreshRun());
  return (
    <>
      <Button
        variant={isSure ? "filled" : "subtle"}
        color="red"
        loading={isPending}
        onClick={() => (isSure ? mutate({ input: { id: run.id } }) : setSure(true))}
        onBlur={() => setSure(false)}
      >
        {isSure ? "Cancel: nothing more is sent" : "Cancel the run"}
      </Button>
      <Refusals answer={data?.cancelChargeRun} error={error} />
    </>
  );
}
