import { Alert, Button, Card, Center, Group, PasswordInput, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { createGatewayClient, isUnauthenticated, ViewerDocument } from "../../client/index.ts";
import { queryKey } from "../../client/react/index.ts";
import { ColorSchemeMenu } from "../color-scheme-menu.tsx";
import { explain } from "../explanation.ts";
import { Icon } from "../icons.tsx";
import { authorization, type Ended, keyProblem, type Session } from "./session.ts";

const reasons: Readonly<Record<Ended, string | null>> = {
  needed: null,
  refused: "Your access key is not accepted any more. Sign in again to go on where you were.",
  left: "You are signed out. The data in this tab was cleared.",
};

interface Properties {
  readonly session: Pick<Session, "signIn">;
  readonly why: Ended;
}

/** Asks for an access key, and keeps it only if the gateway accepts it. */
export function SignInPage({ session, why }: Properties) {
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

function useSignIn({ signIn }: Properties["session"]): Attempt & { readonly submit: (key: string) => void } {
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
