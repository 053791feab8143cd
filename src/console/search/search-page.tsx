import { Anchor, Badge, Button, Card, Group, MultiSelect, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import type { SearchType } from "../../client/index.ts";
import { useBackendsQuery, useInfiniteSearchQuery } from "../../client/react/index.ts";
import { failuresOf } from "../explanation.ts";
import { BackendSelect, FilterBar, SearchInput } from "../filter-bar.tsx";
import { Page } from "../page.tsx";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { keysOf, knownOf, useUrlState } from "../url.ts";
import { hitsOf, newestChargesFirst, nextLookMs, remarksOn } from "./found.ts";

const pageSize = 50;
const shortest = 2;
const typeLabels: Readonly<Record<SearchType, string>> = { CUSTOMER: "Customers", CHARGE: "Charges", TAX: "Taxes" };

/** Lists all results of a search: customers first, charges by date. ?text=…&type=…&backend=… */
export function SearchPage() {
  const url = useUrlState();
  const text = url.text("text").trim();
  const types = knownOf(keysOf(typeLabels), url.list("type"));
  const keys = url.list("backend");
  const backends = useBackendsQuery({});
  const query = useInfiniteSearchQuery(
    { text, first: pageSize, ...(types.length > 0 && { types }), ...(keys.length > 0 && { backends: keys }) },
    {
      enabled: text.length >= shortest,
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => nextLookMs(state.data?.pages.at(-1)?.search.sources),
    },
  );
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const groups = useMemo(() => hitsOf(newestChargesFirst(data?.pages.flatMap((page) => page.search.edges) ?? [])), [data]);
  const last = data?.pages.at(-1)?.search;
  const remarks = remarksOn(last?.sources ?? [], query.dataUpdatedAt);
  const isAsked = text.length >= shortest;
  return (
    <Page title="Search" description="Customers by name, e-mail, reference and phone; charges and taxes by name.">
      <FilterBar
        label="Everything"
        searchSpan={6}
        search={<SearchInput label="Text" value={url.text("text")} onChange={(sought) => url.set({ text: sought })} />}
      >
        <MultiSelect
          label="Types"
          placeholder={types.length === 0 ? "All" : ""}
          data={keysOf(typeLabels).map((value) => ({ value, label: typeLabels[value] }))}
          value={types}
          onChange={(type) => url.set({ type })}
        />
        <BackendSelect backends={backends.data?.backends ?? []} value={keys} onChange={(backend) => url.set({ backend })} />
      </FilterBar>
      <Unavailable failures={failuresOf(last?.unavailable ?? [])} onRetry={refetch} />
      {remarks.length > 0 && (
        <Text size="sm" c="dimmed" role="status">
          {remarks.join(" ")}
        </Text>
      )}
      {!isAsked && <Empty title="Type at least two characters" />}
      {isAsked && error && !data && <Failed title="The search failed" error={error} onRetry={refetch} />}
      {isAsked && isPending && <Loading what="the results" lines={6} />}
      {isAsked && data && groups.length === 0 && !hasNextPage && <Empty title={`No results for “${text}”`} />}
      {isAsked &&
        groups.map(({ label, hits }) => (
          <Card key={label} component="section" aria-label={label}>
            <Stack gap={4}>
              <Title order={2} size="h5">
                {label}
              </Title>
              <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
                {hits.map((hit) => (
                  <Group key={hit.key} component="li" justify="space-between" gap="sm" wrap="nowrap" py={4}>
                    <Group gap={0} style={{ columnGap: 10 }} miw={0} wrap="wrap">
                      <Anchor component={Link} href={hit.href} size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
                        {hit.label}
                      </Anchor>
                      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                        <Text span inherit hiddenFrom="xs">
                          {hit.backends.join(", ")}
                          {hit.description && " · "}
                        </Text>
                        {hit.description}
                      </Text>
                    </Group>
                    <Group gap={4} justify="flex-end" style={{ flexShrink: 0 }} visibleFrom="xs">
                      {hit.backends.map((backend) => (
                        <Badge key={backend} color="gray" variant="default" size="sm">
                          {backend}
                        </Badge>
                      ))}
                    </Group>
                  </Group>
                ))}
              </Stack>
            </Stack>
          </Card>
        ))}
      {isAsked && hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()} style={{ alignSelf: "center" }}>
          Show more
        </Button>
      )}
    </Page>
  );
}
