import { Alert, Anchor, Button, Group, Kbd, Stack, Text } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import type { LinkSuggestionDetailsFragment, SourceDetailsFragment } from "../../client/index.ts";
import { useBackendsQuery, useCustomerContactsQuery, useInfiniteLinkSuggestionsQuery } from "../../client/react/index.ts";
import { failuresOf } from "../explanation.ts";
import { BackendSelect } from "../filter-bar.tsx";
import { useNow } from "../format.ts";
import { Page } from "../page.tsx";
import { ageOf, nextLookMs } from "../search/found.ts";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { type Decision, SuggestionCard } from "./suggestion-card.tsx";

/** Small: for each pair, both customers are read in their backends. */
const pageSize = 10;

/** Elements that use arrow keys themselves. Anywhere else an arrow chooses the first suggestion. */
const ownKeys = "article, input, select, textarea, button, a, [role=dialog], [role=listbox], [role=menu]";

/** Lists customers of different backends that are probably the same, likeliest first. ?backend=…&backend=…&customer=… */
export function SuggestionsPage() {
  const url = useUrlState();
  const chosen = url.list("backend");
  const customerId = url.text("customer");
  const backends = useBackendsQuery({});
  const query = useInfiniteLinkSuggestionsQuery(
    { first: pageSize, ...(chosen.length > 0 && { backends: chosen }), ...(customerId && { customerId }) },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => nextLookMs(state.data?.pages[0]?.linkSuggestions.sources),
    },
  );
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const [decision, setDecision] = useState<Decision | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const pages = data?.pages.map((page) => page.linkSuggestions) ?? [];
  const failures = failuresOf(pages.flatMap(({ unavailable }) => unavailable));
  const nothing = pages.every(({ nodes }) => nodes.length === 0) && !hasNextPage;
  const decided = (made: Decision): void => {
    setDecision(made);
    // The card goes away. Focus the next one, so that many can be decided without a mouse.
    const card = document.activeElement?.closest("article");
    const next = card?.nextElementSibling ?? card?.previousElementSibling;
    if (next instanceof HTMLElement) next.focus();
    else list.current?.focus();
  };
  useWindowEvent("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.defaultPrevented) return;
    if (!(event.target instanceof Element) || event.target.closest(ownKeys) !== null) return;
    const first = list.current?.querySelector("article");
    if (!first) return;
    event.preventDefault();
    first.focus();
  });
  return (
    <Page title="Suggestions" description={<Description sources={pages[0]?.sources} />}>
      <Stack maw={480} role="search" aria-label="Suggestions">
        <BackendSelect
          backends={backends.data?.backends.filter(({ capabilities }) => capabilities.includes("CUSTOMER_READ")) ?? []}
          value={chosen}
          onChange={(backend) => url.set({ backend })}
        />
      </Stack>
      {customerId && (
        <Group gap="xs">
          <Text size="sm">Suggestions for one customer only.</Text>
          <Button size="compact-sm" variant="default" onClick={() => url.set({ customer: null })}>
            Show all
          </Button>
        </Group>
      )}
      {decision && <Decided decision={decision} />}
      {error && !data && <Failed title="The suggestions could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="suggestions" lines={4} height={140} />}
      <Unavailable failures={failures} onRetry={refetch} />
      {data && nothing && (
        <Empty title="There are no suggestions">
          <Text c="dimmed" size="sm">
            No customers of different backends look alike.
          </Text>
        </Empty>
      )}
      <Stack gap="md" ref={list} tabIndex={-1} style={{ outline: "none" }}>
        {pages.map(({ nodes, pageInfo }) => (
          <SuggestionsOfPage key={pageInfo.endCursor} suggestions={nodes} onDecided={decided} />
        ))}
      </Stack>
      {query.isFetchNextPageError && (
        <Failed title="More suggestions could not be loaded" error={error} onRetry={fetchNextPage} />
      )}
      {hasNextPage && !query.isFetchNextPageError && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More suggestions
        </Button>
      )}
    </Page>
  );
}

interface SuggestionsOfPageProperties {
  readonly suggestions: readonly LinkSuggestionDetailsFragment[];
  readonly onDecided: (decision: Decision) => void;
}

/** One page of suggestions. Reads its customers together. If that fails, names and reasons are still shown. */
function SuggestionsOfPage({ suggestions, onDecided }: SuggestionsOfPageProperties) {
  const ids = useMemo(() => [...new Set(suggestions.flatMap(({ customers }) => customers.map(({ id }) => id)))], [suggestions]);
  const { data } = useCustomerContactsQuery({ ids }, { enabled: ids.length > 0, placeholderData: keepPreviousData });
  const contacts = useMemo(() => {
    const customers = data?.nodes.filter((node) => node?.__typename === "Customer") ?? [];
    return new Map(customers.map((customer) => [customer.id, customer]));
  }, [data]);
  return suggestions.map((suggestion) => (
    <SuggestionCard
      key={suggestion.customers.map(({ id }) => id).join(" ")}
      suggestion={suggestion}
      contacts={contacts}
      onDecided={onDecided}
    />
  ));
}

/** Explains the list, says how old its data is, and names the keys that decide. */
function Description({ sources = [] }: { readonly sources: readonly SourceDetailsFragment[] | undefined }) {
  const changes = useMay("write");
  const age = ageOf(sources, useNow());
  return (
    <>
      Customers of different backends that are probably the same. {age !== "" && `The backends were read ${age}. `}
      {sources.some(({ complete }) => !complete) && "Some have not been read completely yet: more may follow. "}
      {changes && (
        <Text span inherit visibleFrom="sm">
          Keys: <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose, <Kbd size="xs">A</Kbd> links, <Kbd size="xs">D</Kbd>{" "}
          declines.
        </Text>
      )}
    </>
  );
}

function Decided({ decision: { name, verdict, accountId } }: { readonly decision: Decision }) {
  return (
    <Alert
      color={verdict === "linked" ? "green" : "gray"}
      role="status"
      title={verdict === "linked" ? `${name} is linked` : `${name} is not suggested again`}
    >
      {accountId !== null && (
        <Anchor component={Link} href={`/accounts/${encodeURIComponent(accountId)}`} size="sm" underline="always">
          Show the account
        </Anchor>
      )}
    </Alert>
  );
}
