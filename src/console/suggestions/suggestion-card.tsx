import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { Link } from "wouter";
import {
  type CustomerContactFragment,
  type CustomerNameFragment,
  type LinkSuggestionDetailsFragment,
  LinkWarningsDocument,
} from "../../client/index.ts";
import { gatewayQuery, useDeclineLinkMutation, useGatewayClient, useLinkCustomersMutation } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { addressLines } from "../format.ts";
import { LinkWarnings } from "../forms/link-forms.tsx";
import { outcomeOfOne } from "../forms/outcome.ts";
import { SubmissionEnd } from "../forms/outcome-panel.tsx";
import { type Submission, useRefresh, useSubmission } from "../forms/submission.ts";
import { useMay } from "../session/session.ts";
import { formatScore, reasonLabels } from "./reasons.ts";

/** A person's decision about a suggestion. */
export interface Decision {
  /** The customer's name. */
  readonly name: string;
  readonly verdict: "linked" | "declined";
  /** The account of the customers that were linked. */
  readonly accountId: string | null;
}

interface SuggestionCardProperties {
  readonly suggestion: LinkSuggestionDetailsFragment;
  /** By customer id; empty while they are loading or cannot be read. */
  readonly contacts: ReadonlyMap<string, CustomerContactFragment>;
  readonly onDecided: (decision: Decision) => void;
}

/** Shows two customers side by side and why they may be the same. Buttons, or the keys A and D, accept or decline. */
export function SuggestionCard({ suggestion, contacts, onDecided }: SuggestionCardProperties) {
  const { customers, score, reasons } = suggestion;
  const changes = useMay("write");
  const customerIds = customers.map(({ id }) => id);
  const [{ name = "" } = {}] = customers;
  const form = customerIds.join(":");
  const accept = useSubmission(
    useLinkCustomersMutation({ ...useRefresh(), form }),
    () => ({ input: { customerIds } }),
    ({ linkCustomers }) => ({ ...outcomeOfOne(linkCustomers, name), account: linkCustomers.account }),
  );
  const decline = useSubmission(
    useDeclineLinkMutation({ ...useRefresh(), form }),
    () => ({ input: { customerIds } }),
    ({ declineLink }) => outcomeOfOne(declineLink, name),
  );
  const warnings = useWarnings(customerIds);
  const stopped = !changes || warnings.pending || accept.pending || decline.pending || accept.locked || decline.locked;
  const decide = (verdict: Decision["verdict"]): void => {
    if (stopped) return;
    if (verdict === "linked" && !warnings.shown) {
      warnings.ask(() => submit("linked"));
    } else submit(verdict);
  };
  const submit = (verdict: Decision["verdict"]): void => {
    const submission = verdict === "linked" ? accept : decline;
    submission.submit(undefined, (outcome) => {
      if (outcome?.operation.status === "SUCCEEDED") onDecided({ name, verdict, accountId: outcome.account?.id ?? null });
    });
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    // Buttons and links handle their own keys, and the browser those with a modifier.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    // With Caps Lock it is the same key.
    const key = event.key.toLowerCase();
    if (key === "a") decide("linked");
    if (key === "d") decide("declined");
    if (event.key === "ArrowDown") focus(event, event.currentTarget.nextElementSibling);
    if (event.key === "ArrowUp") focus(event, event.currentTarget.previousElementSibling);
  };
  return (
    <Card
      component="article"
      tabIndex={0}
      aria-label={customers.map((customer) => `${customer.name} in ${customer.backend.label}`).join(" and ")}
      {...(changes && { "aria-keyshortcuts": "A D" })}
      onKeyDown={press}
    >
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {customers.map((customer) => (
            <Side key={customer.id} customer={customer} contact={contacts.get(customer.id)} />
          ))}
        </SimpleGrid>
        {warnings.shown && <LinkWarnings customerIds={customerIds} />}
        <Group justify="space-between" gap="md">
          <Group gap={6}>
            <Badge color="blue">{formatScore(score)} likely</Badge>
            {reasons.map(({ kind, detail }) => (
              <Badge key={kind} color="gray" variant="default" title={detail}>
                {reasonLabels[kind]}
              </Badge>
            ))}
          </Group>
          {changes && (
            <Group gap="xs">
              <Button variant="default" size="xs" loading={decline.pending} disabled={stopped} onClick={() => decide("declined")}>
                Decline
              </Button>
              <Button size="xs" loading={warnings.pending || accept.pending} disabled={stopped} onClick={() => decide("linked")}>
                {warnings.shown ? "Link anyway" : "Link"}
              </Button>
            </Group>
          )}
        </Group>
        <Refused submission={accept} />
        <Refused submission={decline} />
      </Stack>
    </Card>
  );
}

/** Loads what speaks against linking, on demand and before linking: it reads all customers of both accounts. */
function useWarnings(customerIds: readonly string[]) {
  const client = useGatewayClient();
  const queries = useQueryClient();
  const [shown, setShown] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const query = gatewayQuery(client, LinkWarningsDocument, { customerIds: [...customerIds] });
      return queries.fetchQuery({
        ...query,
        retry: (failures, problem) => query.retry(failures, problem as never),
        staleTime: 0,
      });
    },
  });
  return {
    shown,
    pending: isPending,
    /** Continues when nothing speaks against it. If that is not known, a person decides. */
    ask: (goOn: () => void): void =>
      mutate(undefined, {
        onSuccess: ({ linkWarnings }) => (linkWarnings.length > 0 ? setShown(true) : goOn()),
        onError: () => setShown(true),
      }),
  };
}

function focus(event: KeyboardEvent, element: Element | null): void {
  if (!(element instanceof HTMLElement)) return;
  event.preventDefault();
  element.focus();
}

interface SideProperties {
  readonly customer: CustomerNameFragment;
  readonly contact: CustomerContactFragment | undefined;
}

function Side({ customer: { id, name, backend }, contact }: SideProperties) {
  const parts = contact && [contact.reference, contact.email, contact.phone, contact.address && addressLines(contact.address)];
  return (
    <Stack gap={4} align="flex-start" miw={0}>
      <BackendBadge backend={backend} />
      <Anchor component={Link} href={`/customers/${encodeURIComponent(id)}`} fw={600} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
      {parts?.filter(Boolean).map((part) => (
        <Text key={part} size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
          {part}
        </Text>
      ))}
    </Stack>
  );
}

/** Says why it was refused. Renders nothing otherwise. */
function Refused({ submission }: { readonly submission: Submission<undefined> }) {
  return submission.outcome?.operation.status === "SUCCEEDED" ? null : <SubmissionEnd submission={submission} />;
}
