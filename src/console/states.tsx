import { Alert, Button, Card, Code, Container, List, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { type FailureDetailsFragment, GatewayError, TransportError } from "../client/index.ts";
import { explain } from "./explanation.ts";

/** Shown instead of a view's data, or beside it: loading, empty, failed, or incomplete. */

/**
 * Grey lines in place of the data.
 * @param what for screen readers: "customers"
 */
export function Loading({
  what,
  lines = 6,
  height = 44,
}: {
  readonly what: string;
  readonly lines?: number;
  readonly height?: number;
}) {
  return (
    <Stack gap="sm" role="status" aria-live="polite">
      <VisuallyHidden>Loading {what}…</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((line) => (
        <Skeleton key={line} height={height} radius="md" aria-hidden />
      ))}
    </Stack>
  );
}

interface FailedProperties {
  /** The failure as a sentence without its full stop: "The customers could not be loaded". */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => unknown;
}

/** Shows why something failed, mostly in the gateway's words, and offers to try again. */
export function Failed({ title, error, onRetry }: FailedProperties) {
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{explain(error)}</Text>
        <RequestId error={error} />
        {onRetry && (
          <Button size="xs" variant="default" onClick={() => onRetry()}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** The id to quote to the gateway's operators. Renders nothing when no request has failed. */
export function RequestId({ error }: { readonly error: unknown }) {
  const id = error instanceof GatewayError || error instanceof TransportError ? error.requestId : null;
  if (id === null) return null;
  return (
    <Text size="xs" style={{ overflowWrap: "anywhere" }}>
      Request <Code>{id}</Code>
    </Text>
  );
}

interface EmptyProperties {
  readonly title: string;
  /** Offered where filters may be why. */
  readonly onRemoveFilters?: (() => void) | false;
  readonly children?: ReactNode;
}

/** Says that there is nothing, why, and what to do about it. */
export function Empty({ title, onRemoveFilters, children }: EmptyProperties) {
  return (
    <Card p="xl" ta="center" role="status">
      <Stack gap="xs" align="center">
        <Title order={2} size="h5">
          {title}
        </Title>
        {children}
        {onRemoveFilters && (
          <Button variant="default" onClick={onRemoveFilters}>
            Remove the filters
          </Button>
        )}
      </Stack>
    </Card>
  );
}

interface UnavailableProperties {
  readonly failures: readonly FailureDetailsFragment[];
  readonly onRetry: () => unknown;
}

/** Names the backends that are missing from a list. Renders nothing when all answered. */
export function Unavailable({ failures, onRetry }: UnavailableProperties) {
  if (failures.length === 0) return null;
  const title =
    failures.length === 1 ? "One backend is missing from this list" : `${failures.length} backends are missing from this list`;
  return (
    <Alert color="yellow" variant="light" title={title} role="alert">
      <List size="sm" spacing={4}>
        {failures.map(({ backend, message }) => (
          <List.Item key={backend.key}>
            <Text span size="sm" fw={600}>
              {backend.label}
            </Text>
            {": "}
            {message}
          </List.Item>
        ))}
      </List>
      {failures.some(({ retryable }) => retryable) && (
        <Button size="xs" variant="default" mt="sm" onClick={() => onRetry()}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

interface State {
  readonly failure: { readonly error: unknown } | null;
}

/** Shows an error of the page itself instead of an empty window. React offers this to class components only. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <Container size="sm" py="xl">
        <Failed title="The console has failed" error={failure.error} onRetry={() => window.location.reload()} />
      </Container>
    );
  }
}
