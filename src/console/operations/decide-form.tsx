import { Alert, Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { OperationInFullFragment } from "../../client/index.ts";
import { useNodesQuery, useResolveOperationMutation } from "../../client/react/index.ts";
import { FormButton } from "../forms/form-modal.tsx";
import { useMay } from "../session/session.ts";
import { Failed } from "../states.tsx";
import { nodeText } from "./node-name.tsx";
import { type Answers, decisionInput, didNotHappen, happened, refusalText, subjectText } from "./operation-words.ts";

interface Properties {
  readonly operationId: string;
  /** The step's place in the operation. */
  readonly place: number;
  readonly step: OperationInFullFragment["steps"][number];
}

/** Records a person's finding about a step with an unknown outcome. Renders nothing for viewers who may not decide. */
export function DecideButton(properties: Properties) {
  if (!useMay("admin")) return null;
  return (
    <Group>
      <FormButton label="Decide" title="Record the outcome" size="xs">
        {(close) => <DecideForm {...properties} onClose={close} />}
      </FormButton>
    </Group>
  );
}

function DecideForm({ operationId, place, step, onClose }: Properties & { readonly onClose: () => void }) {
  const { mutate, isPending, error, data } = useResolveOperationMutation();
  const nodes =
    useNodesQuery({ ids: step.candidates.map(({ id }) => id) }, { enabled: step.candidates.length > 0 }).data?.nodes ?? [];
  const form = useForm<Answers>({
    initialValues: { verdict: "", nodeId: "", reason: "" },
    validate: {
      verdict: (verdict) => (verdict === "" ? "Choose an outcome" : null),
      reason: (reason) => (reason.trim() === "" ? "Enter a reason" : null),
    },
  });
  const record = form.onSubmit((answers) =>
    mutate(
      { input: decisionInput(operationId, place, answers) },
      { onSuccess: ({ resolveOperation: { errors } }) => errors.length === 0 && onClose() },
    ),
  );
  const refused = data?.resolveOperation.errors ?? [];
  return (
    <form onSubmit={record} noValidate>
      <Stack gap="md">
        <Text size="sm">
          Look in {step.backend.label} first. Your decision is recorded with the operation, under your name. If it did not happen,
          a retry of the call sends it again.
        </Text>
        {step.subject && subjectText(step.subject) !== "" && (
          <Text size="sm">
            As it was sent: <b>{subjectText(step.subject)}</b>
          </Text>
        )}
        <Radio.Group {...form.getInputProps("verdict")} label="Outcome" required>
          <Stack gap="xs" mt="xs">
            {step.candidates.map(({ id, differs }, index) => {
              const node = nodes[index];
              const difference = differs.length === 0 ? {} : { description: `Not as it was sent: ${differs.join(", ")}` };
              return <Radio key={id} value={id} label={`It is ${node ? nodeText(node) : id}`} {...difference} />;
            })}
            <Radio value={happened} label={step.candidates.length === 0 ? "It happened" : "It happened, but is none of these"} />
            <Radio value={didNotHappen} label="It did not happen" />
          </Stack>
        </Radio.Group>
        {form.values.verdict === happened && (
          <TextInput
            {...form.getInputProps("nodeId")}
            label="ID of the new object"
            description="As the gateway shows it. Leave it empty if an existing object was changed."
          />
        )}
        <TextInput
          {...form.getInputProps("reason")}
          label="Reason"
          description="How you know the outcome"
          required
          maxLength={1000}
        />
        {error && <Failed title="The decision could not be recorded" error={error} />}
        {refused.length > 0 && !isPending && (
          <Alert color="red" variant="light" title="Nothing was recorded" role="alert">
            {refused.map(({ message }) => (
              <Text key={message} size="sm">
                {refusalText(message)}
              </Text>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Record
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
