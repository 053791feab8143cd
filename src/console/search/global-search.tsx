import { Badge, Loader, Modal, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, useSpotlight } from "@mantine/spotlight";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { FindQuery } from "../../client/index.ts";
import { useFindQuery } from "../../client/react/index.ts";
import { explain, failuresOf } from "../explanation.ts";
import { Icon } from "../icons.tsx";
import { useMay } from "../session/session.ts";
import { type Hit, type HitGroup, hitsOf, nextLookMs, recentHits, remarksOn, remember } from "./found.ts";
import { searchStore } from "./search-button.tsx";

/** Query.search takes no shorter text (see the schema). */
const shortest = 2;
const pageSize = 10;

/**
 * Searches everything by name, e-mail address, reference or phone, in every view. Ctrl-K or ⌘-K opens it, arrows choose, Enter
 * opens a result. Before anything is typed it lists recent results and actions.
 */
export function GlobalSearch() {
  const [, navigate] = useLocation();
  const [text, setText] = useState("");
  const [paused] = useDebouncedValue(text.trim(), 200);
  const { opened } = useSpotlight(searchStore);
  const [selected, setSelected] = useState(-1);
  const searching = opened && text.trim().length >= shortest && paused.length >= shortest;
  const query = useFindQuery(
    { text: paused, first: pageSize },
    {
      enabled: searching,
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => nextLookMs(state.data && sourcesOf(state.data)),
    },
  );
  const answer = searching && !query.error ? query.data : undefined;
  const changes = useMay("write");
  const asked = text.trim() === "" && opened;
  const groups = useMemo(() => {
    if (asked) return startingPoints(changes);
    if (!answer) return [];
    const found = hitsOf([...answer.customers.edges, ...answer.others.edges]);
    return found.length > 0 ? [...found, { label: "More", hits: [everythingWith(paused)] }] : [];
  }, [answer, asked, changes, paused]);
  const hits = groups.flatMap((group) => group.hits);
  const remarks = answer
    ? [
        ...failuresOf([...answer.customers.unavailable, ...answer.others.unavailable]).map(
          ({ backend, message }) => `${backend.label} is missing: ${message}`,
        ),
        ...remarksOn(sourcesOf(answer), query.dataUpdatedAt),
      ]
    : [];
  const open = (hit: Hit): void => {
    if (hit.backends.length > 0) remember(hit);
    navigate(hit.href);
  };
  useEffect(() => {
    // The best match is chosen at once, so that Enter opens it.
    const best = groups.length > 0 ? 0 : -1;
    searchStore.updateState((state) => ({ ...state, selected: best }));
    setSelected(best);
  }, [groups]);
  return (
    <Spotlight.Root
      store={searchStore}
      query={text}
      onQueryChange={setText}
      // The button in the header handles the shortcut: it is loaded earlier.
      shortcut={null}
      scrollable
      maxHeight="min(70vh, 520px)"
    >
      <VisuallyHidden>
        <Modal.Title>Search everything</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        placeholder="Name, e-mail, reference, phone…"
        aria-label="Search everything"
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={hits.length > 0 ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={hits[selected] && idOf(hits[selected])}
        leftSection={query.isFetching ? <Loader size="xs" aria-hidden /> : <Icon name="search" />}
        // Spotlight moves the selection itself, but has no event for it.
        onKeyDown={() => queueMicrotask(() => setSelected(searchStore.getState().selected))}
        data-autofocus
      />
      {hits.length > 0 && (
        <Spotlight.ActionsList id={listId} role="listbox" aria-label={asked ? "Go to" : "Results"}>
          {groups.map((group) => (
            <Spotlight.ActionsGroup key={group.label} label={group.label} role="group" aria-label={group.label}>
              {group.hits.map((hit) => (
                <Found key={hit.key} hit={hit} id={idOf(hit)} selected={hit === hits[selected]} onOpen={open} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        </Spotlight.ActionsList>
      )}
      {searching && query.error && <Spotlight.Empty role="alert">{explain(query.error)}</Spotlight.Empty>}
      {answer && hits.length === 0 && !query.isPlaceholderData && <Spotlight.Empty role="status">No results.</Spotlight.Empty>}
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

const sourcesOf = ({ customers, others }: FindQuery) => [...customers.sources, ...others.sources];

const action = (label: string, href: string): Hit => ({ key: `action-${href}`, label, description: "", backends: [], href });

const everythingWith = (text: string): Hit => action(`All results for “${text}”`, `/search?${new URLSearchParams({ text })}`);

/** Recent results, then actions. */
function startingPoints(mayChange: boolean): readonly HitGroup[] {
  const recent = recentHits();
  const actions = [
    action("Open work", "/"),
    action("All customers", "/customers"),
    action("Accounts", "/accounts"),
    ...(mayChange ? [action("New customer", "/new/customer"), action("Charge several customers", "/new/charges")] : []),
    action("Operations", "/operations"),
  ];
  return [...(recent.length > 0 ? [{ label: "Recent", hits: recent }] : []), { label: "Go to", hits: actions }];
}

const listId = "search-hits";
const idOf = ({ key }: Hit): string => `${listId}-${key}`;

interface FoundProperties {
  readonly hit: Hit;
  readonly id: string;
  readonly selected: boolean;
  readonly onOpen: (hit: Hit) => void;
}

function Found({ hit, id, selected, onOpen }: FoundProperties) {
  const { label, description, backends } = hit;
  return (
    <Spotlight.Action
      // Spotlight sets the element's id itself. The input names the selected element by it.
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
      // Spotlight fades the description, which is unreadable on the selected row's background (WCAG 2.2, 1.4.3).
      styles={{ actionDescription: { opacity: 1 } }}
      onClick={() => onOpen(hit)}
    />
  );
}
