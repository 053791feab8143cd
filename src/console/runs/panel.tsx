import { Alert, Button, Card, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { ChargeRunDetailsFragment } from "../../client/index.ts";
import { useCancelChargeRunMutation } from "../../client/react/index.ts";
import { Failed } from "../states.tsx";
import { refusalsOf, useRefreshRun } from "./use-run.ts";

/** Shared by the panels for a run's states. */

export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Card component="section" aria-label={title}>
      <Stack gap="md">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  );
}

interface Told {
  readonly refusals: readonly string[];
  readonly error: unknown;
}

/** Says why a request was refused. */
export function Refusals({ refusals, error }: Told) {
  if (error) return <Failed title="The action failed" error={error} />;
  if (refusals.length === 0) return null;
  return (
    <Alert color="red" title="The action failed" role="alert">
      {refusals.map((message) => (
        <Text key={message} size="sm">
          {message}
        </Text>
      ))}
    </Alert>
  );
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
      <Refusals refusals={refusalsOf(data?.cancelChargeRun)} error={error} />
    </>
  );
}
