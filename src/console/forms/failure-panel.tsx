import { Alert, Button, Stack, Text } from "@mantine/core";
import { RequestId } from "../states.tsx";
import type { FormError } from "./outcome.ts";
import { ErrorList } from "./outcome-panel.tsx";
import type { Failure } from "./submission.ts";

interface Properties {
  readonly failure: Failure;
  /** Errors that belong to no field. */
  readonly errors: readonly FormError[];
  readonly pending: boolean;
  readonly onRepeat: () => void;
}

/** Shows a submission without a result: it was refused before it was recorded, or its answer was lost. */
export function FailurePanel({ failure, errors, pending, onRepeat }: Properties) {
  return (
    <Alert
      color={failure.lost ? "yellow" : "red"}
      title={failure.lost ? "The answer was lost" : "Nothing was changed"}
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        {failure.lost ? (
          <Text size="sm">
            The gateway did not answer, so the outcome is not known. Repeating is safe: it is sent with the same idempotency key
            and never acts twice.
          </Text>
        ) : (
          <ErrorList errors={errors} />
        )}
        <RequestId error={failure.reason} />
        {failure.lost && (
          <Button size="xs" variant="default" onClick={onRepeat} loading={pending}>
            Repeat safely
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
