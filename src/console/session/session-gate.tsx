import {
  Alert,
  Button,
  Card,
  Center,
  Container,
  Group,
  Loader,
  PasswordInput,
  Stack,
  Text,
  ThemeIcon,
  Title,
} from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { createGatewayClient, isUnauthenticated, ViewerDocument } from "../../client/index.ts";
import { queryKey, useViewerQuery } from "../../client/react/index.ts";
import { explain } from "../explanation.ts";
import { useNow } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Failed } from "../states.tsx";
import { ColorSchemeMenu } from "../theme.tsx";
import { authorization, type Ended, keyProblem, type Patience, type Session, ViewerContext } from "./session.ts";

const reasons: Readonly<Record<Ended, string | null>> = {
  needed: null,
  refused: "Your access key is not accepted any more. Sign in again to go on where you were.",
  left: "You are signed out. The data in this tab was cleared.",
};

interface SignInProperties {
  readonly session: Pick<Session, "signIn">;
  readonly why: Ended;
}

/** Asks for an access key, and keeps it only if the gateway accepts it. */
function SignInPage({ session, why }: SignInProperties) {
  useDocumentTitle("Sign in · Billing console");
  const [key, setKey] = useState("");
  const { problem, failure, pending, submit } = useSignIn(session);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem !== null) field.current?.focus();
  }, [problem]);
  const reason = reasons[why];
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={400} gap="md">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={650}>Billing console</Text>
          <ColorSchemeMenu />
        </Group>
        {reason && (
          <Alert color={why === "refused" ? "yellow" : "gray"} role="status">
            {reason}
          </Alert>
        )}
        <Card padding="xl">
          <form
            noValidate
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              submit(key.trim());
            }}
          >
            <Stack gap="md">
              <Group gap="sm" wrap="nowrap">
                <ThemeIcon variant="light" size="lg">
                  <Icon name="key" />
                </ThemeIcon>
                <Title order={1} size="h3">
                  Sign in
                </Title>
              </Group>
              {/* It has no name: a form sent by mistake puts no key into an address. */}
              <PasswordInput
                ref={field}
                label="Access key"
                description="Or a token of your identity provider"
                value={key}
                onChange={({ currentTarget }) => setKey(currentTarget.value)}
                error={problem}
                aria-invalid={problem !== null}
                autoComplete="off"
                spellCheck={false}
                autoFocus
              />
              {failure && (
                <Alert color="red" title="You could not be signed in" role="alert">
                  {failure}
                </Alert>
              )}
              <Button type="submit" fullWidth loading={pending}>
                Sign in
              </Button>
            </Stack>
          </form>
        </Card>
        <Text size="sm" c="dimmed">
          You get a key from the gateway’s operators. It is kept in this tab until you sign out or close it.
        </Text>
      </Stack>
    </Center>
  );
}

interface Attempt {
  readonly pending: boolean;
  /** Why the key is wrong, for its field. */
  readonly problem: string | null;
  /** Why the gateway could not be reached. */
  readonly failure: string | null;
}

const untried: Attempt = { pending: false, problem: null, failure: null };

function useSignIn({ signIn }: SignInProperties["session"]): Attempt & { readonly submit: (key: string) => void } {
  const queries = useQueryClient();
  const [attempt, setAttempt] = useState(untried);
  const submit = async (key: string): Promise<void> => {
    const problem = keyProblem(key);
    if (problem !== null || attempt.pending) return setAttempt({ ...attempt, problem });
    setAttempt({ ...untried, pending: true });
    try {
      const candidate = createGatewayClient({ url: "/graphql", headers: authorization(key) });
      queries.setQueryData(queryKey(ViewerDocument, {}), await candidate.request(ViewerDocument));
      signIn(key);
    } catch (error) {
      setAttempt(
        isUnauthenticated(error)
          ? { ...untried, problem: "The gateway does not accept this access key" }
          : { ...untried, failure: explain(error) },
      );
    }
  };
  return { ...attempt, submit: (key) => void submit(key) };
}

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

/** Says that the gateway asks to wait. Queries are retried by themselves. */
export function WaitingNotice({ patience }: { readonly patience: Patience }) {
  const until = useSyncExternalStore(patience.subscribe, patience.until);
  return until > 0 && <Waiting key={until} until={until} />;
}

function Waiting({ until }: { readonly until: number }) {
  const seconds = Math.ceil((until - useNow()) / 1000);
  if (seconds <= 0) return null;
  return (
    <Alert color="yellow" title="Too many requests in a short time" role="status" mb="lg">
      <Text size="sm">
        The gateway asks to wait. Missing data loads automatically
        {/* Screen readers must not read it every second. */}
        <span aria-hidden> in {seconds} s</span>.
      </Text>
    </Alert>
  );
}
