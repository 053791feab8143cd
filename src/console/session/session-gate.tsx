import { Center, Container, Loader } from "@mantine/core";
import { type ReactNode, useMemo, useSyncExternalStore } from "react";
import { useViewerQuery } from "../../client/react/index.ts";
import { Failed } from "../states.tsx";
import type { Session } from "./session.ts";
import { SignInPage } from "./sign-in-page.tsx";
import { ViewerContext } from "./viewer.ts";

interface Properties {
  readonly session: Session;
  readonly children: ReactNode;
}

/** Shows the console to signed-in people, and the sign-in page to others. Keeps the address, so that deep links work. */
export function SessionGate({ session, children }: Properties) {
  const { ended } = useSyncExternalStore(session.subscribe, session.state);
  return ended === null ? <LetIn session={session}>{children}</LetIn> : <SignInPage session={session} why={ended} />;
}

function LetIn({ session, children }: Properties) {
  const { data, error, refetch } = useViewerQuery();
  const { key } = session.state();
  const viewer = useMemo(
    () => data && { ...data.viewer, signOut: key === null ? null : session.signOut },
    [data, key, session.signOut],
  );
  if (viewer) return <ViewerContext value={viewer}>{children}</ViewerContext>;
  if (error) {
    return (
      <Container size="sm" py="xl">
        <Failed title="The gateway could not be reached" error={error} onRetry={refetch} />
      </Container>
    );
  }
  return (
    <Center mih="100dvh" role="status" aria-label="Loading the console">
      <Loader />
    </Center>
  );
}
