import { Group, Select, type SelectProps, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerNameFragment } from "../../client/generated/graphql.ts";
import { useSearchQuery } from "../../client/react/index.ts";

/** Offers this many customers. Typing more finds the others. */
const offered = 20;
/** Query.search takes no shorter text (see the schema). */
const shortest = 2;

interface Properties extends Omit<SelectProps, "data" | "onChange" | "value"> {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Ids that are left out. */
  readonly except: readonly string[];
}

/** Chooses a customer of any backend. Type a name, a reference, or another part of its record. */
export function FoundCustomerSelect({ except, value, onChange, ...properties }: Properties) {
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<CustomerNameFragment | null>(null);
  const searching = sought.length >= shortest;
  const { data, isFetching, isError } = useSearchQuery(
    { text: sought, types: ["CUSTOMER"], first: offered },
    { enabled: searching, placeholderData: keepPreviousData },
  );
  const nodes = searching ? (data?.search.edges.map(({ node }) => node) ?? []) : [];
  const found = nodes.filter((node) => node?.__typename === "Customer").filter(({ id }) => !except.includes(id));
  // The chosen customer stays an option, whatever is typed later.
  const customers = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      {...properties}
      value={value}
      data={customers.map(({ id, name, backend }) => ({ value: id, label: `${name} · ${backend.label}` }))}
      onChange={(id) => {
        setChosen(customers.find((customer) => customer.id === id) ?? null);
        onChange(id);
      }}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // The gateway has filtered already.
      filter={({ options }) => options}
      clearable
      loading={isFetching}
      nothingFoundMessage={messageOf(searching, isError)}
      renderOption={({ option }) => {
        const customer = customers.find(({ id }) => id === option.value);
        return (
          <Group justify="space-between" gap="xs" flex={1} wrap="nowrap">
            <Text size="sm">{customer?.name}</Text>
            <Text size="xs" c="dimmed">
              {customer?.backend.label}
            </Text>
          </Group>
        );
      }}
    />
  );
}

function messageOf(searching: boolean, failed: boolean): string {
  if (!searching) return "Type at least two characters";
  return failed ? "The search failed" : "No customer found";
}
