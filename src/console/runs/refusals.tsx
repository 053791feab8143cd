import { Alert, Text } from "@mantine/core";
import { Failed } from "../states.tsx";

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
