import { Alert, Text } from "@mantine/core";
import type { ChargeRunAnswerFragment } from "../../client/index.ts";
import { Failed } from "../states.tsx";

interface Properties {
  readonly answer: ChargeRunAnswerFragment | undefined;
  readonly error: unknown;
  readonly title?: string;
}

/** Says why a mutation of a run was refused. Renders nothing when it was not. */
export function Refusals({ answer, error, title = "The action failed" }: Properties) {
  if (error) return <Failed title={title} error={error} />;
  if (!answer || answer.errors.length === 0) return null;
  return (
    <Alert color="red" title={title} role="alert">
      {answer.errors.map(({ message }) => (
        <Text key={message} size="sm">
          {message}
        </Text>
      ))}
    </Alert>
  );
}
