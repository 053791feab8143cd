import { Container } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Failed } from "./states.tsx";

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
