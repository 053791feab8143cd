import { Badge, Loader, Modal, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, useSpotlight } from "@mantine/spotlight";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useSearchQuery } from "../../client/react/index.ts";
import { explain } from "../explanation.ts";
import { failuresOf } from "../failures.ts";
import { Icon } from "../icons.tsx";
import { type Hit, hitsOf } from "./found.ts";
import { nextLookMs, remarksOn } from "./sources.ts";
import { searchStore } from "./spotlight.ts";

/** Schema: Query.search takes no less. */
const shortest = 2;
const pageSize = 20;

/** Everything by name, from every view: Ctrl-K or ⌘-K opens it, arrows choose, Enter opens what was found. */
export function GlobalSearch() {
  const [, navigate] = useLocation();
  const [text, setText] = useState("");
  const [paused] = useDebouncedValue(text.trim(), 200);
  const { opened } = useSpotlight(searchStore);
  const [selected, setSelected] = useState(-1);
  const searching = opened && text.trim().length >= shortest && paused.length >= shortest;
  const query = useSearchQuery(
    { text: paused, first: pageSize },
    {
      enabled: searching,
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => nextLookMs(state.data?.search.sources),
    },
  );
  const answer = searching && !query.error ? query.data?.search : undefined;
  const groups = useMemo(() => hitsOf(answer?.edges ?? []), [answer]);
  const hits = groups.flatMap((group) => group.hits);
  const remarks = answer
    ? [
        ...failuresOf(answer.unavailable).map(({ backend, message }) => `${backend.label} is missing: ${message}`),
        ...remarksOn(answer.sources, query.dataUpdatedAt),
        ...(answer.pageInfo.hasNextPage ? ["There is more: type more of it."] : []),
      ]
    : [];
  useEffect(() => {
    // What fits best is chosen as soon as it is there, so that Enter opens it.
    const best = groups.length > 0 ? 0 : -1;
    searchStore.updateState((state) => ({ ...state, selected: best }));
    setSelected(best);
  }, [groups]);
  return (
    <Spotlight.Root
      store={searchStore}
      query={text}
      onQueryChange={setText}
      // The button in the header listens to the keys: it is there before this is.
      shortcut={null}
      scrollable
      maxHeight="min(70vh, 520px)"
    >
      <VisuallyHidden>
        <Modal.Title>Search everything</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        placeholder="Customers, charges, taxes…"
        aria-label="Search everything"
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={hits.length > 0 ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={hits[selected] && idOf(hits[selected])}
        leftSection={query.isFetching ? <Loader size="xs" aria-hidden /> : <Icon name="search" />}
        // Spotlight moves the choice by itself, but tells nobody.
        onKeyDown={() => queueMicrotask(() => setSelected(searchStore.getState().selected))}
        data-autofocus
      />
      {hits.length > 0 && (
        <Spotlight.ActionsList id={listId} role="listbox" aria-label="What was found">
          {groups.map((group) => (
            <Spotlight.ActionsGroup key={group.label} label={group.label} role="group" aria-label={group.label}>
              {group.hits.map((hit) => (
                <Found key={hit.key} hit={hit} id={idOf(hit)} selected={hit === hits[selected]} onOpen={navigate} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        </Spotlight.ActionsList>
      )}
      {searching && query.error && <Spotlight.Empty role="alert">{explain(query.error)}</Spotlight.Empty>}
      {answer && hits.length === 0 && !query.isPlaceholderData && (
        <Spotlight.Empty role="status">Nothing has this.</Spotlight.Empty>
      )}
      {remarks.length > 0 && (
        <Spotlight.Footer role="status">
          <Stack gap={2}>
            {remarks.map((remark) => (
              <Text key={remark} size="xs" c="dimmed">
                {remark}
              </Text>
            ))}
          </Stack>
        </Spotlight.Footer>
      )}
    </Spotlight.Root>
  );
}

const listId = "search-hits";
const idOf = ({ key }: Hit): string => `${listId}-${key}`;

interface FoundProperties {
  readonly hit: Hit;
  readonly id: string;
  readonly selected: boolean;
  readonly onOpen: (href: string) => void;
}

function Found({ hit: { label, description, backends, href }, id, selected, onOpen }: FoundProperties) {
  return (
    <Spotlight.Action
      // Spotlight keeps the id for itself; the input names the chosen one by it.
      ref={(element) => {
        if (element) element.id = id;
      }}
      role="option"
      aria-selected={selected}
      data-selected={selected || undefined}
      label={label}
      description={description}
      rightSection={backends.map((backend) => (
        <Badge key={backend} color="gray" variant="default" size="sm" ml={4}>
          {backend}
        </Badge>
      ))}
      dimmedSections={false}
      // Spotlight fades it on the chosen one's ground, where it could not be read (WCAG 2.2, 1.4.3).
      styles={{ actionDescription: { opacity: 1 } }}
      onClick={() => onOpen(href)}
    />
  );
}
